"""The ways a link may take, best first: each route of the grammar as a list of candidate paths."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from explorer.diagram.layout import Layout, Part
from explorer.diagram.placements import LinkSpec
from explorer.diagram.shapes import Box, Path

PORTS = (0.5, 0.3, 0.7, 0.2, 0.8)
"""Where a link may leave a side, as fractions of it, in order of preference."""
LANE_PORTS = (0.5, 0.35, 0.65, 0.2, 0.8)


def candidates(layout: Layout, spec: LinkSpec, a: Part, b: Part) -> list[Path]:
    """All ways from part `a` to part `b` that the link's route allows."""
    route = spec.routes[layout.drawing.name]
    same_machine = a.column == b.column != 0
    if route == "side" and same_machine and a.box.x < b.box.right and b.box.x < a.box.right:
        route = "straight"
    if route in ("arm.left", "arm.right") and same_machine:
        return [_arm_inside(layout, a, b.box, route)]
    if route in ("lane", "arm.left", "arm.right"):
        return _to_bottom_row(layout, spec, a, b, route)
    if route == "gutter":
        return _gutter(layout, a.box, b.box)
    if route == "straight":
        return _straight(spec, a.box, b.box)
    if route == "side":
        return [_side(a.box, b.box)]
    if route == "elbow":
        return [_elbow(a.box, b.box)]
    if route == "between":
        return _between(layout, a.box, b.box)
    if route == "members":
        return [_rail(layout, a.box, b.box)]
    if route == "floor":
        return _floor(layout, a.box, b.box)
    if route == "under":
        return _under(layout, a.box, b.box)
    if route == "outer.over":
        return _outer_over(layout, a, b.box)
    return _outer(layout, a.box, b.box, route)


def _ports(box: Box) -> list[float]:
    return [box.x + box.w * fraction for fraction in PORTS]


def _fits(box: Box, x: float) -> bool:
    return box.x + 9 <= x <= box.right - 9


def _straight(spec: LinkSpec, a: Box, b: Box) -> list[Path]:
    """Upright, at the middle of the narrower box; traffic may stand a little beside."""
    narrow = a if a.w <= b.w else b
    x = narrow.cx
    if not max(a.x, b.x) < x < min(a.right, b.right):
        x = max(a.x, b.x) + 12
    start, end = (a.y, b.bottom) if a.y > b.y else (a.bottom, b.y)
    beside = (x - narrow.w * 0.2, x + narrow.w * 0.2) if spec.data else ()
    return [((at, start), (at, end)) for at in (x, *beside)]


def _side(a: Box, b: Box) -> Path:
    y = max(a.y, b.y) / 2 + min(a.bottom, b.bottom) / 2
    return ((a.right, y), (b.x, y)) if a.x < b.x else ((a.x, y), (b.right, y))


def _elbow(a: Box, b: Box) -> Path:
    if b.x < a.right:
        return (a.cx, a.bottom), (a.cx, b.y)
    middle = a.right + 10
    return (a.right, a.cy), (middle, a.cy), (middle, b.y + 11), (b.x, b.y + 11)


def _arm_inside(layout: Layout, a: Part, b: Box, route: str) -> Path:
    """Down the padding of the machine that both ends stand on."""
    x, left = _arm(layout, a.column, route), route == "arm.left"
    from_x, to_x = (a.box.x, b.x) if left else (a.box.right, b.right)
    return (from_x, a.box.cy), (x, a.box.cy), (x, b.cy), (to_x, b.cy)


def _arm(layout: Layout, column: int, route: str) -> float:
    machine, inset = layout.columns[column - 1].box, layout.drawing.machine.arm
    return machine.x + inset if route == "arm.left" else machine.right - inset


def corridors(layout: Layout) -> list[float]:
    """The upright gaps beside the machines through which a link reaches the hub from the bottom row."""
    d = layout.drawing
    boxes, gutter = [column.box for column in layout.columns], d.machine.gutter
    gaps = [(p.right + q.x) / 2 for p, q in itertools.pairwise(boxes)]
    if 0 < len(boxes) < 3:
        gaps = [gap + side * gutter / 4 for gap in gaps for side in (-1, 1)]
        if boxes[0].x - d.edge[0] > 40:
            gaps += [boxes[0].x - gutter / 2, boxes[-1].right + gutter / 2]
    if not boxes:
        gaps = [d.hub.x + d.hub.w * fraction for fraction in PORTS]
    shifts = (0, -5, 5) if d.wide else (0, -3.2, 3.2)
    tabs = [
        part.box
        for part in layout.parts.values()
        if part.kind == "tab" and layout.system.tabs and layout.system.tabs.per_machine
    ]
    return [
        x
        for x in (gap + shift for shift in shifts for gap in gaps)
        if d.hub.x + 8 < x < d.hub.x + d.hub.w - 8 and not any(t.x - 6 < x < t.right + 6 for t in tabs)
    ]


def _gutter(layout: Layout, a: Box, b: Box) -> list[Path]:
    service, up = (a, True) if a.y > b.y else (b, False)
    foot = layout.hub.box.bottom
    gaps = sorted(corridors(layout), key=lambda gap: round(abs(gap - service.cx) / 12))
    ways: list[Path] = [((x, service.y), (x, foot)) for x in gaps if _fits(service, x)]
    ways += [
        ((port, service.y), (port, lane), (x, lane), (x, foot))
        for x in gaps
        for lane in layout.drawing.lanes
        for port in _ports(service)
    ]
    return ways if up else _reversed(ways)


def _to_bottom_row(layout: Layout, spec: LinkSpec, a: Part, b: Part, route: str) -> list[Path]:
    """Between a machine and the bottom row: out of its foot, or down its padding, along a lane."""
    machine, service, forward = (a, b.box, True) if a.box.y < b.box.y else (b, a.box, False)
    box, lanes = machine.box, layout.drawing.lanes
    ways: list[Path] = []
    if route == "lane":
        wish = spec.ports.get(layout.drawing.name)
        starts = [box.x + box.w * f for f in ((wish,) if wish else LANE_PORTS)]
        for lane in lanes:
            for port in _ports(service):
                for x in starts:
                    if lane == lanes[0] and _fits(service, x):
                        ways.append(((x, box.bottom), (x, service.y)))
                    ways.append(((x, box.bottom), (x, lane), (port, lane), (port, service.y)))
    else:
        x, start = _arm(layout, machine.column, route), box.x if route == "arm.left" else box.right
        for lane in lanes:
            for port in _ports(service):
                ways.append(((start, box.cy), (x, box.cy), (x, lane), (port, lane), (port, service.y)))
                if _fits(service, x):
                    ways.append(((start, box.cy), (x, box.cy), (x, service.y)))
    return ways if forward else _reversed(ways)


def _between(layout: Layout, a: Box, b: Box) -> list[Path]:
    return [
        (
            (a.x + a.w * f, a.bottom),
            (a.x + a.w * f, lane),
            (b.x + b.w * g, lane),
            (b.x + b.w * g, b.bottom),
        )
        for f in (0.5, 0.65, 0.35, 0.8, 0.2)
        for g in (0.5, 0.35, 0.65)
        for lane in layout.drawing.lanes
    ]


def _rail(layout: Layout, a: Box, b: Box) -> Path:
    y = layout.drawing.hub.rail
    return (a.cx, a.bottom), (a.cx, y), (b.cx, y), (b.cx, b.bottom)


def _floor(layout: Layout, a: Box, b: Box) -> list[Path]:
    y = layout.drawing.floor
    return [((p, a.bottom), (p, y), (q, y), (q, b.bottom)) for p in _ports(a) for q in _ports(b)]


def _under(layout: Layout, a: Box, b: Box) -> list[Path]:
    """Between two boxes of the top row, through the gap above the hub."""
    y = (a.bottom + layout.drawing.hub.y) / 2
    near, far = ((0.2, 0.3), (0.8, 0.7)) if a.x > b.x else ((0.8, 0.7), (0.2, 0.3))
    return [
        ((a.x + a.w * f, a.bottom), (a.x + a.w * f, y), (b.x + b.w * g, y), (b.x + b.w * g, b.bottom))
        for f in near
        for g in far
    ]


def _outer(layout: Layout, a: Box, b: Box, route: str) -> list[Path]:
    """Outside every zone, down to the floor and up into the bottom row; `over` starts above the top row."""
    d = layout.drawing
    right = route == "outer.right"
    x = d.outer[1 if right else 0]
    if route == "over":
        head: Path = ((a.cx, a.y), (a.cx, d.over), (x, d.over))
    else:
        head = ((a.right if right else a.x, a.cy), (x, a.cy))
    return [(*head, (x, d.floor), (port, d.floor), (port, b.bottom)) for port in _ports(b)]


def _outer_over(layout: Layout, a: Part, b: Box) -> list[Path]:
    """From a machine, outside every zone, up and over the top row: the way of a link that is only told."""
    d, last = layout.drawing, len(layout.columns)
    ways: list[Path] = []
    for left in (True, False) if a.column <= (last + 1) // 2 else (False, True):
        x, y = d.outer[0 if left else 1], a.box.cy
        start = a.box.x if left else a.box.right
        heads: list[Path] = [((start, y), (x, y))]
        if a.column != (1 if left else last):
            arm = _arm(layout, a.column, "arm.left" if left else "arm.right")
            heads = [((start, y), (arm, y), (arm, lane), (x, lane)) for lane in d.lanes]
        ways += [(*head, (x, d.over), (port, d.over), (port, b.y)) for head in heads for port in _ports(b)]
    return ways


def _reversed(ways: Iterable[Path]) -> list[Path]:
    return [way[::-1] for way in ways]
