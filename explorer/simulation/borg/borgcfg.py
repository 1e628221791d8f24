"""borgcfg: evaluates the BCL file, finds the elected master, and sends it the job until it is accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.frames import Frame
from explorer.simulation.borg.constants import (
    CLIENT_BACKOFF,
    CLIENT_BACKOFF_MOST,
    CLIENT_PATIENCE,
    EVALUATE_BCL,
    PRIORITY,
    TASK_CPU,
    TASK_RAM,
)  # fmt: skip
from explorer.simulation.reply import Reply

if TYPE_CHECKING:
    from explorer.simulation.borg.cell import Cell


class Borgcfg:
    """The client that begins a run. Operations are idempotent: when in doubt it sends the job again."""

    name = "borgcfg"

    def __init__(self, cell: Cell) -> None:
        self._cell = cell
        self._attempt = 0
        self._since = 0
        self._finished = False
        self._reached: int | None = None
        cell.world.register(self.name, self._start)

    def _start(self) -> None:
        if self._finished:
            return
        self._attempt, self._since = 1, self._cell.world.now
        self._cell.world.after(EVALUATE_BCL.us, self._evaluate, of=self.name)

    def _evaluate(self) -> None:
        cell = self._cell
        frame = cell.world.act(
            self.name, "evaluate BCL", "evaluate-bcl", "submit", since=self._since,
            params={"job": cell.job, "file": f"{cell.job}.bcl", "replicas": len(cell.tasks)},
        )  # fmt: skip
        self._find(frame.index)

    def _find(self, cause: int) -> None:
        cell = self._cell
        box: list[str] = []
        cell.world.call(
            "L6", self.name, cell.chubby.name, "find master", "find-master", "submit",
            params={"job": cell.job, "cell": cell.name, "attempt": self._attempt},
            serve=lambda frame, reply: cell.chubby.find(frame, reply, box),
            done=lambda frame: self._create(box[0], frame), fail=self._failed, cause=cause,
        )  # fmt: skip
        self._reached = cause

    def _create(self, master: str, cause: Frame) -> None:
        cell = self._cell
        replica = cell.masters[master.partition("@")[2]]
        self._reached = cause.index

        def serve(frame: Frame, reply: Reply) -> None:
            if replica.master is None:
                replica.refuse(reply, frame.index, "submit")
            else:
                replica.master.gate.create_job(frame, reply)

        cell.world.call(
            "L1", self.name, master, "CreateJob", "create-job", "submit",
            params={
                "job": cell.job, "owner": cell.owner, "cell": cell.name, "replicas": len(cell.tasks),
                "cpu": f"{TASK_CPU.count / 1000:g}", "ram": f"{TASK_RAM.count / 1024:g}",
                "priority": PRIORITY.count, "attempt": self._attempt,
            },
            serve=serve, done=self._answered, fail=self._failed, cause=cause.index,
        )  # fmt: skip

    def _answered(self, frame: Frame) -> None:
        if frame.narration == "not-master":
            self._failed(frame)
        else:
            self._finished = True

    def _failed(self, frame: Frame | None) -> None:
        """Wait a little longer each time, then ask Chubby again; some time it has to end."""
        cell = self._cell
        world = cell.world
        wait = min(CLIENT_BACKOFF.us * 2 ** (self._attempt - 1), CLIENT_BACKOFF_MOST.us)
        self._attempt += 1
        cause = frame.index if frame is not None else self._reached
        spent = world.now + wait - self._since
        over = spent > CLIENT_PATIENCE.us
        params = {
            "job": cell.job, "attempt": self._attempt - over,
            "wait": (world.now - self._since if over else wait) // 1_000_000,
        }  # fmt: skip
        if over:
            self._finished = True
            world.act(self.name, "give up", "give-up", "submit", params=params, cause=cause)
            return
        again = world.act(self.name, "try again", "retry", "submit", params=params, cause=cause)
        world.after(wait, self._find, again.index, of=self.name)
