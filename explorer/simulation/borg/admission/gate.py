"""The master's door for new jobs: capability and quota for the whole job, then the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from explorer.frames import Frame
from explorer.simulation.borg.admission.quota import sums, table
from explorer.simulation.borg.constants import ADMISSION, ENQUEUE, PRIORITY
from explorer.simulation.reply import Reply

if TYPE_CHECKING:
    from explorer.simulation.borg.master import Master

type Answer = Callable[[Frame], None]


class Gate:
    """Handles CreateJob. A repeated request is harmless: it is answered by what is stored already."""

    def __init__(self, master: Master) -> None:
        self._master = master
        self._waiting: list[Reply] = []

    def create_job(self, frame: Frame, reply: Reply) -> None:
        """Admit the job and store it, or say that it is stored already."""
        cell = self._master.cell
        job = f"jobs/{cell.job}"
        if self._master.state.get(job):
            self._accept(reply, frame.index)
        elif self._master.ahead.get(job) or self._waiting:
            self._waiting.append(reply)
        else:
            self._waiting.append(reply)
            cell.progress.reach("admit")
            cell.world.after(ADMISSION.us, self._check, frame, of=self._master.name)

    def _check(self, request: Frame) -> None:
        master = self._master
        cell = master.cell
        if not master.serves:
            return
        lines = sums(len(cell.tasks))
        checked = cell.world.act(
            master.name, "check quota", "quota-check", "admit", since=request.at, cause=request.index,
            params={
                "job": cell.job, "owner": cell.owner, "priority": PRIORITY.count,
                "replicas": len(cell.tasks), "organ": "quota", "table": [table(lines)],
            },
        )  # fmt: skip
        if not all(line.enough for line in lines):
            for reply in self._waiting:
                reply("rejected", "job-rejected", "admit", outcome="rejected", cause=checked.index,
                      params={"job": cell.job, "replicas": len(cell.tasks)})  # fmt: skip
            self._waiting.clear()
            return
        cell.progress.reach("persist")
        record = {"owner": cell.owner, "priority": PRIORITY.count, "tasks": len(cell.tasks)}
        changes = {f"jobs/{cell.job}": record} | {
            f"tasks/{task}": {"state": "pending"} for task in cell.tasks
        }
        params = {"job": cell.job, "replicas": len(cell.tasks)}
        master.propose("persist-job", "persist", changes, params, checked.index, cell.tasks)

    def stored(self, frame: Frame) -> None:
        """The job is durable: answer who asked, and let its tasks queue."""
        master = self._master
        for reply in self._waiting:
            self._accept(reply, frame.index)
        self._waiting.clear()
        master.cell.progress.reach("expand")
        master.archive.note("SUBMIT", 1 + len(master.cell.tasks), frame)
        master.cell.world.after(ENQUEUE.us, self._queue, frame, of=master.name)

    def _queue(self, stored: Frame) -> None:
        if self._master.serves:
            self._master.cell.progress.reach("schedule")
            self._master.assigning.queue_all(self._master.cell.tasks, stored)

    def _accept(self, reply: Reply, cause: int) -> None:
        cell = self._master.cell
        reply("accepted", "job-accepted", "persist", cause=cause,
              params={"job": cell.job, "replicas": len(cell.tasks)})  # fmt: skip
