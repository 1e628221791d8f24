"""Work for the machines: which link shard polls which, requests handed to it, differences coming back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from explorer.frames import Frame
from explorer.simulation.borg.constants import BEAT, CRASHES_TO_MOVE, SHARD_PATIENCE
from explorer.simulation.borg.state import Fields
from explorer.simulation.borg.store import REPLICA_NAMES

if TYPE_CHECKING:
    from explorer.simulation.borg.master import Master

type Report = Mapping[str, Mapping[str, Any]]
"""A machine's tasks as its Borglet reports them: process, port, health, restarts of each."""

UNPLACED: Fields = {"state": "pending", "machine": None, "port": None, "process": None, "health": None}
"""The fields of a task that has left its machine."""


class Request(NamedTuple):
    """Something a Borglet must be told with the next poll: start or stop a task."""

    kind: str
    task: str
    port: int


def shares(machines: Sequence[str], shards: Sequence[str]) -> dict[str, str]:
    """The machine's owner, for each machine: dealt out by turns."""
    return {machine: shards[place % len(shards)] for place, machine in enumerate(machines)}


class Dispatch:
    """What the elected master knows of shards and machines; none of it is stored."""

    def __init__(self, master: Master) -> None:
        self._master = master
        self._shards: list[str] = list(REPLICA_NAMES)
        self.owners = shares(master.cell.machines, self._shards)
        self._felt = {name: master.replica.felt(name) for name in REPLICA_NAMES}
        self._outstanding: dict[str, dict[str, str]] = {}
        self._reported: dict[str, dict[str, Mapping[str, Any]]] = {}

    # sharing out the machines

    def feel_shards(self) -> None:
        """Once a beat: a shard that has not answered for some beats gives its machines to the others."""
        world, live = self._master.cell.world, self._live()
        if live and live != self._shards:
            self.partition(None)
        for name in REPLICA_NAMES:
            world.beat("L12", self._master.name, f"link-shard@{name}", self._feel, name)

    def _live(self) -> list[str]:
        """The shards that have answered within the last beats."""
        now, patience = self._master.cell.world.now, SHARD_PATIENCE.count * BEAT.us
        return [name for name in REPLICA_NAMES if now - self._felt[name] <= patience]

    def _feel(self, name: str) -> None:
        self._felt[name] = self._master.cell.world.now

    def partition(self, cause: Frame | None) -> None:
        """Work out who polls whom, and tell every shard; shards keep nothing of what they had."""
        master = self._master
        cell = master.cell
        self._shards = self._live()
        self.owners = shares(cell.machines, self._shards)
        frame = cell.world.act(
            master.name, "partition", "repartition", cell.progress.phase,
            params={"shards": len(self._shards), "machines": len(cell.machines), "organ": "poll"},
            cause=cause.index if cause is not None else None,
        )  # fmt: skip
        for name in self._shards:
            self.hand_list(name, frame)

    def hand_list(self, name: str, cause: Frame) -> None:
        """Tell a shard which machines it polls; whatever waited there is lost with its old list."""
        master = self._master
        cell = master.cell
        mine = [machine for machine, owner in self.owners.items() if owner == name]
        down = [m for m in mine if master.ahead.get(f"machines/{m}").get("state") == "down"]
        for machine in mine:
            self._forget(machine)
        shard = cell.shards[name]
        cell.world.send(
            "L12", master.name, shard.name, "machines to poll", "hand-partition", cell.progress.phase,
            params={"shard": name, "count": len(mine)}, cause=cause.index,
            deliver=partial(shard.take_machines, master.name, mine, down),
        )  # fmt: skip

    # requests

    def start(self, tasks: Sequence[str], cause: Frame) -> None:
        """Assignments are stored: hand the start requests to the shards that own the machines."""
        self._master.cell.progress.reach("dispatch", tasks)
        by_machine: dict[str, list[str]] = {}
        for task in tasks:
            machine = self._master.ahead.get(f"tasks/{task}").get("machine")
            if machine is not None:
                by_machine.setdefault(machine, []).append(task)
        for machine, its_tasks in by_machine.items():
            self._hand(machine, "start", "hand-to-shard", its_tasks, cause)

    def _hand(self, machine: str, kind: str, key: str, tasks: Sequence[str], cause: Frame) -> None:
        master = self._master
        cell = master.cell
        shard = cell.shards[self.owners[machine]]
        owed = self._outstanding.setdefault(machine, {})
        owed.update(dict.fromkeys(tasks, kind))
        if kind == "stop":
            for task in tasks:
                cell.progress.owe(f"stop/{machine}/{task}")
        requests = [Request(kind, task, master.ahead.get(f"tasks/{task}").get("port", 0)) for task in tasks]

        def params() -> dict[str, Any]:
            ordinal = cell.progress.count(key, tasks)
            return {**cell.about(tasks), "machine": machine, "shard": self.owners[machine], **ordinal}

        def lost(_frame: Frame) -> None:
            for task in tasks:
                self._settle(machine, task)

        cell.world.send(
            "L12", master.name, shard.name, f"{kind} {cell.short(tasks)}", key,
            "dispatch" if kind == "start" else cell.progress.phase, params=params, cause=cause.index,
            deliver=lambda frame: shard.take_requests(frame, machine, requests), fail=lost,
        )  # fmt: skip

    def _settle(self, machine: str, task: str) -> None:
        """A request has been followed, or is lost."""
        if self._outstanding.get(machine, {}).pop(task, None) == "stop":
            self._master.cell.progress.pay(f"stop/{machine}/{task}")

    def _forget(self, machine: str) -> None:
        """Nothing is known of the machine any more, and no request is on its way to it."""
        for task in list(self._outstanding.get(machine, {})):
            self._settle(machine, task)
        self._reported.pop(machine, None)

    # what comes back

    def differs(self, frame: Frame, machine: str, whole: bool, changes: Mapping[str, Any]) -> None:
        """A shard passes on what changed on a machine; None for a task that is gone."""
        master = self._master
        known = self._reported.setdefault(machine, {})
        if whole:
            known.clear()
        for task, state in changes.items():
            if state is None:
                known.pop(task, None)
            else:
                known[task] = state
        if master.ahead.get(f"machines/{machine}").get("state") == "down":
            master.propose(
                "persist-machine-up", master.cell.progress.phase, {f"machines/{machine}": {"state": "up"}},
                {"machine": machine}, frame.index,
            )  # fmt: skip
        elif master.state.get(f"machines/{machine}").get("state") == "up":
            self.reconcile(machine, frame)

    def silent(self, frame: Frame, machine: str) -> None:
        """A shard has polled in vain: the machine is marked down, its tasks must run elsewhere."""
        master = self._master
        if master.ahead.get(f"machines/{machine}").get("state") == "down":
            return
        tasks = [task for task, fields in master.ahead.named("tasks/") if fields.get("machine") == machine]
        changes: dict[str, Fields] = {f"machines/{machine}": {"state": "down"}}
        changes |= {f"tasks/{task}": UNPLACED for task in tasks}
        params = {"machine": machine, "count": len(tasks), **master.cell.about(tasks)}
        self._forget(machine)
        master.propose(
            "persist-machine-down", master.cell.progress.phase, changes, params, frame.index, tasks
        )

    def reconcile(self, machine: str, cause: Frame) -> None:
        """Hold what the machine reports against what is assigned to it, and close every gap."""
        master = self._master
        ahead = master.ahead
        known = self._reported.get(machine, {})
        owed = self._outstanding.setdefault(machine, {})
        assigned = [t for t, fields in ahead.named("tasks/") if fields.get("machine") == machine]
        lacking = [task for task in assigned if task not in known and owed.get(task) != "start"]
        for task in [task for task, kind in owed.items() if (task in known) == (kind == "start")]:
            self._settle(machine, task)
        duplicates: list[str] = []
        kept: list[str] = []
        for task in known:
            if task not in assigned and task not in owed:
                free = ahead.get(f"tasks/{task}").get("state") == "pending"
                (kept if free and known[task]["process"] == "running" else duplicates).append(task)
        if lacking:
            self._hand(machine, "start", "resend-start", lacking, cause)
        if duplicates:
            self._hand(machine, "stop", "hand-stop", duplicates, cause)
        if kept:
            changes = {f"tasks/{task}": {"state": "running", "machine": machine} | self._told(known[task])
                       for task in kept}  # fmt: skip
            params = {"machine": machine, **master.cell.about(kept)}
            master.propose("readopt", "report", changes, params, cause.index, kept)
        self._record(machine, [task for task in assigned if task in known], known, cause)

    def _told(self, state: Mapping[str, Any]) -> dict[str, Any]:
        return {"port": state["port"], "process": state["process"], "health": state["health"]}

    def _record(self, machine: str, tasks: Sequence[str], known: Report, cause: Frame) -> None:
        """Commit what the reports say of tasks that belong here."""
        master = self._master
        progress = master.cell.progress
        crashing = [
            task
            for task in tasks
            if known[task]["restarts"] >= CRASHES_TO_MOVE.count and known[task]["process"] != "running"
        ]
        for task in crashing:
            params = {"machine": machine, "restarts": known[task]["restarts"], **master.cell.about([task])}
            changes = {f"tasks/{task}": {**UNPLACED, "avoid": machine}}
            master.propose("crash-loop", "report", changes, params, cause.index, [task])
        changed = [
            task
            for task in tasks
            if task not in crashing
            and any(
                master.ahead.get(f"tasks/{task}").get(field) != value
                for field, value in self._told(known[task]).items()
            )
        ]
        if not changed:
            return
        begun = [
            task for task in changed
            if known[task]["process"] == "running"
            and master.ahead.get(f"tasks/{task}").get("process") != "running"
        ]  # fmt: skip
        params = {"machine": machine, **master.cell.about(changed)}
        if begun:
            params |= progress.count("persist-running", begun)
        master.propose(
            "persist-running" if begun else "persist-news", "report",
            {f"tasks/{task}": self._told(known[task]) for task in changed}, params, cause.index, changed,
        )  # fmt: skip
