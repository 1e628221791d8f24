"""kubelet: runs the Pods bound to its node and tells the API how they are. Nobody calls it.

It watches Pods with spec.nodeName of its own, drives the runtime over CRI, learns what happened from a
relist each second (PLEG), probes, and patches pods/status, each time after reading the Pod.
Sources: W32 Pod Lifecycle, Node authorization; KK kubelet.go, status_manager.go; REC D:59-94.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from explorer.frames import Fields, Frame
from explorer.simulation.kubernetes import accounts
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.informers import Informer
from explorer.simulation.kubernetes.leases import NodeLease
from explorer.simulation.kubernetes.objects import Change, ChangeType, Object
from explorer.simulation.kubernetes.queues import Recorder
from explorer.simulation.kubernetes.requests import Client, Request
from explorer.simulation.kubernetes.runtime import Runtime
from explorer.simulation.kubernetes.statuses import CONTAINERS_READY, READY, StatusManager, Worker

if TYPE_CHECKING:
    from explorer.simulation.kubernetes.cluster import Cluster

SYNC, VOLUMES, PLEG = value("informer_to_sync"), value("volumes"), value("pleg")
BACKOFF = value("sync_backoff")
CRASH, CRASH_MOST = value("crash_first"), value("crash_most")
PROBE_DELAY, PROBE_PERIOD, PROBE_TIMEOUT = value("probe_delay"), value("probe_period"), value("probe_timeout")
FAILURES, STOP = value("probe_failures"), value("stop")
CRI_LIMIT = 120_000_000
"""How long a call to the runtime may take: 2 min (KubeletConfiguration runtimeRequestTimeout)."""


class Kubelet:
    """The kubelet of one node."""

    def __init__(self, cluster: Cluster, node: str, runtime: Runtime) -> None:
        self.cluster, self.node, self.runtime = cluster, node, runtime
        world = self.world = cluster.world
        self.instance = f"kubelet@{node}"
        self.client = Client(
            world, self.instance, "K13", accounts.node(node), cluster.servers, value("kubelet_qps"),
            value("kubelet_burst"),
        )  # fmt: skip
        readers = Client(world, self.instance, "K12", accounts.node(node), cluster.servers, 50, 100)
        self.recorder = Recorder(self.client)
        self.workers: dict[str, Worker] = {}
        self.lease = NodeLease(self.client, node)
        self.statuses = StatusManager(cluster, self.client, node, self.workers, self._end)
        self.pods = Informer(readers, "K12", "pods", self._pod, self._words, cluster.order(), node)
        self.offset = world.random(self.instance).randrange(PLEG)
        self.pulling: list[Worker] = []
        self.relisting = False
        world.register(self.instance, self._start, self._stop)

    def _start(self) -> None:
        self.lease.start()
        self.runtime.on_news = self._expect_relist
        if self.world.life(self.instance):
            self.pods.start()
        else:
            self.pods.begin(self.cluster.servers[0])

    def _stop(self) -> None:
        self.pods.stop()
        self.recorder.forget()
        self.workers.clear()
        self.pulling, self.relisting = [], False

    # what it hears

    def _words(self, change: Change, event: ChangeType) -> tuple[str, Fields]:
        if event != "ADDED":
            return "watch-pod", change.params
        words = {**change.params, "node": self.node, "of": self.cluster.fitting()}
        words["n"] = self.cluster.tally.reach("told", change.name)
        return "watch-pod-bound", words

    def _pod(self, event: ChangeType, old: Object | None, new: Object, cause: int) -> None:
        name = new["metadata.name"]
        worker = self.workers.get(name)
        if event == "DELETED":
            if worker is not None:
                self._end(worker)
        elif worker is None:
            worker = self.workers[name] = Worker(new, cause)
            self.world.after(SYNC, self._begin, worker, of=self.instance)
        else:
            worker.pod = new
            if "metadata.deletionTimestamp" in new and not worker.doomed:
                worker.doomed, worker.cause = True, cause
                self.world.after(STOP, self._stopped, worker, of=self.instance)
            elif worker.ready and new.get(READY + ".reason") == "NodeNotReady":
                # the controller spoke for a silent node: the kubelet, back in touch, knows better
                self.statuses.write(worker, "patch-pod-ready", cause)

    def _begin(self, worker: Worker) -> None:
        """A Pod that is new here: say so, get its token, make its sandbox; or adopt what runs already."""
        if self.runtime.running(worker.name):
            worker.running, worker.ip = True, self.runtime.addresses.get(worker.name, "")
            worker.started = self.runtime.pods[worker.name].started or 0
            self._now_running(worker, worker.cause)
            return
        now = self.world.now
        worker.status = {
            "status.phase": "Pending",
            "status.conditions.Initialized": "True",
            "status.conditions.PodReadyToStartContainers": "False",
            CONTAINERS_READY: "False",
            READY: "False",
            READY + ".reason": "ContainersNotReady",
            "status.containerStatuses.web.state": "Waiting: ContainerCreating",
            "status.hostIP": self.cluster.addresses[self.node],
            "status.startTime": now,
        }
        self.statuses.write(worker, "patch-pod-starting", worker.cause)
        self._token(worker)

    def _token(self, worker: Worker) -> None:
        if self._gone(worker):
            return
        words = {"name": "default", "resource": "serviceaccounts", "account": "default", "pod": worker.name,
                 "node": self.node}  # fmt: skip

        def got(request: Request, frame: Frame) -> None:
            if request.code == 201:
                self.world.after(VOLUMES, self._sandbox, worker, frame.index, of=self.instance)
            else:
                lost(request, frame)

        def lost(request: Request, frame: Frame | None) -> None:
            self.world.after(BACKOFF // 10, self._token, worker, of=self.instance)

        self.client.ask(
            "create", "serviceaccounts", "default", "request-pod-token", "start", got, failed=lost,
            subresource="token", params=words, cause=worker.cause,
            answers=lambda request: ("token-issued", words),
        )  # fmt: skip

    def _gone(self, worker: Worker) -> bool:
        return worker.doomed or self.workers.get(worker.name) is not worker

    # the runtime

    def _cri(
        self, worker: Worker, message: str, narration: str, serve: Any, done: Any, again: Any, cause: int
    ) -> None:
        """Call the runtime; when it says no or nothing, try again after the back-off."""
        words = {"pod": worker.name, "node": self.node, "image": worker.pod["spec.containers.web.image"]}

        def answered(frame: Frame) -> None:
            if self._gone(worker):
                return
            if frame.outcome == "rejected":
                failed(frame)
            else:
                worker.cause = frame.index
                done(worker, frame)

        def failed(frame: Frame | None) -> None:
            if worker in self.pulling:
                self._pull_next(worker)
            if self._gone(worker):
                return
            latest = frame.index if frame is not None else cause
            reason = (
                str(frame.params.get("reason", "RuntimeError")) if frame is not None else "RuntimeTimeout"
            )
            self.recorder.record(
                "Failed", f"pods/{worker.name}", reason, latest, pod=worker.name, node=self.node
            )
            wait = BACKOFF
            if narration == "pull-image":
                wait = min(CRASH << min(worker.pulls, 8), CRASH_MOST)
                worker.pulls += 1
            self.world.after(wait, again, worker, latest, of=self.instance)

        self.world.call(
            "K17", self.instance, self.runtime.instance, message, narration, "start", params=words,
            serve=serve, done=answered, fail=failed, cause=cause, limit=CRI_LIMIT,
        )  # fmt: skip

    def _sandbox(self, worker: Worker, cause: int) -> None:
        if self._gone(worker):
            return
        name = worker.name
        self._cri(
            worker, f"RunPodSandbox {name}", "run-sandbox",
            lambda frame, reply: self.runtime.run_sandbox(name, frame, reply),
            self._sandboxed, self._sandbox, cause,
        )  # fmt: skip

    def _sandboxed(self, worker: Worker, frame: Frame) -> None:
        worker.ip = str(frame.params["ip"])
        self._image(worker, frame.index)

    def _image(self, worker: Worker, cause: int) -> None:
        if self._gone(worker):
            return
        image = worker.pod["spec.containers.web.image"]
        if image in self.runtime.images:
            self._record(worker, "Pulled", f'Container image "{image}" already present on machine', cause)
            self._create(worker, cause)
            return
        self._record(worker, "Pulling", f'Pulling image "{image}"', cause)
        self.pulling.append(worker)
        if len(self.pulling) == 1:
            self._pull(worker, cause)

    def _pull(self, worker: Worker, cause: int) -> None:
        """One pull at a time on a node (serializeImagePulls)."""
        name, image = worker.name, worker.pod["spec.containers.web.image"]
        self._cri(
            worker, f"PullImage {image}", "pull-image",
            lambda frame, reply: self.runtime.pull(name, image, frame, reply),
            self._pulled, self._image, cause,
        )  # fmt: skip

    def _pulled(self, worker: Worker, frame: Frame) -> None:
        image = worker.pod["spec.containers.web.image"]
        self._pull_next(worker)
        self._record(worker, "Pulled", f'Successfully pulled image "{image}"', frame.index)
        self._create(worker, frame.index)

    def _pull_next(self, worker: Worker) -> None:
        self.pulling.remove(worker)
        while self.pulling and self._gone(self.pulling[0]):
            self.pulling.pop(0)
        if self.pulling:
            self._pull(self.pulling[0], self.pulling[0].cause)

    def _create(self, worker: Worker, cause: int) -> None:
        if self._gone(worker):
            return
        name = worker.name
        self._cri(
            worker, f"CreateContainer {name}", "create-container",
            lambda frame, reply: self.runtime.create(name, frame, reply),
            self._created, self._create, cause,
        )  # fmt: skip

    def _created(self, worker: Worker, frame: Frame) -> None:
        self._record(worker, "Created", "Created container: web", frame.index)
        name = worker.name
        self._cri(
            worker, f"StartContainer {name}", "start-container",
            lambda asked, reply: self.runtime.start(name, asked, reply),
            self._started, self._create, frame.index,
        )  # fmt: skip

    def _started(self, worker: Worker, frame: Frame) -> None:
        self._record(worker, "Started", "Started container web", frame.index)
        worker.running, worker.known, worker.started = True, False, self.world.now
        self.world.after(PROBE_DELAY, self._probe, worker, worker.started, of=self.instance)
        self._expect_relist()

    def _record(self, worker: Worker, reason: str, note: str, cause: int) -> None:
        self.recorder.record(reason, f"pods/{worker.name}", note, cause, pod=worker.name, node=self.node)

    # PLEG

    def _expect_relist(self) -> None:
        """Something changed below: the next tick of the relist will find it."""
        if self.relisting or not self.world.is_up(self.instance):
            return
        self.relisting = True
        wait = PLEG - (self.world.now - self.offset) % PLEG
        self.world.after(wait, self._relist, of=self.instance)

    def _relist(self) -> None:
        world, runtime = self.world, self.runtime
        causes = [worker.cause for worker in self.workers.values() if worker.running and not worker.known]

        def done(frame: Frame) -> None:
            self.relisting = False
            for worker in list(self.workers.values()):
                if not worker.running or self._gone(worker):
                    continue
                if not runtime.running(worker.name):
                    self._died(worker, frame.index)
                elif not worker.known:
                    self._now_running(worker, frame.index)

        def fail(frame: Frame | None) -> None:
            self.relisting = False
            self._expect_relist()

        world.call(
            "K18", self.instance, runtime.instance, "relist", "relist", "report", params={"node": self.node},
            serve=runtime.relist, done=done, fail=fail, cause=max(causes, default=None),
        )  # fmt: skip

    def _now_running(self, worker: Worker, cause: int) -> None:
        worker.known = True
        worker.status = {
            **worker.status,
            "status.phase": "Running",
            "status.podIP": worker.ip,
            "status.conditions.PodReadyToStartContainers": "True",
            "status.containerStatuses.web.state": "Running",
            "status.containerStatuses.web.restartCount": worker.restarts,
        }
        if not worker.ready:
            worker.status.update(
                {CONTAINERS_READY: "False", READY: "False", READY + ".reason": "ContainersNotReady"}
            )
        self.statuses.write(worker, "patch-pod-running", cause)
        if worker.started + PROBE_DELAY < self.world.now:
            self._probe(worker, worker.started)

    def _died(self, worker: Worker, cause: int) -> None:
        """The container ended by itself: start it again in place, later each time."""
        worker.running = worker.known = worker.ready = False
        wait = 0 if not worker.restarts else min(CRASH << min(worker.restarts - 1, 8), CRASH_MOST)
        worker.restarts += 1
        frame = self.world.act(
            self.instance, f"{worker.name} ended", "container-died", "report", cause=cause,
            params={"pod": worker.name, "node": self.node, "wait": wait // 1000, "restarts": worker.restarts},
        )  # fmt: skip
        worker.status = {
            **worker.status, CONTAINERS_READY: "False", READY: "False",
            READY + ".reason": "ContainersNotReady",
            "status.containerStatuses.web.state": "Waiting: CrashLoopBackOff" if wait else "Terminated",
            "status.containerStatuses.web.restartCount": worker.restarts,
        }  # fmt: skip
        self.statuses.write(worker, "patch-pod-crashed", frame.index)
        self.world.after(wait, self._create, worker, frame.index, of=self.instance)

    # probes

    def _probe(self, worker: Worker, started: int) -> None:
        if self._gone(worker) or not worker.running or worker.started != started:
            return
        world, unit = self.world, self.runtime.pods[worker.name]
        quiet = worker.ready
        words = {"pod": worker.name, "node": self.node}

        def done(frame: Frame) -> None:
            if frame.outcome == "rejected":
                failed(frame)
            elif not self._gone(worker) and worker.started == started:
                worker.failures = 0
                if not worker.ready:
                    worker.ready = True
                    worker.status = {
                        **worker.status,
                        CONTAINERS_READY: "True",
                        READY: "True",
                        READY + ".reason": None,
                    }
                    self.statuses.write(worker, "patch-pod-ready", frame.index)
                later()

        def failed(frame: Frame | None) -> None:
            if self._gone(worker) or worker.started != started:
                return
            worker.failures += 1
            if worker.ready and worker.failures >= FAILURES:
                worker.ready = False
                worker.status = {
                    **worker.status, CONTAINERS_READY: "False", READY: "False",
                    READY + ".reason": "ContainersNotReady",
                }  # fmt: skip
                cause = frame.index if frame is not None else worker.cause
                self._record(worker, "Unhealthy", "Readiness probe failed", cause)
                self.statuses.write(worker, "patch-pod-unready", cause)
            later()

        def later() -> None:
            world.after(PROBE_PERIOD, self._probe, worker, started, of=self.instance, periodic=worker.ready)

        world.call(
            "K25", self.instance, unit.instance, "GET :8080/ready", "probe-readiness", "report", params=words,
            serve=unit.probed, done=done, fail=failed, cause=None if quiet else worker.cause,
            background=quiet, limit=PROBE_TIMEOUT,
        )  # fmt: skip

    # the end of a Pod

    def _stopped(self, worker: Worker) -> None:
        """The program has ended after SIGTERM: confirm, so that the object can go."""
        unit = self.runtime.pods.get(worker.name)
        if unit is not None:
            unit.stop()
        gone: dict[str, Any] = {}
        self.client.ask(
            "delete", "pods", worker.name, "delete-pod", "report", lambda request, frame: None,
            params={"name": worker.name, "resource": "pods", "pod": worker.name, "node": self.node},
            edit=lambda current: gone, cause=worker.cause,
        )  # fmt: skip

    def _end(self, worker: Worker) -> None:
        worker.doomed = True
        self.workers.pop(worker.name, None)
        if worker in self.pulling and self.pulling[0] is not worker:
            self.pulling.remove(worker)
