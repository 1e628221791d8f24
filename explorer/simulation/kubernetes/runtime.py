"""On a node below the kubelet: containerd, the CNI plugin, the image registry, and the Pods' programs.

The kubelet speaks CRI over a local socket; the runtime calls CNI and pulls images. A runtime that dies
leaves containers running. Sources: CRI; W32 Network Plugins, Images; times are the simulator's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from explorer.frames import Effect, Frame
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.reply import Reply

if TYPE_CHECKING:
    from explorer.simulation.kubernetes.cluster import Cluster

SANDBOX, CNI, PULL, SIZE = value("sandbox"), value("cni"), value("image_pull"), value("image_size")
CREATE, START, READY = value("container_create"), value("container_start"), value("app_ready")
RESET = value("reset")
PULL_LIMIT = value("image_pull_deadline")


class Pod:
    """One Pod's program on a node: a unit that runs, answers its probe after a while, and can be killed."""

    def __init__(self, runtime: Runtime, name: str, ip: str) -> None:
        self.runtime, self.name, self.ip = runtime, name, ip
        self.instance = f"pod:{name}@{runtime.node}"
        self.started: int | None = None
        self.cause = 0
        world = runtime.world
        world.topology.add(self.instance)
        world.register(self.instance, self._begin, self._die)

    def _begin(self) -> None:
        """Its program never comes back by itself: the kubelet restarts it."""

    def start(self, cause: int) -> None:
        self.started, self.cause = self.runtime.world.now, cause

    def _die(self) -> None:
        if self.started is not None:
            self.started = None
            self.runtime.changed(self.name)

    def stop(self) -> None:
        """End it on purpose."""
        self.started = None

    def probed(self, frame: Frame, reply: Reply) -> None:
        """Answer the readiness probe."""
        world = self.runtime.world
        well = self.started is not None and world.now - self.started >= READY
        reply("200 OK" if well else "503", "probe-passed" if well else "probe-failed", "report",
              outcome="delivered" if well else "rejected", cause=frame.index,
              params={"pod": self.name, "node": self.runtime.node})  # fmt: skip


class Runtime:
    """containerd on one node. `news` holds the Pods whose containers changed since the last relist."""

    def __init__(self, cluster: Cluster, node: str, number: int, cached: frozenset[str]) -> None:
        self.cluster, self.node, self.number = cluster, node, number
        self.world = cluster.world
        self.instance = f"container-runtime@{node}"
        self.cni = f"cni-plugin@{node}"
        self.images = set(cached)
        self.addresses: dict[str, str] = {}
        self.pods: dict[str, Pod] = {}
        self.next_address = 5
        self.news: set[str] = set()
        self.on_news: Callable[[], None] = lambda: None
        self.open: dict[Reply, None] = {}
        """Who waits for an answer, in order: a dict, as a set's order would differ from run to run."""
        self.world.register(self.instance, lambda: None, self._stop)

    def _stop(self) -> None:
        for reply in self.open:
            self.world.after(RESET, reply.expire, periodic=True)
        self.open.clear()

    def changed(self, pod: str) -> None:
        """A container started or ended: the next relist will tell."""
        self.news.add(pod)
        self.on_news()

    def running(self, pod: str) -> bool:
        unit = self.pods.get(pod)
        return unit is not None and unit.started is not None

    # CRI

    def run_sandbox(self, pod: str, frame: Frame, reply: Reply) -> None:
        self._opened(reply)
        self.world.after(SANDBOX, self._network, pod, frame.index, reply, of=self.instance)

    def _network(self, pod: str, cause: int, reply: Reply) -> None:
        words = {"pod": pod, "node": self.node}

        def serve(frame: Frame, answer: Reply) -> None:
            self.world.after(CNI, self._connected, pod, frame.index, answer, of=self.cni)

        def done(frame: Frame) -> None:
            self._done(reply)
            reply(f"sandbox ready, {self.addresses[pod]}", "sandbox-ready", "start", cause=frame.index,
                  params={**words, "ip": self.addresses[pod]})  # fmt: skip

        def fail(frame: Frame | None) -> None:
            self._done(reply)
            reply("sandbox failed", "sandbox-failed", "start", outcome="rejected",
                  cause=frame.index if frame is not None else cause,
                  params={**words, "reason": "FailedCreatePodSandBox", "wait": 10})  # fmt: skip

        self.world.call(
            "K19", self.instance, self.cni, "ADD", "cni-add", "start", params=words, serve=serve, done=done,
            fail=fail, cause=cause,
        )  # fmt: skip

    def _connected(self, pod: str, cause: int, answer: Reply) -> None:
        address = self.addresses.get(pod)
        if address is None:
            address = self.addresses[pod] = f"10.244.{self.number}.{self.next_address}"
            self.next_address += 1
        answer(
            address, "cni-added", "start", cause=cause, params={"pod": pod, "node": self.node, "ip": address}
        )

    def pull(self, pod: str, image: str, frame: Frame, reply: Reply) -> None:
        """PullImage: from the registry, unless it came meanwhile."""
        words = {"pod": pod, "node": self.node, "image": image, "size": SIZE}
        cause = frame.index
        if image in self.images:
            reply("image here", "image-pulled", "start", cause=cause, params=words)
            return
        self._opened(reply)

        def arrived(frame: Frame) -> None:
            self.images.add(image)
            self._done(reply)
            reply("image pulled", "image-pulled", "start", cause=frame.index, params=words)

        def fail(frame: Frame | None) -> None:
            self._done(reply)
            reply("pull failed", "pull-failed", "start", outcome="rejected",
                  cause=frame.index if frame is not None else cause,
                  params={**words, "reason": "ErrImagePull", "wait": 10})  # fmt: skip

        def answered(asked: Frame, answer: Reply) -> None:
            self.world.after(PULL, self._layers, words, asked.index, answer, of="image-registry")

        self.world.call(
            "K21", self.instance, "image-registry", f"GET {image}", "fetch-layers", "start", params=words,
            serve=answered, done=arrived, fail=fail, cause=cause, limit=PULL_LIMIT,
        )  # fmt: skip

    def _layers(self, words: dict[str, object], cause: int, answer: Reply) -> None:
        answer(f"{SIZE} MiB", "layers-fetched", "start", cause=cause, params=words)

    def create(self, pod: str, frame: Frame, reply: Reply) -> None:
        self._opened(reply)
        self.world.after(CREATE, self._created, pod, frame.index, reply, of=self.instance)

    def _created(self, pod: str, cause: int, reply: Reply) -> None:
        self._done(reply)
        reply("container created", "container-created", "start", cause=cause,
              params={"pod": pod, "node": self.node})  # fmt: skip

    def start(self, pod: str, frame: Frame, reply: Reply) -> None:
        self._opened(reply)
        self.world.after(START, self._fork, pod, frame.index, reply, of=self.instance)

    def _fork(self, pod: str, cause: int, reply: Reply) -> None:
        unit = self.pods.get(pod)
        if unit is None:
            unit = self.pods[pod] = Pod(self, pod, self.addresses.get(pod, ""))
        words = {"pod": pod, "node": self.node}
        tally, of = self.cluster.tally, self.cluster.fitting()

        def started(frame: Frame) -> None:
            unit.start(frame.index)
            self.changed(pod)
            self._done(reply)
            reply("container started", "container-started", "start", cause=frame.index, params=words)

        def fail(frame: Frame) -> None:
            self._done(reply)
            reply("start failed", "start-failed", "start", outcome="rejected", cause=frame.index,
                  params={**words, "reason": "RunContainerError", "wait": 10})  # fmt: skip

        self.world.send(
            "K20", self.instance, unit.instance, "start", "start-process", "start",
            params=lambda: {**words, "n": tally.reach("started", pod), "of": of}, deliver=started, fail=fail,
            cause=cause,
            effects=(Effect(unit.instance, f"pods/{pod}", {"running": None}, {"running": True}),),
        )  # fmt: skip

    def relist(self, frame: Frame, reply: Reply) -> None:
        """Tell the kubelet which Pods changed."""
        news, self.news = self.news, set()
        reply(
            f"{len(news)} changed", "relist-news", "report", cause=frame.index,
            params={"node": self.node, "pods": len(news)},
        )  # fmt: skip

    # bookkeeping of calls that a death of the daemon breaks

    def _opened(self, reply: Reply) -> None:
        if self.world.expects_faults:
            self.open[reply] = None

    def _done(self, reply: Reply) -> None:
        self.open.pop(reply, None)
