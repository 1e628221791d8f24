"""The objects of a run in one line each: which of them to list, and what to say of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from explorer.playback.stored import Object, Objects

NOISE = ("events/", "leases/", "serviceaccounts/", "configmaps/", "secrets/", "nodes/", "machines/", "log/")
"""Stored too, but not what a run is about: last in every list."""


def telling(objects: Objects) -> list[str]:
    """Names of the objects worth listing, those nearest to the wish first."""
    order = (
        "deployments/", "replicasets/", "pods/", "services/", "endpointslices/", "endpoints/",
        "jobs/", "tasks/", "bns/",
    )  # fmt: skip

    def rank(name: str) -> int:
        return next((number for number, prefix in enumerate(order) if name.startswith(prefix)), len(order))

    return sorted((name for name in objects if not noise(name)), key=rank)


def noise(name: str) -> bool:
    """Whether an object is stored but not what a run is about."""
    return name.startswith(NOISE)


def status(name: str, fields: Object) -> str:
    """What to say of one object."""
    tell = _TELL.get(name.partition("/")[0])
    return tell(fields) if tell is not None else ""


def _pod(fields: Object) -> str:
    phase = str(fields.get("status.phase") or "Pending")
    if phase == "Running":
        ready = _true(fields.get("status.conditions.Ready"))
        phase = _("Running, ready") if ready else _("Running, not ready")
    node = fields.get("spec.nodeName")
    return _at(phase, str(node)) if node else _("%(phase)s, no node") % {"phase": phase}


def _replicas(fields: Object) -> str:
    wanted = fields.get("spec.replicas", 0)
    ready = fields.get("status.readyReplicas") or 0
    return _("%(ready)s of %(wanted)s ready") % {"ready": ready, "wanted": wanted}


def _endpoints(fields: Object) -> str:
    ready = fields.get("endpoints.ready") or fields.get("subsets.ready") or 0
    return _("%(ready)s ready") % {"ready": ready}


def _task(fields: Object) -> str:
    words = {"pending": pgettext("task", "pending"), "running": pgettext("task", "running")}
    state, machine = str(fields.get("state", "")), fields.get("machine")
    told = words.get(state, state)
    return _at(told, str(machine)) if machine else told


def _at(state: str, place: str) -> str:
    return _("%(state)s, %(place)s") % {"state": state, "place": place}


def _job(fields: Object) -> str:
    count = fields.get("tasks", fields.get("replicas"))
    return _("%(count)s tasks") % {"count": count} if count is not None else ""


def _bns(fields: Object) -> str:
    host, port = fields.get("host") or fields.get("machine"), fields.get("port")
    return f"{host}:{port}" if host and port else str(fields.get("address", ""))


def _service(fields: Object) -> str:
    return str(fields.get("spec.clusterIP", ""))


def _true(value: Any) -> bool:
    return value in (True, "True", "true")


_TELL: Mapping[str, Callable[[Object], str]] = {
    "pods": _pod,
    "deployments": _replicas,
    "replicasets": _replicas,
    "endpointslices": _endpoints,
    "endpoints": _endpoints,
    "services": _service,
    "tasks": _task,
    "jobs": _job,
    "bns": _bns,
}
