"""Quota: a vector of resources that an owner has at a priority. Pure arithmetic, once for a whole job."""

from __future__ import annotations

from typing import Any, NamedTuple

from explorer.simulation.borg.constants import (
    QUOTA_CPU,
    QUOTA_DISK,
    QUOTA_RAM,
    TASK_CPU,
    TASK_DISK,
    TASK_RAM,
    Constant,
)  # fmt: skip


class Line(NamedTuple):
    """One resource: what a task asks for, what all ask for, and what the owner has."""

    resource: str
    unit: str
    task: int
    asked: int
    quota: int

    @property
    def enough(self) -> bool:
        return self.asked <= self.quota


_VECTOR: tuple[tuple[str, Constant, Constant], ...] = (
    ("cpu", TASK_CPU, QUOTA_CPU),
    ("ram", TASK_RAM, QUOTA_RAM),
    ("disk", TASK_DISK, QUOTA_DISK),
)


def sums(tasks: int) -> list[Line]:
    """The sum of all tasks' limits against the owner's quota, a line for each resource."""
    return [
        Line(name, each.unit, each.count, each.count * tasks, quota.count) for name, each, quota in _VECTOR
    ]


def table(lines: list[Line]) -> dict[str, Any]:
    """The check as a decision table for a frame's params."""
    return {
        "table": "quota",
        "columns": ["resource", "unit", "task", "asked", "quota", "enough"],
        "rows": [[*line, line.enough] for line in lines],
        "chosen": None,
        "note": "",
    }
