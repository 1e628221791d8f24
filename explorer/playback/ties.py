"""Ties: the dotted lines of a comparison, from a part of one system to what answers to it in the other.

Both drawings and the rail between them are one picture of 1100 by 424 units: 440 the left drawing, 220 the
rail, 440 the right one. A tie leaves its part at the side that faces the rail; where another part stands in
between it goes below the part's row first, so that it lies over no name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from explorer.playback import picture

DRAWING, RAIL = 440, 220
MOST = 3
_ROWS = {1: (132,), 2: (132, 256), 3: (132, 238, 280)}
"""At which heights the ties run through the card, by how many there are."""
_FACING = 40
"""How near to its drawing's inner edge a part stands beside it."""
_BELOW, _APART = 9, 3
_LONGEST = 23
"""Letters of a name in the card."""


def ties(pairs: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """The ties of the pairs that are drawn on both sides: path, ends, rings, names and their places."""
    shown = [pair for pair in pairs if pair["shown"]][:MOST]
    rows = _ROWS.get(len(shown), ())
    made = []
    for number, (pair, row) in enumerate(zip(shown, rows, strict=True)):
        left = _leave(pair["left"], _turn(shown, number, "left"), number)
        right = _leave(_mirrored(pair["right"]), _turn(shown, number, "right"), number)
        gutters = DRAWING - 4 + 4 * number, DRAWING + RAIL + 4 - 4 * number
        ends = left[0], _across(right[0])
        way = [*left, (gutters[0], left[-1][1]), (gutters[0], row), (gutters[1], row)]
        way += [(gutters[1], right[-1][1]), *(_across(point) for point in reversed(right))]
        made.append(
            {
                "slug": pair["slug"],
                "number": number + 1,
                "d": _path(way),
                "row": row,
                "left": {"x": ends[0][0], "y": ends[0][1], "name": _name(pair, "left", language)},
                "right": {"x": ends[1][0], "y": ends[1][1], "name": _name(pair, "right", language)},
                "rings": [_ring(pair["left"], 0), _ring(pair["right"], DRAWING + RAIL)],
            }
        )
    return made


type _Point = tuple[float, float]


def _leave(box: Mapping[str, Any], turn: float, number: int) -> list[_Point]:
    """The first points of a tie from a part of the left drawing."""
    edge = box["x"] + box["w"]
    if edge >= DRAWING - _FACING:
        return [(edge, round(box["y"] + box["h"] * turn, 1))]
    foot = box["y"] + box["h"]
    return [(edge - 9, foot), (edge - 9, foot + _BELOW + _APART * number)]


def _turn(shown: Sequence[Mapping[str, Any]], number: int, side: str) -> float:
    """Where along its part's height a tie ends: several ties of one part share it."""
    same = [one for one, pair in enumerate(shown) if _place(pair[side]) == _place(shown[number][side])]
    return (same.index(number) + 1) / (len(same) + 1)


def _place(box: Mapping[str, Any]) -> tuple[Any, Any]:
    return box["x"], box["y"]


def _mirrored(box: Mapping[str, Any]) -> dict[str, Any]:
    return {**box, "x": DRAWING - box["x"] - box["w"]}


def _across(point: _Point) -> _Point:
    return 2 * DRAWING + RAIL - point[0], point[1]


def _path(points: Sequence[_Point]) -> str:
    """Points as an SVG path of level and upright lines."""
    here = points[0]
    path = f"M{here[0]:g} {here[1]:g}"
    for x, y in points[1:]:
        if x != here[0]:
            path += f"H{x:g}"
        if y != here[1]:
            path += f"V{y:g}"
        here = (x, y)
    return path


def _ring(box: Mapping[str, Any], aside: int) -> dict[str, float]:
    return {"x": box["x"] + aside - 4, "y": box["y"] - 4, "w": box["w"] + 8, "h": box["h"] + 8}


def _name(pair: Mapping[str, Any], side: str, language: str) -> str:
    """A part's name as the card has room for it."""
    name: str = pair[side]["name"].partition(" (")[0].partition("（")[0]
    if len(name) <= _LONGEST:
        return name
    _root, _systems, system, component, _end = pair[f"href_{side}"].split("/")
    short: str | None = picture.drawn_name(system, component, language, _LONGEST)
    return short if short and len(short) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
