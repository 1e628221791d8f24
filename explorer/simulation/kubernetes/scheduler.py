"""kube-scheduler: watches Pods without a node, decides one at a time, binds beside the next decision.

Sources: W32 kube-scheduler, Scheduling Framework; KK schedule_one.go, scheduling_queue.go. It never speaks
to a node: it works on requests, in a cache that counts a Pod as placed as soon as it is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from explorer.frames import Effect, Fields, Frame
from explorer.simulation.kubernetes import accounts, scoring
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.informers import Informer
from explorer.simulation.kubernetes.leases import Election
from explorer.simulation.kubernetes.objects import Change, ChangeType, Object, mebibytes, millicores
from explorer.simulation.kubernetes.queues import Recorder
from explorer.simulation.kubernetes.requests import Client, Refusal, Request
from explorer.simulation.kubernetes.scoring import Decision, NodeState, PodNeeds

if TYPE_CHECKING:
    from explorer.simulation.kubernetes.cluster import Cluster

SYNC, CYCLE = value("informer_to_sync"), value("schedule_one")
BACKOFF, BACKOFF_MOST = value("scheduler_backoff_first"), value("scheduler_backoff_most")
IMAGE_SIZE = value("image_size")


def needs_of(pod: Object) -> PodNeeds:
    """What the Pod's one container asks for."""
    return PodNeeds(
        millicores(pod.get("spec.containers.web.requests.cpu", "0m")),
        mebibytes(pod.get("spec.containers.web.requests.memory", "0Mi")),
        pod.get("spec.containers.web.image", ""),
        IMAGE_SIZE,
    )


def state_of(node: Object) -> NodeState:
    """A node without Pods, as its Node object tells it."""
    hard = tuple(
        path.removeprefix("spec.taints.") for path, effect in node.items()
        if path.startswith("spec.taints.") and effect.split(",")[0] != "PreferNoSchedule"
    )  # fmt: skip
    images = node.get("status.images")
    return NodeState(
        node["metadata.name"], node["metadata.labels.zone"], millicores(node["status.allocatable.cpu"]),
        mebibytes(node["status.allocatable.memory"]), most_pods=node["status.allocatable.pods"],
        images=frozenset([images] if images else ()), hard=hard,
        unschedulable=bool(node.get("spec.unschedulable")),
    )  # fmt: skip


class Scheduler:
    """One kube-scheduler: a candidate for the Lease; only the holder takes Pods from the queue."""

    def __init__(self, cluster: Cluster, place: str, leads: bool) -> None:
        self.cluster = cluster
        world = self.world = cluster.world
        self.instance = f"kube-scheduler@{place}"
        self.client = Client(
            world, self.instance, "K7", accounts.SCHEDULER, cluster.servers,
            value("scheduler_qps"), value("scheduler_burst"),
        )  # fmt: skip
        self.election = Election(
            self.client, "kube-scheduler", accounts.SCHEDULER_LEASE, leads, self._lead, lambda: None
        )
        self.recorder = Recorder(self.client, "events.k8s.io")
        readers = Client(world, self.instance, "K6", accounts.SCHEDULER, cluster.servers, 50, 100)
        self.pods = Informer(readers, "K6", "pods", self._pod, self._words, cluster.order())
        self.node_objects = Informer(readers, "K6", "nodes", self._node, self._words, cluster.order())
        self._clear()
        world.register(self.instance, self._start, self._stop)

    def _clear(self) -> None:
        self.nodes: dict[str, NodeState] = {}
        self.placed: dict[str, tuple[str, PodNeeds]] = {}
        """Bound and assumed Pods: where they are and what they take."""
        self.active: dict[str, int] = {}
        """Pods to schedule, in order, each with the frame that told of it."""
        self.attempts: dict[str, int] = {}
        self.unschedulable: dict[str, int] = {}
        self.cycling = False

    def _start(self) -> None:
        self.election.start()
        if self.world.life(self.instance):
            self.pods.start()
            self.node_objects.start()
            return
        for informer in (self.node_objects, self.pods):
            informer.begin(self.cluster.servers[0])
        for name, node in self.node_objects.cache.items():
            self.nodes[name] = state_of(node)

    def _stop(self) -> None:
        self.election.stop()
        self.recorder.forget()
        self.pods.stop()
        self.node_objects.stop()
        self._clear()

    def _lead(self, cause: int) -> None:
        self.world.act(
            self.instance, "scheduling begins", "loops-started", "report", cause=cause,
            params={"name": "kube-scheduler"},
        )  # fmt: skip
        for name in self.active:
            self.active[name] = max(cause, self.active[name])
        self._next()

    # what it hears

    def _words(self, change: Change, event: ChangeType) -> tuple[str, Fields]:
        if change.resource == "nodes":
            return "watch-node", change.params
        if event == "ADDED" and "spec.nodeName" not in change.object:
            return "watch-pod-unassigned", {
                **change.params,
                "n": self.cluster.tally.reach("unassigned", change.name),
                "of": self.cluster.replicas,
            }
        return "watch-pod", change.params

    def _node(self, event: ChangeType, old: Object | None, new: Object, cause: int) -> None:
        name = new["metadata.name"]
        known = self.nodes.get(name)
        state = self.nodes[name] = state_of(new)
        if known is not None:
            state.used_cpu, state.used_memory = known.used_cpu, known.used_memory
            state.pods, state.same = known.pods, known.same
        else:
            for place, needs in self.placed.values():
                if place == name:
                    self._count(place, needs, 1)
        if old is None or any(path.startswith("spec.") and old.get(path) != to for path, to in new.items()):
            self._wake(cause)

    def _pod(self, event: ChangeType, old: Object | None, new: Object, cause: int) -> None:
        name = new["metadata.name"]
        if event == "DELETED":
            self.active.pop(name, None)
            self.unschedulable.pop(name, None)
            self._unplace(name)
            self._wake(cause)
        elif (place := new.get("spec.nodeName")) is not None:
            self.active.pop(name, None)
            self.unschedulable.pop(name, None)
            if name not in self.placed or self.placed[name][0] != place:
                self._unplace(name)
                self._place(name, place, needs_of(new))
        elif event == "ADDED":
            self.world.after(SYNC, self._enqueue, name, cause, of=self.instance)

    def _enqueue(self, name: str, cause: int) -> None:
        pod = self.pods.cache.get(name)
        if pod is None or "spec.nodeName" in pod or name in self.placed:
            return
        self.active[name] = cause
        self._next()

    def _wake(self, cause: int) -> None:
        """Something changed that may make room: what fitted nowhere is looked at again."""
        waiting, self.unschedulable = self.unschedulable, {}
        for name in waiting:
            self._enqueue_later(name, cause)

    def _enqueue_later(self, name: str, cause: int) -> None:
        """Back into the queue after a pause that doubles with each attempt."""
        wait = min(BACKOFF << min(self.attempts.get(name, 1) - 1, 8), BACKOFF_MOST)
        self.world.after(wait, self._enqueue, name, cause, of=self.instance)

    # the cache

    def _place(self, name: str, place: str, needs: PodNeeds) -> None:
        self.placed[name] = (place, needs)
        self._count(place, needs, 1)

    def _unplace(self, name: str) -> None:
        where = self.placed.pop(name, None)
        if where is not None:
            self._count(where[0], where[1], -1)

    def _count(self, place: str, needs: PodNeeds, sign: int) -> None:
        node = self.nodes.get(place)
        if node is not None:
            node.used_cpu += sign * needs.cpu
            node.used_memory += sign * needs.memory
            node.pods += sign
            node.same += sign

    # the scheduling cycle: one Pod at a time

    def _next(self) -> None:
        if self.cycling or not self.active or not self.election.leads:
            return
        if not (self.pods.synced and self.node_objects.synced):
            self.world.after(SYNC, self._next, of=self.instance, periodic=True)
            return
        name = next(iter(self.active))
        cause = self.active.pop(name)
        self.cycling = True
        self.world.after(CYCLE, self._decide, name, cause, self.world.now, of=self.instance)

    def _decide(self, name: str, cause: int, since: int) -> None:
        self.cycling = False
        pod = self.pods.cache.get(name)
        if pod is not None and "spec.nodeName" not in pod and self.election.leads:
            needs = needs_of(pod)
            decision = scoring.decide(needs, list(self.nodes.values()), self.world.random(self.instance))
            self.attempts[name] = self.attempts.get(name, 0) + 1
            if decision.node is None:
                self._no_node(name, decision, cause, since)
            else:
                self._assume(name, needs, decision, decision.node, cause, since)
        self._next()

    def _assume(
        self, name: str, needs: PodNeeds, decision: Decision, node: str, cause: int, since: int
    ) -> None:
        rows = scoring.told(decision, self.nodes)
        of = self.cluster.replicas
        frame = self.world.act(
            self.instance, f"assume {name} on {node}", "schedule-pod", "schedule", cause=cause, since=since,
            effects=(
                Effect(self.instance, f"pods/{name}", {"spec.nodeName": None}, {"spec.nodeName": node}),
            ),
            params={
                "pod": name, "node": node, "score": rows[0][-1], "feasible": len(decision.scores),
                "n": self.cluster.tally.reach("scheduled", name), "of": of, "table": "filter-score",
                "columns": scoring.COLUMNS, "rows": rows, "chosen": node, "nodes": len(self.nodes),
            },
        )  # fmt: skip
        self._place(name, node, needs)
        self._bind(name, node, frame.index)

    def _bind(self, name: str, node: str, cause: int) -> None:
        words = {
            "name": name, "resource": "pods", "pod": name, "node": node,
            "n": self.cluster.tally.reach("bound", name), "of": self.cluster.replicas,
        }  # fmt: skip
        self.client.ask(
            "create", "pods", name, "bind-pod", "bind", self._bound, failed=self._unbound, params=words,
            subresource="binding", news="dispatch", cause=cause,
            edit=lambda current: Refusal(409, "already bound") if current and "spec.nodeName" in current
            else {"spec.nodeName": node, "status.conditions.PodScheduled": "True",
                  "status.conditions.PodScheduled.reason": None},
        )  # fmt: skip

    def _bound(self, request: Request, frame: Frame) -> None:
        name, node = request.name, request.params["node"]
        if request.code == 201:
            self.recorder.record(
                "Scheduled", f"pods/{name}", f"Successfully assigned default/{name} to {node}", frame.index,
                pod=name, node=node,
            )  # fmt: skip
        else:
            self._unbound(request, frame)

    def _unbound(self, request: Request, frame: Frame | None) -> None:
        """Binding failed: forget the assumption, and try again after a pause if it is still unbound."""
        name = request.name
        pod = self.pods.cache.get(name)
        if pod is not None and "spec.nodeName" not in pod:
            self._unplace(name)
            self._enqueue_later(name, frame.index if frame is not None else request.cause or 0)

    def _no_node(self, name: str, decision: Decision, cause: int, since: int) -> None:
        nodes = len(self.nodes)
        counted = sorted(decision.reasons.items(), key=lambda item: (-item[1], item[0]))
        told = ", ".join(f"{count} {why}" for why, count in counted)
        note = f"0/{nodes} nodes are available: {told}."
        rows = [[why, count] for why, count in counted[:8]]
        frame = self.world.act(
            self.instance, f"no node for {name}", "no-node-fits", "schedule", cause=cause, since=since,
            params={
                "pod": name, "note": note, "table": "filter", "columns": ("reason", "nodes"), "rows": rows,
                "chosen": None, "nodes": nodes,
            },
        )  # fmt: skip
        self.unschedulable[name] = frame.index
        words = {"name": name, "resource": "pods", "pod": name, "note": note}
        fields: dict[str, Any] = {
            "status.conditions.PodScheduled": "False",
            "status.conditions.PodScheduled.reason": "Unschedulable",
            "status.conditions.PodScheduled.message": note,
        }
        self.client.ask(
            "patch", "pods", name, "mark-unschedulable", "schedule", lambda request, frame: None,
            params=words, subresource="status", edit=lambda current: fields, news="report", cause=frame.index,
        )  # fmt: skip
        self.recorder.record("FailedScheduling", f"pods/{name}", note, frame.index, pod=name)
