"""API objects as the simulation keeps them: flat maps from field path to value, never changed once stored."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

type Object = dict[str, Any]
type ChangeType = Literal["ADDED", "MODIFIED", "DELETED"]

REVISION = "metadata.resourceVersion"
SAFE_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
"""The letters of generated names: no vowels, so that no words appear."""

KINDS = {
    "deployments": "Deployment", "replicasets": "ReplicaSet", "pods": "Pod", "nodes": "Node",
    "leases": "Lease", "events": "Event", "services": "Service", "endpoints": "Endpoints",
    "endpointslices": "EndpointSlice", "serviceaccounts": "ServiceAccount", "bindings": "Binding",
}  # fmt: skip
GROUPS = {
    "deployments": "apps", "replicasets": "apps", "leases": "coordination.k8s.io",
    "endpointslices": "discovery.k8s.io",
}  # fmt: skip


def key_of(resource: str, name: str, namespace: str = "default") -> str:
    """The short name of an object: the namespace is told only where it is not `default`.

    >>> key_of("pods", "web-1"), key_of("leases", "node-1", "kube-node-lease")
    ('pods/web-1', 'leases/kube-node-lease/node-1')
    """
    return f"{resource}/{name}" if namespace == "default" else f"{resource}/{namespace}/{name}"


@lru_cache(maxsize=256)
def millicores(quantity: str) -> int:
    """CPU in thousandths.

    >>> millicores("500m"), millicores("2")
    (500, 2000)
    """
    return int(quantity[:-1]) if quantity.endswith("m") else int(quantity) * 1000


@lru_cache(maxsize=256)
def mebibytes(quantity: str) -> int:
    """Memory in MiB.

    >>> mebibytes("512Mi"), mebibytes("8Gi")
    (512, 8192)
    """
    return int(quantity[:-2]) * (1024 if quantity.endswith("Gi") else 1)


class Change:
    """One committed write, as watchers hear of it. The maps are shared by all who tell of it."""

    __slots__ = (
        "after", "background", "before", "key", "name", "namespace", "news", "object", "old", "params",
        "resource", "revision", "title", "type",
    )  # fmt: skip

    def __init__(
        self,
        key: str,
        resource: str,
        namespace: str,
        name: str,
        event: ChangeType,
        revision: int,
        thing: Object,
        old: Object | None,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        news: str,
        background: bool,
    ) -> None:
        self.key, self.resource, self.namespace, self.name = key, resource, namespace, name
        self.title = f"{KINDS[resource]} {name}"
        self.type: ChangeType = event
        self.revision, self.object, self.old = revision, thing, old
        self.before, self.after = before, after
        self.news, self.background = news, background
        self.params: dict[str, Any] = {
            "name": name, "resource": resource, "type": event, "revision": revision,
            "organ": "watch",
        }  # fmt: skip
        if resource == "pods":
            self.params["pod"] = name
        elif resource == "endpointslices":
            self.params["ready"] = thing.get("endpoints.ready", 0)
            self.params["addresses"] = thing.get("endpoints.count", 0)
        elif resource in ("nodes", "leases"):
            self.params["node"] = name

    def whole(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Before and after for somebody to whom the object is new."""
        return dict.fromkeys(self.object), self.object


def difference(old: Object | None, new: Object | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The changed field paths, before and after; None is an absent field."""
    was, now = old or {}, new or {}
    paths = [path for path in now if was.get(path) != now[path]] + [path for path in was if path not in now]
    return {path: was.get(path) for path in paths}, {path: now.get(path) for path in paths}
