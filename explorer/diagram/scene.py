"""Scene: the geometry of a whole run, made once and asked for the state of every step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from explorer.diagram.label import Label, Obstacle, obstacles, place_label
from explorer.diagram.layout import Layout, Part, lay_out
from explorer.diagram.lettering import Lettering, letter
from explorer.diagram.moment import Cast, Moment
from explorer.diagram.placements import Placements
from explorer.diagram.shapes import Box, Path, Point, broken, cross, rounded, segments, square
from explorer.diagram.wiring import Wire, wire_up
from explorer.diagram.words import LANGUAGES
from explorer.errors import NotKnown


class Scene:
    """Every box, unit place and link of a run in one drawing and one language.

    Deterministic: the same arguments give the same picture. Raises NotKnown for a system, drawing or
    language that is not there. It is not changed by what is asked of it, except that it remembers answers.
    """

    def __init__(
        self, placements: Placements, system: str, drawing: str, cast: Cast, language: str
    ) -> None:
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
        self._labels: dict[tuple[object, ...], Label] = {}
        self._shapes: dict[tuple[object, ...], str] = {}

    def state(self, moment: Moment) -> dict[str, Any]:
        """What is to be seen at a moment: plain data by element id; docs/diagram.md is its contract."""
        from explorer.diagram.state import state_of

        return state_of(self, moment)

    @property
    def parts(self) -> dict[str, Part]:
        return self.layout.parts

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
        """For every wire drawn at rest: where another wire crosses it at a right angle."""
        found: dict[str, dict[str, list[Point]]] = {}
        for mine in self.wires.values():
            if mine.always and not mine.spec.core:
                points = {
                    other.key: at
                    for other in self.wires.values()
                    if other.spec.id != mine.spec.id and (at := _crossing(mine.path, other.path))
                }
                if points:
                    found[mine.key] = points
        return found

    @cached_property
    def _order(self) -> dict[str, int]:
        return {key: k for k, key in enumerate(self.wires)}

    @cached_property
    def under(self) -> dict[str, frozenset[str]]:
        """For every wire: the stage wires drawn at rest that it runs along, left out while it is travelled."""
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

    def path(self, wire: Wire, single: bool) -> Path:
        """A wire's path; `single`: the cell at its end holds one unit only."""
        return wire.one if single and wire.one else wire.path

    def shape(self, wire: Wire, single: bool, travelled: frozenset[str], hidden: frozenset[str]) -> str:
        """The `d` of a wire that is not travelled: of two that cross, the later is broken by a gap.

        A travelled wire is never broken, so every other one gives way to it.
        """
        points: tuple[Point, ...] = ()
        crossed = self.crossings.get(wire.key)
        if crossed:
            mine = self._order[wire.key]
            points = tuple(
                point
                for key, at in crossed.items()
                if key in travelled
                or (self.wires[key].always and self._order[key] < mine and key not in hidden)
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
    return any(
        cross(s, t) and not square(s, t) for s in segments(mine) for t in segments(other)
    )
