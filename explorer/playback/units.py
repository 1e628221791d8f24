"""Units: Pods and tasks as the drawing shows them, read off what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from explorer.frames import Frame
from explorer.playback.stored import STORE, Objects


@dataclass(frozen=True, slots=True)
class Kind:
    """How one system's store speaks of its units: object prefix, and the fields that matter."""

    prefix: str
    machine: str
    state: str
    ready: str = ""
    wish: tuple[str, str] = ("", "")
    """Prefix of the objects that say how many units are wanted, and the field that says it."""


KINDS = {
    "kubernetes": Kind(
        "pods/", "spec.nodeName", "status.phase", "status.conditions.Ready", ("deployments/", "spec.replicas")
    ),
    # "state" is running from the assignment on; only the process says whether anything runs.
    "borg": Kind("tasks/", "machine", "process", "", ("jobs/", "tasks")),
}
_STATES = {
    "Running": "running",
    "running": "running",
    "Pending": "starting",
    "starting": "starting",
    "restarting": "waiting",
    "pending": "starting",
    "dead": "lost",
    "lost": "lost",
    "Failed": "failed",
}


def units_at(system: str, objects: Objects) -> dict[str, tuple[str, str]]:
    """unit -> (machine, state) of everything that is bound to a machine."""
    kind = KINDS.get(system)
    if kind is None:
        return {}
    units = {}
    for name, fields in objects.items():
        if not name.startswith(kind.prefix) or not fields.get(kind.machine):
            continue
        state = _STATES.get(str(fields.get(kind.state, "")), "starting")
        if state == "running" and kind.ready and fields.get(kind.ready) not in ("True", True):
            state = "unready"
        units[name.removeprefix(kind.prefix)] = (str(fields[kind.machine]), state)
    return units


def wanted(system: str, objects: Objects) -> int:
    """How many units the stored wishes add up to."""
    kind = KINDS.get(system)
    if kind is None:
        return 0
    prefix, field = kind.wish
    return sum(int(fields.get(field) or 0) for name, fields in objects.items() if name.startswith(prefix))


def counts(system: str, name: str) -> bool:
    """Whether a stored object is a unit, or says how many are wanted."""
    kind = KINDS.get(system)
    return kind is not None and name.startswith((kind.prefix, kind.wish[0]))


def units_by_machine(system: str, frames: Sequence[Frame]) -> Mapping[str, tuple[str, ...]]:
    """machine -> every unit that is ever bound to it, in order."""
    kind = KINDS.get(system)
    found: dict[str, dict[str, None]] = {}
    if kind is None:
        return {}
    for frame in frames:
        for effect in frame.effects:
            if effect.where == STORE and effect.object.startswith(kind.prefix):
                machine = effect.after.get(kind.machine)
                if machine:
                    found.setdefault(str(machine), {})[effect.object.removeprefix(kind.prefix)] = None
    return {machine: tuple(units) for machine, units in found.items()}
