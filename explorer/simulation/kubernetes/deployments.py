"""deployment controller: a Deployment gets its ReplicaSet; its status is counted from there.

Sources: W32 Deployments; API apps; recorded bodies (REC D:46-75, 94-116). One sync writes the status twice
when it has just made a ReplicaSet, the second time with the version it began with: a real 409.
"""

from __future__ import annotations

from typing import Any

from explorer.frames import Frame
from explorer.simulation.kubernetes.loops import Loop
from explorer.simulation.kubernetes.objects import REVISION, SAFE_LETTERS, ChangeType, Object
from explorer.simulation.kubernetes.requests import STATUS, TIMEOUT, Request

PROGRESSING, AVAILABLE = "status.conditions.Progressing", "status.conditions.Available"
TEMPLATE = "spec.template."


def template_hash(thing: Object) -> str:
    """The label that tells one Pod template from another: five safe letters (a real one has nine or ten).

    >>> template_hash({"spec.template.image": "web:1"}) == template_hash({"spec.template.image": "web:1"})
    True
    """
    digest = 2166136261
    for path in sorted(thing):
        if path.startswith(TEMPLATE):
            for byte in f"{path}={thing[path]};".encode():
                digest = (digest ^ byte) * 16777619 & 0xFFFFFFFF
    letters = ""
    for _ in range(5):
        digest, letter = divmod(digest, len(SAFE_LETTERS))
        letters += SAFE_LETTERS[letter]
    return letters


def status_of(deployment: Object, replica_set: Object | None) -> dict[str, Any]:
    """The status fields that follow from the ReplicaSet's; absent counts are None, as in the real object."""
    wanted = deployment["spec.replicas"]
    counts = replica_set or {}
    total, ready = counts.get("status.replicas", 0), counts.get("status.readyReplicas", 0)
    available = counts.get("status.availableReplicas", 0)
    share = deployment.get("spec.strategy.rollingUpdate.maxUnavailable", "25%")
    enough = available >= wanted - wanted * int(share.rstrip("%")) // 100
    fields: dict[str, Any] = {
        "status.observedGeneration": deployment["metadata.generation"],
        "status.replicas": total or None,
        "status.updatedReplicas": total or None,
        "status.readyReplicas": ready or None,
        "status.availableReplicas": available or None,
        "status.unavailableReplicas": max(0, wanted - available) or None,
        AVAILABLE: "True" if enough else "False",
        AVAILABLE + ".reason": "MinimumReplicasAvailable" if enough else "MinimumReplicasUnavailable",
    }
    grown = any(
        (fields[path] or 0) > deployment.get(path, 0)
        for path in ("status.updatedReplicas", "status.readyReplicas", "status.availableReplicas")
    )
    if available == total == wanted and wanted:
        fields[PROGRESSING], fields[PROGRESSING + ".reason"] = "True", "NewReplicaSetAvailable"
    elif grown:
        fields[PROGRESSING], fields[PROGRESSING + ".reason"] = "True", "ReplicaSetUpdated"
    elif PROGRESSING not in deployment:
        fields[PROGRESSING], fields[PROGRESSING + ".reason"] = "True", "FoundNewReplicaSet"
    return fields


class DeploymentController(Loop):
    """The loop behind Deployments."""

    component = account = "deployment-controller"

    def watch(self) -> None:
        self.labels: dict[tuple[str, int], str] = {}
        self.deployments = self.informer("deployments", self._deployment, "watch-deployment")
        self.replica_sets = self.informer("replicasets", self._replica_set, "watch-replicaset")

    def _deployment(self, event: ChangeType, old: Object | None, new: Object, cause: int) -> None:
        self.queue.add(new["metadata.name"], cause)

    def _replica_set(self, event: ChangeType, old: Object | None, new: Object, cause: int) -> None:
        self.queue.add(new["metadata.ownerReferences"].partition("/")[2], cause)

    def sync(self, key: str, cause: int) -> None:
        deployment = self.deployments.cache.get(key)
        if deployment is None:
            self.queue.done(key)
            return
        label = self._label(deployment)
        replica_set = self.replica_sets.cache.get(f"{key}-{label}")
        if replica_set is None:
            self.identity.use(lambda latest: self._create(deployment, label, latest), cause, "expand")
        else:
            self._roll_out(deployment, replica_set, cause)

    def _label(self, deployment: Object) -> str:
        """The hash of its template: worked out once a generation."""
        made_of = (deployment["metadata.uid"], deployment["metadata.generation"])
        label = self.labels.get(made_of)
        if label is None:
            label = self.labels[made_of] = template_hash(deployment)
        return label

    def _create(self, deployment: Object, label: str, cause: int | None) -> None:
        key = deployment["metadata.name"]
        replicas = deployment["spec.replicas"]
        made: Object = {
            "metadata.ownerReferences": f"Deployment/{key}",
            "metadata.labels.app": deployment["spec.selector.app"],
            "metadata.labels.pod-template-hash": label,
            "spec.replicas": replicas,
            "spec.selector.app": deployment["spec.selector.app"],
            "spec.selector.pod-template-hash": label,
            **{path: to for path, to in deployment.items() if path.startswith(TEMPLATE)},
        }
        name = f"{key}-{label}"
        self.client.ask(
            "create", "replicasets", name, "create-replicaset", "expand",
            lambda request, frame: self._created(deployment, name, request, frame),
            failed=lambda request, frame: self._again(key, frame, cause, TIMEOUT),
            params={"name": name, "resource": "replicasets", "deployment": key, "replicas": replicas},
            edit=lambda current: made, cause=cause,
        )  # fmt: skip

    def _created(self, deployment: Object, name: str, request: Request, frame: Frame) -> None:
        key = deployment["metadata.name"]
        if request.code != 201:
            self._again(key, frame, frame.index, STATUS[request.code], 0 if request.code == 409 else 100_000)
            return
        replicas = deployment["spec.replicas"]
        self.recorder.record(
            "ScalingReplicaSet", f"deployments/{key}",
            f"Scaled up replica set {name} from 0 to {replicas}", frame.index,
        )  # fmt: skip
        begun = {PROGRESSING: "True", PROGRESSING + ".reason": "NewReplicaSetCreated"}

        def first(request: Request, frame: Frame) -> None:
            # the same sync goes on with the object it began with, so its next write meets a newer version
            full = {**status_of({**deployment, **begun}, self.replica_sets.cache.get(name)), **begun}
            self._put(deployment, full, frame.index)

        self._put(deployment, begun, frame.index, first)

    def _roll_out(self, deployment: Object, replica_set: Object, cause: int) -> None:
        fields = status_of(deployment, replica_set)
        if all(deployment.get(path) == to for path, to in fields.items()):
            self.queue.done(deployment["metadata.name"])
        else:
            self.identity.use(lambda latest: self._put(deployment, fields, latest), cause, "report")

    def _put(self, deployment: Object, fields: dict[str, Any], cause: int | None, then: Any = None) -> None:
        key, replicas = deployment["metadata.name"], deployment["spec.replicas"]
        ready = fields.get("status.readyReplicas") or 0

        def answered(request: Request, frame: Frame) -> None:
            if then is not None:
                then(request, frame)
            elif request.code == 200:
                self.queue.done(key)
            else:
                self._again(key, frame, frame.index, STATUS[request.code])

        self.client.ask(
            "update", "deployments", key,
            "deployment-available" if ready == replicas else "update-deployment-status", "report", answered,
            failed=lambda request, frame: self._again(key, frame, cause, TIMEOUT),
            params={
                "name": key, "resource": "deployments", "replicas": replicas, "ready": ready,
                "updated": fields.get("status.updatedReplicas") or 0,
            },
            subresource="status", edit=lambda current: fields, expected=deployment[REVISION], cause=cause,
        )  # fmt: skip

    def _again(
        self, key: str, frame: Frame | None, cause: int | None, reason: str, at_least: int = 0
    ) -> None:
        latest = frame.index if frame is not None else cause or 0
        self.requeue(key, latest, reason, "report", at_least if frame is not None else 1_000_000)
