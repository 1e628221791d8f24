"""Scene: the geometry of a whole run, made once and asked for the state of every step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2s
from typing import Any

from explorer.diagram.arrange import lay_out
from explorer.diagram.captions import foot_text
from explorer.diagram.label import Label, Obstacle, obstacles, place_label
from explorer.diagram.layout import Layout, Part
from explorer.diagram.lettering import Lettering, Line, letter
from explorer.diagram.moment import Cast, Moment
from explorer.diagram.placements import Placements
from explorer.diagram.shapes import Box, Path, Point, broken, cross, rounded, segments, square
from explorer.diagram.wiring import Wire, wire_up
from explorer.diagram.words import LANGUAGES, none_yet, pick
from explorer.errors import NotKnown

OFF = "off"
"""The class of what is not to be seen."""

Seen = tuple[tuple[Part, ...], tuple[Wire, ...]]
"""The parts and wires that an instance or a link key of earlier steps stands for."""


class Scene:
    """Every box, unit place and link of a run in one drawing and one language.

    Deterministic: the same arguments give the same picture. Raises NotKnown for a system, drawing or
    language that is not there. It is not changed by what is asked of it, except that it remembers answers.
    """

    def __init__(self, placements: Placements, system: str, drawing: str, cast: Cast, language: str) -> None:
        if language not in LANGUAGES:
            raise NotKnown("language", language, LANGUAGES)
        self.cast, self.language = cast, language
        self.system = placements.system(system)
        self.drawing = placements.drawing(drawing)
        self.layout: Layout = lay_out(self.system, self.drawing, cast, language)
        self.wires: dict[str, Wire] = {wire.key: wire for wire in wire_up(self.layout)}
        self.lettering: dict[str, Lettering] = {
            part.id: letter(self.layout, part) for part in self.layout.parts.values()
        }
        self.none_yet = none_yet(pick(self.system.unit, language), language)
        hub = self.layout.hub.component
        self.organs: tuple[str, ...] = hub.organs[language] if hub and hub.organs else ()
        self.feet = {machine: foot_text(self.layout, machine) for machine in cast.machines}
        self.slots: tuple[str, ...] = tuple(
            slot.id for column in self.layout.columns for slots in column.slots.values() for slot in slots
        )
        self.members = [part for part in self.layout.parts.values() if part.owner]
        self._last: tuple[Moment | None, dict[str, Any]] = (None, {})
        self._labels: dict[tuple[object, ...], Label] = {}
        self._shapes: dict[tuple[object, ...], str] = {}
        self._along: dict[tuple[str, str], bool] = {}
        self.seen: dict[tuple[str, ...], dict[str, Seen]] = {}

    def state(self, moment: Moment) -> dict[str, Any]:
        """What is to be seen at a moment: plain data by element id; docs/diagram.md is its contract.

        A page asks for one moment's drawing, data and outline, so the last answer is kept: do not change it.
        """
        from explorer.diagram.state import state_of  # which needs scenes itself

        last, answer = self._last
        if last is not moment:
            answer = state_of(self, moment)
            self._last = (moment, answer)
        return answer

    @cached_property
    def sheet(self) -> str:
        """A name for what this scene draws: a state fits only drawings of the same name."""
        cast = self.cast
        told = [sorted(names) for names in (cast.touched, cast.links, cast.members, cast.told)]
        rest = sorted(cast.units.items()), cast.machines, cast.acting, sorted(cast.parents)
        inputs = repr((self.system.slug, self.drawing.name, self.language, told, rest))
        return blake2s(inputs.encode(), digest_size=6).hexdigest()

    @property
    def parts(self) -> dict[str, Part]:
        return self.layout.parts

    @cached_property
    def chips(self) -> dict[str, list[Part]]:
        """The chips or pips of each part that has some, in order."""
        found: dict[str, list[Part]] = {}
        for part in self.parts.values():
            if part.owner:
                found.setdefault(part.owner, []).append(part)
        return found

    @cached_property
    def around(self) -> list[Obstacle]:
        """What a pill must keep off at rest."""
        return obstacles(self.layout, self.wires.values())

    @cached_property
    def wires_by_link(self) -> dict[str, list[Wire]]:
        """Wires by the id of the link as drawn."""
        found: dict[str, list[Wire]] = {}
        for wire in self.wires.values():
            found.setdefault(wire.spec.id, []).append(wire)
        return found

    @cached_property
    def wires_by_ends(self) -> dict[frozenset[str], list[Wire]]:
        """Wires by the ids of their two parts."""
        found: dict[frozenset[str], list[Wire]] = {}
        for wire in self.wires.values():
            found.setdefault(frozenset((wire.a.id, wire.b.id)), []).append(wire)
        return found

    @cached_property
    def crossings(self) -> dict[str, dict[str, list[Point]]]:
        """For every wire that others may see beside them: where these cross it at a right angle."""
        found: dict[str, dict[str, list[Point]]] = {}
        for mine in self.wires.values():
            if (mine.always or mine.spec.data) and not mine.spec.core:
                points = {
                    other.key: at
                    for other in self.wires.values()
                    if other.spec.id != mine.spec.id and (at := _crossing(mine.path, other.path))
                }
                if points:
                    found[mine.key] = points
        return found

    @cached_property
    def with_forms(self) -> tuple[str, ...]:
        """The wires whose path is not always the same."""
        return tuple(key for key, wire in self.wires.items() if wire.one or key in self.crossings)

    @cached_property
    def link_classes(self) -> dict[str, str]:
        """The class of every wire while nothing happens to it."""
        return {
            key: "link" + (" data" if wire.spec.data else "") + (" told" if wire.spec.told else "")
            for key, wire in self.wires.items()
        }

    @cached_property
    def links_at_rest(self) -> dict[str, str]:
        """The class of every wire at rest, if every cell has units."""
        return {key: css if self.wires[key].always else OFF for key, css in self.link_classes.items()}

    @cached_property
    def wires_to_cells(self) -> list[Wire]:
        """The wires that lead to units."""
        return [wire for wire in self.wires.values() if wire.cell]

    @cached_property
    def wires_of_part(self) -> dict[str, list[Wire]]:
        """The wires at each part."""
        found: dict[str, list[Wire]] = {}
        for wire in self.wires.values():
            for part in (wire.a, wire.b):
                found.setdefault(part.id, []).append(wire)
        return found

    @cached_property
    def unit_texts(self) -> list[tuple[str, str]]:
        """The text elements of all unit places, with their classes."""
        found = []
        for column in self.layout.columns:
            for slot in (slot for slots in column.slots.values() for slot in slots):
                found.append((f"{slot.id}.name", "u"))
                if slot.two_lines:
                    found.append((f"{slot.id}.word", "w"))
                found.append((f"{slot.id}.more", "u"))
        return found

    @cached_property
    def subs(self) -> list[tuple[str, Line]]:
        """Second lines of boxes, whose words may change, with the id of their part."""
        return [
            (part_id, line)
            for part_id, lettering in self.lettering.items()
            for line in lettering.lines
            if line.role == "sub"
        ]

    @cached_property
    def shows_organs(self) -> bool:
        """Whether the parts inside the hub are written out in it."""
        hub = self.lettering[self.system.hub]
        return any(line.role == "organs" for line in hub.lines)

    def sub_class(self, line: Line) -> str:
        """The class of a second line: smaller in the boxes of the bottom row."""
        return "sb f115" if line.size == 11.5 else "sb"

    @cached_property
    def order(self) -> dict[str, int]:
        """The order in which wires were drawn: of two that cross, the later one gives way."""
        return {key: k for k, key in enumerate(self.wires)}

    @cached_property
    def under(self) -> dict[str, frozenset[str]]:
        """For every wire drawn in its step: the stage wires at rest that it runs along and that give way."""
        resting = [wire for wire in self.wires.values() if wire.always and not wire.spec.core]
        return {
            key: frozenset(
                other.key
                for other in resting
                if other.spec.id != wire.spec.id and _overlap(wire.path, other.path)
            )
            for key, wire in self.wires.items()
            if not wire.always
        }

    def is_free(self, room: Box, key: str) -> bool:
        """Whether nothing that is drawn at rest lies in `room`, the wire `key` aside."""
        return not any(room.hits(box, 0.75) for owner, box in self.around if owner != key)

    def path(self, wire: Wire, single: bool) -> Path:
        """A wire's path; `single`: the cell at its end holds one unit only."""
        return wire.one if single and wire.one else wire.path

    def runs_along(self, one: str, other: str) -> bool:
        """Whether two wires of different links overlap, or cross where they must not."""
        name = (one, other) if one < other else (other, one)
        if name not in self._along:
            a, b = self.wires[one], self.wires[other]
            self._along[name] = a.spec.id != b.spec.id and _overlap(a.path, b.path)
        return self._along[name]

    def shape(self, wire: Wire, single: bool, travelled: frozenset[str], shown: frozenset[str]) -> str:
        """The `d` of a wire that is not travelled: of two that cross, the later is broken by a gap.

        A travelled wire is never broken, so every other one gives way to it. `shown` are the wires beside
        which it stands.
        """
        points: tuple[Point, ...] = ()
        crossed = self.crossings.get(wire.key)
        if crossed:
            mine = self.order[wire.key]
            points = tuple(
                point
                for key, at in crossed.items()
                if key in travelled or (key in shown and self.order[key] < mine)
                for point in at
            )
        name = (wire.key, single, points)
        if name not in self._shapes:
            pieces = broken(self.path(wire, single), points)
            self._shapes[name] = "".join(rounded(piece, self.drawing.radius) for piece in pieces)
        return self._shapes[name]

    def way(self, wire: Wire, single: bool, back: bool) -> tuple[Path, str]:
        """The whole path in the direction of travel, and its `d`."""
        path = self.path(wire, single)
        way = path[::-1] if back else path
        name = ("way", wire.key, single, back)
        if name not in self._shapes:
            self._shapes[name] = rounded(way, self.drawing.radius)
        return way, self._shapes[name]

    def label(
        self,
        wire: Wire,
        single: bool,
        back: bool,
        words: Sequence[str],
        extra: Sequence[Box] = (),
    ) -> Label:
        """Where the message rests on a wire, and its pill; `extra` is further room that is taken."""
        name = (wire.key, single, back, tuple(words), tuple(extra))
        if name not in self._labels:
            hidden = self.under.get(wire.key, frozenset())
            around = [pair for pair in self.around if pair[0] not in hidden]
            around += [("", box) for box in extra]
            way, _ = self.way(wire, single, back)
            self._labels[name] = place_label(self.layout, wire, way, words, around)
        return self._labels[name]


def _crossing(mine: Path, other: Path) -> list[Point]:
    return [
        (t.x1, s.y1) if s.level else (s.x1, t.y1)
        for s in segments(mine)
        for t in segments(other)
        if square(s, t) and cross(s, t)
    ]


def _overlap(mine: Path, other: Path) -> bool:
    return any(cross(s, t) and not square(s, t) for s in segments(mine) for t in segments(other))
