"""Where one can go from a step: the neighbours, the scrubber's phases, the marks of faults."""

from __future__ import annotations

from typing import Any, NamedTuple

from explorer.playback import breaking
from explorer.playback.engine import Play, neighbour
from explorer.playback.looking import Looking, clock, phase_name
from explorer.playback.steering import SPEEDS
from explorer.playback.steps import BEFORE, Step


def transport(at: Looking) -> dict[str, Any]:
    """Everything the transport bar shows and leads to."""
    of, place, cursor = at.of, at.place, at.place.cursor
    here = of.position(cursor)
    last = of.steps[-1].index
    back, further = neighbour(of, cursor, -1), neighbour(of, cursor, 1)
    blocks = _blocks(of)
    now = _number(blocks, of.steps[here]) if here >= 0 else -1
    return {
        "first_href": at.href(of.steps[0].index) if here > 0 else "",
        "back_href": at.href(back) if here >= 0 else "",
        "next_href": at.href(further) if further != cursor else "",
        "last_href": at.href(last) if cursor != last else "",
        "phases": [_block(at, number, block, now, here) for number, block in enumerate(blocks)],
        "marks": [_fault_mark(at, fault.start, breaking.short(fault), blocks) for fault in of.faults],
        "head": _percent(_head(of, blocks, here)),
        "ways": _ways(of, here, back, further, last, cursor),
        "playing": place.playing,
        "speed": f"{place.speed:g}",
        "speeds": [
            {
                "value": f"{s:g}",
                "label": {0.25: "¼×", 0.5: "½×"}.get(s, f"{s:g}×"),
                "current": s == place.speed,
            }
            for s in SPEEDS
        ],
        "clock": clock(at.time),
    }


def _ways(of: Play, here: int, back: int, further: int, last: int, cursor: int) -> list[dict[str, Any]]:
    """Where the four buttons lead, as far as they lead anywhere: a script moves them without a new page."""
    ways = {
        "first": of.steps[0].index if here > 0 else None,
        "back": back if here >= 0 else None,
        "next": further if further != cursor else None,
        "last": last if cursor != last else None,
    }
    return [{"name": name, "index": str(index)} for name, index in ways.items() if index is not None]


class Block(NamedTuple):
    """One stretch of the scrubber: a phase in a round, and the steps that are shown in it."""

    round: int
    phase: int
    steps: list[Step]


def _blocks(of: Play) -> list[Block]:
    """Every phase, the empty ones too; after each fault anew, from the phase that it leads back to."""
    found: list[Block] = []
    rounds = sorted({step.round for step in of.steps})
    for one in rounds:
        steps = [step for step in of.steps if step.round == one]
        first = 0 if one == rounds[0] else steps[0].block
        last = len(of.phases) - 1 if one == rounds[-1] else steps[-1].block
        for phase in range(first, last + 1):
            found.append(Block(one, phase, [step for step in steps if step.block == phase]))
    return found


def _number(blocks: list[Block], step: Step) -> int:
    return next(n for n, block in enumerate(blocks) if block[:2] == (step.round, step.block))


def _block(at: Looking, number: int, block: Block, now: int, here: int) -> dict[str, Any]:
    steps = block.steps
    passed = sum(1 for step in steps if step.number - 1 <= here)
    state = "now" if number == now else "done" if number < now else "todo"
    phase = at.of.phases[block.phase]
    return {
        "slug": phase,
        "name": phase_name(phase, at.language),
        "state": state,
        "href": at.href(steps[0].index) if steps else "",
        "index": steps[0].index if steps else BEFORE,
        "steps": len(steps),
        "stops": " ".join(str(step.index) for step in steps) if len(steps) <= 40 else "",
        "fraction": round(100 * passed / len(steps)) if steps else 0,
    }


def _head(of: Play, blocks: list[Block], here: int) -> float:
    if here < 0:
        return 0.0
    step = of.steps[here]
    number = _number(blocks, step)
    steps = blocks[number].steps
    return (number + (steps.index(step) + 0.5) / len(steps)) / len(blocks)


def _fault_mark(at: Looking, time: int, text: str, blocks: list[Block]) -> dict[str, str]:
    of = at.of
    reached = of.index_at(time)
    place = of.position(reached)
    left = _head(of, blocks, place) if place >= 0 else 0.0
    if place >= 0:
        step = of.steps[place]
        left += 0.5 / len(blocks[_number(blocks, step)].steps) / len(blocks)
    anchor = "start" if left < 0.08 else "end" if left > 0.92 else "middle"
    return {"left": _percent(left), "text": text, "anchor": anchor}


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
