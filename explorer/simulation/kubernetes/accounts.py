"""Who asks: user names, groups and user agents, as an audit log of a real cluster shows them."""

from __future__ import annotations

from typing import NamedTuple

VERSION = "v1.37.0 (linux/amd64) kubernetes/1a2b3c4"


class Account(NamedTuple):
    """One user as the API server knows it, and the agent it calls itself."""

    user: str
    groups: tuple[str, ...]
    agent: str
    proof: str
    """How it proves who it is, in words for the authentication gate."""


AUTHENTICATED = "system:authenticated"
CERTIFICATE = "client certificate"

ADMIN = Account(
    "kubernetes-admin", ("kubeadm:cluster-admins", AUTHENTICATED), f"kubectl/{VERSION}", CERTIFICATE
)
SCHEDULER = Account(
    "system:kube-scheduler", (AUTHENTICATED,), f"kube-scheduler/{VERSION}/scheduler", CERTIFICATE
)
SCHEDULER_LEASE = SCHEDULER._replace(agent=f"kube-scheduler/{VERSION}/leader-election")
MANAGER = Account(
    "system:kube-controller-manager",
    (AUTHENTICATED,),
    f"kube-controller-manager/{VERSION}/kube-controller-manager",
    CERTIFICATE,
)
MANAGER_LEASE = MANAGER._replace(agent=f"kube-controller-manager/{VERSION}/leader-election")
MANAGER_INFORMERS = MANAGER._replace(agent=f"kube-controller-manager/{VERSION}/shared-informers")
PROXY = Account("system:kube-proxy", (AUTHENTICATED,), f"kube-proxy/{VERSION}", "ServiceAccount token")


def loop(name: str) -> Account:
    """The account of one control loop: X of `system:serviceaccount:kube-system:X`."""
    user = f"system:serviceaccount:kube-system:{name}"
    groups = ("system:serviceaccounts", "system:serviceaccounts:kube-system", AUTHENTICATED)
    return Account(user, groups, f"kube-controller-manager/{VERSION}/{user}", "ServiceAccount token")


def node(name: str) -> Account:
    """The account of one node's kubelet."""
    return Account(f"system:node:{name}", ("system:nodes", AUTHENTICATED), f"kubelet/{VERSION}", CERTIFICATE)
