"""Leases: who leads (renewed every 2 s, lost after 10, taken over after 15), and a node's heartbeat (10 s).

Source: client-go leaderelection.go. A standby goes by its own clock, from when *it* saw the Lease change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from explorer.frames import Frame
from explorer.simulation.kubernetes.accounts import Account
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.objects import REVISION, Object, key_of
from explorer.simulation.kubernetes.requests import Client, Refusal, Request

DURATION, DEADLINE, RETRY = value("lease_duration"), value("lease_deadline"), value("lease_retry")
RESTART = value("program_restart")
RENEW, JITTER = value("node_lease_renew"), value("node_lease_jitter")
NODE_READY = "status.conditions.Ready"
AGAIN, AGAIN_MOST = value("lease_retry_first"), value("lease_retry_most")


class Election:
    """One candidate for a leader Lease. `on_lead(cause)` and `on_lose()` are called at the turns."""

    def __init__(
        self,
        client: Client,
        lease: str,
        account: Account,
        leads: bool,
        on_lead: Callable[[int], None],
        on_lose: Callable[[], None],
    ) -> None:
        self.client, self.lease, self.account = client, lease, account
        self.world, self.instance = client.world, client.instance
        self.identity = self.instance.partition("@")[2]
        self.on_lead, self.on_lose = on_lead, on_lose
        self.leads = leads
        self.renewed = 0
        self.seen: tuple[int, int] = (0, 0)
        """The Lease's revision as last seen, and when it was seen to change."""

    def start(self) -> None:
        """Begin as leader or as standby."""
        world = self.world
        if world.life(self.instance):
            self.leads = False
        self.renewed = world.now
        self.seen = (0, world.now)
        first = world.random(self.instance).randrange(RETRY)
        world.after(first, self._renew if self.leads else self._look, of=self.instance, periodic=True)

    def stop(self) -> None:
        self.leads = False

    def _renew(self) -> None:
        if not self.leads:
            return
        world = self.world
        if world.now - self.renewed >= DEADLINE:
            self._lost()
            return
        self._ask(
            "update", "renew-leader-lease", self._renewed,
            lambda current: {"spec.renewTime": world.now, "spec.holderIdentity": self.identity}
            if current and current["spec.holderIdentity"] == self.identity
            else Refusal(409, "held by another"),
        )  # fmt: skip
        world.after(
            RETRY + world.random(self.instance).randrange(60_000),
            self._renew,
            of=self.instance,
            periodic=True,
        )

    def _renewed(self, request: Request, frame: Frame) -> None:
        if request.code == 200:
            self.renewed = self.world.now
        elif request.code == 409:
            self.renewed = min(self.renewed, self.world.now - DEADLINE)

    def _lost(self) -> None:
        """No renewal within the deadline: stop working, exit, and come back as a standby."""
        self.leads = False
        self.world.act(
            self.instance, "leaderelection lost", "leadership-lost", "report",
            params={"name": self.lease, "seconds": DEADLINE // 1_000_000},
        )  # fmt: skip
        self.on_lose()
        self.seen = (0, self.world.now + RESTART)
        self.world.after(RESTART, self._look, of=self.instance, periodic=True)

    def _look(self) -> None:
        if self.leads:
            return
        world = self.world
        self._ask("get", "read-leader-lease", self._looked, None)
        wait = RETRY + int(RETRY * 1.2 * world.random(self.instance).random())
        world.after(wait, self._look, of=self.instance, periodic=True)

    def _looked(self, request: Request, frame: Frame) -> None:
        current = request.object
        if current is None or self.leads:
            return
        world = self.world
        revision = current[REVISION]
        if revision != self.seen[0]:
            self.seen = (revision, world.now)
        elif world.now - self.seen[1] >= DURATION:
            taken = {
                "spec.holderIdentity": self.identity, "spec.renewTime": world.now,
                "spec.leaseTransitions": current.get("spec.leaseTransitions", 0) + 1,
            }  # fmt: skip
            self._ask("update", "take-leader-lease", self._taken, lambda _: taken, revision, frame.index)

    def _taken(self, request: Request, frame: Frame) -> None:
        if request.code == 200 and not self.leads:
            self.leads = True
            self.renewed = self.world.now
            self.world.after(RETRY, self._renew, of=self.instance, periodic=True)
            self.on_lead(frame.index)

    def _ask(
        self,
        verb: str,
        narration: str,
        answered: Callable[[Request, Frame], None],
        edit: Any,
        expected: int | None = None,
        cause: int | None = None,
    ) -> None:
        self.client.ask(
            verb, "leases", self.lease, narration, "report", answered,
            params={"name": self.lease, "resource": "leases", "holder": self.identity},
            namespace="kube-system", account=self.account, edit=edit, expected=expected, cause=cause,
            background=narration != "take-leader-lease", limit=DEADLINE // 2,
        )  # fmt: skip


class NodeLease:
    """A kubelet's heartbeat: its node's Lease, renewed every 10 s, retried from 0.2 s doubling to 7 s.

    With it goes the look at its own Node, every 10 s in a real kubelet; here only when there is something to
    report: that the node is Ready, where the API has it as Unknown. Source: REC N:5004, N:5015.
    """

    def __init__(self, client: Client, node: str) -> None:
        self.client, self.node, self.own = client, node, key_of("nodes", node)
        self.world, self.instance = client.world, client.instance
        self.failures = 0

    def start(self) -> None:
        self.failures = 0
        world = self.world
        first = world.random(self.instance).randrange(RENEW) if not world.life(self.instance) else 0
        world.after(first, self._renew, of=self.instance, periodic=True)

    def _renew(self) -> None:
        now = self.world.now
        fields: Object = {"spec.renewTime": now}
        self.client.ask(
            "update", "leases", self.node, "renew-node-lease", "report", self._renewed, failed=self._lost,
            params={"name": self.node, "resource": "leases", "node": self.node}, namespace="kube-node-lease",
            edit=lambda current: fields, background=True, limit=RENEW,
        )  # fmt: skip

    def _renewed(self, request: Request, frame: Frame) -> None:
        if request.code != 200:
            self._lost(request, frame)
            return
        self.failures = 0
        node = self.client.server.storage.cache.get(self.own, {})
        if node.get(NODE_READY) == "Unknown":
            self._report("get", "get-node", self._looked, None, frame.index)
        wait = RENEW + self.world.random(self.instance).randrange(JITTER)
        self.world.after(wait, self._renew, of=self.instance, periodic=True)

    def _looked(self, request: Request, frame: Frame) -> None:
        if request.object is not None and request.object.get(NODE_READY) == "Unknown":
            ready = {NODE_READY: "True", NODE_READY + ".reason": "KubeletReady"}
            self._report(
                "patch", "mark-node-ready", lambda request, frame: None, lambda current: ready, frame.index
            )

    def _report(
        self, verb: str, narration: str, answered: Callable[[Request, Frame], None], edit: Any, cause: int
    ) -> None:
        self.client.ask(
            verb, "nodes", self.node, narration, "report", answered,
            params={"name": self.node, "resource": "nodes", "node": self.node},
            subresource="status" if edit is not None else None, edit=edit, cause=cause,
        )  # fmt: skip

    def _lost(self, request: Request, frame: Frame | None) -> None:
        wait = min(AGAIN << min(self.failures, 8), AGAIN_MOST)
        self.failures += 1
        self.world.after(wait, self._renew, of=self.instance, periodic=True)
