"""EndpointSlice controller and the older Endpoints controller: a Service's selector meets Pods.

Each is a loop of its own and writes its own object (either order). A Pod is an endpoint as soon as it has
an address; it is ready when the Pod is Ready. Sources: W32 EndpointSlices; REC L:373-387.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from explorer.frames import Frame
from explorer.simulation.kubernetes.loops import Loop
from explorer.simulation.kubernetes.objects import REVISION, ChangeType, Object
from explorer.simulation.kubernetes.requests import STATUS, TIMEOUT, Request

READY = "status.conditions.Ready"


class AddressController(Loop):
    """What the two loops share: Pods of the Service are counted, the object is written when it differs."""

    resource = ""
    narration = ""

    def watch(self) -> None:
        self.services = self.informer("services", self._service, "watch-service")
        self.pods = self.informer("pods", self._pod, "watch-pod")
        self.written = self.informer(self.resource, self._object, self.narration)
        self.addresses: dict[str, dict[str, Object]] = {}
        self.unseen: dict[str, int] = {}
        """Services whose last write the informer has not brought back yet, with its revision."""

    def forget(self) -> None:
        self.addresses, self.unseen = {}, {}

    def begun(self) -> None:
        for service in self.services.cache:
            self.addresses.setdefault(service, {})

    def _service(self, event: ChangeType, old: Object | None, new: Object, cause: int) -> None:
        self.queue.add(new["metadata.name"], cause)

    def _object(self, event: ChangeType, old: Object | None, new: Object, cause: int) -> None:
        key = new["metadata.labels.service-name"]
        if new[REVISION] >= self.unseen.get(key, new[REVISION] + 1):
            del self.unseen[key]
            self.queue.done(key)
        else:
            self.queue.add(key, cause)

    def _pod(self, event: ChangeType, old: Object | None, new: Object, cause: int) -> None:
        name = new["metadata.labels.app"]
        pods = self.addresses.setdefault(name, {})
        if event == "DELETED":
            pods.pop(new["metadata.name"], None)
        else:
            pods[new["metadata.name"]] = new
        if "status.podIP" in new or event == "DELETED":
            self.queue.add(name, cause)

    def sync(self, key: str, cause: int) -> None:
        current = self._current(key)
        if key not in self.services.cache or current is None:
            self.queue.done(key)
            return
        ready: list[tuple[str, str]] = []
        unready: list[tuple[str, str]] = []
        for pod in self.addresses.get(key, {}).values():
            if (address := pod.get("status.podIP")) is None:
                continue
            gone = "metadata.deletionTimestamp" in pod
            (ready if pod.get(READY) == "True" and not gone else unready).append(
                (address, pod["metadata.name"])
            )
        fields = self.fields(ready, unready, current)
        if all(current.get(path) == to for path, to in fields.items()):
            self.queue.done(key)
            return
        counts = len(ready), len(unready)
        more = counts[0] > (current.get("endpoints.ready") or current.get("subsets.ready") or 0)
        self.identity.use(
            lambda latest: self._put(key, current, fields, counts, more, latest),
            cause,
            "expose",
        )

    def _put(
        self,
        key: str,
        current: Object,
        fields: dict[str, Any],
        counts: tuple[int, int],
        more: bool,
        cause: int | None,
    ) -> None:
        ready, unready = counts

        def answered(request: Request, frame: Frame) -> None:
            if request.code == 200:
                # until the informer brings the new version, a sync would start from the old one
                seen = self._current(key)
                if request.object is None or seen is None or seen[REVISION] >= request.object[REVISION]:
                    self.queue.done(key)
                else:
                    self.unseen[key] = request.object[REVISION]
            else:
                self.requeue(key, frame.index, STATUS[request.code], "expose")

        def lost(request: Request, frame: Frame | None) -> None:
            self.requeue(key, frame.index if frame is not None else cause or 0, TIMEOUT, "expose", 1_000_000)

        name = current["metadata.name"]
        self.client.ask(
            "update", self.resource, name, self.key_for(more), "expose", answered, failed=lost, cause=cause,
            params={
                "name": name, "resource": self.resource, "service": key, "addresses": ready + unready,
                "ready": ready, "n": ready, "of": self.cluster.fitting(),
            },
            edit=lambda _: fields, expected=current[REVISION],
        )  # fmt: skip

    def _current(self, service: str) -> Object | None:
        for thing in self.written.cache.values():
            if thing["metadata.labels.service-name"] == service:
                return thing
        return None

    @abstractmethod
    def key_for(self, more: bool) -> str:
        """The narration of a write that adds addresses (`more`), or takes some away."""

    @abstractmethod
    def fields(
        self, ready: list[tuple[str, str]], unready: list[tuple[str, str]], current: Object
    ) -> dict[str, Any]:
        """What to write into the object for these (address, Pod) pairs."""


def _gone(current: Object, prefix: str, kept: dict[str, Any]) -> dict[str, Any]:
    return {path: None for path in current if path.startswith(prefix) and path not in kept}


class EndpointSliceController(AddressController):
    """Writes `endpointslices`: every address with its condition ready."""

    component = account = "endpointslice-controller"
    resource, narration = "endpointslices", "watch-endpointslice"

    def key_for(self, more: bool) -> str:
        return "update-endpointslice" if more else "update-endpointslice-unready"

    def fields(
        self, ready: list[tuple[str, str]], unready: list[tuple[str, str]], current: Object
    ) -> dict[str, Any]:
        kept: dict[str, Any] = {f"endpoints.{address}.ready": True for address, _ in ready}
        kept.update({f"endpoints.{address}.ready": False for address, _ in unready})
        counts = {"endpoints.count": len(ready) + len(unready), "endpoints.ready": len(ready)}
        return {**kept, **counts, **_gone(current, "endpoints.1", kept)}


class EndpointsController(AddressController):
    """Writes the legacy `endpoints`: addresses and notReadyAddresses."""

    component = account = "endpoint-controller"
    resource, narration = "endpoints", "watch-endpoints"

    def key_for(self, more: bool) -> str:
        return "update-endpoints"

    def fields(
        self, ready: list[tuple[str, str]], unready: list[tuple[str, str]], current: Object
    ) -> dict[str, Any]:
        kept: dict[str, Any] = {f"subsets.addresses.{address}": name for address, name in ready}
        kept.update({f"subsets.notReadyAddresses.{address}": name for address, name in unready})
        gone = _gone(current, "subsets.addresses", kept) | _gone(current, "subsets.notReadyAddresses", kept)
        return {**kept, "subsets.ready": len(ready), **gone}
