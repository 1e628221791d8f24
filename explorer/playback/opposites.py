"""The counterparts that matter at a moment of two runs: what is alike, what differs, where both stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from explorer.diagram.layout import key_of
from explorer.diagram.machines import columns_at
from explorer.frames import component_of, place_of
from explorer.graph import Counterpart
from explorer.playback import picture
from explorer.playback.looking import Looking
from explorer.playback.rail import Both
from explorer.playback.telling import citation, mark_of

MOST = 3
"""How many lines a reader can take in beside two moving drawings."""


class _Found(NamedTuple):
    row: Counterpart
    left: str
    right: str
    touched: int


def opposites(at: Both) -> list[dict[str, Any]]:
    """The counterparts of the phase both stand in, and of what acts right now; the most telling first."""
    columns = [_column(look) for look in at.sides]
    told = [_told(at, found, columns) for found in _relevant(at)]
    shown = [entry for entry in told if "x" in entry["left"] and "x" in entry["right"]][:MOST]
    for entry in told:
        entry["shown"] = entry in shown
    return told


def every_opposite(at: Both, now: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """All counterparts of the two systems, those that matter `now` first and in that order."""
    rows = [(row, dict((row.left, row.right))) for row in at.left.of.atlas.counterparts.values()]
    systems = at.left.of.system, at.right.of.system
    told = [
        _told(at, _Found(row, ends[systems[0]], ends[systems[1]], 0), [1, 1])
        for row, ends in rows
        if all(system in ends for system in systems)
    ]
    order = [entry["slug"] for entry in now]
    return sorted(
        ({**entry, "now": entry["slug"] in order} for entry in told),
        key=lambda entry: order.index(entry["slug"]) if entry["now"] else len(order),
    )


def _relevant(at: Both) -> list[_Found]:
    meeting, atlas = at.meeting, at.left.of.atlas
    phase = at.left.of.phases[meeting.phase] if meeting is not None else ""
    acting = [_acting(look) for look in at.sides]
    found: list[_Found] = []
    for row in atlas.counterparts.values():
        ends = dict((row.left, row.right))
        left, right = ends.get(at.left.of.system), ends.get(at.right.of.system)
        if left is None or right is None:
            continue
        touched = (left in acting[0]) + (right in acting[1])
        if (phase and row.phase == phase) or touched == len(acting):
            found.append(_Found(row, left, right, touched))
    return sorted(found, key=lambda one: (one.row.phase != phase, -one.touched, one.row.order))


def _acting(look: Looking) -> set[str]:
    """The components that the step shows at work, with what they are part of."""
    frame, of = look.frame, look.of
    if frame is None:
        return set()
    ends = (component_of(frame.source), component_of(frame.target))
    return {slug for end in ends for slug in of.atlas.lineage(of.system, end)}


def _told(at: Both, found: _Found, columns: list[int]) -> dict[str, Any]:
    row, atlas, language = found.row, at.left.of.atlas, at.language
    ends = zip(at.sides, (found.left, found.right), columns, strict=True)
    left, right = ({"name": _name(look, slug), **_box(look, slug, column)} for look, slug, column in ends)
    return {
        "slug": row.slug,
        "left": left,
        "right": right,
        "same": row.same[language],
        "different": row.different[language],
        "why": row.why[language],
        "citations": [citation(atlas, cite, language) for cite in row.citations],
        "mark": mark_of(row.mark),
        "href_left": f"/systems/{at.left.of.system}/{found.left}/",
        "href_right": f"/systems/{at.right.of.system}/{found.right}/",
    }


def _name(look: Looking, slug: str) -> str:
    return look.of.atlas.components[look.of.system, slug].name[look.language]


def _box(look: Looking, slug: str, column: int) -> dict[str, float]:
    """Where the component stands in the compact drawing; nothing where it is not drawn."""
    of = look.of
    scene = picture.scene(of, "compact", look.language)
    key = key_of(scene.system, slug, scene.cast.parents)
    part = scene.layout.part_for(key, column) if key else None
    if part is None:
        return {}
    box = part.box
    return {"x": round(box.x, 1), "y": round(box.y, 1), "w": round(box.w, 1), "h": round(box.h, 1)}


def _column(look: Looking) -> int:
    """The column of the machine on which the step acts, else the first."""
    scene = picture.scene(look.of, "compact", look.language)
    columns = columns_at(scene.layout, picture.moment(look.of, look.step, look.language))
    frame = look.frame
    for end in (frame.target, frame.source) if frame is not None else ():
        place = place_of(end)
        if place in columns:
            return columns.index(place) + 1
    return 1
