"""replicaset controller: keeps as many Pods as wanted; creates in batches of 1, 2, 4 … (slow start).

Sources: KK replica_set.go; REC D:54-73, L:59-103. A status that meets a newer version is read again and
written once more; a key is not managed while created Pods have not been seen yet (expectations).
"""

from __future__ import annotations

from typing import Any

from explorer.frames import Frame
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.loops import Loop
from explorer.simulation.kubernetes.objects import REVISION, ChangeType, Object
from explorer.simulation.kubernetes.requests import STATUS, TIMEOUT, Request

SLOW_START, BURST = value("slow_start"), value("replicaset_burst")
READY = "status.conditions.Ready"


def status_of(replica_set: Object, pods: list[Object]) -> dict[str, Any]:
    """The status fields that follow from the Pods; counts of 0 are absent, all but `replicas`."""
    ready = sum(1 for pod in pods if pod.get(READY) == "True")
    return {
        "status.observedGeneration": replica_set["metadata.generation"],
        "status.replicas": len(pods),
        "status.fullyLabeledReplicas": len(pods) or None,
        "status.readyReplicas": ready or None,
        "status.availableReplicas": ready or None,
    }


class ReplicaSetController(Loop):
    """The loop behind ReplicaSets."""

    component = account = "replicaset-controller"

    def watch(self) -> None:
        self.replica_sets = self.informer("replicasets", self._replica_set, "watch-replicaset")
        self.pods = self.informer("pods", self._pod, "watch-pod")
        self.expected: dict[str, int] = {}
        self.owned: dict[str, dict[str, Object]] = {}

    def forget(self) -> None:
        self.expected, self.owned = {}, {}

    def begun(self) -> None:
        for name, pod in self.pods.cache.items():
            self.owned.setdefault(pod["metadata.ownerReferences"], {})[name] = pod

    def _replica_set(self, event: ChangeType, old: Object | None, new: Object, cause: int) -> None:
        self.queue.add(new["metadata.name"], cause)

    def _pod(self, event: ChangeType, old: Object | None, new: Object, cause: int) -> None:
        owner = new["metadata.ownerReferences"]
        key = owner.partition("/")[2]
        pods = self.owned.setdefault(owner, {})
        if event == "DELETED":
            pods.pop(new["metadata.name"], None)
        else:
            pods[new["metadata.name"]] = new
        if event == "ADDED" and self.expected.get(key, 0) > 0:
            self.expected[key] -= 1
        self.queue.add(key, cause)

    def sync(self, key: str, cause: int) -> None:
        replica_set = self.replica_sets.cache.get(key)
        if replica_set is None:
            self.queue.done(key)
            return
        pods = [
            pod for pod in self.owned.get(f"ReplicaSet/{key}", {}).values()
            if "metadata.deletionTimestamp" not in pod
        ]  # fmt: skip
        fields = status_of(replica_set, pods)
        missing = replica_set["spec.replicas"] - len(pods)
        if self.expected.get(key, 0) > 0 or not missing:
            self._write_back(replica_set, fields, cause)
        elif missing > 0:
            self.expected[key] = missing = min(missing, BURST)
            self.identity.use(
                lambda latest: Creation(self, replica_set, missing, fields).go(latest), cause, "expand"
            )
        else:
            self._delete(replica_set, pods, -missing, fields, cause)

    def _delete(
        self, replica_set: Object, pods: list[Object], surplus: int, fields: dict[str, Any], cause: int
    ) -> None:
        """Too many: the least useful first (not bound, then not ready)."""
        key = replica_set["metadata.name"]
        doomed = sorted(
            pods,
            key=lambda pod: (pod.get("spec.nodeName", "") != "", pod.get(READY) == "True", -pod[REVISION]),
        )[:surplus]
        stopping: dict[str, Any] = {"metadata.deletionTimestamp": self.world.now}
        gone: dict[str, Any] = {}

        def deleted(request: Request, frame: Frame) -> None:
            note = f"Deleted pod: {request.name}"
            self.recorder.record("SuccessfulDelete", f"replicasets/{key}", note, frame.index)

        for pod in doomed:
            name = pod["metadata.name"]
            self.client.ask(
                "delete", "pods", name, "delete-pod", "expand", deleted,
                params={"name": name, "resource": "pods", "pod": name, "replicaset": key},
                edit=lambda current: stopping if current and current.get("spec.nodeName") else gone,
                cause=cause,
            )  # fmt: skip
        self._write_back(replica_set, fields, cause)

    def write_back(self, replica_set: Object, fields: dict[str, Any], cause: int, failure: str) -> None:
        """End a sync in which Pods were made: write the counts, then come back if something failed."""
        if failure:
            key = replica_set["metadata.name"]
            self.requeue(key, cause, failure, "expand", 1_000_000)
        else:
            self._write_back(replica_set, fields, cause)

    def _write_back(self, replica_set: Object, fields: dict[str, Any], cause: int) -> None:
        if all(replica_set.get(path) == to for path, to in fields.items()):
            self.queue.done(replica_set["metadata.name"])
        else:
            self.identity.use(lambda latest: self._put(replica_set, fields, latest, 1), cause, "report")

    def _put(self, replica_set: Object, fields: dict[str, Any], cause: int | None, tries: int) -> None:
        key = replica_set["metadata.name"]
        words = {
            "name": key, "resource": "replicasets", "replicas": fields["status.replicas"],
            "ready": fields["status.readyReplicas"] or 0,
        }  # fmt: skip

        def lost(request: Request, frame: Frame | None) -> None:
            latest = frame.index if frame is not None else cause or 0
            self.requeue(key, latest, TIMEOUT, "report", 1_000_000)

        def answered(request: Request, frame: Frame) -> None:
            if request.code == 200:
                self.queue.done(key)
            elif request.code == 409 and tries == 1:
                self.client.ask(
                    "get", "replicasets", key, "get-replicaset", "report", read, failed=lost,
                    params=words, cause=frame.index,
                )  # fmt: skip
            else:
                self.requeue(key, frame.index, STATUS[request.code], "report")

        def read(request: Request, frame: Frame) -> None:
            if request.object is None:
                self.queue.done(key)
            else:
                self._put(request.object, fields, frame.index, 2)

        self.client.ask(
            "update", "replicasets", key, "update-replicaset-status", "report", answered, failed=lost,
            params=words, subresource="status", edit=lambda current: fields, expected=replica_set[REVISION],
            cause=cause,
        )  # fmt: skip


class Creation:
    """One sync's new Pods, batch by batch; a batch starts when the one before is answered in full."""

    def __init__(
        self, loop: ReplicaSetController, replica_set: Object, missing: int, fields: dict[str, Any]
    ) -> None:
        self.loop, self.replica_set, self.missing, self.fields = loop, replica_set, missing, fields
        self.key = replica_set["metadata.name"]
        self.batch, self.open, self.failed = SLOW_START, 0, ""
        template = {path: to for path, to in replica_set.items() if path.startswith("spec.template.")}
        self.pod: Object = {
            "metadata.ownerReferences": f"ReplicaSet/{self.key}",
            "metadata.labels.app": replica_set["spec.selector.app"],
            "metadata.labels.pod-template-hash": replica_set["spec.selector.pod-template-hash"],
            **{
                path.replace("spec.template.", "", 1): to
                for path, to in template.items()
                if not path.startswith("spec.template.labels")
            },
            "status.phase": "Pending",
        }

    def go(self, cause: int | None) -> None:
        """Ask for the next batch."""
        size = self.open = min(self.batch, self.missing)
        self.missing -= size
        of = self.replica_set["spec.replicas"]
        for _ in range(size):
            self.loop.client.ask(
                "create", "pods", "", "create-pod", "expand", self._answered, failed=self._lost,
                prefix=f"{self.key}-", edit=lambda current: self.pod, news="schedule", cause=cause,
                answers=self._named,
                params={
                    "name": self.key, "resource": "pods", "replicaset": self.key, "batch": size,
                    "n": self.loop.cluster.tally.next("create-pod", of), "of": of,
                },
            )  # fmt: skip

    def _named(self, request: Request) -> tuple[str, dict[str, Any]]:
        of = self.replica_set["spec.replicas"]
        n = self.loop.cluster.tally.reach("pod-created", request.name)
        return "pod-created", {**request.params, "pod": request.name, "n": min(n, of), "of": of}

    def _answered(self, request: Request, frame: Frame) -> None:
        if request.code != 201:
            self.failed = STATUS[request.code]
            self._unexpect(1)
        self._one_less(frame.index)
        if request.code == 201:
            # events go out beside the work, so what the answer set going comes first
            self.loop.recorder.record(
                "SuccessfulCreate", f"replicasets/{self.key}", f"Created pod: {request.name}", frame.index
            )

    def _lost(self, request: Request, frame: Frame | None) -> None:
        self.failed = TIMEOUT
        self._unexpect(1)
        self._one_less(frame.index if frame is not None else request.cause or 0)

    def _one_less(self, cause: int) -> None:
        self.open -= 1
        if self.open:
            return
        if self.missing and not self.failed:
            self.batch *= 2
            self.go(cause)
            return
        self._unexpect(self.missing)
        self.loop.write_back(self.replica_set, self.fields, cause, self.failed)

    def _unexpect(self, pods: int) -> None:
        """So many Pods will not be seen: nobody waits for them."""
        expected = self.loop.expected
        expected[self.key] = max(0, expected.get(self.key, 0) - pods)
