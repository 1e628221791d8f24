"""Laws of majorities."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.graph.quorum import MOST, majority, replicas_for

replicas = st.integers(1, MOST)


@given(st.integers(1, 7), st.data())
def test_two_majorities_always_share_a_replica(n: int, data: st.DataObject) -> None:
    size = majority(n).majority
    sets = [set(some) for some in combinations(range(n), size)]
    one, other = data.draw(st.sampled_from(sets)), data.draw(st.sampled_from(sets))
    assert one & other


@given(replicas)
def test_one_replica_fewer_than_a_majority_may_meet_nobody_of_the_others(n: int) -> None:
    fewer = majority(n).majority - 1
    assert 2 * fewer <= n


@given(replicas, st.data())
def test_writes_go_on_as_long_as_no_more_are_lost_than_are_tolerated(n: int, data: st.DataObject) -> None:
    lost = data.draw(st.integers(0, n))
    quorum = majority(n, lost)
    assert quorum.writes == (lost <= quorum.tolerated) == (lost < quorum.stops_at)
    assert quorum.left + lost == n


@given(st.integers(1, MOST // 2).map(lambda half: 2 * half))
def test_an_even_number_tolerates_no_more_than_one_fewer(n: int) -> None:
    assert majority(n).tolerated == majority(n - 1).tolerated
    assert majority(n).wasted
    assert not majority(n + 1).wasted


@given(st.integers(0, 7))
def test_two_f_and_one_is_the_fewest_that_bears_f_failures(failures: int) -> None:
    n = replicas_for(failures)
    assert majority(n).tolerated == failures
    assert n == 1 or majority(n - 1).tolerated < failures


@pytest.mark.parametrize(
    ("n", "most", "bears"), [(1, 1, 0), (2, 2, 0), (3, 2, 1), (4, 3, 1), (5, 3, 2), (7, 4, 3)]
)
def test_the_numbers_that_etcd_documents(n: int, most: int, bears: int) -> None:
    assert (majority(n).majority, majority(n).tolerated) == (most, bears)


@pytest.mark.parametrize(("n", "lost"), [(0, 0), (-1, 0), (3, 4), (3, -1)])
def test_there_is_no_quorum_of_nothing_and_none_loses_more_than_it_has(n: int, lost: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the two numbers are its whole text
        majority(n, lost)
