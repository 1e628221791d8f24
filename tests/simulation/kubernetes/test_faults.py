"""What happens when something breaks: what stops, what goes on, and how it heals."""

import pytest

from explorer.frames import Frame
from tests.simulation.kubernetes.conftest import Play
from tests.simulation.kubernetes.reading import READY, pods, stored, writes

S = 1_000_000


def kinds(frames: list[Frame], narration: str) -> list[Frame]:
    return [frame for frame in frames if frame.narration == narration]


def all_ready(frames: list[Frame], replicas: int = 3) -> bool:
    made = pods(stored(frames))
    return len(made) == replicas and all(pod.get(READY) == "True" for pod in made)


def test_a_standby_scheduler_binds_what_waited_after_the_lease_ran_out(play: Play) -> None:
    frames = play("kube-scheduler@scheduler-0:down@0.05")
    taken = kinds(frames, "take-leader-lease")[0]
    first = kinds(frames, "bind-pod")[0]
    assert taken.source == first.source == "kube-scheduler@scheduler-1"
    assert 15 * S < taken.at < 24 * S
    assert first.at - taken.at < 100_000
    assert all_ready(frames)


def test_a_standby_controller_manager_lists_everything_before_its_first_write(play: Play) -> None:
    frames = play("kube-controller-manager@kcm-0:down@0.06")
    begun = kinds(frames, "loops-started")[0]
    made = kinds(frames, "create-replicaset")[0]
    lists = [frame for frame in kinds(frames, "list-again") if frame.source == made.source]
    assert made.source == "deployment-controller@kcm-1"
    assert 1 * S < made.at - begun.at < 2 * S
    assert lists
    assert max(frame.at for frame in lists) < made.at
    assert all_ready(frames)


def test_a_leader_that_is_cut_off_stops_before_another_takes_over(play: Play) -> None:
    frames = play("kube-scheduler@scheduler-0:cut@0.05")
    lost, taken = kinds(frames, "leadership-lost")[0], kinds(frames, "take-leader-lease")[0]
    assert lost.source == "kube-scheduler@scheduler-0"
    assert 10 * S <= lost.at < taken.at
    assert all_ready(frames)


def test_etcd_elects_another_leader_within_two_seconds_and_loses_no_answered_write(play: Play) -> None:
    frames = play("etcd@etcd-0:down@0.1")
    elected = kinds(frames, "etcd-elected")[0]
    assert 1 * S < elected.at - 100_000 < 2_500_000
    revisions = [effect.after["metadata.resourceVersion"] for _, effect in writes(frames)]
    assert revisions == list(range(1001, 1001 + len(revisions)))
    answered = {f.params["revision"] for f in frames if f.api and f.api["code"] in (200, 201)} - {None}
    assert {revision for revision in answered if revision > 1000} <= set(revisions)
    assert all_ready(frames)


def test_without_a_majority_nothing_is_committed(play: Play) -> None:
    frames = play("etcd@etcd-1:down@0.06-30", "etcd@etcd-2:down@0.06-30")
    committed = [frame.at for frame, _ in writes(frames)]
    assert not [at for at in committed if 70_000 < at < 30 * S]
    assert kinds(frames, "etcd-stepped-down")
    assert kinds(frames, "answer-failed")
    assert {frame.source for frame in kinds(frames, "leadership-lost")} == {
        "kube-scheduler@scheduler-0", "kube-controller-manager@kcm-0",
    }  # fmt: skip
    assert all_ready(frames)


def test_kubectl_gives_up_when_its_write_is_not_answered(play: Play) -> None:
    frames = play("etcd@etcd-1:down@0.01", "etcd@etcd-2:down@0.01")
    assert kinds(frames, "kubectl-gave-up")
    assert not kinds(frames, "deployment-created")


def test_kubectl_gives_up_when_no_api_server_is_there(play: Play) -> None:
    frames = play("kube-apiserver@apiserver-0:down@0.001", "kube-apiserver@apiserver-1:down@0.001")
    refused = [frame for frame in frames if frame.outcome == "refused" and frame.source == "kubectl"]
    assert [frame.target for frame in refused] == [
        "kube-apiserver@apiserver-0", "kube-apiserver@apiserver-1",
    ]  # fmt: skip
    assert kinds(frames, "kubectl-gave-up")
    assert not stored(frames).get("deployments/web")


def test_the_other_api_server_takes_over_all_clients(play: Play) -> None:
    frames = play("kube-apiserver@apiserver-0:down@0.1")
    late = [f for f in frames if f.at > 5 * S and f.api is not None and f.outcome == "delivered"]
    assert late
    assert all("kube-apiserver@apiserver-1" in (frame.source, frame.target) for frame in late)
    assert all_ready(frames)


def test_containers_outlive_their_kubelet_and_are_adopted(play: Play) -> None:
    frames = play("kubelet@node-2:down@8.2-20")
    starts = [frame for frame in kinds(frames, "start-process") if frame.target.endswith("@node-2")]
    assert len(starts) == 1
    assert starts[0].at < 8_200_000
    assert all_ready(frames)


def test_a_killed_pod_is_started_again_in_place(play: Play) -> None:
    unit = next(f.target for f in play() if f.narration == "start-process" and f.target.endswith("@node-2"))
    frames = play(f"{unit}:down@9.8-9.9")
    starts = [frame for frame in kinds(frames, "start-process") if frame.target == unit]
    died = kinds(frames, "container-died")[0]
    assert died.source == "kubelet@node-2"
    assert died.at - 9_800_000 <= 1_010_000
    assert len(starts) == 2
    assert died.at < starts[1].at
    assert all_ready(frames)


def test_a_dead_machine_is_unknown_after_its_grace_and_tainted_twice(play: Play) -> None:
    frames = play("machine/node-2:down@10")
    heard = max(f.at for f in frames if f.narration == "renew-node-lease" and f.source == "kubelet@node-2")
    unknown = kinds(frames, "mark-node-unknown")[0]
    taints = kinds(frames, "taint-node")
    assert 50 * S < unknown.at - heard < 56 * S
    assert [frame.params["effect"] for frame in taints] == ["NoSchedule", "NoSchedule,NoExecute"]
    assert taints[0].at - unknown.at < 100_000
    assert 4 * S < taints[1].at - taints[0].at < 6 * S
    assert kinds(frames, "mark-pod-unready")
    objects = stored(frames)
    assert objects["nodes/node-2"]["status.conditions.Ready"] == "Unknown"
    assert objects["endpointslices/web-x1"]["endpoints.ready"] == 2
    assert objects["deployments/web"]["status.readyReplicas"] == 2
    assert frames[-1].narration == "horizon"


def test_a_machine_that_is_back_reports_itself_ready_and_loses_its_taint_in_two_steps(play: Play) -> None:
    frames = play("machine/node-2:cut@10-70")
    ready = kinds(frames, "mark-node-ready")[0]
    lifted = kinds(frames, "untaint-node")
    assert ready.source == "kubelet@node-2"
    assert ready.at > 70 * S
    assert [frame.params["effect"] for frame in lifted] == ["NoSchedule", "NoExecute"]
    assert lifted[0].at - ready.at < 100_000
    node = stored(frames)["nodes/node-2"]
    assert node["status.conditions.Ready"] == "True"
    assert node.get("spec.taints.node.kubernetes.io/unreachable") is None
    assert all_ready(frames)
    assert frames[-1].narration == "settled"


def test_a_read_waits_for_a_quorum_too(play: Play) -> None:
    frames = play("etcd@etcd-0:down@0", "etcd@etcd-1:down@0")
    assert not kinds(frames, "answer-absent")
    assert not kinds(frames, "kubectl-create")
    assert kinds(frames, "kubectl-gave-up")[0].params["reason"] == "Error from server (Timeout)"


def test_without_a_quorum_no_standby_claims_a_lease(play: Play) -> None:
    frames = play("etcd@etcd-0:down@0.1", "etcd@etcd-1:down@0.1")
    assert kinds(frames, "leadership-lost")
    assert not kinds(frames, "take-leader-lease")


def test_a_dead_program_is_told_nothing_more(play: Play) -> None:
    frames = play("kube-controller-manager@kcm-0:down@0.12")
    told = [f for f in frames if f.link == "K8" and f.target.endswith("@kcm-0") and f.sent > 120_000]
    assert told == []


def test_an_absent_registry_delays_the_start_until_it_is_back(play: Play) -> None:
    frames = play("image-registry:down@0.5-15")
    assert kinds(frames, "pull-failed")
    assert all(frame.at > 15 * S for frame in kinds(frames, "start-process"))
    reasons = {thing["reason"] for key, thing in stored(frames).items() if key.startswith("events/")}
    assert "Failed" in reasons
    assert all_ready(frames)


def test_cached_images_start_without_the_registry(play: Play) -> None:
    assert all_ready(play("image-registry:down@0", cached=True))


@pytest.mark.parametrize("link", ["K8", "K12", "K13", "K15", "K3", "K4", "K5", "K6", "K7", "K9", "K17"])
def test_a_cut_link_heals(play: Play, link: str) -> None:
    frames = play(f"{link}:cut@0.1-6")
    assert all_ready(frames)
    assert frames[-1].narration == "settled"


@pytest.mark.parametrize("link", ["K3", "K5", "K8", "K9", "K12"])
def test_a_slow_link_is_only_slow(play: Play, link: str) -> None:
    frames = play(f"{link}:slow=200@0")
    assert all_ready(frames)
    assert frames[-1].at > play()[-1].at


def test_a_proxy_that_was_away_catches_up(play: Play) -> None:
    frames = play("kube-proxy@node-1:down@8-20")
    last = [frame for frame in kinds(frames, "rules-programmed") if frame.target == "kernel@node-1"][-1]
    assert last.at > 20 * S
    assert len(last.effects[0].after["endpoints"]) == 3
