"""kube-controller-manager: one process, many loops; only the Lease's holder lets its loops run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from explorer.simulation.kubernetes import accounts
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.informers import Handler, Informer
from explorer.simulation.kubernetes.leases import Election
from explorer.simulation.kubernetes.objects import Change, ChangeType, Object
from explorer.simulation.kubernetes.queues import Identity, Recorder, WorkQueue
from explorer.simulation.kubernetes.requests import Client

if TYPE_CHECKING:
    from explorer.frames import Fields
    from explorer.simulation.kubernetes.cluster import Cluster

LOOPS_START = value("loops_start")


class Manager:
    """One kube-controller-manager: a candidate for the Lease, and the loops it runs while it leads."""

    def __init__(self, cluster: Cluster, place: str, leads: bool) -> None:
        self.cluster, self.place = cluster, place
        world = cluster.world
        self.instance = f"kube-controller-manager@{place}"
        client = Client(world, self.instance, "K9", accounts.MANAGER, cluster.servers, 20, 30)
        self.election = Election(
            client, "kube-controller-manager", accounts.MANAGER_LEASE, leads, self._lead, self._lose
        )
        self.loops: list[Loop] = []
        world.register(self.instance, self.election.start, self.election.stop)

    @property
    def leads(self) -> bool:
        return self.election.leads

    def pods(self) -> dict[str, Object]:
        """All Pods as the process knows them: its informers are shared, so one loop's copy serves another."""
        for loop in self.loops:
            for informer in loop.informers:
                if informer.resource == "pods" and informer.synced:
                    return informer.cache
        return {}

    def _lead(self, cause: int) -> None:
        world = self.cluster.world
        world.act(
            self.instance, "starting controllers", "loops-started", "report", cause=cause,
            params={"name": "kube-controller-manager"},
        )  # fmt: skip
        world.after(LOOPS_START, self._run_loops, of=self.instance, periodic=True)

    def _run_loops(self) -> None:
        if self.leads:
            for loop in self.loops:
                loop.run()

    def _lose(self) -> None:
        for loop in self.loops:
            loop.halt()


class Loop(ABC):
    """What all loops share. A loop has informers, a work queue, an account and a recorder."""

    component = ""
    account = ""

    def __init__(self, cluster: Cluster, manager: Manager) -> None:
        self.cluster, self.manager = cluster, manager
        world = self.world = cluster.world
        self.instance = f"{self.component}@{manager.place}"
        self.client = Client(
            world, self.instance, "K9", accounts.loop(self.account), cluster.servers,
            value("controller_qps"), value("controller_burst"),
        )  # fmt: skip
        self.readers = Client(world, self.instance, "K9", accounts.MANAGER_INFORMERS, cluster.servers, 20, 30)
        self.identity = Identity(self.client, self.account, cluster.warm)
        self.recorder = Recorder(self.client)
        self.queue = WorkQueue(world, self.instance, self._guarded)
        self.informers: list[Informer] = []
        self.running = False
        manager.loops.append(self)
        self.watch()
        world.register(self.instance, self._start, self.halt)

    # for each loop to say

    @abstractmethod
    def watch(self) -> None:
        """Make the informers."""

    @abstractmethod
    def sync(self, key: str, cause: int) -> None:
        """Compare what is wanted with what is there, and write back."""

    def forget(self) -> None:  # noqa: B027 - most loops keep nothing
        """Lose what the loop itself had in memory."""

    def begun(self) -> None:  # noqa: B027 - most have nothing to do
        """All informers are in step."""

    # the rest is the same for all

    def informer(self, resource: str, handler: Handler, narration: str) -> Informer:
        """A watch of one resource, told of with one narration."""

        def words(change: Change, event: ChangeType) -> tuple[str, Fields]:
            return narration, change.params

        made = Informer(self.readers, "K8", resource, handler, words, self.cluster.order())
        self.informers.append(made)
        return made

    def requeue(self, key: str, cause: int, reason: str, phase: str, at_least: int = 0) -> None:
        """The sync failed: say so, and let the key come back."""
        if not self.running:
            return
        wait = self.queue.again(key, cause, at_least=at_least)
        self.world.act(
            self.instance, f"requeue {key}", "requeue", phase, cause=cause,
            params={"name": key, "reason": reason, "wait": wait // 1000},
        )  # fmt: skip

    def _start(self) -> None:
        if self.world.life(self.instance):
            if self.manager.leads:
                self.run()
        elif self.manager.leads:
            self.running = True
            for informer in self.informers:
                informer.begin(self.cluster.servers[0])
            self.begun()

    def run(self) -> None:
        """Start afresh: list everything, then sync everything."""
        if self.running or not self.world.is_up(self.instance):
            return
        self.running, self.queue.closed = True, False
        for informer in self.informers:
            informer.start()
        self.begun()

    def halt(self) -> None:
        """The loop, its process or its leadership is gone."""
        self.running, self.queue.closed = False, True
        self.queue.clear()
        self.recorder.forget()
        self.identity.forget()
        for informer in self.informers:
            informer.stop()
        self.forget()

    def _guarded(self, key: str, cause: int) -> None:
        if all(informer.synced for informer in self.informers):
            self.sync(key, cause)
        else:
            self.queue.again(key, cause, at_least=100_000)
