"""What a push says of a comparison: numbers and names that dress what the page keeps.

The heads of both sides, the phases, the counterparts and the lines between them come with the page; pushed
again and again they would be more than everything else together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from explorer.playback.engine import neighbour
from explorer.playback.looking import Looking, clock
from explorer.playback.rail import Both
from explorer.playback.showing import as_script

_NONE = "-"


def dressing(
    at: Both,
    road: Mapping[str, Any],
    pairs: Sequence[Mapping[str, Any]],
    lines: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Plain texts for attributes, and the card with its lines as data; `road` is the rail."""
    phases = road["phases"]
    states = [phase["state"] for phase in phases]
    stretch = states.index("now") if "now" in states else None
    return {
        "left": _head(at.left),
        "right": _head(at.right),
        "road": " ".join(f"{at.left.of.phases.index(phase['slug'])}.{phase['steps']}" for phase in phases),
        "stretch": stretch,
        "fraction": phases[stretch]["fraction"] if stretch is not None else 0,
        "pairs": " ".join(pair["slug"] for pair in pairs),
        "card": as_script(_card(road["now"], lines)),
    }


def _head(look: Looking) -> str:
    """Step, steps, seconds, and the frames one step back and one on, a dash where there is none."""
    of, cursor = look.of, look.place.cursor
    ways = [neighbour(of, cursor, by) for by in (-1, 1)]
    told = [str(way) if way != cursor else _NONE for way in ways]
    return " ".join([str(of.position(cursor) + 1), str(len(of.steps)), clock(look.time), *told])


def _card(now: Mapping[str, Any] | None, lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    told = _("%(number)s of %(total)s: %(name)s") % now if now is not None else ""
    gist = now["gist"] if now is not None else ""
    return {"now": told, "gist": gist, "ties": [_line(one) for one in lines]}


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    left, right = line["left"], line["right"]
    return {
        "number": line["number"],
        "d": line["d"],
        "row": line["row"],
        "ends": [left["x"], left["y"], right["x"], right["y"]],
        "rings": [[ring[name] for name in ("x", "y", "w", "h")] for ring in line["rings"]],
        "names": [left["name"], right["name"]],
    }
