"""A deploy without faults: it tells the whole tale, and tells it in the order of a real one."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from explorer.frames import Frame
from explorer.simulation.topology import Graph
from explorer.simulation.world import World
from tests.simulation.kubernetes.conftest import Play
from tests.simulation.kubernetes.reading import READY, pods, stored, writes

PHASES = ["submit", "admit", "persist", "expand", "schedule", "bind", "dispatch", "start", "report", "expose"]


@pytest.mark.parametrize(("replicas", "machines"), [(1, 1), (3, 3), (7, 2), (12, 5)])
def test_every_pod_ends_ready_and_every_node_knows_its_address(
    play: Play, replicas: int, machines: int
) -> None:
    frames = play(replicas=replicas, machines=machines)
    objects = stored(frames)
    made = pods(objects)
    assert [pod[READY] for pod in made] == ["True"] * replicas
    addresses = {pod["status.podIP"] for pod in made}
    rules: dict[str, set[str]] = {}
    for frame in frames:
        if frame.narration == "rules-programmed":
            rules[frame.target] = set(frame.effects[0].after["endpoints"])
    assert rules == {f"kernel@node-{n}": addresses for n in range(1, machines + 1)}
    assert objects["deployments/web"]["status.readyReplicas"] == replicas
    assert objects["deployments/web"]["status.conditions.Progressing.reason"] == "NewReplicaSetAvailable"
    assert objects["endpointslices/web-x1"]["endpoints.ready"] == replicas
    assert objects["endpoints/web"]["subsets.ready"] == replicas
    assert frames[-1].narration == "settled"


def test_every_frame_runs_over_a_link_that_joins_its_ends(play: Play, graph: Graph) -> None:
    for frame in play(replicas=5):
        if frame.internal:
            assert frame.link is None
        else:
            assert frame.link is not None
            assert graph.joins(frame.link, frame.source, frame.target), frame


def test_causes_come_before_and_have_reached_who_acts(play: Play) -> None:
    frames = play(replicas=5)
    unasked = {"kubectl-get", "settled"}
    for frame in frames:
        if frame.cause is None:
            assert frame.background or frame.narration in unasked, frame
        else:
            cause = frames[frame.cause]
            assert cause.index < frame.index
            assert frame.source in (cause.target, cause.source), (frame, cause)


def test_all_phases_appear_and_begin_in_order(play: Play) -> None:
    first: dict[str, int] = {}
    for frame in play():
        if not frame.background:
            first.setdefault(frame.phase, frame.index)
    assert sorted(first, key=PHASES.index) == PHASES
    tale = [phase for phase in first if phase != "report"]
    assert tale == [phase for phase in PHASES if phase != "report"]


def test_a_cold_deploy_takes_about_ten_seconds_and_a_cached_one_about_four(play: Play) -> None:
    assert 9_500_000 < play()[-1].at < 11_500_000
    assert 3_500_000 < play(cached=True)[-1].at < 5_500_000


def test_kubectl_is_gone_before_anything_runs(play: Play) -> None:
    frames = play()
    created = next(frame for frame in frames if frame.narration == "deployment-created")
    assert created.api is not None
    assert created.api["code"] == 201
    later = frames[created.index + 1 :]
    assert not [f for f in later if "kubectl" in (f.source, f.target) and f.narration != "settled"]
    assert all(frame.index > created.index for frame in frames if frame.narration == "run-sandbox")


def test_the_persons_write_passes_gate_after_gate(play: Play) -> None:
    gates = [frame for frame in play() if frame.narration.startswith("gate-")]
    assert [frame.narration for frame in gates] == [
        "gate-authentication", "gate-authorization", "gate-mutating", "gate-validation", "gate-validating",
    ]  # fmt: skip
    assert [frame.params["organ"] for frame in gates] == [
        "authenticate", "authorize", "admit", "validate", "admit",
    ]  # fmt: skip


def test_decision_tables_stay_within_eight_rows(play: Play) -> None:
    tables = [frame for frame in play(replicas=12, machines=12) if "table" in frame.params]
    assert {frame.params["table"] for frame in tables} == {"gates", "filter-score"}
    for frame in tables:
        assert 1 <= len(frame.params["rows"]) <= 8
        assert all(len(row) == len(frame.params["columns"]) for row in frame.params["rows"])


def test_siblings_are_numbered_up_to_the_last(play: Play) -> None:
    for frames, replicas in ((play(), 3), (play(replicas=12, machines=5), 12)):
        for kind in ("pod-created", "start-process", "patch-pod-running", "patch-pod-ready", "bind-pod"):
            counted = [(f.params["n"], f.params["of"]) for f in frames if f.narration == kind]
            assert counted == [(n, replicas) for n in range(1, replicas + 1)], kind


def test_pods_that_fit_nowhere_stay_pending_and_say_why(play: Play) -> None:
    frames = play(replicas=12, machines=1)
    made = pods(stored(frames))
    assert sum(pod.get(READY) == "True" for pod in made) == 8
    lost = [pod for pod in made if "spec.nodeName" not in pod]
    note = "0/1 nodes are available: 1 Insufficient cpu."
    assert len(lost) == 4
    for pod in lost:
        assert pod["status.phase"] == "Pending"
        assert pod["status.conditions.PodScheduled"] == "False"
        assert pod["status.conditions.PodScheduled.reason"] == "Unschedulable"
        assert pod["status.conditions.PodScheduled.message"] == note
    events = [thing for key, thing in stored(frames).items() if key.startswith("events/")]
    assert sum(event["reason"] == "FailedScheduling" for event in events) == 4
    assert frames[-1].narration == "settled"


def test_fifty_pods_on_one_machine_leave_forty_two_waiting(play: Play) -> None:
    made = pods(stored(play(replicas=50, machines=1)))
    assert sum(pod.get(READY) == "True" for pod in made) == 8
    assert sum(pod.get("status.conditions.PodScheduled") == "False" for pod in made) == 42


def test_a_node_pulls_one_image_at_a_time_and_each_image_once(play: Play) -> None:
    frames = play(replicas=6, machines=2)
    pulls = [frame for frame in frames if frame.narration == "fetch-layers"]
    assert sorted(frame.source for frame in pulls) == ["container-runtime@node-1", "container-runtime@node-2"]
    asked: dict[str, int] = {}
    for frame in frames:
        if frame.narration == "pull-image":
            assert asked.get(frame.source, 0) <= frame.sent
        if frame.narration == "image-pulled":
            asked[frame.target] = frame.at
    assert not [frame for frame in play(cached=True) if frame.narration in ("pull-image", "fetch-layers")]


# the order of writes, against the dossier's flow of a cluster whose accounts have their tokens already


def kind_of(key: str, after: dict[str, Any]) -> str:
    resource = key.partition("/")[0]
    if resource == "events":
        return f"event {after['reason']}"
    if "metadata.uid" in after:
        return f"create {resource}"
    if "spec.nodeName" in after:
        return "binding"
    return f"status {resource}"


FACTS = [
    (45, "create deployments"), (75, "create replicasets"), (95, "event ScalingReplicaSet"),
    (95, "status deployments"), (105, "create pods"), (125, "create pods"), (125, "create pods"),
    (125, "event SuccessfulCreate"), (130, "status deployments"), (145, "binding"),
    (145, "status replicasets"), (145, "event SuccessfulCreate"), (165, "binding"),
    (165, "event SuccessfulCreate"), (165, "event Scheduled"), (175, "binding"), (175, "status replicasets"),
    (185, "event Scheduled"), (185, "status pods"), (205, "event Scheduled"), (205, "status deployments"),
    (205, "status pods"), (215, "status pods"),
]  # fmt: skip
"""The first 23 writes, revisions 1001 to 1023, with the milliseconds of their commits."""


def first_writes(frames: list[Frame]) -> list[tuple[int, str, str]]:
    told = [
        (frame.at // 1000, effect.object, kind_of(effect.object, dict(effect.after)))
        for frame, effect in writes(frames)
    ]
    return [write for write in told if not write[1].startswith("leases/")][:23]


def by_object(told: list[tuple[int, str, str]]) -> dict[str, list[str]]:
    order: dict[str, list[str]] = defaultdict(list)
    for _, key, kind in told:
        order["pods/*" if key.startswith("pods/") and kind == "create pods" else key].append(kind)
    return order


def test_the_first_twenty_three_writes_are_those_of_the_facts(
    stage: Callable[..., tuple[World, Any]],
) -> None:
    told = first_writes(stage(warm=True)[0].frames)
    assert sorted((at, kind) for at, _, kind in told) == sorted(FACTS)
    order = by_object(told)
    assert order["deployments/web"] == ["create deployments"] + ["status deployments"] * 3
    replica_set = next(key for key in order if key.startswith("replicasets/"))
    assert order[replica_set] == ["create replicasets"] + ["status replicasets"] * 2
    for pod in (key for key in order if key.startswith("pods/web")):
        assert order[pod] == ["binding", "status pods"]


def test_revisions_begin_at_1001_and_count_committed_writes_alone(play: Play) -> None:
    frames = play()
    revisions = [effect.after["metadata.resourceVersion"] for _, effect in writes(frames)]
    assert revisions == list(range(1001, 1001 + len(revisions)))
    foreground = [frame for frame, _ in writes(frames) if not frame.background]
    assert 55 <= len(foreground) <= 65


def test_the_status_written_twice_in_one_sync_meets_a_conflict(play: Play) -> None:
    frames = play()
    conflict = next(frame for frame in frames if frame.narration == "answer-conflict")
    assert conflict.target == "deployment-controller@kcm-0"
    assert conflict.outcome == "rejected"
    assert not conflict.effects
    again = next(frame for frame in frames if frame.narration == "requeue")
    assert again.params["wait"] == 5


def test_the_image_kept_on_every_node_changes_nothing_but_time(play: Play) -> None:
    cold, warm = play(), play(cached=True)
    assert {f.narration for f in cold} - {f.narration for f in warm} == {
        "pull-image", "fetch-layers", "layers-fetched", "image-pulled",
    }  # fmt: skip
