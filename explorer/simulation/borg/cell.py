"""One cell in one run: its names and its parts, put together. Parts meet each other only over links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from explorer.frames import Effect
from explorer.simulation.borg.borgcfg import Borgcfg
from explorer.simulation.borg.borglet import Borglet
from explorer.simulation.borg.borgmaster import Borgmaster
from explorer.simulation.borg.chubby import Chubby
from explorer.simulation.borg.constants import TASK_CPU, TASK_RAM
from explorer.simulation.borg.naming import Client
from explorer.simulation.borg.progress import Progress
from explorer.simulation.borg.scheduler import Scheduler
from explorer.simulation.borg.scoring import Amount, Shape, shape
from explorer.simulation.borg.shards import LinkShard
from explorer.simulation.borg.state import CellState, Changes
from explorer.simulation.borg.store import REPLICA_NAMES, Entry
from explorer.simulation.world import World

if TYPE_CHECKING:
    from explorer.simulation.scenario import Values

NAME, OWNER, JOB = "cc", "ubar", "jfoo"
PACKAGE = "jfoo-server"
CLIENT = "host-ports@m-1"
FIRST_MASTER = REPLICA_NAMES[0]
UNPLACES = ("persist-job", "persist-machine-down", "crash-loop")
"""Commits after which their tasks wait for a machine."""


def machine_names(count: int) -> tuple[str, ...]:
    """m-1, m-2 … as many as there are."""
    return tuple(f"m-{number}" for number in range(1, count + 1))


class Cell:
    """The cell `cc` with the job that a run submits.

    `commit` keeps what has become the cell's state, for the frames: it is the only place where the
    stored state's effects are made, once for each of the log's first `shown` entries.
    """

    name, owner, job, package = NAME, OWNER, JOB, PACKAGE
    first_master = FIRST_MASTER
    first_ballot = 10

    def __init__(self, world: World, values: Values) -> None:
        self.world = world
        self.tasks = tuple(f"{JOB}/{index}" for index in range(int(values["replicas"])))
        self.machines = machine_names(int(values["machines"]))
        self.shapes: dict[str, Shape] = {m: shape(n) for n, m in enumerate(self.machines, 1)}
        self.task_limits = Amount(TASK_CPU.count, TASK_RAM.count)
        self.initial_objects: Changes = {
            f"machines/{machine}": {"state": "up", "rack": self.shapes[machine].rack}
            for machine in self.machines
        } | {f"cell/{NAME}": {"master": FIRST_MASTER}}
        self._ledger = CellState(self.initial_objects)
        self.shown = 0
        self.progress = Progress(world, self.tasks)
        self.progress.mismatched = self._mismatched
        self.chubby = Chubby(self, f"borgmaster@{FIRST_MASTER}")
        self.masters: dict[str, Borgmaster] = {}
        for replica in REPLICA_NAMES:
            self.masters[replica] = Borgmaster(self, replica, elected=replica == FIRST_MASTER)
        self.shards = {replica: LinkShard(self, replica) for replica in REPLICA_NAMES}
        self.borglets = {machine: Borglet(self, machine, bool(values["cached"])) for machine in self.machines}
        self.client = Client(self, CLIENT)
        self.scheduler = Scheduler(self)
        self.borgcfg = Borgcfg(self)

    # what has been committed

    def commit(self, entry: Entry, number: int) -> list[Effect]:
        """An entry, the `number`th of the log, becomes the cell's state: what that changes."""
        if number <= self.shown:
            return []
        self.shown = number
        if entry.kind in UNPLACES:
            # The run goes on until these tasks run somewhere and can be found by name.
            self.progress.batch(entry.tasks)
            self.progress.reach("schedule", entry.tasks)
            for task in entry.tasks:
                self.progress.owe(f"task/{task}")
        return self._ledger.apply(entry.changes)

    def machine_of(self, entry: Entry) -> str:
        """The machine that an entry is about."""
        return str(entry.params["machine"])

    def _mismatched(self) -> Iterable[tuple[str, bool]]:
        """Which machines the committed state calls up and reality does not, or the other way round."""
        serving = next((m.master for m in self.masters.values() if m.master is not None), None)
        if serving is None:
            return
        for machine in self.machines:
            shard = f"link-shard@{serving.dispatch.owners[machine]}"
            passage = self.world.damage.passage("L13", shard, f"borglet@{machine}")
            up = self._ledger.get(f"machines/{machine}").get("state") == "up"
            yield f"machine/{machine}", up != (passage == "open")

    # words

    def bns(self, task: str) -> str:
        """The task's BNS name as a path in Chubby."""
        return f"bns/{NAME}/{OWNER}/{task}"

    def listed(self, tasks: Sequence[str]) -> str:
        """Tasks in one text: all of up to three, else the first two and how many more."""
        if len(tasks) <= 3:
            return ", ".join(tasks)
        return f"{tasks[0]}, {tasks[1]} +{len(tasks) - 2}"

    def short(self, tasks: Sequence[str]) -> str:
        """Tasks for a label: the first, and how many more."""
        if not tasks:
            return ""
        return tasks[0] if len(tasks) == 1 else f"{tasks[0]} +{len(tasks) - 1}"

    def about(self, tasks: Sequence[str]) -> dict[str, Any]:
        """The params that name tasks: `task` for a label, `tasks` for a sentence."""
        return {"task": self.short(tasks), "tasks": self.listed(tasks)}
