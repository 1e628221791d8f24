"""Where a travelling message rests and where its label finds room."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from explorer.diagram.layout import SOLID, Layout
from explorer.diagram.measure import mono
from explorer.diagram.shapes import Box, Path, Point, fraction_at, length, point_at, segments
from explorer.diagram.wiring import Wire, text_walls

PILL_TEXT = 12.5
REST = 0.55
"""Where the token rests when nothing better is known, as a fraction of its way."""

FRACTIONS = (0.55, 0.5, 0.45, 0.6, 0.4, 0.65, 0.35, 0.7, 0.3, 0.75, 0.25, 0.8, 0.2, 0.85, 0.15)


@dataclass(frozen=True)
class Label:
    """A token's rest point, and its pill: box and words, or None where no words find room."""

    rest: Point
    fraction: float
    pill: Box | None
    text: str


Spots = Callable[[float, float, float, float, float, bool], list[Point]]
"""Token's x and y, pill's width and height, distance, whether the way is level: places, best first."""

Obstacle = tuple[str, Box]
"""What a pill must keep off, and the wire or part it belongs to ("" for none)."""


def obstacles(layout: Layout, wires: Iterable[Wire]) -> list[Obstacle]:
    """Texts, boxes, room of units and all links that are always drawn."""
    found: list[Obstacle] = [("", box._replace(x=box.x + 1, w=box.w - 2)) for box in text_walls(layout)]
    found += [
        (part.id, part.box) for part in layout.parts.values() if part.kind in SOLID and part.kind != "cell"
    ]
    for column in layout.columns:
        found += [("", slot.box) for slots in column.slots.values() for slot in slots]
    for wire in wires:
        if wire.always:
            found += [(wire.key, box) for box in along(wire.path)]
    return found


def along(path: Path) -> list[Box]:
    """The room that a path itself takes."""
    return [
        Box(min(s.x1, s.x2) - 2.5, min(s.y1, s.y2) - 1, abs(s.x1 - s.x2) + 5, abs(s.y1 - s.y2) + 2)
        for s in segments(path)
    ]


def place_label(
    layout: Layout, wire: Wire, way: Path, words: Sequence[str], around: Sequence[Obstacle]
) -> Label:
    """The first of the words that finds a free place: right of the token, left, above, below, along the way.

    Where none does, the pill may lie on its own way above or below the token, or reach out of its machine.
    """
    machine = _same_machine(layout, wire)
    route = wire.spec.routes[layout.drawing.name]
    if route == "members":
        around = [(owner, box) for owner, box in around if owner != layout.system.hub]
    boxes = [box for owner, box in around if owner != wire.key]
    rests = list(_rests(layout, way, route, machine))
    texts = [text for text in dict.fromkeys(words) if text]
    clear = [*boxes, *along(way)]
    wider = machine.grown(layout.drawing.machine.gutter + layout.drawing.machine.pad) if machine else None
    # Beside the way; on it; and for a label inside a machine, reaching into the gap to the next one.
    for spots, tries in (
        (_spots, ((clear, machine), (boxes, machine))),
        (_spots_on, ((boxes, machine),)),
        (_spots, ((boxes, wider),) if wider else ()),
    ):
        for text in texts:
            for taken, room in tries:
                found = _place(layout, way, route, text, rests, taken, room, spots)
                if found:
                    point, pill = found
                    return Label(point, fraction_at(way, point), pill, text)
    x, y, _ = point_at(way, rests[0])
    return Label((x, y), rests[0], None, "")


def _same_machine(layout: Layout, wire: Wire) -> Box | None:
    """The machine that both ends stand on; a label inside a machine stays in it."""
    inside = wire.a.column == wire.b.column != 0 and "tab" not in (wire.a.kind, wire.b.kind)
    return layout.columns[wire.a.column - 1].box if inside else None


def _rests(layout: Layout, way: Path, route: str, machine: Box | None) -> Iterator[float]:
    """Where the token may rest, best first, as fractions of its way."""
    d, whole = layout.drawing, length(way)
    if route == "floor":
        yield from (0.5, 0.45, 0.55, 0.4, 0.6)
        return
    levels: list[tuple[float, float]] = []  # height, and how long an upright piece must be there
    if machine:
        rows = [d.rows[name] for name in "ABC"]
        levels = [((y1 + h + y2) / 2, 0.0) for (y1, h), (y2, _) in itertools.pairwise(rows)][::-1]
    levels += [(d.band, 0), (sum(d.lanes) / 2, 150)]
    for level, least in levels:
        done = 0.0
        for p, q in itertools.pairwise(way):
            low, high = min(p[1], q[1]), max(p[1], q[1])
            if p[0] == q[0] and low < level < high and high - low > least:
                yield (done + abs(p[1] - level)) / whole
            done += abs(p[0] - q[0]) + abs(p[1] - q[1])
    yield from FRACTIONS
    done = 0.0
    for p, q in itertools.pairwise(way):
        piece = abs(p[0] - q[0]) + abs(p[1] - q[1])
        yield (done + piece / 2) / whole
        done += piece


def _place(
    layout: Layout,
    way: Path,
    route: str,
    text: str,
    rests: Sequence[float],
    around: Sequence[Box],
    machine: Box | None,
    spots_at: Spots,
) -> tuple[Point, Box] | None:
    d = layout.drawing
    w, h = mono(text, PILL_TEXT) + d.pill.pad, d.pill.h
    for fraction in rests:
        x, y, level = point_at(way, fraction)
        if route == "members" and spots_at is _spots:
            spots = _spots_of_rail(layout, x, w, h)
        else:
            spots = spots_at(x, y, w, h, d.pill.beside, level)
        for left, top in spots:
            box = Box(left, top, w, h)
            if machine and not (machine.x + 1 <= box.x and box.right <= machine.right - 1):
                continue
            if box.x < 1 or box.right > d.view[0] - 1 or box.y < 0 or box.bottom > d.view[1]:
                continue
            if not any(box.hits(other, 0.75) for other in around):
                return (x, y), box
    return None


def _spots(x: float, y: float, w: float, h: float, beside: float, level: bool) -> list[Point]:
    """Left and top of the pill at each place beside the token, best first."""
    right, left, middle = x + beside, x - beside - w, x - w / 2
    if not level:
        return [(right, y - h / 2), (left, y - h / 2)]
    top = y - 9 - h
    return [
        *((middle, top - k) for k in (3, 6, 8, 10, 12)),
        (middle, y + 12),
        (right, y - h / 2),
        (left, y - h / 2),
        (right, y + 2),
        (left, y + 2),
        *((middle, top - k) for k in (17, 21)),
        *((middle, y + k) for k in (18, 30)),
        *((x + 12 - w, top - k) for k in (3, 8, 12)),
        *((x - 12, top - k) for k in (3, 8, 12)),
    ]


def _spots_on(x: float, y: float, w: float, h: float, beside: float, level: bool) -> list[Point]:
    """Over the way itself, above and below the token; nothing for a level piece."""
    return [] if level else [(x - w / 2, y - beside - h + 1), (x - w / 2, y + beside - 1)]


def _spots_of_rail(layout: Layout, x: float, w: float, h: float) -> list[Point]:
    """A rail lies inside the hub: its pill stands above the hub, or left of the chips in compact."""
    d = layout.drawing
    if d.wide:
        return [(x - w / 2, d.hub.y - h - 6 - k) for k in (0, 8)]
    first = min(part.box.x for part in layout.parts.values() if part.kind == "chip")
    return [(first - 8 - w, layout.hub.box.cy - h / 2)]
