"""The rail that two runs share: the phases they meet in, where they stand, and what struck them when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import pgettext_lazy

from explorer.playback import breaking
from explorer.playback.align import Alignment, Cursors, Meeting, align
from explorer.playback.engine import Play, play
from explorer.playback.looking import Looking, phase_name
from explorer.playback.pairing import SIDES, Pair, pair_of
from explorer.playback.place import Place
from explorer.playback.steering import SPEEDS
from explorer.playback.steps import BEFORE

_GISTS = {
    "submit": pgettext_lazy("what a phase is about", "somebody asks"),
    "admit": pgettext_lazy("what a phase is about", "the request is judged"),
    "persist": pgettext_lazy("what a phase is about", "the wish is stored"),
    "expand": pgettext_lazy("what a phase is about", "one wish becomes many units"),
    "schedule": pgettext_lazy("what a phase is about", "a machine is chosen"),
    "bind": pgettext_lazy("what a phase is about", "the choice is stored"),
    "dispatch": pgettext_lazy("what a phase is about", "the machine learns of its work"),
    "start": pgettext_lazy("what a phase is about", "the machine starts it"),
    "report": pgettext_lazy("what a phase is about", "the machine says how it stands"),
    "expose": pgettext_lazy("what a phase is about", "others can find it"),
}
"""A phase without words here is told by its name alone."""


@dataclass(frozen=True)
class Both:
    """Who looks at which two runs, side by side: both looks, and how the runs meet."""

    left: Looking
    right: Looking
    place: Place
    pair: Pair

    @property
    def sides(self) -> tuple[Looking, Looking]:
        return self.left, self.right

    @property
    def cursors(self) -> Cursors:
        return self.place.cursor, self.place.right_cursor

    @property
    def language(self) -> str:
        return self.left.language

    @cached_property
    def meetings(self) -> Alignment:
        return align(self.left.of, self.right.of)

    @cached_property
    def number(self) -> int:
        """The meeting they are at or came from last."""
        return self.meetings.at(self.cursors)

    @property
    def meeting(self) -> Meeting | None:
        return self.meetings.meetings[self.number] if self.number >= 0 else None

    def href(self, number: int) -> str:
        return self.pair.href(*self.meetings.cursors(number))


def looking_at_both(of: tuple[Play, Play], place: Place, pair: Pair, language: str) -> Both:
    """Both looks at a place that has two sides."""
    left, right = place.sides()
    return Both(Looking(of[0], left, language), Looking(of[1], right, language), place, pair)


class Block(NamedTuple):
    """One stretch of the rail: a phase in a round, and its meetings' numbers."""

    round: int
    phase: int
    numbers: list[int]


def rail(at: Both) -> dict[str, Any]:
    """The phases of both runs, and the one they stand in."""
    blocks = _blocks(at)
    here = at.meeting
    now: dict[str, Any] | None = None
    if here is not None:
        slug = at.left.of.phases[here.phase]
        now = {
            "number": here.phase + 1,
            "total": len(at.left.of.phases),
            "name": phase_name(slug, at.language),
            "gist": str(_GISTS.get(slug, "")),
        }
    place = _place_of(blocks, here)
    return {
        "phases": [_phase(at, number, block, place) for number, block in enumerate(blocks)],
        "road": _road(at),
        "now": now,
        "lesson": "",
    }


def _road(at: Both) -> list[dict[str, str]]:
    """Every phase once, whatever the faults make of the rail: the column between the two drawings."""
    here = at.meeting.phase if at.meeting is not None else BEFORE
    return [
        {
            "name": phase_name(slug, at.language),
            "state": "done" if number < here else "now" if number == here else "",
        }
        for number, slug in enumerate(at.left.of.phases)
    ]


def transport(at: Both, phases: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything the transport bar of both shows and leads to. `phases` are the rail's."""
    meetings, here = at.meetings, at.cursors
    last = len(meetings.meetings) - 1
    back, further = meetings.back(here), meetings.next(here)
    blocks = _blocks(at)
    ways = {
        "first": meetings.cursors(0) if at.number > 0 else None,
        "back": back if back != here else None,
        "next": further if further != here else None,
        "last": meetings.cursors(last) if here != meetings.cursors(last) else None,
    }
    return {
        "first_href": at.href(0) if ways["first"] is not None else "",
        "back_href": at.pair.href(*back) if back != here else "",
        "next_href": at.pair.href(*further) if further != here else "",
        "last_href": at.href(last) if ways["last"] is not None else "",
        "phases": phases,
        "ways": [
            {"name": name, "index": meetings.at(to), "left": to[0], "right": to[1]}
            for name, to in ways.items()
            if to is not None
        ],
        "marks": [mark for side in range(len(SIDES)) for mark in _marks(at, side, blocks)],
        "head": _percent(_share(blocks, at.meeting)),
        "playing": at.place.playing,
        "speed": f"{at.place.speed:g}",
        "speeds": [
            {
                "value": f"{s:g}",
                "label": {0.25: "¼×", 0.5: "½×"}.get(s, f"{s:g}×"),
                "current": s == at.place.speed,
            }
            for s in SPEEDS
        ],
    }


def _blocks(at: Both) -> list[Block]:
    """Every phase, the empty ones too; after each fault anew, from the phase that it leads back to."""
    found: list[Block] = []
    meetings = at.meetings.meetings
    rounds = sorted({meeting.round for meeting in meetings})
    for one in rounds:
        numbers = [number for number, meeting in enumerate(meetings) if meeting.round == one]
        first = 0 if one == rounds[0] else meetings[numbers[0]].phase
        last = len(at.left.of.phases) - 1 if one == rounds[-1] else meetings[numbers[-1]].phase
        for phase in range(first, last + 1):
            found.append(Block(one, phase, [n for n in numbers if meetings[n].phase == phase]))
    return found


def _place_of(blocks: list[Block], meeting: Meeting | None) -> int:
    if meeting is None:
        return BEFORE
    return next(n for n, block in enumerate(blocks) if block[:2] == (meeting.round, meeting.phase))


def _phase(at: Both, number: int, block: Block, now: int) -> dict[str, Any]:
    slug = at.left.of.phases[block.phase]
    first = block.numbers[0] if block.numbers else None
    passed = sum(1 for one in block.numbers if one <= at.number)
    return {
        "slug": slug,
        "name": phase_name(slug, at.language),
        "state": "now" if number == now else "done" if number < now else "next",
        "meeting": first,
        "href": at.href(first) if first is not None else "",
        "steps": len(block.numbers),
        "fraction": round(100 * passed / len(block.numbers)) if block.numbers else 0,
    }


def _share(blocks: list[Block], meeting: Meeting | None) -> float:
    """How much of the rail lies before a meeting."""
    if meeting is None:
        return 0.0
    return (_place_of(blocks, meeting) + (meeting.turn - 0.5) / meeting.turns) / len(blocks)


def _marks(at: Both, side: int, blocks: list[Block]) -> list[dict[str, str]]:
    """A side's faults, each behind the last meeting of the rounds before the one that it opens."""
    made = []
    for number, fault in enumerate(sorted(at.sides[side].of.faults, key=lambda fault: fault.start)):
        passed = [meeting for meeting in at.meetings.meetings if meeting.round <= number]
        latest = passed[-1] if passed else None
        left = _share(blocks, latest) + (0.5 / latest.turns / len(blocks) if latest else 0)
        anchor = "start" if left < 0.08 else "end" if left > 0.92 else "middle"
        made.append(
            {"left": _percent(left), "text": breaking.short(fault), "anchor": anchor, "side": SIDES[side]}
        )
    return made


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def both_at(atlas: Any, place: Place, language: str) -> Both:
    """Both looks at a place that has two sides, its plays made where they are not kept."""
    left, right = place.sides()
    plays = (play(atlas, left.inputs), play(atlas, right.inputs))
    return looking_at_both(plays, place, pair_of(atlas, place), language)
