"""Laws that hold at every frame of every run, whatever breaks."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.frames import Frame, component_of, place_of
from explorer.simulation.kubernetes.cluster import Cluster, topology
from explorer.simulation.topology import Graph
from explorer.simulation.world import World
from tests.simulation.kubernetes.conftest import FIXTURES, Play
from tests.simulation.kubernetes.reading import READY, Objects, apply, chain, pods, stored, writes

type Stage = Callable[..., tuple[World, Cluster]]

MODEST = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # fmt: skip
COMPONENTS = {
    "kubectl": None, "kube-apiserver": None, "etcd": None, "kube-scheduler": None,
    "kube-controller-manager": None, "kubelet": None, "kube-proxy": None, "container-runtime": None,
    "cni-plugin": None, "kernel": None, "image-registry": None, "pod": None,
    **dict.fromkeys(
        ["deployment-controller", "replicaset-controller", "endpointslice-controller", "endpoint-controller",
         "node-lifecycle-controller"],
        "kube-controller-manager",
    ),
}  # fmt: skip
MACHINES = 3
INSTANCES = list(topology(Graph("kubernetes", COMPONENTS, {}), MACHINES).instances)
LINKS = ["K1", "K3", "K4", "K5", "K6", "K7", "K8", "K9", "K12", "K13", "K15", "K16", "K17", "K18", "K19",
         "K20", "K21", "K25"]  # fmt: skip
TARGETS = [*INSTANCES, *(f"machine/node-{n}" for n in range(1, MACHINES + 1)), *LINKS]


@st.composite
def faults(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["down", "down", "cut", "slow=5", "slow=300", "slow=5000"]))
    start = draw(st.one_of(st.integers(0, 300), st.integers(300, 12_000)))
    lasting = draw(st.sampled_from([0, 40, 700, 4_000, 20_000]))
    until = f"-{(start + lasting) / 1000:g}" if lasting else ""
    return f"{draw(st.sampled_from(TARGETS))}:{kind}@{start / 1000:g}{until}"


def start_of(fault: str) -> int:
    return round(float(fault.rpartition("@")[2].partition("-")[0]) * 1_000_000)


def lines(frames: list[Frame], until: int | None = None) -> list[str]:
    return [frame.line() for frame in frames if until is None or frame.at <= until]


@MODEST
@given(st.lists(faults(), min_size=1, max_size=3), st.integers(0, 999), st.integers(1, 5), st.booleans())
def test_a_fault_changes_nothing_that_was_before_it(
    stage: Stage, broken: list[str], seed: int, replicas: int, cached: bool
) -> None:
    whole = stage(seed=seed, replicas=replicas, cached=cached)[0].frames
    struck = stage(*broken, seed=seed, replicas=replicas, cached=cached)[0].frames
    first = min(start_of(fault) for fault in broken)
    assert lines(struck, first) == lines(whole, first)
    assert lines(struck) == lines(stage(*broken, seed=seed, replicas=replicas, cached=cached)[0].frames)


@MODEST
@given(st.integers(0, 999_999), st.integers(1, 12), st.integers(1, 6), st.booleans())
def test_without_faults_every_pod_ends_ready_or_says_why_not(
    stage: Stage, seed: int, replicas: int, machines: int, cached: bool
) -> None:
    frames = stage(seed=seed, replicas=replicas, machines=machines, cached=cached)[0].frames
    made = pods(stored(frames))
    room = min(replicas, 8 * machines)
    assert len(made) == replicas
    assert sum(pod.get(READY) == "True" for pod in made) == room
    assert sum(pod.get("status.conditions.PodScheduled") == "False" for pod in made) == replicas - room
    assert frames[-1].narration == "settled"
    assert not [frame for frame in frames if frame.outcome in ("refused", "timeout")]


@MODEST
@given(st.lists(faults(), max_size=3), st.integers(0, 999), st.integers(1, 6))
def test_the_laws_of_the_store_hold_whatever_breaks(
    graph: Graph, stage: Stage, broken: list[str], seed: int, replicas: int
) -> None:
    world, cluster = stage(*broken, seed=seed, replicas=replicas)
    frames = world.frames
    objects: Objects = {}
    revision = 1000
    bound: dict[str, str] = {}
    for frame in frames:
        check_links(graph, frame)
        check_cause(frames, frame)
        for effect in frame.effects:
            if effect.where != "store":
                continue
            revision += 1
            held = objects.get(effect.object, {})
            seeded = effect.object.partition("/")[0] not in ("pods", "replicasets", "deployments", "events")
            if not seeded:
                assert all(held.get(path) == was for path, was in effect.before.items()), frame
            assert effect.after["metadata.resourceVersion"] in (revision, None)
            node = effect.after.get("spec.nodeName")
            if effect.object.startswith("pods/") and node is not None:
                assert effect.object not in bound, "a Pod is bound once"
                bound[effect.object] = node
            apply(objects, effect)
            if node is not None:
                check_room(objects, node)
    check_answers(frames)
    check_majority(cluster)


def check_links(graph: Graph, frame: Frame) -> None:
    if frame.link is None:
        assert frame.internal
        return
    assert graph.joins(frame.link, frame.source, frame.target), frame
    ends = {component_of(frame.source), component_of(frame.target)}
    if frame.link in ("K3", "K4"):
        assert ends == {"kube-apiserver", "etcd"}
    if frame.link == "K5":
        assert ends == {"etcd"}


def check_cause(frames: list[Frame], frame: Frame) -> None:
    if frame.cause is not None:
        cause = frames[frame.cause]
        assert cause.index < frame.index
        assert frame.source in (cause.source, cause.target), (frame, cause)


def check_room(objects: Objects, node: str) -> None:
    """Requests of the Pods bound to a node never exceed what it has: 4 CPU, 500m a Pod."""
    assert sum(pod.get("spec.nodeName") == node for pod in pods(objects)) <= 8


def check_answers(frames: list[Frame]) -> None:
    """2xx only after a commit of that revision; a 409 changed nothing and took no revision."""
    committed = {effect.after["metadata.resourceVersion"]: f.index for f, effect in writes(frames)}
    for frame in frames:
        if frame.api is None or frame.api["code"] is None:
            continue
        told = frame.params.get("revision")
        if frame.api["code"] in (200, 201) and told is not None and told > 1000:
            assert committed[told] < frame.index
        if frame.api["code"] == 409:
            assert frame.outcome == "rejected"
            assert not frame.effects
            for cause in chain(frames, frame):
                if cause.request == frame.request and cause.api is not None:
                    break
                assert cause.narration != "etcd-commit"


def check_majority(cluster: Cluster) -> None:
    """Everything that was committed stands in the logs of a majority of the members, in one order."""
    logs = [member.log for member in cluster.members]
    applied = {entry.index: entry for log in logs for entry in log if entry.applied}
    for index, entry in applied.items():
        having = [log for log in logs if len(log) >= index and log[index - 1] is entry]
        assert len(having) >= 2, f"entry {index}"


def test_who_writes_what_is_decided_by_role(play: Play) -> None:
    """Bindings by the scheduler that leads, Pods by the replicaset controller, statuses by their kubelet."""
    for frames in (play(replicas=6), play("kube-scheduler@scheduler-0:down@0.13", replicas=6)):
        objects: Objects = {}
        for frame in frames:
            if frame.api is not None and frame.api["code"] is None:
                check_role(objects, frame, dict(frame.api))
            for effect in frame.effects:
                if effect.where == "store":
                    apply(objects, effect)


def check_role(objects: Objects, frame: Frame, api: dict[str, Any]) -> None:
    act = (api["verb"], api["resource"], api["subresource"])
    if act == ("create", "pods", "binding"):
        assert component_of(frame.source) == "kube-scheduler"
    if act == ("create", "pods", None):
        assert component_of(frame.source) == "replicaset-controller"
    if act == ("patch", "pods", "status") and component_of(frame.source) == "kubelet":
        assert objects[f"pods/{api['name']}"]["spec.nodeName"] == place_of(frame.source)
    if act == ("update", "leases", None) and component_of(frame.source) == "kubelet":
        assert api["name"] == place_of(frame.source)


def test_an_address_is_ready_only_while_its_pod_is(play: Play) -> None:
    for frames in (play(replicas=6), play("kubelet@node-1:down@8-20", replicas=6)):
        objects: Objects = {}
        for _, effect in writes(frames):
            apply(objects, effect)
            if not effect.object.startswith("endpointslices/"):
                continue
            ready = {pod["status.podIP"] for pod in pods(objects) if pod.get(READY) == "True"}
            told = {
                path.split(".ready")[0].removeprefix("endpoints.")
                for path, to in objects[effect.object].items() if to is True
            }  # fmt: skip
            assert told <= ready


def test_what_watchers_believe_is_what_was_stored_once(play: Play) -> None:
    """A belief never holds a version of an object that the store did not have."""
    for frames in (play(), play("K8:cut@0.1-4"), play("kube-apiserver@apiserver-0:down@0.2")):
        versions = {(e.object, e.after["metadata.resourceVersion"]) for _, e in writes(frames)}
        for frame in frames:
            if frame.narration.startswith("watch-"):
                for effect in frame.effects:
                    version = effect.after.get("metadata.resourceVersion")
                    assert version is None or version == 1000 or (effect.object, version) in versions


def test_at_most_one_holder_a_lease_and_none_too_early(play: Play) -> None:
    frames = play("kube-scheduler@scheduler-0:down@0.05", "kube-controller-manager@kcm-0:down@3")
    holders: dict[str, str] = {}
    renewed: dict[str, int] = {}
    for frame, effect in writes(frames):
        if effect.object.startswith("leases/kube-system/"):
            holder = effect.after.get("spec.holderIdentity")
            if holder is not None and effect.object in holders:
                assert frame.at - renewed[effect.object] >= 15_000_000
            if holder is not None:
                holders[effect.object] = holder
            holders.setdefault(effect.object, "first")
            renewed[effect.object] = frame.at
    assert holders["leases/kube-system/kube-scheduler"] == "scheduler-1"


DIGEST = """
import hashlib, sys
from pathlib import Path
from explorer.graph import Atlas
from explorer.simulation import simulate
atlas = Atlas.from_fixtures(Path(sys.argv[1]))
faults = ["etcd@etcd-0:down@0.1-9", "kubelet@node-2:down@3-12"]
frames = simulate(atlas, "kubernetes", "deploy", {"replicas": 5}, faults, 11)
sys.stdout.write(hashlib.sha256("\\n".join(frame.line() for frame in frames).encode()).hexdigest())
"""


def test_two_processes_with_different_hash_seeds_give_the_same_bytes(stage: Stage) -> None:
    told = set()
    for hash_seed in ("1", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", DIGEST, str(FIXTURES)], capture_output=True, text=True, check=True,
            cwd=Path(__file__).resolve().parents[3], env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )  # fmt: skip
        told.add(done.stdout)
    here = stage("etcd@etcd-0:down@0.1-9", "kubelet@node-2:down@3-12", seed=11, replicas=5)[0].frames
    told.add(hashlib.sha256("\n".join(frame.line() for frame in here).encode()).hexdigest())
    assert len(told) == 1
