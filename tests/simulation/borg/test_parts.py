"""Parts by themselves: quota, scores, the log, the share of machines."""

from hypothesis import given
from hypothesis import strategies as st

from explorer.simulation.borg.admission.quota import sums, table
from explorer.simulation.borg.constants import CONSTANTS
from explorer.simulation.borg.dispatch import shares
from explorer.simulation.borg.scoring import Amount, obstacle, score, shape
from explorer.simulation.borg.store import Disk, Entry, common

TASK = Amount(1_000, 2_048)


def entry(ballot: int) -> Entry:
    return Entry(ballot, "persist-news", "report", {}, {})


def test_quota_is_summed_over_the_whole_job() -> None:
    assert [line.asked for line in sums(3)] == [3_000, 6_144, 30_720]
    assert all(line.enough for line in sums(50))
    assert not all(line.enough for line in sums(65))
    assert [row[-1] for row in table(sums(65))["rows"]] == [False, True, True]


def test_a_full_machine_says_what_is_short() -> None:
    machine = shape(2)
    assert obstacle(machine, "up", 9, TASK, False) is None
    assert obstacle(machine, "up", 10, TASK, False) == "cpu"
    assert obstacle(machine, "up", 0, Amount(100, 40_000), False) == "ram"
    assert obstacle(machine, "down", 0, TASK, False) == "down"
    assert obstacle(machine, "up", 0, TASK, True) == "avoided"


def test_tasks_of_a_job_spread_and_packages_attract() -> None:
    machine = shape(1)
    assert score(machine, 0, 0, TASK, True).total < score(machine, 0, 1, TASK, True).total
    assert score(machine, 0, 1, TASK, True).total < score(machine, 1, 1, TASK, True).total
    assert score(machine, 0, 0, TASK, True).total < score(machine, 0, 0, TASK, False).total


def test_balanced_use_leaves_less_stranded() -> None:
    lopsided = score(shape(1), 0, 0, Amount(6_000, 1_024), True).packing
    balanced = score(shape(1), 0, 0, Amount(3_000, 12_288), True).packing
    assert balanced < lopsided


@given(st.integers(1, 50), st.integers(1, 5))
def test_every_machine_has_one_shard_and_shares_are_even(machines: int, shards: int) -> None:
    names = [f"m-{number}" for number in range(machines)]
    owners = shares(names, [f"bm-{number}" for number in range(shards)])
    assert list(owners) == names
    counts = [list(owners.values()).count(f"bm-{number}") for number in range(shards)]
    assert max(counts) - min(counts) <= 1


def test_a_disk_keeps_what_agrees_and_gives_up_what_contradicts() -> None:
    first, second, other = entry(10), entry(10), entry(21)
    disk = Disk()
    disk.merge(0, [first, second])
    disk.merge(0, [first])
    assert disk.entries == [first, second], "an older message takes nothing back"
    disk.merge(1, [other])
    assert disk.entries == [first, other]
    assert common(disk.entries, [first, second]) == 1


def test_every_number_says_where_it_comes_from() -> None:
    assert CONSTANTS["package_install"].us == 20_000_000
    for name, constant in CONSTANTS.items():
        assert constant.source, name
        assert constant.section, name
        assert constant.mark in ("verified", "reported", "memory", "inference", "model"), name
