"""What a kubelet knows of its Pods, and how it tells the API: it reads the Pod, then patches pods/status.

Source: KK status_manager.go; REC D:60-94: the get precedes every patch. One such pair a Pod at a time; what
changes meanwhile goes into the next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from explorer.frames import Frame
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.objects import Object
from explorer.simulation.kubernetes.requests import Client, Request

if TYPE_CHECKING:
    from explorer.simulation.kubernetes.cluster import Cluster

STATUS_AGAIN = value("status_period")
READY, CONTAINERS_READY = "status.conditions.Ready", "status.conditions.ContainersReady"
COUNTED = ("patch-pod-starting", "patch-pod-running", "patch-pod-ready")


class Worker:
    """What the kubelet knows of one Pod, and how far it has come with it."""

    __slots__ = (
        "cause", "dirty", "doomed", "failures", "ip", "known", "name", "narration", "pod", "pulls", "ready",
        "restarts", "running", "started", "status", "writing",
    )  # fmt: skip

    def __init__(self, pod: Object, cause: int) -> None:
        self.pod, self.name, self.cause = pod, pod["metadata.name"], cause
        self.status: dict[str, Any] = {}
        """The status as it should stand in the API."""
        self.narration = ""
        self.writing = self.dirty = False
        self.ip = ""
        self.pulls = 0
        """How often pulling the image failed: each time it waits longer (10 s doubling to 300 s)."""
        self.running = self.ready = False
        self.known = False
        """Whether PLEG has told of the running container yet."""
        self.started = 0
        self.restarts = self.failures = 0
        self.doomed = False


class StatusManager:
    """The status writer of one kubelet, whose own map `workers` is; `ended` hears of Pods that are gone."""

    def __init__(
        self,
        cluster: Cluster,
        client: Client,
        node: str,
        workers: dict[str, Worker],
        ended: Callable[[Worker], None],
    ) -> None:
        self.cluster, self.client, self.node = cluster, client, node
        self.world, self.workers, self.ended = client.world, workers, ended

    def _mine(self, worker: Worker) -> bool:
        return not worker.doomed and self.workers.get(worker.name) is worker

    def write(self, worker: Worker, narration: str, cause: int) -> None:
        """Bring the API's status up to date: read the Pod, then patch; one such pair at a time."""
        worker.narration, worker.cause = narration, max(cause, worker.cause)
        if worker.writing:
            worker.dirty = True
            return
        worker.writing, worker.dirty = True, False
        words = {
            "name": worker.name, "resource": "pods", "pod": worker.name, "node": self.node, "ip": worker.ip,
            "restarts": worker.restarts,
        }  # fmt: skip

        def lost(request: Request, frame: Frame | None) -> None:
            self.world.after(
                STATUS_AGAIN, again, frame.index if frame is not None else cause, of=self.client.instance
            )

        def again(latest: int) -> None:
            worker.writing = False
            if self.workers.get(worker.name) is worker:
                self.write(worker, worker.narration, latest)

        def read(request: Request, frame: Frame) -> None:
            if request.code == 404:
                self.ended(worker)
            elif request.code != 200:
                lost(request, frame)
            elif self._mine(worker):
                status, key = worker.status, worker.narration
                worker.dirty = False
                told = dict(words)
                if key in COUNTED:
                    told = {
                        **words,
                        "n": self.cluster.tally.reach(key, worker.name),
                        "of": self.cluster.fitting(),
                    }
                self.client.ask(
                    "patch", "pods", worker.name, key, "report", patched, failed=lost, params=told,
                    subresource="status", edit=lambda current: status, cause=frame.index,
                )  # fmt: skip

        def patched(request: Request, frame: Frame) -> None:
            if request.code >= 500:
                lost(request, frame)
                return
            worker.writing = False
            if worker.dirty and self._mine(worker):
                self.write(worker, worker.narration, max(frame.index, worker.cause))

        self.client.ask(
            "get", "pods", worker.name, "get-pod", "report", read, failed=lost, params=words, cause=cause,
        )  # fmt: skip
