"""Feasibility and score of a machine for a task. Pure arithmetic; lower scores are better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from explorer.simulation.borg.constants import (
    RACKS,
    SCORE_LEFT_OVER,
    SCORE_PACKAGES_MISSING,
    SCORE_SAME_MACHINE,
    SCORE_SAME_RACK,
)  # fmt: skip

RACK_NAMES = "abcdefgh"[: RACKS.count]


class Amount(NamedTuple):
    """Resources: thousandths of a core and mebibytes of memory."""

    cpu: int
    ram: int

    def times(self, count: int) -> Amount:
        return Amount(self.cpu * count, self.ram * count)


@dataclass(frozen=True, slots=True)
class Shape:
    """A machine: its name and rack, what it has, what tasks of other jobs hold."""

    name: str
    rack: str
    has: Amount
    taken: Amount


class Score(NamedTuple):
    """The parts of a machine's score, and their sum."""

    packing: float
    spread: float
    locality: float
    total: float


def shape(number: int) -> Shape:
    """The machine m-`number`: three sizes and three racks by turns, so that there is something to choose."""
    cores, gib, busy_cores, busy_gib = ((16, 64, 4, 16), (12, 48, 2, 12), (20, 96, 6, 40))[(number - 1) % 3]
    return Shape(
        f"m-{number}",
        RACK_NAMES[(number - 1) % len(RACK_NAMES)],
        Amount(cores * 1_000, gib * 1_024),
        Amount(busy_cores * 1_000, busy_gib * 1_024),
    )


def obstacle(machine: Shape, state: str, here: int, task: Amount, avoided: bool) -> str | None:
    """Why the machine cannot take one more task when it has `here` of the job; None when it can."""
    if state != "up":
        return "down"
    if avoided:
        return "avoided"
    after = task.times(here + 1)
    if machine.taken.cpu + after.cpu > machine.has.cpu:
        return "cpu"
    if machine.taken.ram + after.ram > machine.has.ram:
        return "ram"
    return None


def score(machine: Shape, here: int, in_rack: int, task: Amount, has_packages: bool) -> Score:
    """The score of placing one more task: hybrid packing, spread over racks, package locality.

    `here` and `in_rack` count the job's tasks on the machine and in its rack. Hybrid packing wants few
    stranded resources: the free shares of cores and memory should shrink together.
    """
    after = task.times(here + 1)
    free_cpu = 1 - (machine.taken.cpu + after.cpu) / machine.has.cpu
    free_ram = 1 - (machine.taken.ram + after.ram) / machine.has.ram
    packing = round(abs(free_cpu - free_ram) + SCORE_LEFT_OVER.value * (free_cpu + free_ram), 3)
    spread = round(SCORE_SAME_RACK.value * in_rack + SCORE_SAME_MACHINE.value * here, 3)
    locality = 0.0 if has_packages else SCORE_PACKAGES_MISSING.value
    return Score(packing, spread, locality, round(packing + spread + locality, 3))
