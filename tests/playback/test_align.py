"""Two runs side by side meet in the same phase, and no step of either is lost or told twice."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.playback.align import APART, align
from explorer.playback.pairing import comparable
from explorer.playback.place import Place
from explorer.playback.steps import BEFORE
from explorer.simulation import scripts
from tests.playback.pairs import ATLAS, at, broken, compared, comparisons, cursors, plays, told

MANY = settings(max_examples=25, deadline=None)


def test_every_staging_plays_the_phases_of_its_scenario() -> None:
    for scenario, systems in comparable(ATLAS).items():
        for system in systems:
            assert scripts()[system][scenario].phases == ATLAS.scenarios[scenario].phases


@MANY
@given(comparisons())
def test_at_each_meeting_both_sides_are_in_the_same_phase_or_one_holds(place: Place) -> None:
    both = plays(place)
    for number, meeting in enumerate(align(*both).meetings):
        before = align(*both).cursors(number - 1)
        for of, cursor, was, steps in zip(both, meeting.cursors, before, meeting.steps, strict=True):
            step = of.step(cursor)
            here = step is not None and (step.round, step.block) == (meeting.round, meeting.phase)
            assert here or (not steps and cursor == was)
            # Who holds has done all its steps of the phase.
            if cursor == was and steps:
                assert meeting.turn > steps
                after = of.step(cursor + 1) if step is not None and step.number < len(of.steps) else None
                assert after is None or (after.round, after.block) > (meeting.round, meeting.phase)


@MANY
@given(comparisons())
def test_next_from_the_beginning_visits_every_step_of_both_in_order(place: Place) -> None:
    left, right = plays(place)
    place = told(place, "goto", meeting="-1")
    seen: list[tuple[int, int]] = []
    while (after := told(place, "next")) and cursors(after) != cursors(place):
        seen.append(cursors(after))
        place = after
    for side, of in enumerate((left, right)):
        visited = list(dict.fromkeys(pair[side] for pair in seen if pair[side] != BEFORE))
        assert visited == [step.index for step in of.steps]
    assert seen == [meeting.cursors for meeting in align(left, right).meetings]


@MANY
@given(comparisons(), st.data())
def test_back_is_the_way_that_next_came(place: Place, data: Any) -> None:
    meetings = align(*plays(place)).meetings
    number = data.draw(st.integers(-1, len(meetings) - 2))
    here = told(place, "goto", meeting=str(number))
    assert cursors(told(told(here, "next"), "back")) == cursors(here)
    assert at(here).number == number
    assert cursors(told(told(place, "goto", meeting="-1"), "back")) == APART


@MANY
@given(comparisons(), st.lists(st.sampled_from(["left", "right"]), max_size=9), st.data())
def test_whoever_went_ahead_alone_is_caught_up_with(place: Place, alone: list[str], data: Any) -> None:
    meetings = align(*plays(place))
    last = len(meetings.meetings) - 1
    place = told(place, "goto", meeting=str(data.draw(st.integers(-1, last))))
    for side in alone:
        do = data.draw(st.sampled_from(["next", "next", "back"]))
        after = told(place, do, side=side)
        other = 1 if side == "left" else 0
        assert cursors(after)[other] == cursors(place)[other]
        place = after
    here = cursors(place)
    forth, back = told(place, "next"), told(place, "back")
    assert meetings.meets(cursors(forth)) or here == cursors(forth) == meetings.cursors(last)
    assert meetings.meets(cursors(back))
    for earlier, later in ((cursors(back), here), (here, cursors(forth))):
        assert all(one <= other for one, other in zip(earlier, later, strict=True))
    # Nothing between: the next meeting is the first that is possible, and the one before it is not.
    number = meetings.at(cursors(forth))
    if cursors(forth) != here:
        earlier = meetings.cursors(number - 1)
        assert earlier[0] < here[0] or earlier[1] < here[1] or earlier == here
    for _step in range(last + 2):
        place = told(place, "next")
    assert cursors(place) == meetings.cursors(last)


@MANY
@given(comparisons(faults=1))
def test_turned_round_the_same_moments_come_in_the_same_order(place: Place) -> None:
    left, right = plays(place)
    turned = [
        meeting._replace(left=meeting.right, right=meeting.left, steps=meeting.steps[::-1])
        for meeting in align(right, left).meetings
    ]
    assert tuple(turned) == align(left, right).meetings


@MANY
@given(comparisons(faults=0), st.data())
def test_a_fault_changes_nothing_of_what_was_before_it(place: Place, data: Any) -> None:
    after = broken(data.draw, place)
    for was, now, side in zip(plays(place), plays(after), after.sides(), strict=True):
        for fault in set(now.faults) - set(was.faults):
            kept = [frame for frame in was.frames if frame.at <= fault.start]
            assert list(now.frames[: len(kept)]) == kept
            assert fault.start == now.time_of(side.cursor)


def test_a_fault_opens_a_new_round_on_both_sides() -> None:
    place = told(compared(), "goto", meeting="10")
    place = told(place, "fault", pair="machine/m-1:down machine/node-1:down")
    rounds = [meeting.round for meeting in align(*plays(place)).meetings]
    assert set(rounds) == {0, 1}
    assert all(one <= other for one, other in pairwise(rounds))
    further = told(place, "next")
    assert at(further).meeting is not None
    assert cursors(further) > cursors(place)


@pytest.mark.parametrize("number", [-1, 0, 7, 28])
def test_a_meeting_is_found_by_its_number(number: int) -> None:
    place = told(compared(), "goto", meeting=str(number))
    assert at(place).number == number
    assert cursors(place) == at(place).meetings.cursors(number)
