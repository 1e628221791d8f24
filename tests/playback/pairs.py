"""Comparisons for tests that play without a database."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from explorer.playback.counterfaults import switches
from explorer.playback.engine import Play, play
from explorer.playback.pairing import before, comparable, read_pair
from explorer.playback.place import Place
from explorer.playback.rail import Both, both_at
from explorer.playback.steering import steered
from explorer.simulation import script_of
from tests.playback.conftest import read_atlas

ATLAS = read_atlas()


def compared(scenario: str = "deploy", **given: str) -> Place:
    """The place before the first step of a comparison."""
    return before(*read_pair(ATLAS, scenario, given, ((), ())))


def told(place: Place, do: str, **fields: str) -> Place:
    """Where a command leads."""
    return steered(ATLAS, place, do, fields)


def at(place: Place, language: str = "en") -> Both:
    return both_at(ATLAS, place, language)


def plays(place: Place) -> tuple[Play, Play]:
    left, right = place.sides()
    return play(ATLAS, left.inputs), play(ATLAS, right.inputs)


def cursors(place: Place) -> tuple[int, int]:
    return place.cursor, place.right_cursor


@st.composite
def comparisons(draw: Any, *, faults: int = 2) -> Place:
    """Any comparison: scenario, either way round, small parameters, seed, detail, pairs of faults."""
    scenario = draw(st.sampled_from(sorted(comparable(ATLAS))))
    left, right = draw(st.permutations(comparable(ATLAS)[scenario]))[:2]
    given: dict[str, str] = {
        "left": left,
        "right": right,
        "detail": draw(st.sampled_from(["story", "story", "full", "idle"])),
        "seed": str(draw(st.integers(0, 5))),
    }
    for parameter in script_of(left, scenario).parameters:
        most = min(parameter.high, 4)
        value = draw(st.integers(parameter.low, max(most, parameter.low)))
        given[parameter.name] = str(bool(value)).lower() if parameter.switch else str(value)
    place = compared(scenario, **given)
    for _number in range(draw(st.integers(0, faults))):
        place = broken(draw, place)
    return place


def broken(draw: Any, place: Place) -> Place:
    """A place at any meeting, where one of the pairs of faults that are offered has been injected."""
    meetings = at(place).meetings.meetings
    place = told(place, "goto", meeting=str(draw(st.integers(-1, len(meetings) - 1))))
    offered = [switch for switch in switches(at(place)) if not switch.on]
    if not offered:
        return place
    return told(place, "fault", pair=draw(st.sampled_from(offered)).value)
