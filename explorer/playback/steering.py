"""What a command does to a place: to one run, or to two side by side. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from explorer.errors import NotAllowed, NotKnown
from explorer.graph import Atlas
from explorer.playback.align import APART, Cursors, align
from explorer.playback.engine import Play, fault_from, goto, inject, neighbour, play, undo
from explorer.playback.inputs import Inputs
from explorer.playback.pairing import SIDES
from explorer.playback.place import Place
from explorer.playback.steps import BEFORE
from explorer.simulation import parse_fault

LONGEST_FAULT = 200
"""Letters; the longest fault that can be meant has about 120."""
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
COMMANDS = ("goto", "next", "back", "play", "pause", "speed", "fault", "undo")
NOTHING = "-"
"""Stands in a pair of faults for the side that is left alone."""
_PAIR_GRAMMAR = "two faults with a space between them, the left side's first, and - where a side has none"


def steered(atlas: Atlas, place: Place, do: str, fields: Mapping[str, str]) -> Place:
    """Where a command leads. Raises NotKnown for an unknown one, NotAllowed for a field out of its range.

    `next` and `back` that were said of an older state (`seen`) change nothing.
    """
    match do:
        case "goto":
            return _gone(atlas, place, fields)
        case "next" | "back":
            if place.seq and fields.get("seen") != str(place.seq):
                return place
            return replace(_moved(atlas, place, 1 if do == "next" else -1, fields), playing=False)
        case "play":
            return replace(_at_start_again(atlas, place), playing=True)
        case "pause":
            return replace(place, playing=False)
        case "speed":
            return replace(place, speed=_speed(fields.get("speed", "")))
        case "fault" | "undo":
            return _changed(atlas, place, do, fields)
    raise NotKnown("command", do, COMMANDS)


def further(atlas: Atlas, place: Place) -> Place:
    """Where autoplay goes on to; it stops at the end."""
    after = _moved(atlas, place, 1, {})
    stays = (after.cursor, after.right_cursor) == (place.cursor, place.right_cursor)
    return replace(after, playing=not stays and not _at_end(atlas, after))


def short_enough(text: str) -> str:
    """A fault's text as it is. Raises NotAllowed when it is longer than any fault can be."""
    if len(text) > LONGEST_FAULT:
        parse_fault(f"{text[:60]}…")  # which raises, saying how a fault is written
    return text


def _plays(atlas: Atlas, place: Place) -> tuple[Play, Play]:
    left, right = place.sides()
    return play(atlas, left.inputs), play(atlas, right.inputs)


def _at(place: Place, cursors: Cursors) -> Place:
    return replace(place, cursor=cursors[0], right_cursor=cursors[1])


def _gone(atlas: Atlas, place: Place, fields: Mapping[str, str]) -> Place:
    if place.right is None:
        of = play(atlas, place.inputs)
        index = _whole("index", fields.get("index", ""), BEFORE, len(of.frames) - 1)
        return replace(place, cursor=goto(of, index))
    plays = _plays(atlas, place)
    named = [fields.get(f"{side}-index", "") for side in SIDES]
    if any(named):
        cursors = [place.cursor, place.right_cursor]
        for at, (side, of, text) in enumerate(zip(SIDES, plays, named, strict=True)):
            if text:
                cursors[at] = goto(of, _whole(f"{side}-index", text, BEFORE, len(of.frames) - 1))
        return _at(place, (cursors[0], cursors[1]))
    meetings = align(*plays)
    number = _whole("meeting", fields.get("meeting", ""), BEFORE, len(meetings.meetings) - 1)
    return _at(place, meetings.cursors(number))


def _moved(atlas: Atlas, place: Place, by: int, fields: Mapping[str, str]) -> Place:
    """One step on or back; of two runs to the next meeting, or one of them alone (`side`)."""
    if place.right is None:
        return replace(place, cursor=neighbour(play(atlas, place.inputs), place.cursor, by))
    left, right = _plays(atlas, place)
    match fields.get("side", ""):
        case "":
            meetings, here = align(left, right), (place.cursor, place.right_cursor)
            return _at(place, meetings.next(here) if by > 0 else meetings.back(here))
        case "left":
            return replace(place, cursor=neighbour(left, place.cursor, by))
        case "right":
            return replace(place, right_cursor=neighbour(right, place.right_cursor, by))
    raise NotAllowed("side", fields["side"], "one of {known}", known=", ".join(SIDES))


def _at_end(atlas: Atlas, place: Place) -> bool:
    if place.right is None:
        return place.cursor >= play(atlas, place.inputs).steps[-1].index
    return all(
        cursor >= of.steps[-1].index
        for of, cursor in zip(_plays(atlas, place), (place.cursor, place.right_cursor), strict=True)
    )


def _at_start_again(atlas: Atlas, place: Place) -> Place:
    return _at(place, APART) if _at_end(atlas, place) else place


def _changed(atlas: Atlas, place: Place, do: str, fields: Mapping[str, str]) -> Place:
    """With a fault more or less on each side that is named. What was before it stays as it was."""
    if place.right is None:
        of = play(atlas, place.inputs)
        text = _wished(of, place.cursor, fields) if do == "fault" else fields.get("fault", "")
        inputs, cursor = _replayed(of, place.cursor, inject(of, text) if do == "fault" else undo(of, text))
        return replace(place, inputs=inputs, cursor=cursor)
    made: list[tuple[Inputs, int]] = []
    texts = _of_each_side(do, fields)
    for of, text, cursor in zip(_plays(atlas, place), texts, (place.cursor, place.right_cursor), strict=True):
        if not text:
            made.append((of.inputs, cursor))
        elif do == "undo":
            made.append(_replayed(of, cursor, undo(of, text)))
        else:
            made.append(_replayed(of, cursor, inject(of, _from_now(of, cursor, text))))
    (inputs, cursor), (right, right_cursor) = made
    return replace(place, inputs=inputs, cursor=cursor, right=right, right_cursor=right_cursor)


def _of_each_side(do: str, fields: Mapping[str, str]) -> tuple[str, str]:
    """The fault that is meant for each side, "" where none is. Raises NotAllowed where none is at all."""
    pair = _short_enough_pair(fields.get("pair", ""))
    if pair:
        left, _space, right = pair.partition(" ")
    else:
        left, right = (short_enough(fields.get(f"{side}-fault", "")) for side in SIDES)
    texts = ("" if left == NOTHING else left, "" if right == NOTHING else right)
    if not any(texts) or (pair and "" in (left, right)) or " " in texts[1]:
        raise NotAllowed("pair", pair, _PAIR_GRAMMAR)
    return texts


def _short_enough_pair(text: str) -> str:
    """A pair of faults as it is. Raises NotAllowed when it is longer than any can be."""
    if len(text) > 2 * LONGEST_FAULT + 1:
        raise NotAllowed("pair", text, _PAIR_GRAMMAR)
    return text


def _from_now(of: Play, cursor: int, text: str) -> str:
    """A fault as it is spelled, or from the side's own time on where it says no time (`TARGET:KIND`)."""
    target, _colon, kind = text.rpartition(":")
    if "@" in kind or not target:
        return text
    kind, _equals, value = kind.partition("=")
    return fault_from(target, kind, value, of.time_of(cursor))


def _wished(of: Play, cursor: int, fields: Mapping[str, str]) -> str:
    """The fault that a form spells out, or chooses part by part. Raises NotAllowed when it is endless."""
    text = fields.get("fault") or fault_from(
        fields.get("target", ""), fields.get("kind", "down"), fields.get("ms", ""), of.time_of(cursor)
    )
    return short_enough(text)


def _replayed(of: Play, cursor: int, inputs: Inputs) -> tuple[Inputs, int]:
    """Go on with other faults: what was before the change is as it was, the cursor keeps its time."""
    if cursor == BEFORE:
        return inputs, BEFORE
    after = play(of.atlas, inputs)
    both = min(len(of.frames), len(after.frames))
    kept = cursor < both and after.frames[cursor] == of.frames[cursor]
    return inputs, goto(after, cursor) if kept else after.index_at(of.time_of(cursor))


def _speed(text: str) -> float:
    by_text: dict[str, float] = {f"{speed:g}": speed for speed in SPEEDS}
    if text not in by_text:
        raise NotAllowed("speed", text, ", ".join(by_text))
    return by_text[text]


def _whole(field: str, text: str, low: int, high: int) -> int:
    """A whole number out of a field. Raises NotAllowed with the range."""
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < 10 and low <= int(text) <= high:
        return int(text)
    raise NotAllowed(field, text, "whole numbers from {low} to {high}", low=low, high=high)
