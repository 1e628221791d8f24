"""kube-proxy: watches EndpointSlices and writes the node's kernel rules. No packet passes through it.

Source: W32 Virtual IPs (minSyncPeriod 1 s). The kernel keeps the last rules when kube-proxy dies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.frames import Effect, Fields, Frame
from explorer.simulation.kubernetes import accounts
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.informers import Informer
from explorer.simulation.kubernetes.objects import Change, ChangeType, Object
from explorer.simulation.kubernetes.requests import Client

if TYPE_CHECKING:
    from explorer.simulation.kubernetes.cluster import Cluster

MIN_SYNC = value("proxy_min_sync")


class Kernel:
    """The Service rules of one node: which addresses each Service leads to."""

    def __init__(self, cluster: Cluster, node: str) -> None:
        self.cluster, self.node = cluster, node
        self.instance = f"kernel@{node}"
        self.rules: tuple[str, ...] = ()
        cluster.world.register(self.instance, lambda: None, self._wipe)

    def _wipe(self) -> None:
        self.rules = ()

    def program(self, rules: tuple[str, ...]) -> None:
        self.rules = rules
        self.cluster.progress()


class Proxy:
    """The kube-proxy of one node."""

    def __init__(self, cluster: Cluster, node: str, kernel: Kernel) -> None:
        self.cluster, self.node, self.kernel = cluster, node, kernel
        world = self.world = cluster.world
        self.instance = f"kube-proxy@{node}"
        readers = Client(world, self.instance, "K15", accounts.PROXY, cluster.servers, 5, 10)
        self.slices = Informer(readers, "K15", "endpointslices", self._slice, self._words, cluster.order())
        self._clear()
        world.register(self.instance, self._start, self._stop)

    def _clear(self) -> None:
        self.programmed: tuple[str, ...] | None = None
        self.last = -MIN_SYNC
        self.due = False
        self.cause = 0

    def _start(self) -> None:
        if self.world.life(self.instance):
            self.slices.start()
        else:
            self.slices.begin(self.cluster.servers[0])
            self.programmed = ()

    def _stop(self) -> None:
        self.slices.stop()
        self._clear()

    def _words(self, change: Change, event: ChangeType) -> tuple[str, Fields]:
        return "watch-endpointslice", change.params

    def _slice(self, event: ChangeType, old: Object | None, new: Object, cause: int) -> None:
        self.cause = cause
        if not self.due and self._wanted() != self.programmed:
            self.due = True
            self.world.after(max(0, self.last + MIN_SYNC - self.world.now), self._sync, of=self.instance)

    def _wanted(self) -> tuple[str, ...]:
        slices = self.slices.cache.values()
        return tuple(address for thing in slices for address in self.cluster.ready_addresses(thing))

    def _sync(self) -> None:
        """Write the rules: at most once a second."""
        world = self.world
        self.due = False
        rules = self._wanted()
        if rules == self.programmed:
            return
        self.last, self.programmed = world.now, rules
        before, service = self.kernel.rules, self.cluster.service_address

        def params() -> Fields:
            ready, of = self.cluster.fitting(), len(self.cluster.nodes)
            others = (kernel for kernel in self.cluster.kernels if kernel is not self.kernel)
            n = (len(rules) >= ready) + sum(len(kernel.rules) >= ready for kernel in others)
            return {
                "node": self.node,
                "service": "web",
                "address": service,
                "ready": len(rules),
                "n": n,
                "of": of,
            }

        def fail(frame: Frame) -> None:
            self.programmed = None
            if not self.due:
                self.due = True
                world.after(MIN_SYNC, self._sync, of=self.instance)

        world.send(
            "K16", self.instance, self.kernel.instance, f"rules for {service}", "rules-programmed", "expose",
            params=params, deliver=lambda frame: self.kernel.program(rules), fail=fail, cause=self.cause,
            effects=(
                Effect(
                    self.kernel.instance, "services/web",
                    {"endpoints": list(before)}, {"endpoints": list(rules)},
                ),
            ),
        )  # fmt: skip
