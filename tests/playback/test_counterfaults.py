"""One switch breaks the same thing in both systems, whichever two they are and wherever they stand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.errors import NotAllowed
from explorer.frames import component_of
from explorer.playback.counterfaults import MOST, switches
from explorer.playback.place import Place
from explorer.simulation import parse_fault
from tests.playback.pairs import ATLAS, at, compared, comparisons, cursors, plays, told

SOME = settings(max_examples=25, deadline=None)
SWAPPED = {"left": "kubernetes", "right": "borg"}


def anywhere(data: Any, place: Place) -> Place:
    last = len(at(place).meetings.meetings) - 1
    return told(place, "goto", meeting=str(data.draw(st.integers(-1, last))))


@SOME
@given(comparisons(faults=1), st.data())
def test_every_switch_is_valid_in_both_topologies(place: Place, data: Any) -> None:
    place = anywhere(data, place)
    offered = switches(at(place))
    assert 0 < len(offered) <= MOST
    assert len({switch.label for switch in offered}) == len(offered)
    for switch in offered:
        if not switch.on:
            after = told(place, "fault", pair=switch.value)
            for was, now in zip(plays(place), plays(after), strict=True):
                assert len(now.faults) == len(was.faults) + 1
                assert now.topology is not None
                now.topology.check(now.faults[-1])


@SOME
@given(comparisons(faults=0), st.data())
def test_a_fault_strikes_each_side_at_its_own_time_and_can_be_taken_back(place: Place, data: Any) -> None:
    place = anywhere(data, place)
    chosen = data.draw(st.sampled_from(switches(at(place))))
    broken = told(place, "fault", pair=chosen.value)
    assert cursors(broken) == cursors(place)
    for was, now, side in zip(plays(place), plays(broken), place.sides(), strict=True):
        assert [fault.start for fault in now.faults] == [was.time_of(side.cursor)]
    on = [switch for switch in switches(at(broken)) if switch.on]
    assert [switch.value for switch in on] == [chosen.value]
    assert on[0].since
    mended = told(broken, "undo", pair=on[0].undo)
    assert mended == place


@SOME
@given(comparisons(faults=0), st.data())
def test_what_is_broken_stays_in_sight_wherever_both_go(place: Place, data: Any) -> None:
    place = anywhere(data, place)
    broken = told(place, "fault", pair=data.draw(st.sampled_from(switches(at(place)))).value)
    # Frames of the same moment come before the fault too: then both stand between two meetings.
    here = at(broken).number + (not at(broken).meetings.meets(cursors(broken)))
    last = len(at(broken).meetings.meetings) - 1
    later = told(broken, "goto", meeting=str(data.draw(st.integers(here, last))))
    assert sum(switch.on for switch in switches(at(later))) == 1


@pytest.mark.parametrize("turned", [{}, SWAPPED])
def test_targets_are_counterparts(turned: dict[str, str]) -> None:
    both = at(told(compared(**turned), "goto", meeting="17"))
    systems = [look.of.system for look in both.sides]
    rows = {frozenset((row.left, row.right)) for row in ATLAS.counterparts.values()}
    for switch in switches(both):
        left, right = (parse_fault(f"{text}@0").target for text in switch.value.split(" "))
        if left.startswith("machine/"):
            numbers = [
                look.of.machines.index(target.removeprefix("machine/"))
                for look, target in zip(both.sides, (left, right), strict=True)
            ]
            assert numbers[0] == numbers[1]
        else:
            ends = zip(systems, (component_of(left), component_of(right)), strict=True)
            assert frozenset(ends) in rows


def test_the_master_that_is_struck_is_the_one_that_leads() -> None:
    place = told(compared(), "goto", meeting="9")
    first = next(s for s in switches(at(place)) if s.value.startswith("borgmaster@"))
    broken = told(told(place, "fault", pair=first.value), "goto", meeting="0")
    last = len(at(broken).meetings.meetings) - 1
    end = told(broken, "goto", meeting=str(last))
    masters = [s for s in switches(at(end)) if s.value.startswith("borgmaster@")]
    leader = [replica for _index, _component, replica in plays(end)[0].elections][-1]
    assert leader != "bm-0"
    assert [s.value.split(":")[0] for s in masters if not s.on] == [f"borgmaster@{leader}"]
    assert [s.value for s in masters if s.on] == [first.value]


def test_one_side_alone_can_be_broken_and_is_not_offered_again() -> None:
    place = told(compared(), "goto", meeting="9")
    alone = told(place, "fault", pair="machine/m-3:down -")
    assert [len(of.faults) for of in plays(alone)] == [1, 0]
    assert not [s for s in switches(at(alone)) if s.on or s.value.startswith("machine/m-3:down")]
    spelled = told(place, "fault", **{"right-fault": "machine/node-2:cut@0.5-9"})
    assert plays(spelled)[1].inputs.faults == ("machine/node-2:cut@0.5-9",)
    assert told(alone, "undo", pair=f"{plays(alone)[0].faults[0]} -") == place


@pytest.mark.parametrize(
    "pair",
    [
        "",
        " ",
        "-",
        "- -",
        "machine/m-3:down",
        "machine/m-3:down ",
        " machine/node-3:down",
        "machine/node-3:down machine/m-3:down",
        "machine/m-3:down machine/node-3:down machine/node-2:down",
        "machine/m-3 machine/node-3",
        "machine/m-3:down@0 machine/node-3:burn@0",
        "machine/m-3:down machine/node-99:down",
        "\x00 \x00",
        "x" * 10_000,
        f"{'x' * 5000} {'y' * 5000}",
    ],
)
def test_a_pair_that_is_none_is_refused(pair: str) -> None:
    with pytest.raises(NotAllowed):
        told(compared(), "fault", pair=pair)
    with pytest.raises(NotAllowed):
        told(compared(), "undo", pair=pair)
