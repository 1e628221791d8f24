"""A job is submitted until its tasks run and can be found by name, with nothing going wrong."""

import pytest

from explorer.frames import component_of
from explorer.graph import Atlas
from explorer.playback.steps import story_steps
from explorer.simulation.scenario import DEPLOY_PHASES
from tests.simulation.borg.conftest import Play
from tests.simulation.borg.reading import kept, of_kind, tasks_of


def test_every_task_ends_running_healthy_and_named(play: Play) -> None:
    frames = play()
    tasks, names = tasks_of(kept(frames)), kept(frames, "chubby")
    assert sorted(tasks) == ["jfoo/0", "jfoo/1", "jfoo/2"]
    for task, held in tasks.items():
        assert (held["state"], held["process"], held["health"]) == ("running", "running", "healthy")
        assert names[f"bns/cc/ubar/{task}"] == {
            "address": f"{held['machine']}:{held['port']}", "healthy": True,
        }  # fmt: skip
    assert names["bns/cc/ubar/jfoo"] == {"size": 3}
    assert frames[-1].narration == "settled"


def test_a_waiting_client_learns_every_address(play: Play) -> None:
    frames = play()
    cache = kept(frames, "host-ports@m-1")
    tasks = tasks_of(kept(frames))
    assert cache == {
        f"cache/{task}": {"address": f"{held['machine']}:{held['port']}"} for task, held in tasks.items()
    }


@pytest.mark.parametrize("seed", [1, 7, 23])
def test_packages_decide_how_long_it_takes(play: Play, seed: int) -> None:
    cold = of_kind(play(seed=seed), "write-bns")[-1].at / 1_000_000
    warm = of_kind(play(seed=seed, cached=True), "write-bns")[-1].at / 1_000_000
    assert 24 <= cold <= 30
    assert 7 <= warm <= 11


def test_the_steps_come_in_the_order_of_the_paper(play: Play) -> None:
    frames = play()
    firsts: dict[str, int] = {}
    for frame in frames:
        firsts.setdefault(frame.narration, frame.index)
    order = [
        "evaluate-bcl", "find-master", "master-found", "create-job", "quota-check", "paxos-append",
        "paxos-ack", "persist-job", "job-accepted", "tasks-pending", "scheduler-refresh", "schedule-pass",
        "assign", "assignment-check", "persist-assignment", "hand-to-shard", "poll-start", "package-fetch",
        "package-install", "task-start", "health-check", "poll-report", "shard-difference", "persist-running",
        "write-bns", "invalidate", "name-read",
    ]  # fmt: skip
    assert [firsts[key] for key in order] == sorted(firsts[key] for key in order)


def test_three_copies_commit_an_entry(play: Play) -> None:
    frames = play()
    commits = [frame for frame in frames if any(effect.where == "store" for effect in frame.effects)]
    assert commits
    for commit in commits:
        acks = [
            frame for frame in frames[: commit.index]
            if frame.narration == "paxos-ack" and frame.params["entry"] == commit.params["entry"]
        ]  # fmt: skip
        assert commit.params["copies"] >= 3
        assert len({ack.source for ack in acks}) >= 2
        assert commit.cause is not None
        assert frames[commit.cause].narration == "paxos-ack"


def test_only_polls_that_carry_something_are_in_the_foreground(play: Play) -> None:
    frames = play()
    for frame in frames:
        if frame.narration in ("poll-empty", "poll-same", "no-changes", "health-poll", "health-ok"):
            assert frame.background
        if frame.narration in ("poll-start", "poll-report", "start-accepted", "scheduler-refresh"):
            assert not frame.background
        if frame.background:
            assert not frame.effects


def test_a_poll_with_a_start_is_caused_by_the_request_that_reached_its_shard(play: Play) -> None:
    frames = play()
    for poll in of_kind(frames, "poll-start"):
        assert poll.cause is not None
        cause = frames[poll.cause]
        assert (cause.narration, cause.target) == ("hand-to-shard", poll.source)


def test_tables_have_at_most_eight_rows_and_name_the_chosen_machines(play: Play) -> None:
    frames = play(replicas=12, machines=30)
    tables = [table for frame in frames for table in frame.params.get("table", [])]
    assert {table["table"] for table in tables} == {"quota", "feasibility-score", "assignment-check"}
    for table in tables:
        assert 1 <= len(table["rows"]) <= 8
        assert all(len(row) == len(table["columns"]) for row in table["rows"])
    scores = of_kind(frames, "schedule-pass")[0].params["table"][0]
    verdicts = {row[0]: row[2] for row in scores["rows"]}
    assert verdicts[scores["chosen"]] == "chosen"


def test_machines_are_examined_only_until_enough_are_feasible(play: Play) -> None:
    first = of_kind(play(replicas=3, machines=50), "schedule-pass")[0]
    assert first.params["examined"] < 50
    assert first.params["feasible"] >= 10


def test_tasks_that_fit_nowhere_stay_pending_and_say_why(play: Play) -> None:
    frames = play(replicas=50, machines=3, cached=True)
    tasks = tasks_of(kept(frames))
    pending = [task for task, held in tasks.items() if held["state"] == "pending"]
    assert len(pending) == 14
    note = of_kind(frames, "why-pending")[0]
    assert note.params["count"] == 14
    assert "cpu" in note.params["reason"]
    assert frames[-1].narration == "settled"


def test_fifty_tasks_on_fifty_machines_all_run(play: Play) -> None:
    frames = play(replicas=50, machines=50)
    assert all(held["health"] == "healthy" for held in tasks_of(kept(frames)).values())
    assert len(of_kind(frames, "write-bns")) == 50
    assert frames[-1].narration == "settled"


@pytest.mark.parametrize("cached", [False, True])
def test_the_story_of_a_deploy_reads_as_one_tale(play: Play, atlas: Atlas, cached: bool) -> None:
    frames = play(cached=cached)
    steps = story_steps(frames, lambda f: atlas.narrations["borg", f.narration].story, DEPLOY_PHASES)
    assert 17 <= len(steps) <= 23
    keys = [frames[step.index].narration for step in steps]
    assert keys[0] == "find-master"
    assert keys[-1] == "settled"
    assert len(set(keys)) == len(keys)


def test_no_part_uses_a_link_it_must_not_have(play: Play, atlas: Atlas) -> None:
    forbidden = {(link.opener, link.accepter) for link in atlas.forbidden if link.system == "borg"}
    links = {link.slug: link for link in atlas.links.values() if link.system == "borg"}
    assert forbidden
    for frame in play():
        if frame.link is not None:
            link = links[frame.link]
            assert not link.told
            assert (link.opener, link.accepter) not in forbidden
            ends = {component_of(frame.source), component_of(frame.target)}
            assert {link.opener, link.accepter} == ends
