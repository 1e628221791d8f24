"""node lifecycle controller: silence is the only signal of a dead node.

It looks at every node each 5 s; a Lease that has not changed for 50 s, by this controller's own clock,
makes the node Unknown, its Pods not Ready, and taints it. That a node is Ready again, its kubelet says; then
the taint goes: NoSchedule at once, NoExecute at the next look. Sources: W32 Nodes, flags; REC N:913-972,
N:5015-5055.
"""

from __future__ import annotations

from typing import Any

from explorer.frames import Frame
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.loops import Loop
from explorer.simulation.kubernetes.objects import REVISION, ChangeType, Object
from explorer.simulation.kubernetes.requests import Request

PERIOD, GRACE = value("monitor_period"), value("monitor_grace")
READY = "status.conditions.Ready"
TAINT = "spec.taints.node.kubernetes.io/unreachable"
NO_SCHEDULE, NO_EXECUTE = "NoSchedule", "NoExecute"
BOTH = f"{NO_SCHEDULE},{NO_EXECUTE}"


class NodeLifecycleController(Loop):
    """Marks nodes Unknown and taints them; lifts the taint when the node reports Ready again."""

    component, account = "node-lifecycle-controller", "node-controller"

    def watch(self) -> None:
        self.nodes = self.informer("nodes", self._node, "watch-node")
        self.informer("leases", self._lease, "watch-lease")
        self.told: dict[str, int] = {}
        """The latest frame that told of each node."""
        self.seen: dict[str, int] = {}
        self.turn = 0

    def forget(self) -> None:
        self.seen = {}

    def begun(self) -> None:
        self.turn += 1
        first = self.world.random(self.instance).randrange(PERIOD)
        self.world.after(first, self._monitor, self.turn, of=self.instance, periodic=True)

    def _node(self, event: ChangeType, old: Object | None, new: Object, cause: int) -> None:
        name = new["metadata.name"]
        self.told[name] = cause
        if new.get(READY) == "True" and str(new.get(TAINT, "")).startswith(NO_SCHEDULE):
            self._taint(name, NO_EXECUTE if new[TAINT] == BOTH else None, cause, lifted=NO_SCHEDULE)

    def _lease(self, event: ChangeType, old: Object | None, new: Object, cause: int) -> None:
        self.seen[new["metadata.name"]] = self.world.now

    def sync(self, key: str, cause: int) -> None:
        self.queue.done(key)

    def _monitor(self, turn: int) -> None:
        """One look at every node."""
        if turn != self.turn or not self.running:
            return
        now = self.world.now
        for name, node in self.nodes.cache.items():
            silent = now - self.seen.setdefault(name, now)
            status = node.get(READY)
            told = self.told.get(name)
            if silent > GRACE and status != "Unknown":
                self._mark(name, node)
            elif silent > GRACE and node.get(TAINT) != BOTH:
                self._taint(name, BOTH, told)
            elif silent <= GRACE and status == "True" and TAINT in node:
                self._taint(name, None, told, lifted=str(node[TAINT]))
        self.world.after(PERIOD, self._monitor, turn, of=self.instance, periodic=True)

    def _mark(self, name: str, node: Object) -> None:
        fields = {READY: "Unknown", READY + ".reason": "NodeStatusUnknown"}

        def marked(request: Request, frame: Frame) -> None:
            if request.code == 200:
                self._taint(name, NO_SCHEDULE, frame.index)
                self._unready(name, frame.index)

        self.identity.use(
            lambda cause: self.client.ask(
                "update", "nodes", name, "mark-node-unknown", "report", marked,
                params={"name": name, "resource": "nodes", "node": name, "seconds": GRACE // 1_000_000},
                subresource="status", edit=lambda current: fields, expected=node[REVISION], cause=cause,
            ),
            None, "report",
        )  # fmt: skip

    def _taint(self, name: str, effect: str | None, cause: int | None = None, *, lifted: str = "") -> None:
        """Give the node's taint this effect, or none; `lifted` is the effect that goes, if one does."""
        fields = {TAINT: effect}
        self.client.ask(
            "patch", "nodes", name, "untaint-node" if lifted else "taint-node", "report",
            lambda request, frame: None,
            params={"name": name, "resource": "nodes", "node": name, "effect": lifted or effect},
            edit=lambda current: fields, cause=cause,
        )  # fmt: skip

    def _unready(self, node: str, cause: int) -> None:
        fields: dict[str, Any] = {READY: "False", READY + ".reason": "NodeNotReady"}
        for name, pod in self.manager.pods().items():
            if pod.get("spec.nodeName") == node and pod.get(READY) == "True":
                self.client.ask(
                    "update", "pods", name, "mark-pod-unready", "expose", lambda request, frame: None,
                    params={"name": name, "resource": "pods", "pod": name, "node": node},
                    subresource="status", edit=lambda current: fields, expected=pod[REVISION], cause=cause,
                )  # fmt: skip
        self.recorder.record(
            "NodeNotReady", f"nodes/{node}", f"Node {node} status is now: NodeNotReady", cause
        )
