"""From a Moment to plain data: every class, text and path that may change, by element id.

The state is total: it names every element that ever changes, so applying it needs no memory of the one
before. docs/diagram.md tells the browser's side what to set for each key.
"""

from __future__ import annotations

from typing import Any

from explorer.diagram.captions import foot_text, index_of, is_last, title_box
from explorer.diagram.layout import Column, Part
from explorer.diagram.lettering import leader_line
from explorer.diagram.machines import short_unit
from explorer.diagram.measure import SPARE, width
from explorer.diagram.moment import Moment, instance
from explorer.diagram.scene import Scene
from explorer.diagram.seats import MACHINE, Seat, Seating
from explorer.diagram.shapes import segments, through
from explorer.diagram.travel import Travels, badges_of
from explorer.diagram.wiring import Wire
from explorer.diagram.words import GHOSTS, LOSSES, cut_at, more, pick, stopped_at, unit_state

OFF = "off"
FLAGS = ("on", "source", "target", "seen", "down", "dead", "leader")
UNIT_FLAGS = ("ghost", "lost", "new", "on", "source", "target")


def state_of(scene: Scene, moment: Moment) -> dict[str, Any]:
    """What `scene` shows at `moment`."""
    return _State(scene, moment).data()


class _State:
    """One moment being worked out; every method fills one part of the data."""

    def __init__(self, scene: Scene, moment: Moment) -> None:
        self.scene, self.moment, self.layout = scene, moment, scene.layout
        self.language, self.wide = scene.language, scene.drawing.wide
        self.seating = Seating(scene, moment)
        self.flags: dict[str, set[str]] = {}
        self.unit_flags: dict[str, set[str]] = {}
        self.texts: dict[str, list[str]] = {}
        number = self.seating.number
        self.dead = {number[m]: when for m, when in _machines(moment.down) if m in number}
        self.cut_off = {number[m]: when for m, when in _machines(moment.cut) if m in number}
        self.travels = Travels(self.seating)

    def data(self) -> dict[str, Any]:
        self._light_ends()
        self._mark_visited()
        self._mark_down()
        self._mark_leaders()
        links, paths = self._links()
        units = self._units()
        for column in self.layout.columns:
            self._captions(column)
        self._words_in_boxes()
        badges = badges_of(self.seating, self.cut_wires, self.slow_wires, self._down_parts())
        return {
            "root": self._root(),
            "columns": list(self.seating.columns),
            "zones": {
                f"machine@{column.number}": "zone down" if column.number in self.dead else "zone"
                for column in self.layout.columns
            },
            "parts": self._parts(),
            "links": links,
            "paths": paths,
            "units": units,
            "texts": self.texts,
            "badges": badges,
            "travel": self.travels.data(badges),
            "fills": self.fills,
        }

    def _root(self) -> str:
        playing = " playing" if self.moment.acting and (self.moment.sources or self.moment.targets) else ""
        return f"dg {self.layout.system.slug}{playing} {'wide' if self.wide else 'tall'}"

    # What acts, was seen, or does not run.

    def _flag(self, part: Part | None, *flags: str) -> None:
        if part is not None:
            self.flags.setdefault(part.id, set()).update(flags)

    def _light_ends(self) -> None:
        """Both ends light up. Replicas of one box that talk to each other light up alone."""
        seating, self.fills = self.seating, []
        if not self.moment.acting:
            return
        pairs = self.travels.pairs
        among_replicas = any(wire.spec.routes[self.scene.drawing.name] == "members" for wire, _ in self.travels.ways)
        ends = [(text, "source", hint) for text, hint in self.travels.sources]
        ends += [(text, "target", hint) for text, hint in self.travels.targets]
        sources = {seating.seat(text, hint).part for text, hint in self.travels.sources}
        targets = {seating.seat(text, hint).part for text, hint in self.travels.targets}
        alone = sources == targets and not pairs_differ(pairs)
        for text, role, hint in ends:
            seat = seating.seat(text, hint)
            if seat.unit:
                self.unit_flags.setdefault(seat.unit, set()).update(("on", role))
            elif seat.part is not None and seat.part.kind == "cell":
                for unit in seating.units[seat.part.column]:
                    if unit.slot:
                        self.unit_flags.setdefault(unit.slot.id, set()).update(("on", role))
            if seat.member:
                self._flag(seat.member, "on", *((role,) if among_replicas else ()))
                if role == "target" and seat.member.kind == "pip" and seat.member.id not in self.fills:
                    self.fills.append(seat.member.id)
            if not (among_replicas and seat.member) and not seat.unit:
                if role == "target" or not (alone or seat.part in targets):
                    self._flag(seat.part, "on", role)
                else:
                    self._flag(seat.part, "on")
            for tab in seating.seats_of_tab(instance(text).place) if self._is_tab(text, hint) else ():
                self._flag(tab.part, "on", role)

    def _is_tab(self, text: str, hint: int) -> bool:
        tabs = self.layout.system.tabs
        return bool(tabs and not hint and instance(text).component == tabs.part)

    def _mark_visited(self) -> None:
        self.visited: set[str] = set()
        known = self.layout.system.by_slug
        for text in self.moment.visited:
            if text.partition("/")[0] in known:
                self.visited.update(wire.key for wire in self.seating.wires_of(text))
            else:
                self._flag(self.seating.seat(text).part, "seen")

    def _mark_down(self) -> None:
        """A dead machine takes all its parts with it; a dead replica only its chip or pip."""
        for part in self.layout.parts.values():
            if part.column in self.dead and part.kind != "tab":
                self._flag(part, "dead")
        hub = self.layout.system.hub
        for text in self.moment.down:
            if text.startswith(MACHINE):
                continue
            seat = self.seating.seat(text)
            who = instance(text)
            if seat.member:
                self._flag(seat.member, "down")
            elif seat.unit:
                self.unit_flags.setdefault(seat.unit, set()).add("lost")
            elif seat.own and seat.part and not self._replicated(seat.part, who.place):
                self._flag(seat.part, "down")
            if self.layout.system.keys.get(who.component) == hub:
                for part in self.layout.parts.values():
                    if part.place == who.place:
                        self._flag(part, "down")

    def _replicated(self, part: Part, place: str) -> bool:
        """Whether a place is one of several that the box stands for, none of them drawn by itself."""
        members = part.component.members if part.component else None
        return bool(members and members.show != "addressed" and place in members.names)

    def _down_parts(self) -> list[tuple[Part, str]]:
        found = []
        for text, when in self.moment.down.items():
            seat = self.seating.seat(text) if not text.startswith(MACHINE) else Seat(None)
            part = seat.member or seat.part
            if part and "down" in self.flags.get(part.id, ()):
                found.append((part, when))
        return found

    def _mark_leaders(self) -> None:
        for part in self.layout.parts.values():
            members = part.component.members if part.component and part.owner else None
            if members and (members.all_active or part.place == self._leader(part.key)):
                self._flag(part, "leader")

    def _leader(self, key: str) -> str | None:
        """Who leads among a part's replicas; a store without a word of its own follows the hub's replicas."""
        component = self.layout.system.components[key]
        members, leaders = component.members, self.moment.leaders
        if members is None or members.leader is None:
            return None
        hub = self.layout.system.components[self.layout.system.hub]
        for other in (component, hub):
            if other.slug in leaders and other.members and other.members.names == members.names:
                return leaders[other.slug]
        return members.names[members.leader]

    # Links.

    def _links(self) -> tuple[dict[str, str], dict[str, str]]:
        """The class of every link, and the path of every link that has more than one form."""
        seating, travelled = self.seating, self.travels.keys
        self.cut_wires = self._faulty(self.moment.cut)
        self.slow_wires = self._faulty(self.moment.slow)
        for column in self.dead:
            for wire in self.scene.wires.values():
                if seating.leads_up(wire, column) and wire.always:
                    self.cut_wires.setdefault(wire.key, "")
        hidden = frozenset(key for way in travelled for key in self.scene.under.get(way, ()))
        classes, paths = {}, {}
        for key, wire in self.scene.wires.items():
            classes[key] = self._link_class(wire, key in travelled or key in hidden)
            if wire.one or key in self.scene.crossings:
                paths[key] = self.scene.shape(wire, seating.single(wire), travelled, hidden)
        return classes, paths

    def _faulty(self, faults: Any) -> dict[str, str]:
        return {wire.key: text for key, text in faults.items() for wire in self.seating.wires_of(key)}

    def _link_class(self, wire: Wire, away: bool) -> str:
        cut, slow = wire.key in self.cut_wires, wire.key in self.slow_wires
        lost = any(column in self.dead for column in wire.columns) and not cut
        resting = wire.always or cut or slow
        if away or lost or not resting or self.seating.without_units(wire):
            return OFF
        css = "link"
        if wire.spec.data:
            css += " data"
        if wire.spec.told:
            css += " told"
        if wire.key in self.visited and not cut:
            css += " visited"
        return css + (" cut" if cut else "") + (" slow" if slow else "")

    # Parts and units.

    def _parts(self) -> dict[str, str]:
        classes = {}
        for part_id, part in self.layout.parts.items():
            flags = self.flags.get(part_id)
            css = "c " + " ".join(flag for flag in FLAGS if flag in flags) if flags else "c"
            if part.kind == "cell":
                framed = self.seating.of.get(part.column, 0) > (0 if part.label else 1)
                css = css if framed else OFF
            classes[part_id] = css
        return classes

    def _units(self) -> dict[str, str]:
        classes: dict[str, str] = {}
        for column in self.layout.columns:
            for slots in column.slots.values():
                for slot in slots:
                    classes[slot.id] = OFF
                    for role in ("name", "word", "more"):
                        if role != "word" or slot.two_lines:
                            self.texts[f"{slot.id}.{role}"] = ["u" if role != "word" else "w", ""]
            self._fill_cell(column, classes)
        return classes

    def _fill_cell(self, column: Column, classes: dict[str, str]) -> None:
        size = self.scene.drawing.type.unit
        for unit in self.seating.units[column.number]:
            if unit.slot is None:
                continue
            state = "lost" if column.number in self.dead else unit.state
            flags = self.unit_flags.setdefault(unit.slot.id, set())
            if "lost" in flags or state in LOSSES:
                flags.add("lost")
            elif state in GHOSTS:
                flags.add("ghost")
            if {unit.name, unit.key} & self.moment.changed:
                flags.add("new")
            classes[unit.slot.id] = " ".join(["pod", *(flag for flag in UNIT_FLAGS if flag in flags)])
            self.texts[f"{unit.slot.id}.name"][1] = short_unit(unit.name, unit.slot.box.w, size)
            if unit.slot.two_lines:
                word = unit_state("lost" if "lost" in flags and state not in LOSSES else state, self.language)
                self.texts[f"{unit.slot.id}.word"][1] = word
        left = self.seating.left_over.get(column.number, 0)
        if left:
            slot = column.slots[self.seating.of[column.number]][-1]
            classes[slot.id] = "pod more"
            self.texts[f"{slot.id}.more"][1] = f"+{left}"

    # Words.

    def _captions(self, column: Column) -> None:
        k, machine = column.number, self.seating.columns[column.number - 1]
        down, bad = self.dead.get(k), " bad" if k in self.dead else ""
        away = column.aside is not None and self._title_is_passed(column, machine)
        self.texts[f"title@{k}"] = ["zt" + bad, "" if away else machine]
        if column.aside:
            self.texts[f"aside@{k}"] = ["zt" + bad, machine if away else ""]
        if column.side:
            if is_last(self.layout, column):
                self.texts[f"side@{k}"] = ["zs" + bad + " more", more(self.layout.folded, self.language, self.wide)]
            elif down is not None:
                cross = self.wide or column.side.anchor == "start"
                self.texts[f"side@{k}"] = ["zs bad", "✕" if cross else down]
            else:
                status = self.moment.status.get(machine) or pick(self.layout.system.status, self.language)
                self.texts[f"side@{k}"] = ["zs", status if self.wide else ""]
        if column.foot:
            words = foot_text(self.layout, machine) if column.shows_foot else ""
            if down is not None:
                words = stopped_at(down, self.language)
            elif k in self.cut_off:
                words = cut_at(self.cut_off[k], self.language)
            self.texts[f"foot@{k}"] = ["zs bad" if down is not None or k in self.cut_off else "zs", words]
        if column.cell:
            self.texts[f"none@{k}"] = [OFF if self.seating.of.get(k) else "zs none", self.scene.none_yet]

    def _title_is_passed(self, column: Column, machine: str) -> bool:
        """Whether a link that is not drawn at rest passes over the machine's name now."""
        box = title_box(self.layout, column, machine)
        keys = self.travels.keys | self.cut_wires.keys() | self.slow_wires.keys()
        wires = (self.scene.wires[key] for key in keys)
        return any(
            through(s, box)
            for wire in wires
            if column.number in wire.columns and not wire.always
            for s in segments(wire.path)
        )

    def _words_in_boxes(self) -> None:
        """Second lines, the hub's organs, and the tabs' owners."""
        hub = self.layout.system.hub
        stops = {part.id: when for part, when in self._down_parts()}
        for part_id, lettering in self.scene.lettering.items():
            for line in lettering.lines:
                if line.role == "organs":
                    for k, _ in enumerate(self.scene.organs):
                        acts = self.moment.acting and k == self.moment.organ
                        self.texts[f"organ.{k}"] = ["organ on" if acts else "organ", self.scene.organs[k]]
                elif line.role == "sub":
                    text = line.text
                    if part_id == hub:
                        component = self.layout.system.components[hub]
                        compact = not self.wide and not self.layout.members_of(hub)
                        text = leader_line(component, self.language, self._leader(hub), compact)
                    elif part_id in stops:
                        wished = stopped_at(stops[part_id], self.language)
                        fits = width(wished, line.size) * SPARE <= line.room
                        text = wished if fits else stops[part_id]
                    self.texts[f"{part_id}.sub"] = ["sb", text]
        tabs = self.layout.system.tabs
        if tabs and tabs.per_machine:
            for k, owner in self.seating.owners.items():
                name = pick(tabs.name, self.language) if self.wide else tabs.short
                self.texts[f"tab@{k}"] = ["tb", name.format(owner=owner)]


def pairs_differ(pairs: list[tuple[str, str]]) -> bool:
    """Whether any message goes from one instance to another."""
    return any(source != target for source, target in pairs)


def _machines(faults: Any) -> list[tuple[str, str]]:
    return [(key[len(MACHINE) :], text) for key, text in faults.items() if key.startswith(MACHINE)]


__all__ = ["index_of", "state_of"]
