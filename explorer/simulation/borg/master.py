"""The elected master's own memory: the cell's state, and the parts that decide by it.

A Master is made anew whenever a replica takes over, from the committed log alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from explorer.frames import Frame
from explorer.simulation.borg.admission.gate import Gate
from explorer.simulation.borg.archive import Archive
from explorer.simulation.borg.assigning import Assigning
from explorer.simulation.borg.dispatch import Dispatch
from explorer.simulation.borg.naming import Names
from explorer.simulation.borg.state import CellState, Changes

if TYPE_CHECKING:
    from explorer.simulation.borg.borgmaster import Borgmaster
    from explorer.simulation.borg.store import Entry


class Master:
    """What the elected master knows. `state` is committed; `ahead` is that with what it has proposed.

    It decides by `ahead`, so that two proposals on their way to the disks never contradict each other.
    """

    def __init__(self, replica: Borgmaster) -> None:
        self.replica, self.cell, self.name = replica, replica.cell, replica.name
        self.state = CellState(self.cell.initial_objects)
        leading = replica.replication
        assert leading is not None
        for entry in leading.log[: leading.committed]:
            self.state.apply(entry.changes)
        self.ahead = CellState(self.state.objects)
        self.gate = Gate(self)
        self.assigning = Assigning(self)
        self.dispatch = Dispatch(self)
        self.names = Names(self)
        self.archive = Archive(self)

    @property
    def serves(self) -> bool:
        """Whether this is still the memory of an elected master: a timer or answer may come too late."""
        return self.replica.master is self

    def propose(
        self,
        kind: str,
        phase: str,
        changes: Changes,
        params: Mapping[str, Any],
        cause: int | None,
        tasks: Sequence[str] = (),
    ) -> None:
        """Have a change of the cell's state committed by the replicas."""
        leading = self.replica.replication
        if leading is None or not self.serves:
            return
        self.ahead.apply(changes)
        leading.propose(kind, phase, changes, {**params, "organ": "store"}, cause, tasks)

    def committed(self, entry: Entry, frame: Frame | None) -> None:
        """A change is the cell's state now: do what follows from it."""
        self.state.apply(entry.changes)
        if frame is None:
            return
        self.cell.progress.moved()
        self.assigning.changed(entry.changes, frame)
        match entry.kind:
            case "persist-job":
                self.gate.stored(frame)
            case "persist-assignment":
                self.dispatch.start(entry.tasks, frame)
                self.archive.note("SCHEDULE", len(entry.tasks), frame)
            case "persist-running" | "persist-news" | "readopt":
                self.names.look(entry.tasks, frame)
                if entry.kind == "persist-running":
                    self.archive.note("usage", len(entry.tasks), frame, entry.tasks)
            case "persist-machine-down":
                self._evicted(entry, frame, self.cell.machine_of(entry))
            case "persist-machine-up":
                self.dispatch.reconcile(self.cell.machine_of(entry), frame)
            case "crash-loop":
                self._evicted(entry, frame, None)
                self.dispatch.reconcile(self.cell.machine_of(entry), frame)

    def take_over(self, frame: Frame) -> None:
        """A new master: queue what is pending, share out the machines, say the names again."""
        waiting = [task for task, fields in self.state.named("tasks/") if fields["state"] == "pending"]
        if waiting:
            self.assigning.queue_all(waiting, frame)
        self.dispatch.partition(frame)
        self.names.look(self.cell.tasks, frame)

    def _evicted(self, entry: Entry, frame: Frame, machine: str | None) -> None:
        """Tasks have left their machine: the record goes, and they queue again, one a second."""
        if entry.tasks:
            self.names.lost(entry.tasks, frame)
            self.archive.note("EVICT", len(entry.tasks), frame)
            self.archive.note("SUBMIT", len(entry.tasks), frame)
            self.assigning.enqueue_slowly(entry.tasks, machine, frame)
