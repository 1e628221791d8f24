"""What moves at a moment: messages on their wires with their pills, and the badges of faults."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from explorer.diagram.label import Label, along
from explorer.diagram.layout import Part
from explorer.diagram.measure import SPARE, width
from explorer.diagram.seats import Seating
from explorer.diagram.shapes import Box, Path, length, number, point_at
from explorer.diagram.wiring import Wire
from explorer.diagram.words import cut_at

BADGE_TEXT = 12


class Travels:
    """The messages of a step: who sends to whom, and along which wires."""

    def __init__(self, seating: Seating) -> None:
        moment = seating.moment
        self.seating = seating
        self.pairs: list[tuple[str, str]] = []
        if moment.acting:
            self.pairs = list(moment.hops) or [(s, t) for s in moment.sources for t in moment.targets]
        self.sources = self._with_hints(moment.sources, 0)
        self.targets = self._with_hints(moment.targets, 1)
        self.ways: list[tuple[Wire, bool]] = []
        for source, target in self.pairs:
            found = seating.wire_between(moment.link, source, target) if source != target else None
            if found and found not in self.ways:
                self.ways.append(found)
        self.keys = frozenset(wire.key for wire, _ in self.ways)
        drawing = seating.scene.drawing.name
        self.on_rail = any(wire.spec.routes[drawing] == "members" for wire, _ in self.ways)
        """Whether replicas inside the hub talk to each other."""

    def _with_hints(self, ends: Sequence[str], place: int) -> list[tuple[str, int]]:
        """Every end with the column of its partner."""
        found: dict[str, int] = {}
        for pair in self.pairs:
            found.setdefault(pair[place], self.seating.column_of(pair[1 - place]))
        return [(text, found.get(text, 0)) for text in dict.fromkeys((*found, *ends))]

    def data(self, badges: Sequence[Mapping[str, Any]], trail: Sequence[str]) -> list[dict[str, Any]]:
        """One entry a message; the first carries the words, clear of badges and of the trail of wires."""
        scene, moment = self.seating.scene, self.seating.moment
        words = (moment.label, moment.short) if scene.drawing.wide else (moment.short or moment.label,)
        words = (*words, words[-1].split(" ")[0])
        taken = [badge_box(badge) for badge in badges]
        for key in trail:
            taken += along(scene.wires[key].path)
        found = []
        for k, (wire, back) in enumerate(self.ways):
            single = self.seating.single(wire)
            way, d = scene.way(wire, single, back)
            label = scene.label(wire, single, back, words if k == 0 else (), taken)
            found.append(
                {
                    "path": wire.key,
                    "class": "travel" + (" told" if wire.spec.told else ""),
                    "back": back,
                    "d": d,
                    "length": round(length(way)),
                    "rest": [_short(label.rest[0]), _short(label.rest[1])],
                    "fraction": _short(label.fraction * 100),
                    "pill": _pill(label, scene.drawing.pill.pad / 2),
                }
            )
        return found


def badge_box(badge: Mapping[str, Any]) -> Box:
    """The room of a badge and its words."""
    r = badge["r"]
    return Box(badge["x"] - r, badge["y"] - r, 2 * r + (badge["w"] + 5 if badge["text"] else 0), 2 * r)


def _short(value: float) -> float:
    """As few digits as the eye needs; whole where it is whole, which JSON tells in two letters less."""
    short = float(number(value))
    return int(short) if short.is_integer() else short


def _pill(label: Label, pad: float) -> dict[str, Any] | None:
    box = label.pill
    if box is None:
        return None
    return {
        "x": _short(box.x),
        "y": _short(box.y),
        "w": _short(box.w),
        "h": box.h,
        "pad": pad,
        "text": label.text,
    }


def badges_of(
    seating: Seating,
    cut: Mapping[str, str],
    slow: Mapping[str, str],
    down: Sequence[Part],
) -> list[dict[str, Any]]:
    """A cross on what is cut or down, a clock on what is slow, with words where there is room.

    Links of one machine that broke alike say so once.
    """
    wide, language = seating.scene.drawing.wide, seating.scene.language
    found: list[dict[str, Any]] = []
    said: set[tuple[tuple[int, ...], str]] = set()
    for kind, faults in (("cut", cut), ("slow", slow)):
        for key, text in faults.items():
            wire = seating.scene.wires[key]
            if seating.without_units(wire):
                continue
            x, y = _badge_point(seating, wire)
            words = cut_at(text, language) if kind == "cut" and text else text
            badge = _badge(kind, x, y, 9 if wide else 8, words if wide else "")
            if badge["text"]:
                room, about = badge_box(badge), (wire.columns, words)
                inside = room.right <= seating.scene.drawing.edge[1]
                if about in said or not inside or not seating.scene.is_free(room, key):
                    badge = _badge(kind, x, y, 9, "")
                else:
                    said.add(about)
            found.append(badge)
    for part in down:
        if part.kind != "pip":
            found.append(_badge("cut", part.box.right, part.box.y, 7, ""))
    return found


def _badge_point(seating: Seating, wire: Wire) -> tuple[float, float]:
    """In the gap between hub and machine where the wire passes it, else halfway."""
    path: Path = seating.scene.path(wire, seating.single(wire))
    band = seating.scene.drawing.band
    for p, q in itertools.pairwise(path):
        if p[0] == q[0] and min(p[1], q[1]) < band < max(p[1], q[1]):
            return p[0], band
    x, y, _ = point_at(path, 0.5)
    return x, y


def _badge(kind: str, x: float, y: float, r: float, text: str) -> dict[str, Any]:
    k = r * 0.39
    cross = f"M-{k:.1f}-{k:.1f}l{2 * k:.1f} {2 * k:.1f}M{k:.1f}-{k:.1f}l-{2 * k:.1f} {2 * k:.1f}"
    clock = f"M0-{k * 1.3:.1f}V0L{k:.1f} {k * 0.6:.1f}"
    return {
        "class": "x" if kind == "cut" else "x slow",
        "x": _short(x),
        "y": _short(y),
        "r": r,
        "d": cross if kind == "cut" else clock,
        "text": text,
        "w": round(width(text, BADGE_TEXT, True) * SPARE) if text else 0,
    }
