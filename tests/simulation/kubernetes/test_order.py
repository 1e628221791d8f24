"""What a real control plane's log shows of a Deployment of 3, held against the log and against our run.

Every rule is checked on both: on `recorded-deploy.jsonl` (release 1.20.2, from the person's first GET to
the last Pod's Ready) it must find what was measured there, on our frames the same order, users, verbs,
resources and codes.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.simulation.kubernetes.conftest import Play
from tests.simulation.kubernetes.reading import READY, Call, calls

DATA = Path(__file__).resolve().parents[2] / "data" / "recorded-deploy.jsonl"
LOOP = "system:serviceaccount:kube-system:"
KUBERNETES_ADMIN, SCHEDULER = "kubernetes-admin", "system:kube-scheduler"
DEPLOYMENTS, REPLICA_SETS = LOOP + "deployment-controller", LOOP + "replicaset-controller"
AVAILABLE = "status.conditions.Available"


def recorded() -> list[Call]:
    lines = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    return [
        Call(
            round(float(e["received"]) * 1e6), round(float(e["completed"]) * 1e6), e["user"], e["agent"],
            e["verb"], e["group"], e["resource"], e["subresource"], e["name"], e["code"], e["fields"],
        )
        for e in lines
    ]  # fmt: skip


@pytest.fixture(params=["recorded", "simulated"])
def log(request: pytest.FixtureRequest, play: Play) -> list[Call]:
    """The calls of a Deployment of 3, in the order of their completion."""
    if request.param == "recorded":
        return sorted(recorded(), key=lambda call: call.completed)
    return [call for call in calls(play()) if call.resource != "leases"]


def some(log: Iterable[Call], act: str, user: str | None = None, code: int | None = None) -> list[Call]:
    return [
        call for call in log
        if call.act == act and user in (None, call.user) and code in (None, call.code)
    ]  # fmt: skip


def one(log: Iterable[Call], act: str, user: str | None = None, code: int | None = None) -> Call:
    found = some(log, act, user, code)
    assert found, f"no {act} by {user}"
    return found[0]


def before(earlier: Call, later: Call) -> bool:
    return earlier.completed <= later.received


def bindings(log: list[Call]) -> dict[str, Call]:
    return {str(call.name): call for call in some(log, "create pods/binding", SCHEDULER, 201)}


def patches(log: list[Call], pod: str) -> list[Call]:
    return [call for call in some(log, "patch pods/status", code=200) if call.name == pod]


def test_o1_kubectl_looks_before_it_creates(log: list[Call]) -> None:
    looked = one(log, "get deployments", KUBERNETES_ADMIN, 404)
    assert before(looked, one(log, "create deployments", KUBERNETES_ADMIN, 201))


def test_o2_the_deployment_brings_about_a_replicaset(log: list[Call]) -> None:
    made = one(log, "create replicasets", DEPLOYMENTS, 201)
    assert before(one(log, "create deployments", code=201), made)
    assert made.fields["metadata.ownerReferences"].endswith("web")


def test_o3_the_replicaset_brings_about_three_pods(log: list[Call]) -> None:
    owner = one(log, "create replicasets", DEPLOYMENTS, 201)
    made = some(log, "create pods", REPLICA_SETS, 201)
    assert len(made) == 3
    assert all(before(owner, pod) for pod in made)
    assert all(str(pod.fields["metadata.ownerReferences"]).endswith(str(owner.name)) for pod in made)


def test_o4_the_scheduler_binds_each_pod_after_its_creation(log: list[Call]) -> None:
    bound = bindings(log)
    for pod in some(log, "create pods", REPLICA_SETS, 201):
        assert before(pod, bound[str(pod.name)])
        assert bound[str(pod.name)].fields["spec.nodeName"].startswith("node-")


def test_o5_an_event_tells_of_each_binding_afterwards(log: list[Call]) -> None:
    events = [c for c in some(log, "create events", SCHEDULER, 201) if c.fields["reason"] == "Scheduled"]
    assert len(events) == 3
    bound = bindings(log)
    for event in events:
        assert event.group == "events.k8s.io"
        assert event.fields["action"] == "Binding"
        pod = str(event.fields.get("regarding", "")).rpartition("/")[2]
        assert before(bound[pod], event)


def test_o6_only_the_kubelet_of_the_bound_node_patches_the_status(log: list[Call]) -> None:
    for pod, binding in bindings(log).items():
        node = "system:node:" + binding.fields["spec.nodeName"]
        assert {call.user for call in patches(log, pod)} == {node}
        assert all(before(binding, call) for call in patches(log, pod))


def test_o7_a_get_precedes_every_status_patch_of_a_kubelet(log: list[Call]) -> None:
    for pod in bindings(log):
        reads = [call for call in some(log, "get pods", code=200) if call.name == pod]
        last = 0
        for patch in patches(log, pod):
            assert [read for read in reads if last <= read.received and before(read, patch)]
            last = patch.completed


def test_o8_the_first_patch_says_initialized_and_the_last_says_ready(log: list[Call]) -> None:
    for pod in bindings(log):
        first, *_, last = patches(log, pod)
        assert first.fields["status.conditions.Initialized"] == "True"
        assert first.fields[READY] == "False"
        assert first.fields[READY + ".reason"] == "ContainersNotReady"
        assert last.fields[READY] == last.fields["status.conditions.ContainersReady"] == "True"
        phases = [call.fields.get("status.phase") for call in patches(log, pod)]
        assert "Running" in phases


def test_o9_the_events_of_a_start_come_before_the_pod_is_ready(log: list[Call]) -> None:
    for pod in bindings(log):
        ready = patches(log, pod)[-1]
        told = {
            call.fields["reason"]: call
            for call in some(log, "create events", code=201)
            if call.user.startswith("system:node:")
            and str(call.fields["regarding"]).rpartition("/")[2] == pod
        }
        assert {"Pulling", "Pulled", "Created", "Started"} <= set(told)
        assert all(call.group == "" for call in told.values())
        assert all(
            told[reason].completed <= ready.completed
            for reason in ("Pulling", "Pulled", "Created", "Started")
        )


def readies(log: list[Call]) -> list[Call]:
    return [call for call in some(log, "patch pods/status", code=200) if call.fields.get(READY) == "True"]


def counted(log: list[Call], act: str, ready: int) -> Call:
    """The first status write that counts so many ready Pods."""
    return next(c for c in some(log, act, code=200) if c.fields.get("status.readyReplicas", 0) >= ready)


def test_o10_each_ready_pod_is_counted_by_its_replicaset(log: list[Call]) -> None:
    for k, ready in enumerate(readies(log), 1):
        assert before(ready, counted(log, "update replicasets/status", k))


def test_o11_each_count_of_the_replicaset_reaches_the_deployment(log: list[Call]) -> None:
    for k in (1, 2, 3):
        replica_set = counted(log, "update replicasets/status", k)
        assert replica_set.user == REPLICA_SETS
        deployment = counted(log, "update deployments/status", k)
        assert deployment.user == DEPLOYMENTS
        assert before(replica_set, deployment)


def test_o12_the_first_pod_is_answered_before_two_more_are_asked_for(log: list[Call]) -> None:
    first, second, third = sorted(some(log, "create pods", code=201), key=lambda call: call.received)
    assert before(first, second)
    assert before(first, third)
    assert second.received < third.completed
    assert third.received < second.completed


def test_o13_the_deployments_status_starts_with_a_conflict(log: list[Call]) -> None:
    updates = some(log, "update deployments/status", DEPLOYMENTS)[:3]
    assert [call.code for call in updates] == [200, 409, 200]
    first, _, third = (call.fields for call in updates)
    assert first["status.conditions.Progressing.reason"] == "NewReplicaSetCreated"
    assert "status.observedGeneration" not in first
    assert third["status.observedGeneration"] == 1
    assert third["status.unavailableReplicas"] == 3
    assert third[AVAILABLE] == "False"
    assert third[AVAILABLE + ".reason"] == "MinimumReplicasUnavailable"


@pytest.mark.parametrize("account", ["deployment-controller", "replicaset-controller"])
def test_o14_the_first_use_of_an_account_costs_a_token(log: list[Call], account: str) -> None:
    manager = "system:kube-controller-manager"
    read = next(c for c in some(log, "get serviceaccounts", manager, 200) if c.name == account)
    token = next(c for c in some(log, "create serviceaccounts/token", manager, 201) if c.name == account)
    own = min((c for c in log if c.user == LOOP + account), key=lambda call: call.received)
    assert before(read, token)
    assert before(token, own)


def test_nobody_writes_to_a_pod_between_its_creation_and_its_binding(log: list[Call]) -> None:
    for pod, binding in bindings(log).items():
        written = [
            call for call in log
            if call.resource == "pods" and call.name == pod and call.verb in ("update", "patch", "delete")
        ]  # fmt: skip
        assert all(call.received >= binding.received for call in written)


def test_bindings_are_made_by_the_scheduler_alone(log: list[Call]) -> None:
    assert {call.user for call in some(log, "create pods/binding")} == {SCHEDULER}


def test_actors_call_themselves_as_in_a_real_log(log: list[Call]) -> None:
    shape = r"{}/v1\.\d+\.\d+ \(linux/amd64\) kubernetes/[0-9a-f]{{7}}{}"
    for call in log:
        name, suffix = {
            KUBERNETES_ADMIN: ("kubectl", ""),
            SCHEDULER: ("kube-scheduler", "/scheduler"),
            "system:kube-controller-manager": ("kube-controller-manager", "/kube-controller-manager"),
            "system:apiserver": ("kube-apiserver", ""),
        }.get(call.user, ("kubelet", "") if call.user.startswith("system:node:")
              else ("kube-controller-manager", "/" + re.escape(call.user)))  # fmt: skip
        assert re.fullmatch(shape.format(name, suffix), call.agent), call
