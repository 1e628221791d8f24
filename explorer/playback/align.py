"""Meetings: the moments that two runs of one scenario share, phase by phase. Pure over two plays.

Both runs are cut into blocks by (round, phase). Where one has more steps in a block than the other, it
plays them in order while the other stays on its last one.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from explorer.playback.engine import Play
from explorer.playback.kept import Kept
from explorer.playback.steps import BEFORE, Step

_KEPT_MEETINGS = 150_000
"""Of all alignments together: of two long runs, every message a step, there are more than 20,000."""

type Cursors = tuple[int, int]
"""The index of the frame shown on the left, and on the right."""
APART: Cursors = (BEFORE, BEFORE)


class Meeting(NamedTuple):
    """A shared moment: both cursors, the block it lies in, and which of the block's meetings it is.

    `turn` counts from 1. `steps` are the block's own steps of the left and the right side.
    """

    left: int
    right: int
    round: int
    phase: int
    turn: int
    steps: tuple[int, int]

    @property
    def cursors(self) -> Cursors:
        return self.left, self.right

    @property
    def turns(self) -> int:
        """How many meetings the block has."""
        return max(self.steps)


@dataclass(frozen=True)
class Alignment:
    """All meetings of two runs, in order; each differs from the one before it."""

    meetings: tuple[Meeting, ...]

    def at(self, cursors: Cursors) -> int:
        """The number of the last meeting that both sides have reached, BEFORE where there is none."""
        return min(bisect_right(self._lefts, cursors[0]), bisect_right(self._rights, cursors[1])) - 1

    def meets(self, cursors: Cursors) -> bool:
        """Whether these cursors are a meeting, or both stand before the first."""
        return cursors == self.cursors(self.at(cursors))

    def cursors(self, number: int) -> Cursors:
        """The cursors of a meeting; BEFORE is the moment before the first."""
        return self.meetings[number].cursors if number >= 0 else APART

    def next(self, cursors: Cursors) -> Cursors:
        """Where both go from here: the first meeting behind neither side and ahead of one.

        At the end of both runs, and only there, it is where they stand.
        """
        for meeting in self.meetings[max(0, self.at(cursors)) :]:
            if meeting.left >= cursors[0] and meeting.right >= cursors[1] and meeting.cursors != cursors:
                return meeting.cursors
        return cursors

    def back(self, cursors: Cursors) -> Cursors:
        """Where both go back to: the last meeting ahead of neither side and behind one, or APART."""
        here = self.at(cursors)
        return self.cursors(here if self.cursors(here) != cursors else max(BEFORE, here - 1))

    def reached(self, side: int, index: int) -> Cursors:
        """The first meeting to which that side (0: left) comes no earlier than to its frame `index`."""
        return next((m.cursors for m in self.meetings if m.cursors[side] >= index), self.cursors(-1))

    @cached_property
    def _lefts(self) -> list[int]:
        return [meeting.left for meeting in self.meetings]

    @cached_property
    def _rights(self) -> list[int]:
        return [meeting.right for meeting in self.meetings]


_alignments: Kept[Alignment] = Kept(_KEPT_MEETINGS, lambda alignment: len(alignment.meetings))


def align(left: Play, right: Play) -> Alignment:
    """The alignment of two plays of one scenario, worked out once while it is kept."""
    key = (left.atlas.version, left.inputs, right.inputs)
    return _alignments.made(key, lambda: Alignment(_meetings(left.steps, right.steps)))


def _meetings(left: list[Step], right: list[Step]) -> tuple[Meeting, ...]:
    ours, theirs = _blocks(left), _blocks(right)
    found: list[Meeting] = []
    here, there = APART
    for block in sorted({*ours, *theirs}):
        mine, other = ours.get(block, []), theirs.get(block, [])
        for turn in range(1, max(len(mine), len(other)) + 1):
            here = mine[min(turn, len(mine)) - 1].index if mine else here
            there = other[min(turn, len(other)) - 1].index if other else there
            found.append(Meeting(here, there, *block, turn, (len(mine), len(other))))
    return tuple(found)


def _blocks(steps: list[Step]) -> dict[tuple[int, int], list[Step]]:
    blocks: dict[tuple[int, int], list[Step]] = {}
    for step in steps:
        blocks.setdefault((step.round, step.block), []).append(step)
    return blocks
