"""From a Moment to plain data: every class, text and path that may change, by element id.

The state is total: it names every element that ever changes, so applying it needs no memory of the one
before. docs/diagram.md tells the browser's side what to set for each key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.diagram.captions import is_last, title_box
from explorer.diagram.layout import Column
from explorer.diagram.lettering import leader_line
from explorer.diagram.lights import Lights, leader
from explorer.diagram.machines import short_unit
from explorer.diagram.measure import SPARE, width
from explorer.diagram.moment import Moment
from explorer.diagram.outline import sentence
from explorer.diagram.scene import OFF, Scene
from explorer.diagram.seats import MACHINE, Seating, Unit
from explorer.diagram.shapes import segments, through
from explorer.diagram.travel import Travels, badges_of
from explorer.diagram.words import GHOSTS, LOSSES, cut_at, more, pick, stopped_at, unit_state

UNIT_FLAGS = ("ghost", "lost", "unready", "new", "on", "source", "target")


def state_of(scene: Scene, moment: Moment) -> dict[str, Any]:
    """What `scene` shows at `moment`."""
    return _State(scene, moment).data()


class _State:
    """One moment being worked out; every method fills one part of the data."""

    def __init__(self, scene: Scene, moment: Moment) -> None:
        self.scene, self.moment, self.layout = scene, moment, scene.layout
        self.language, self.wide = scene.language, scene.drawing.wide
        self.seating = Seating(scene, moment)
        self.dead = self._columns_in(moment.down)
        self.cut_off = self._columns_in(moment.cut)
        self.travels = Travels(self.seating)
        self.lights = Lights(self.seating, self.travels, self.dead)
        self.texts: dict[str, list[str]] = {}

    def _columns_in(self, faults: Mapping[str, str]) -> dict[int, str]:
        """The columns of machines that a fault names, with its words."""
        number = self.seating.number
        return {
            number[key[len(MACHINE) :]]: text
            for key, text in faults.items()
            if key.startswith(MACHINE) and key[len(MACHINE) :] in number
        }

    def data(self) -> dict[str, Any]:
        lights = self.lights
        links, paths = self._links()
        parts, units = self._parts(), self._units()
        for column in self.layout.columns:
            self._captions(column)
        self._words_in_boxes()
        badges = badges_of(
            self.seating,
            self.cut_wires,
            self.slow_wires,
            [*(part for part, _ in lights.stopped), *(part for part, _, _ in lights.fewer)],
        )
        return {
            "sheet": self.scene.sheet,
            "root": self._root(),
            "label": sentence(self.scene, self.moment),
            "columns": list(self.seating.columns),
            "zones": {
                f"machine@{column.number}": "zone down" if column.number in self.dead else "zone"
                for column in self.layout.columns
            },
            "parts": parts,
            "links": links,
            "paths": paths,
            "units": units,
            "texts": self.texts,
            "badges": badges,
            "travel": self.travels.data(badges, self.trail),
            "fills": lights.fills,
        }

    def _root(self) -> str:
        playing = " playing" if self.moment.acting and (self.moment.sources or self.moment.targets) else ""
        return f"dg {self.layout.system.slug}{playing} {'wide' if self.wide else 'tall'}"

    # Links.

    def _links(self) -> tuple[dict[str, str], dict[str, str]]:
        """The class of every link, and the path of every link that has more than one form."""
        scene, seating, travelled = self.scene, self.seating, self.travels.keys
        self.cut_wires = self._faulty(self.moment.cut)
        slow = self._faulty(self.moment.slow)
        self.slow_wires = {key: text for key, text in slow.items() if key not in self.cut_wires}
        for column in self.dead:
            for wire in scene.wires.values():
                if seating.leads_up(wire, column) and wire.always:
                    self.cut_wires.setdefault(wire.key, "")
        hidden = frozenset(key for way in travelled for key in scene.under.get(way, ()))
        classes = scene.links_at_rest.copy()
        self.trail = self._trail()
        for key in self.trail:
            classes[key] = scene.link_classes[key]
        for key in self.lights.visited:
            if classes[key] != OFF:
                classes[key] += " visited"
        for part, _ in self.lights.stopped:
            for wire in scene.wires_of_part.get(part.id, ()):
                if classes[wire.key] != OFF:
                    classes[wire.key] = scene.link_classes[wire.key] + " cut"
        for faults, css in ((self.slow_wires, " slow"), (self.cut_wires, " cut")):
            for key in faults:
                classes[key] = scene.link_classes[key] + css
        for wire in scene.wires_to_cells:
            if not seating.of.get(wire.cell):
                classes[wire.key] = OFF
        for key in self._lost_wires():
            classes[key] = OFF
        for key in travelled | hidden:
            classes[key] = OFF
        shown = frozenset(key for key, css in classes.items() if css != OFF)
        paths = {
            key: scene.shape(scene.wires[key], seating.single(scene.wires[key]), travelled, shown)
            for key in scene.with_forms
        }
        return classes, paths

    def _trail(self) -> list[str]:
        """Traffic links that earlier steps used stay to be seen, where they run along no other."""
        scene, kept = self.scene, [*self.travels.keys]
        trail = []
        for key in sorted(self.lights.visited, key=scene.order.__getitem__):
            wire = scene.wires[key]
            if wire.always or not wire.spec.data or scene.under.get(key):
                continue
            if not any(scene.runs_along(key, other) for other in kept):
                kept.append(key)
                trail.append(key)
        return trail

    def _lost_wires(self) -> list[str]:
        """Links of a dead machine, but for those that are drawn as cut."""
        if not self.dead:
            return []
        return [
            key
            for key, wire in self.scene.wires.items()
            if key not in self.cut_wires and not self.dead.keys().isdisjoint(wire.columns)
        ]

    def _faulty(self, faults: Mapping[str, str]) -> dict[str, str]:
        """The wires that faults name, with the words for each; a machine's words stand at its foot."""
        return {
            wire.key: "" if key.startswith(MACHINE) and faults is self.moment.cut else text
            for key, text in faults.items()
            for wire in self.seating.wires_of(key)
        }

    # Parts and units.

    def _parts(self) -> dict[str, str]:
        classes = dict.fromkeys(self.layout.parts, "c")
        for part_id in self.lights.parts:
            classes[part_id] = self.lights.classes(part_id)
        for column in self.layout.columns:
            if column.cell:
                framed = bool(self.layout.parts[column.cell].label)
                if self.seating.of.get(column.number, 0) <= (0 if framed else 1):
                    classes[column.cell] = OFF
        return classes

    def _units(self) -> dict[str, str]:
        classes = dict.fromkeys(self.scene.slots, OFF)
        for key, css in self.scene.unit_texts:
            self.texts[key] = [css, ""]
        for number, units in self.seating.units.items():
            for unit in units:
                if unit.slot:
                    classes[unit.slot.id] = self._unit(unit, number)
            left = self.seating.left_over.get(number, 0)
            if left:
                slot = self.layout.columns[number - 1].slots[self.seating.of[number]][-1]
                classes[slot.id] = "pod more"
                self.texts[f"{slot.id}.more"][1] = f"+{left}"
        return classes

    def _unit(self, unit: Unit, column: int) -> str:
        """The class of a unit's place; writes the unit's name and state."""
        slot = unit.slot
        if slot is None:
            return OFF
        flags = set(self.lights.units.get(slot.id, ()))
        state = unit.state
        if column in self.dead or ("lost" in flags and state not in LOSSES):
            state = "lost"
        if state in LOSSES:
            flags.add("lost")
        elif state in GHOSTS:
            flags.add("ghost")
        elif state == "unready":
            flags.add("unready")
        if unit.name in self.moment.changed or unit.key in self.moment.changed:
            flags.add("new")
        size = self.scene.drawing.type.unit
        self.texts[f"{slot.id}.name"][1] = short_unit(unit.name, slot.box.w, size)
        if slot.two_lines:
            self.texts[f"{slot.id}.word"][1] = unit_state(state, self.language)
        return " ".join(["pod", *(flag for flag in UNIT_FLAGS if flag in flags)])

    # Words.

    def _captions(self, column: Column) -> None:
        """A machine's name, its state or "+n more", its foot, and what an empty cell says."""
        k, machine, texts = column.number, self.seating.columns[column.number - 1], self.texts
        down, cut = self.dead.get(k), self.cut_off.get(k)
        bad = "" if down is None else " bad"
        away = column.aside is not None and self._title_is_passed(column, machine)
        texts[f"title@{k}"] = ["zt" + bad, "" if away else machine]
        if column.aside:
            texts[f"aside@{k}"] = ["zt" + bad, machine if away else ""]
        if column.side:
            texts[f"side@{k}"] = self._side(column, machine, down)
        if column.foot:
            words = self.scene.feet[machine] if column.shows_foot else ""
            if down is not None:
                words = stopped_at(down, self.language)
            elif cut is not None:
                words = cut_at(cut, self.language)
            texts[f"foot@{k}"] = ["zs" if down is None and cut is None else "zs bad", words]
        if column.cell:
            texts[f"none@{k}"] = [OFF if self.seating.of.get(k) else "zs none", self.scene.none_yet]

    def _side(self, column: Column, machine: str, down: str | None) -> list[str]:
        if is_last(self.layout, column):
            bad = "" if down is None else " bad"
            return [f"zs{bad} more", more(self.layout.folded, self.language, self.wide)]
        if down is not None:
            crossed = self.wide or (column.side is not None and column.side.anchor == "start")
            return ["zs bad", "✕" if crossed else down]
        if not self.wide:
            return ["zs", ""]
        return ["zs", self.moment.status.get(machine) or pick(self.layout.system.status, self.language)]

    def _title_is_passed(self, column: Column, machine: str) -> bool:
        """Whether a link that is not drawn at rest passes over the machine's name now."""
        keys = self.travels.keys | self.cut_wires.keys() | self.slow_wires.keys()
        wires = [self.scene.wires[key] for key in keys]
        wires = [wire for wire in wires if not wire.always and column.number in wire.columns]
        if not wires:
            return False
        box = title_box(self.layout, column, machine)
        return any(through(s, box) for wire in wires for s in segments(wire.path))

    def _words_in_boxes(self) -> None:
        """Second lines, the hub's organs, and the tabs' owners."""
        hub, texts = self.layout.system.hub, self.texts
        stops = {part.id: when for part, when in self.lights.stopped}
        for part_id, line in self.scene.subs:
            text = line.text
            if part_id == hub:
                component = self.layout.system.components[hub]
                compact = not self.wide and not self.layout.members_of(hub)
                text = leader_line(component, self.language, leader(self.seating, hub), compact)
            if part_id in stops:
                wished = stopped_at(stops[part_id], self.language)
                fits = not line.room or width(wished, line.size) * SPARE <= line.room
                text = wished if fits else stops[part_id]
            texts[f"{part_id}.sub"] = [self.scene.sub_class(line), text]
        if self.scene.shows_organs:
            for k, organ in enumerate(self.scene.organs):
                acts = self.moment.acting and k == self.moment.organ
                texts[f"organ.{k}"] = ["organ on" if acts else "organ", organ]
        tabs = self.layout.system.tabs
        if tabs:
            name = pick(tabs.name if self.wide else tabs.short, self.language)
            for k, owner in self.seating.owners.items():
                texts[f"tab@{k}"] = ["tb", name.format(owner=owner)]
