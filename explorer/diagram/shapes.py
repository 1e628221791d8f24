"""Boxes, orthogonal paths and the few questions the layout asks about them. All lengths are SVG units."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

Point = tuple[float, float]
Path = tuple[Point, ...]


class Segment(NamedTuple):
    """One straight piece of a path, from (x1, y1) to (x2, y2); always level or upright."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def level(self) -> bool:
        return self.y1 == self.y2


class Box(NamedTuple):
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float

    @property
    def cx(self) -> float:
        return self.x + self.w / 2

    @property
    def cy(self) -> float:
        return self.y + self.h / 2

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    def hits(self, other: Box, slack: float = 0) -> bool:
        """Whether the two overlap by more than `slack` in both directions."""
        return (
            self.x < other.right - slack
            and other.x < self.right - slack
            and self.y < other.bottom - slack
            and other.y < self.bottom - slack
        )

    def holds(self, other: Box, slack: float = 0) -> bool:
        """Whether `other` lies inside, give or take `slack`."""
        return (
            self.x - slack <= other.x
            and self.y - slack <= other.y
            and self.right + slack >= other.right
            and self.bottom + slack >= other.bottom
        )

    def grown(self, by: float) -> Box:
        return Box(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)


def segments(path: Path) -> list[Segment]:
    """The pieces of a path, without the empty ones."""
    return [Segment(*p, *q) for p, q in itertools.pairwise(path) if p != q]


def cross(s: Segment, t: Segment) -> bool:
    """Whether two pieces cross, overlap or come nearer than 3 units."""
    return (
        min(s.x1, s.x2) < max(t.x1, t.x2) + 3
        and min(t.x1, t.x2) < max(s.x1, s.x2) + 3
        and min(s.y1, s.y2) < max(t.y1, t.y2) + 3
        and min(t.y1, t.y2) < max(s.y1, s.y2) + 3
    )


def square(s: Segment, t: Segment) -> bool:
    """Whether two pieces stand at a right angle and share no end."""
    if (s.x1 == s.x2) == (t.x1 == t.x2):
        return False
    ends = ((s.x1, s.y1), (s.x2, s.y2)), ((t.x1, t.y1), (t.x2, t.y2))
    return not any(abs(p[0] - q[0]) < 5 and abs(p[1] - q[1]) < 5 for p in ends[0] for q in ends[1])


def through(s: Segment, box: Box) -> bool:
    """Whether a piece runs through the inside of a box (its border may be touched)."""
    return (
        min(s.x1, s.x2) < box.right - 0.5
        and max(s.x1, s.x2) > box.x + 0.5
        and min(s.y1, s.y2) < box.bottom - 0.5
        and max(s.y1, s.y2) > box.y + 0.5
    )


def length(path: Path) -> float:
    """How long an orthogonal path is."""
    return sum(abs(p[0] - q[0]) + abs(p[1] - q[1]) for p, q in itertools.pairwise(path))


def point_at(path: Path, fraction: float) -> tuple[float, float, bool]:
    """The point at a fraction of the length, and whether its piece is level."""
    left = length(path) * fraction
    for p, q in itertools.pairwise(path):
        piece = abs(p[0] - q[0]) + abs(p[1] - q[1])
        if piece and left <= piece:
            return p[0] + (q[0] - p[0]) * left / piece, p[1] + (q[1] - p[1]) * left / piece, p[1] == q[1]
        left -= piece
    return *path[-1], False


def fraction_at(path: Path, point: Point) -> float:
    """The reverse of `point_at`: how far along the path a point of it lies, 0 to 1."""
    done, whole = 0.0, length(path)
    for p, q in itertools.pairwise(path):
        if (
            min(p[0], q[0]) - 0.1 <= point[0] <= max(p[0], q[0]) + 0.1
            and min(p[1], q[1]) - 0.1 <= point[1] <= max(p[1], q[1]) + 0.1
        ):
            return (done + abs(p[0] - point[0]) + abs(p[1] - point[1])) / whole
        done += abs(p[0] - q[0]) + abs(p[1] - q[1])
    return 1.0


def broken(path: Path, cuts: Iterable[Point], half: float = 5) -> list[Path]:
    """The path with a gap of 2 x `half` at every point of `cuts` that lies on it."""
    holes = sorted(set(cuts))
    pieces: list[Path] = []
    now: list[Point] = [path[0]]
    for a, b in itertools.pairwise(path):
        dx, dy = (b[0] > a[0]) - (b[0] < a[0]), (b[1] > a[1]) - (b[1] < a[1])
        on = [c for c in holes if _inside(a, b, c)]
        for c in sorted(on, key=lambda c: abs(c[0] - a[0]) + abs(c[1] - a[1])):
            pieces.append((*now, (c[0] - half * dx, c[1] - half * dy)))
            now = [(c[0] + half * dx, c[1] + half * dy)]
        now.append(b)
    return [*pieces, tuple(now)]


def _inside(a: Point, b: Point, c: Point) -> bool:
    if c[1] == a[1] == b[1]:
        return min(a[0], b[0]) < c[0] < max(a[0], b[0])
    return c[0] == a[0] == b[0] and min(a[1], b[1]) < c[1] < max(a[1], b[1])


def number(value: float) -> str:
    """A coordinate as text: one decimal at most, no needless zero.

    >>> number(12.0), number(3.25), number(-0.04)
    ('12', '3.2', '0')
    """
    text = f"{value:.1f}"
    if text.endswith(".0"):
        text = text[:-2]
    return "0" if text == "-0" else text


def rounded(path: Path, radius: float) -> str:
    """The `d` of a path with rounded corners; a piece shorter than two radii gets smaller ones."""
    points = [p for k, p in enumerate(path) if k == 0 or p != path[k - 1]]
    parts = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for a, b, c in zip(points, points[1:], points[2:], strict=False):
        before, after = abs(a[0] - b[0]) + abs(a[1] - b[1]), abs(c[0] - b[0]) + abs(c[1] - b[1])
        r = min(radius, before / 2, after / 2)
        u = (b[0] + (a[0] - b[0]) * r / before, b[1] + (a[1] - b[1]) * r / before)
        v = (b[0] + (c[0] - b[0]) * r / after, b[1] + (c[1] - b[1]) * r / after)
        parts.append(
            f"L{number(u[0])} {number(u[1])}Q{number(b[0])} {number(b[1])} {number(v[0])} {number(v[1])}"
        )
    parts.append(f"L{number(points[-1][0])} {number(points[-1][1])}")
    return "".join(parts)


def bends(path: Path) -> Iterator[float]:
    """The heights at which a path turns: what makes two links of one kind share a bus."""
    for _, y in path[1:-1]:
        yield y
