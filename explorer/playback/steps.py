"""Steps: what a viewer sees as one event, made of consecutive frames by the rules of `docs/frames.md`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from explorer.frames import Frame, component_of

type Detail = Literal["story", "full", "idle"]
DETAILS: tuple[Detail, ...] = ("story", "full", "idle")
"""The story; every message; every message with those that brought nothing new."""
BEFORE = -1
"""The cursor before the first step: nothing has happened yet."""

_TRAVEL_S = 1.2
_LATIN_S, _HAN_S = 0.040, 0.120
_SHORTEST_S, _LONGEST_S = 3.0, 8.0


@dataclass(frozen=True, slots=True)
class Step:
    """Frames `first` to `index`, both included; the last one is the one that is shown and told."""

    number: int
    first: int
    index: int
    block: int
    """Which of the scenario's phases the scrubber shows it in (its position in the list)."""
    round: int = 0
    """How many faults had begun before it: each lets the phases begin anew."""


def story_steps(
    frames: Sequence[Frame],
    rule: Callable[[Frame], str],
    phases: Sequence[str],
    faults: Sequence[int] = (),
) -> list[Step]:
    """The steps of the story. `rule` gives a narration's story rule, `faults` are the times they began."""
    seen: set[tuple[str, ...]] = set()
    ends: list[int] = []
    for frame in frames:
        if frame.background:
            continue
        if _ends_step(frame, rule(frame), seen):
            ends.append(frame.index)
    if frames and (not ends or ends[-1] != frames[-1].index):
        ends.append(frames[-1].index)
    return _numbered(frames, ends, phases, faults)


def full_steps(
    frames: Sequence[Frame], phases: Sequence[str], faults: Sequence[int] = (), *, background: bool = False
) -> list[Step]:
    """Every frame a step; those that brought nothing new only when asked for."""
    ends = [frame.index for frame in frames if background or not frame.background]
    return _numbered(frames, ends, phases, faults)


def position(steps: Sequence[Step], index: int) -> int:
    """Where in `steps` the frame `index` lies; -1 before the first, the last one if it lies after all."""
    if index <= BEFORE or not steps:
        return -1
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        if steps[middle].index < index:
            low = middle + 1
        else:
            high = middle
    return low


def reading_seconds(*texts: str) -> float:
    """How long the words take to read: 40 ms a Latin letter, 120 ms a Han character.

    >>> round(reading_seconds("Pod", "节点"), 2)
    0.36
    """
    return sum(_HAN_S if ord(letter) > 0x2E80 else _LATIN_S for text in texts for letter in text)


def dwell_seconds(reading: float, speed: float) -> float:
    """How long autoplay stays on a step: travel and reading, within 3 to 8 s, divided by the speed."""
    return min(_LONGEST_S, max(_SHORTEST_S, _TRAVEL_S + reading)) / speed


def _ends_step(frame: Frame, rule: str, seen: set[tuple[str, ...]]) -> bool:
    if frame.outcome in ("refused", "timeout"):
        # Once for each kind of way: when a server dies, everybody finds out, and once is the story.
        failed = (frame.outcome, str(frame.link), component_of(frame.target))
        new = failed not in seen
        seen.add(failed)
        return new
    if rule == "each":
        return True
    key = (frame.narration,)
    first = key not in seen
    seen.add(key)
    complete = "n" in frame.params and frame.params["n"] == frame.params.get("of")
    return (first and rule in ("first", "first-complete")) or (
        complete and rule in ("complete", "first-complete")
    )


def _numbered(
    frames: Sequence[Frame], ends: Sequence[int], phases: Sequence[str], faults: Sequence[int]
) -> list[Step]:
    place = {phase: number for number, phase in enumerate(phases)}
    begun = sorted(faults)
    blocks: dict[int, int] = {}
    # A fault acts after everything that is due at its time.
    rounds = {end: bisect_left(begun, frames[end].at) for end in ends}
    block, later = len(phases) - 1, None
    for end in reversed(ends):
        if rounds[end] != later:
            block, later = len(phases) - 1, rounds[end]
        if not frames[end].background:
            block = min(block, place.get(frames[end].phase, block))
        blocks[end] = block
    starts = [0, *(end + 1 for end in ends[:-1])]
    return [
        Step(number, start, end, blocks[end], rounds[end])
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    ]
