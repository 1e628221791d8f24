"""The master's side of scheduling: the pending queue, what changed since, and judging proposals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from explorer.frames import Effect, Frame
from explorer.simulation.borg.constants import ASSIGNMENT_CHECK, RESCHEDULE_INTERVAL
from explorer.simulation.borg.scoring import obstacle
from explorer.simulation.borg.state import Changes, Fields
from explorer.simulation.reply import Reply

if TYPE_CHECKING:
    from explorer.simulation.borg.master import Master

MOST_ROWS = 8
FIRST_VERSION = 1


class Assignment(NamedTuple):
    """A proposal: run this task on this machine, with this port of the machine's one address."""

    task: str
    machine: str
    port: int


class News(NamedTuple):
    """What the scheduler gets: objects as they are now. `whole` when it must forget its old copy."""

    memory: str
    version: int
    whole: bool
    objects: Changes


def memory_of(master: str, ballot: int) -> str:
    """The name of one elected master's numbering of changes: the next master begins another."""
    return f"{master}/{ballot}"


class Assigning:
    """Queue and changes live in memory only; a new master works them out from the state."""

    def __init__(self, master: Master) -> None:
        self._master = master
        leading = master.replica.replication
        self._memory = memory_of(master.name, leading.ballot if leading else 0)
        self._version = FIRST_VERSION
        self._changed = dict.fromkeys(master.state.objects, FIRST_VERSION)
        self._queue: dict[str, None] = {}
        self._cause: int | None = None
        self._next_release = 0

    # the queue

    def queue_all(self, tasks: Sequence[str], cause: Frame) -> None:
        """A whole job's tasks enter the queue."""
        cell = self._master.cell
        frame = cell.world.act(
            self._master.name, "queue", "tasks-pending", "expand", cause=cause.index,
            params={
                "job": cell.job, "replicas": len(tasks), "tasks": cell.listed(tasks), "organ": "queue",
            },
        )  # fmt: skip
        self.enqueue(tasks, frame)

    def enqueue(self, tasks: Iterable[str], frame: Frame) -> None:
        """Tasks wait for the scheduler from now on."""
        for task in tasks:
            self._queue[task] = None
            self._touch(f"tasks/{task}", frame)

    def enqueue_slowly(self, tasks: Sequence[str], machine: str | None, frame: Frame) -> None:
        """One a second: machines that fall silent together look the same as a broken network."""
        world = self._master.cell.world
        for task in tasks:
            self._next_release = max(world.now, self._next_release) + RESCHEDULE_INTERVAL.us
            wait = self._next_release - world.now
            world.after(wait, self._release, task, machine, frame, of=self._master.name)

    def _release(self, task: str, machine: str | None, evicted: Frame) -> None:
        if not self._master.serves or self._master.ahead.get(f"tasks/{task}").get("state") != "pending":
            return
        frame = self._master.cell.world.act(
            self._master.name, f"queue {task}", "requeue", "schedule", cause=evicted.index,
            params={"task": task, "machine": machine or "", "organ": "queue"},
        )  # fmt: skip
        self.enqueue([task], frame)

    def changed(self, changes: Changes, frame: Frame) -> None:
        """The committed state changed: the scheduler is to hear of what concerns it."""
        for name, fields in changes.items():
            if name.startswith("tasks/") and fields.get("state") not in (None, "pending"):
                self._queue.pop(name.removeprefix("tasks/"), None)
            if "state" in fields:
                self._touch(name, frame)

    def _touch(self, name: str, frame: Frame) -> None:
        self._version += 1
        self._changed[name] = self._version
        self._cause = frame.index

    # what the scheduler sees

    def fetch(self, frame: Frame, reply: Reply, memory: str, version: int, box: list[News]) -> None:
        """Answer with everything that changed since the scheduler's last copy."""
        whole = memory != self._memory
        since = 0 if whole else version
        names = [name for name, at in self._changed.items() if at > since]
        names = [name for name in names if name.startswith(("tasks/", "machines/"))]
        phase = self._master.cell.progress.phase
        box.append(News(self._memory, self._version, whole, {name: self._seen(name) for name in names}))
        if not names:
            reply("nothing new", "no-changes", phase)
            return
        tasks = [name.removeprefix("tasks/") for name in names if name.startswith("tasks/")]
        reply(
            "changes", "scheduler-refresh", phase, background=False, cause=self._cause,
            params={"count": len(names), "tasks": self._master.cell.listed(tasks)},
            effects=lambda: self._master.cell.scheduler.believes(box),
        )  # fmt: skip

    def _seen(self, name: str) -> Fields:
        fields = self._master.state.get(name)
        if name.startswith("machines/"):
            return {"state": fields.get("state")}
        state = fields.get("state")
        if state == "pending" and name.removeprefix("tasks/") not in self._queue:
            state = "held back"
        return {
            "state": state, "machine": fields.get("machine"), "port": fields.get("port"),
            "avoid": fields.get("avoid"),
        }  # fmt: skip

    # judging

    def assign(self, frame: Frame, reply: Reply, proposals: Sequence[Assignment]) -> None:
        """Check proposals against the current state: the scheduler's copy may have been old."""
        self._master.cell.world.after(
            ASSIGNMENT_CHECK.us, self._judge, frame, reply, proposals, of=self._master.name
        )

    def _judge(self, request: Frame, reply: Reply, proposals: Sequence[Assignment]) -> None:
        master = self._master
        cell = master.cell
        if not master.serves:
            return
        accepted: list[Assignment] = []
        verdicts: list[list[Any]] = []
        room = self._room()
        for proposal in proposals:
            reason = self._objection(proposal, room)
            verdicts.append([*proposal, reason or "accepted"])
            if reason is None:
                accepted.append(proposal)
                room.setdefault(proposal.machine, []).append(proposal.port)
        verdicts.sort(key=lambda verdict: verdict[3] == "accepted")
        stale = len(proposals) - len(accepted)
        counts = {"accepted": len(accepted), "stale": stale}
        frame = cell.world.act(
            master.name, "check assignments", "assignment-check", "bind", since=request.at,
            cause=request.index,
            params={
                "count": len(proposals), **counts, "organ": "assign",
                "table": [{
                    "table": "assignment-check", "columns": ["task", "machine", "port", "verdict"],
                    "rows": verdicts[:MOST_ROWS], "chosen": None, "total": len(verdicts),
                }],
            },
        )  # fmt: skip
        if not accepted:
            reply("stale", "assignment-stale", "bind", outcome="rejected", cause=frame.index, params=counts)
            return
        tasks = [assignment.task for assignment in accepted]
        changes: dict[str, Fields] = {
            f"tasks/{task}": {"state": "running", "machine": machine, "port": port, "process": "starting"}
            for task, machine, port in accepted
        }
        params = {"count": len(tasks), **cell.about(tasks)}
        cell.progress.batch(tasks)
        master.propose("persist-assignment", "bind", changes, params, frame.index, tasks)
        reply("accepted", "assignment-answer", "bind", cause=frame.index, params=counts)

    def _room(self) -> dict[str, list[int]]:
        """The ports in use on each machine, one a task of the job."""
        room: dict[str, list[int]] = {}
        for _, fields in self._master.ahead.named("tasks/"):
            if fields.get("machine") is not None:
                room.setdefault(fields["machine"], []).append(fields["port"])
        return room

    def _objection(self, proposal: Assignment, room: dict[str, list[int]]) -> str | None:
        ahead, cell = self._master.ahead, self._master.cell
        task = ahead.get(f"tasks/{proposal.task}")
        if task.get("state") != "pending" or proposal.task not in self._queue:
            return "not pending"
        ports = room.get(proposal.machine, [])
        if proposal.port in ports:
            return "port taken"
        state = ahead.get(f"machines/{proposal.machine}").get("state", "down")
        avoided = task.get("avoid") == proposal.machine
        return obstacle(cell.shapes[proposal.machine], state, len(ports), cell.task_limits, avoided)

    # why pending

    def why(self, frame: Frame, reply: Reply, tasks: Sequence[str]) -> None:
        """Keep the note of why these tasks stay in the queue."""
        reply("noted", "why-noted", "schedule", cause=frame.index, params={"count": len(tasks)})
        for task in tasks:
            self._master.cell.progress.reach("expose", [task])
            self._master.cell.progress.pay(f"task/{task}")

    def why_effects(self, tasks: Sequence[str], reason: str) -> list[Effect]:
        """What the note changes in the master's own memory."""
        return [
            Effect(self._master.name, f"tasks/{task}", {"why": None}, {"why": reason}) for task in tasks[:12]
        ]
