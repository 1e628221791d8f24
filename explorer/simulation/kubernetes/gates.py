"""The gates of an API server: authentication, fairness, authorization, admission, validation.

Pure decisions; the API server calls them in the order of the real handler chain and tells the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.simulation.kubernetes.accounts import Account
from explorer.simulation.kubernetes.objects import Object

COLUMNS = ("gate", "verdict", "why")
LOOP = "system:serviceaccount:kube-system:"
_LEASES = frozenset({"get leases", "update leases", "create leases"})
_EVENTS = frozenset({"create events", "patch events"})

RULES: dict[str, tuple[str, frozenset[str]]] = {
    "system:kube-scheduler": (
        "ClusterRole system:kube-scheduler",
        frozenset({"create pods/binding", "patch pods/status", "create events.k8s.io/events"}) | _LEASES,
    ),
    "system:kube-controller-manager": (
        "ClusterRole system:kube-controller-manager",
        frozenset({"get serviceaccounts", "create serviceaccounts/token"}) | _LEASES,
    ),
    "system:kube-proxy": ("ClusterRole system:node-proxier", frozenset()),
    LOOP + "deployment-controller": (
        "ClusterRole system:controller:deployment-controller",
        frozenset({"create replicasets", "update replicasets", "update deployments/status"}) | _EVENTS,
    ),
    LOOP + "replicaset-controller": (
        "ClusterRole system:controller:replicaset-controller",
        frozenset({"create pods", "delete pods", "update replicasets/status", "get replicasets"}) | _EVENTS,
    ),
    LOOP + "endpointslice-controller": (
        "ClusterRole system:controller:endpointslice-controller",
        frozenset({"create endpointslices", "update endpointslices", "delete endpointslices"}) | _EVENTS,
    ),
    LOOP + "endpoint-controller": (
        "ClusterRole system:controller:endpoint-controller",
        frozenset({"create endpoints", "update endpoints", "delete endpoints"}) | _EVENTS,
    ),
    LOOP + "node-controller": (
        "ClusterRole system:controller:node-controller",
        frozenset({"get nodes", "update nodes/status", "patch nodes", "update pods/status", "delete pods"})
        | _EVENTS,
    ),
}  # fmt: skip
"""What RBAC grants each account of this scenario: "verb resource/subresource", other groups spelled out."""

NODE_RULES = frozenset({
    "get pods", "patch pods/status", "delete pods", "create serviceaccounts/token", "create events",
    "patch events", "update leases", "create leases", "get leases", "get nodes", "patch nodes/status",
})  # fmt: skip
"""What the Node authorizer lets a kubelet do, for what belongs to its own node."""


def priority_level(account: Account) -> str:
    """The API Priority and Fairness level that a request queues in (suggested configuration)."""
    if "system:masters" in account.groups:
        return "exempt"
    if "system:nodes" in account.groups:
        return "system"
    if account.user.startswith((LOOP, "system:kube-")):
        return "workload-high"
    return "global-default"


def authorize(account: Account, act: str, name: str, current: Object | None) -> tuple[bool, str]:
    """Whether the account may do `act` ("verb resource/subresource") to `name`, and by which rule.

    A node may touch only its own Lease and Node, and Pods bound to it: everything else is "no relationship".
    """
    user = account.user
    if "kubeadm:cluster-admins" in account.groups or "system:masters" in account.groups:
        return True, "ClusterRole cluster-admin"
    if user.startswith("system:node:"):
        node = user.removeprefix("system:node:")
        resource = act.partition(" ")[2].partition("/")[0]
        own = (
            name == node if resource in ("leases", "nodes")
            else current is None or current.get("spec.nodeName") == node if resource == "pods"
            else True
        )  # fmt: skip
        return act in NODE_RULES and own, "Node authorizer" if own else "no relationship with this object"
    rule, granted = RULES.get(user, ("", frozenset()))
    return act in granted, rule if act in granted else "no RBAC rule"


def invalid(resource: str, fields: Mapping[str, Any]) -> str:
    """What is wrong with an object, or "" when it is valid."""
    replicas = fields.get("spec.replicas", 0)
    if resource in ("deployments", "replicasets") and (not isinstance(replicas, int) or replicas < 0):
        return "spec.replicas: must be greater than or equal to 0"
    if resource in ("deployments", "replicasets"):
        wanted, has = fields.get("spec.selector.app"), fields.get("spec.template.labels.app")
        if wanted != has:
            return "spec.template.labels: does not match spec.selector"
    return ""


DEFAULTS: dict[str, dict[str, Any]] = {
    "deployments": {
        "spec.strategy.type": "RollingUpdate",
        "spec.strategy.rollingUpdate.maxSurge": "25%",
        "spec.strategy.rollingUpdate.maxUnavailable": "25%",
        "spec.progressDeadlineSeconds": 600,
        "spec.revisionHistoryLimit": 10,
    },
    "pods": {
        "spec.priority": 0,
        "spec.serviceAccountName": "default",
        "spec.volumes.kube-api-access": "projected token",
        "spec.tolerations.not-ready": "300s",
        "spec.tolerations.unreachable": "300s",
    },
}
"""What decoding and mutating admission fill in where the sender said nothing."""


def passed(account: Account, rule: str, resource: str, writes: bool) -> tuple[tuple[str, str, str], ...]:
    """The rows of a request that every gate let through."""
    filled = len(DEFAULTS.get(resource, ())) if writes else 0
    return (
        ("authentication", account.user, account.proof),
        ("priority and fairness", "seat", priority_level(account)),
        ("authorization", "allow", rule),
        ("mutating admission", f"{filled} fields filled in" if filled else "unchanged", ""),
        ("validation", "valid" if writes else "not asked", ""),
        ("validating admission", "admit" if writes else "not asked", ""),
    )
