"""What breaks, what goes on, and how the cell mends."""

from itertools import pairwise

import pytest

from explorer.simulation.borg.admission.quota import sums
from tests.simulation.borg.conftest import Play
from tests.simulation.borg.reading import kept, of_kind, tasks_of


def all_well(play: Play, *faults: str, replicas: int = 3, machines: int = 3, cached: bool = False) -> bool:
    frames = play(*faults, replicas=replicas, machines=machines, cached=cached)
    tasks = tasks_of(kept(frames))
    names = kept(frames, "chubby")
    return len(tasks) == replicas and all(
        held.get("health") == "healthy"
        and names[f"bns/cc/ubar/{task}"]["address"] == f"{held['machine']}:{held['port']}"
        for task, held in tasks.items()
    )


@pytest.mark.parametrize("at", ["0.01", "0.0262", "0.0335", "0.5", "1.1315", "2", "8"])
def test_another_master_is_elected_and_finishes_the_job(play: Play, at: str) -> None:
    fault = f"borgmaster@bm-0:down@{at}"
    frames = play(fault, cached=True)
    elected = of_kind(frames, "elected")
    assert len(elected) == 1
    assert 6 <= elected[0].at / 1_000_000 - float(at) <= 11
    locks = [frame for frame in of_kind(frames, "lock-taken") if frame.effects]
    assert locks[0].target == elected[0].source
    assert all_well(play, fault, cached=True)


def test_a_returning_replica_follows_and_catches_up(play: Play) -> None:
    frames = play("borgmaster@bm-0:down@0.5-14")
    caught = of_kind(frames, "caught-up")
    assert "bm-0" in {frame.params["replica"] for frame in caught}
    assert [frame.params["replica"] for frame in of_kind(frames, "elected")] != ["bm-0"]


def test_a_master_cut_off_steps_down_before_another_is_elected(play: Play) -> None:
    frames = play("borgmaster@bm-0:cut@0.5", cached=True)
    stepped, elected = of_kind(frames, "lease-lost"), of_kind(frames, "elected")
    assert stepped[0].source == "borgmaster@bm-0"
    assert stepped[0].at < elected[0].at
    assert all_well(play, "borgmaster@bm-0:cut@0.5", cached=True)


def test_two_followers_may_be_lost(play: Play) -> None:
    faults = ("borgmaster@bm-3:down@0.01", "borgmaster@bm-4:down@0.01")
    assert not of_kind(play(*faults, cached=True), "elected")
    assert all_well(play, *faults, cached=True)


def test_without_a_majority_nothing_is_stored_and_borgcfg_gives_up(play: Play) -> None:
    frames = play(*(f"borgmaster@bm-{number}:down@0.01" for number in (2, 3, 4)))
    assert not kept(frames)
    assert of_kind(frames, "give-up")


def test_tasks_run_on_when_every_replica_is_down(play: Play) -> None:
    faults = [f"borgmaster@bm-{number}:down@6.5" for number in range(5)]
    frames = play(*faults, cached=True)
    assert of_kind(frames, "task-start")
    assert not of_kind(frames, "task-exit")
    assert not [f for f in frames if f.at > 6_500_000 and any(e.where == "store" for e in f.effects)]


def test_a_job_is_stored_but_waits_while_the_scheduler_is_down(play: Play) -> None:
    frames = play("scheduler@0:down@0.5")
    assert {held["state"] for held in tasks_of(kept(frames)).values()} == {"pending"}
    assert of_kind(frames, "job-accepted")
    assert frames[-1].narration == "settled"
    assert all_well(play, "scheduler@0:down@0.5-9", cached=True)


def test_a_silent_machine_loses_its_tasks_after_four_polls(play: Play) -> None:
    frames = play("machine/m-3:down@4", machines=4, cached=True)
    down = of_kind(frames, "persist-machine-down")
    assert down[0].params["machine"] == "m-3"
    assert of_kind(frames, "machine-silent")[0].params["misses"] == 4
    assert 9 <= down[0].at / 1_000_000 - 4 <= 16
    assert kept(frames)["machines/m-3"]["state"] == "down"
    assert all(held["machine"] != "m-3" for held in tasks_of(kept(frames)).values())
    assert all_well(play, "machine/m-3:down@4", machines=4, cached=True)


def test_evicted_tasks_queue_again_one_a_second(play: Play) -> None:
    frames = play("machine/m-1:down@4", "machine/m-2:down@4", replicas=12, machines=4, cached=True)
    times = [frame.at for frame in of_kind(frames, "requeue")]
    assert len(times) >= 4
    assert all(later - earlier >= 999_999 for earlier, later in pairwise(times))


def test_a_duplicate_is_killed_when_contact_returns(play: Play) -> None:
    frames = play("machine/m-3:cut@9-60", machines=4, cached=True)
    task = of_kind(frames, "requeue")[0].params["task"]
    started = [frame.target for frame in of_kind(frames, "task-start") if frame.params["task"] == task]
    assert len(set(started)) == 2
    killed = of_kind(frames, "task-kill")
    assert [frame.target for frame in killed] == [f"task:{task}@m-3"]
    assert killed[0].at >= 60_000_000
    assert all_well(play, "machine/m-3:cut@9-60", machines=4, cached=True)


def test_a_task_that_was_not_placed_again_is_kept(play: Play) -> None:
    frames = play("machine/m-1:cut@9-60", machines=1, cached=True)
    assert of_kind(frames, "persist-machine-down")
    assert of_kind(frames, "readopt")
    assert not of_kind(frames, "task-kill")
    assert all_well(play, "machine/m-1:cut@9-60", machines=1, cached=True)


def test_tasks_outlive_their_borglet(play: Play) -> None:
    frames = play("borglet@m-2:down@7-10", cached=True)
    assert of_kind(frames, "borglet-adopts")
    assert len(of_kind(frames, "task-start")) == 3
    assert all_well(play, "borglet@m-2:down@7-10", cached=True)


def test_borgcfg_waits_for_chubby(play: Play) -> None:
    frames = play("chubby:down@0-8", cached=True)
    assert of_kind(frames, "retry")
    assert all_well(play, "chubby:down@0-8", cached=True)


def test_names_are_written_when_chubby_is_back(play: Play) -> None:
    assert all_well(play, "chubby:down@4-30", cached=True)


def test_a_repeated_request_creates_one_job(play: Play) -> None:
    """The answer is lost on its way: borgcfg sends the job again, and it is there already."""
    frames = play("L1:cut@0.0345-4", cached=True)
    assert len(of_kind(frames, "create-job")) == 2
    assert len(of_kind(frames, "persist-job")) == 1
    assert len(of_kind(frames, "job-accepted")) == 1


def test_a_crashing_task_leaves_its_machine(play: Play) -> None:
    frames = play("task:jfoo/1@m-1:down@0.1", cached=True)
    moved = of_kind(frames, "crash-loop")
    assert moved[0].params["restarts"] == 3
    assert tasks_of(kept(frames))["jfoo/1"]["machine"] != "m-1"


def test_a_lost_link_shard_hands_its_machines_to_the_others(play: Play) -> None:
    frames = play("link-shard@bm-1:down@0.5", cached=True)
    assert of_kind(frames, "repartition")[0].params["shards"] == 4
    assert not of_kind(frames, "elected")
    assert all_well(play, "link-shard@bm-1:down@0.5", cached=True)


def test_a_refused_job_leaves_no_trace(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.simulation.borg.admission.gate.sums", lambda tasks: sums(40 * tasks))
    frames = play()
    assert of_kind(frames, "job-rejected")[0].outcome == "rejected"
    assert not kept(frames)
    assert not of_kind(frames, "tasks-pending")
    assert frames[-1].narration == "settled"


def test_a_slow_package_source_delays_the_start_only(play: Play) -> None:
    calm = of_kind(play(), "task-start")[-1].at
    slow = of_kind(play("L17:slow=4000@0"), "task-start")[-1].at
    assert 7_900_000 <= slow - calm <= 8_100_000
    assert all_well(play, "L17:slow=4000@0")


def test_an_old_copy_makes_a_proposal_stale(play: Play) -> None:
    """Two proposals for the same tasks: the answer to the first got lost."""
    frames = play("L11:cut@1.1335-3", cached=True)
    refused = [frame for frame in of_kind(frames, "assignment-check") if frame.params["stale"]]
    accepted = [frame for frame in of_kind(frames, "assignment-check") if frame.params["accepted"]]
    assert len(accepted) == 1
    assert all(frame.at > accepted[0].at for frame in refused)
    assert all_well(play, "L11:cut@1.1335-3", cached=True)
