"""A comparison at one glance: what either system does when each phase begins."""

from __future__ import annotations

from typing import Any

from explorer.graph import Atlas
from explorer.playback.align import align
from explorer.playback.engine import play
from explorer.playback.narrate import narrate
from explorer.playback.pairing import comparable, pair_of, pairs_in, path_of, read_pair
from explorer.playback.place import Place
from explorer.playback.rail import both_at, rail


def glance(atlas: Atlas, scenario: str, language: str) -> dict[str, Any] | None:
    """The usual two systems: the first meeting of every phase in words, each with the way into the player.

    None where fewer than two systems play the scenario.
    """
    if scenario not in comparable(atlas):
        return None
    systems = pairs_in(atlas, scenario)[0]
    left, right = read_pair(atlas, scenario, dict(zip(("left", "right"), systems, strict=True)), ((), ()))
    meetings = align(play(atlas, left), play(atlas, right)).meetings
    opening = {meeting.phase: meeting for meeting in reversed(meetings) if meeting.round == 0}
    rows = []
    for _phase, meeting in sorted(opening.items()):
        place = Place(left, meeting.left, right=right, right_cursor=meeting.right)
        at = both_at(atlas, place, language)
        now = rail(at)["now"]
        titles = [
            narrate(atlas, look.of.system, look.frame, language).title if look.frame is not None else ""
            for look in at.sides
        ]
        rows.append(
            {
                "name": now["name"],
                "gist": now["gist"],
                "titles": titles,
                "href": pair_of(atlas, place).address(*meeting.cursors),
            }
        )
    return {
        "title": atlas.scenarios[scenario].title[language],
        "question": atlas.scenarios[scenario].question[language],
        "href": path_of(scenario),
        "systems": [{"slug": slug, "name": atlas.systems[slug].name[language]} for slug in systems],
        "phases": rows,
    }
