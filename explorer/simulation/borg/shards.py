"""Link shards: the stateless part of each replica that polls its share of the Borglets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from explorer.frames import Frame
from explorer.simulation.borg.constants import LIST_RETRY, MISSED_POLLS_DOWN, POLL_INTERVAL
from explorer.simulation.borg.dispatch import Report, Request, shares
from explorer.simulation.borg.store import REPLICA_NAMES

if TYPE_CHECKING:
    from explorer.simulation.borg.cell import Cell


@dataclass(eq=False, slots=True)
class Watch:
    """One polled machine: requests that wait for the next poll, the last report, polls in vain.

    `last` is None when the shard knows nothing of the machine: then a whole report goes up.
    """

    outbox: dict[Request, int] = field(default_factory=dict)
    last: Report | None = None
    misses: int = 0
    silent: bool = False


class LinkShard:
    """The shard in replica `replica`. It forgets everything when it stops, or gets a new list."""

    def __init__(self, cell: Cell, replica: str) -> None:
        self._cell, self._replica = cell, replica
        self.name = f"link-shard@{replica}"
        self._master = f"borgmaster@{cell.first_master}"
        self._watches: dict[str, Watch] = {}
        self._listed = True
        cell.world.register(self.name, self._start, self._watches.clear)

    def _start(self) -> None:
        world = self._cell.world
        if world.life(self.name) == 0:
            owners = shares(self._cell.machines, REPLICA_NAMES)
            mine = [machine for machine, owner in owners.items() if owner == self._replica]
            for machine in mine:
                self._watch(machine, Watch(last={}))
        else:
            self._listed = False
            self._ask_for_list()

    def _ask_for_list(self) -> None:
        """A shard that starts afresh has no machines: it asks the master its replica follows."""
        if self._listed:
            return
        cell = self._cell
        leader = cell.masters[self._replica].leader
        if leader is not None:
            master = cell.masters[leader]

            def told(frame: Frame) -> None:
                if master.master is not None:
                    master.master.dispatch.hand_list(self._replica, frame)

            cell.world.send(
                "L14", self.name, master.name, "no list", "shard-empty", cell.progress.phase,
                params={"shard": self._replica}, deliver=told,
            )  # fmt: skip
        cell.world.after(LIST_RETRY.us, self._ask_for_list, of=self.name, periodic=True)

    def _watch(self, machine: str, watch: Watch) -> None:
        """Begin to poll, each machine at its own moment of the interval."""
        world = self._cell.world
        self._watches[machine] = watch
        offset = world.random(self.name).randrange(POLL_INTERVAL.us)
        world.after(offset, self._poll, machine, watch, of=self.name, periodic=True)

    def take_machines(self, master: str, machines: Sequence[str], down: Sequence[str], _told: Frame) -> None:
        """A new share of the machines, from the elected master; those in `down` are marked down."""
        self._master, self._listed = master, True
        self._watches.clear()
        for machine in machines:
            self._watch(machine, Watch(silent=machine in down))

    def take_requests(self, frame: Frame, machine: str, requests: Sequence[Request]) -> None:
        """Keep what the machine is to be told until its next poll."""
        watch = self._watches.get(machine)
        if watch is not None:
            watch.outbox.update(dict.fromkeys(requests, frame.index))

    # polling

    def _poll(self, machine: str, watch: Watch) -> None:
        if self._watches.get(machine) is not watch:
            return
        cell = self._cell
        world, borglet = cell.world, cell.borglets[machine]
        requests = tuple(watch.outbox)
        box: list[Report] = []
        tasks = [request.task for request in requests]
        message, key, phase = "state?", "poll-empty", cell.progress.phase
        if requests:
            message, key = f"{requests[0].kind} {cell.short(tasks)}", "poll-stop"
            if any(request.kind == "start" for request in requests):
                key, phase = "poll-start", "dispatch"

        def params() -> dict[str, Any]:
            return {**cell.about(tasks), "machine": machine, **cell.progress.count(key, tasks)}

        world.call(
            "L13", self.name, borglet.name, message, key, phase,
            params=params if requests else {"machine": machine},
            serve=lambda frame, reply: borglet.polled(frame, reply, requests, box),
            done=lambda frame: self._answered(machine, watch, requests, box[0], frame),
            fail=lambda frame: self._missed(machine, watch, frame),
            cause=max(watch.outbox.values(), default=None), background=not requests,
        )  # fmt: skip
        world.after(POLL_INTERVAL.us, self._poll, machine, watch, of=self.name, periodic=True)

    def _answered(
        self, machine: str, watch: Watch, requests: Sequence[Request], report: Report, frame: Frame
    ) -> None:
        if self._watches.get(machine) is not watch:
            return
        watch.misses = 0
        for request in requests:
            watch.outbox.pop(request, None)
        # A machine that comes back is told of in full: the master has forgotten what it had.
        before = None if watch.silent else watch.last
        whole = before is None
        changes: dict[str, Any] = {
            task: state for task, state in report.items() if before is None or before.get(task) != state
        }
        changes |= {task: None for task in before or () if task not in report}
        if changes or whole:
            back, watch.silent = watch.silent, False
            watch.last = report
            self._pass_on(machine, watch, before, changes, back, frame)

    def _pass_on(
        self,
        machine: str,
        watch: Watch,
        before: Report | None,
        changes: Mapping[str, Any],
        back: bool,
        cause: Frame,
    ) -> None:
        """Tell the elected master the difference, and nothing but the difference."""
        cell = self._cell
        whole = before is None
        begun = newly_running(before or {}, changes)
        starting = [t for t, state in changes.items() if state is not None and state["process"] == "starting"]
        about = begun or list(changes)
        if back:
            message, key = f"{machine} back", "machine-back"
        elif begun:
            message, key = "difference", "shard-difference"
        elif whole:
            message, key = "whole state", "shard-whole"
        elif starting and len(starting) == len(changes):
            message, key = "starting", "start-noted"
        else:
            message, key = "difference", "difference-news"
        phase = "dispatch" if key == "start-noted" else "report" if begun else cell.progress.phase

        def params() -> dict[str, Any]:
            common = {**cell.about(about), "machine": machine}
            return {**common, **cell.progress.count(key, begun)} if begun else common

        def lost(_frame: Frame) -> None:
            watch.last = None
            watch.silent = back

        master = cell.masters[self._master.partition("@")[2]]

        def told(frame: Frame) -> None:
            if master.master is not None:
                master.master.dispatch.differs(frame, machine, whole, dict(changes))

        cell.world.send(
            "L14", self.name, self._master, message, key, phase, params=params, deliver=told, fail=lost,
            cause=cause.index,
        )  # fmt: skip

    def _missed(self, machine: str, watch: Watch, frame: Frame | None) -> None:
        if self._watches.get(machine) is not watch:
            return
        watch.misses += 1
        if watch.misses % MISSED_POLLS_DOWN.count or watch.silent:
            return
        cell = self._cell
        master = cell.masters[self._master.partition("@")[2]]

        def told(told: Frame) -> None:
            watch.silent = True
            watch.outbox.clear()
            if master.master is not None:
                master.master.dispatch.silent(told, machine)

        cell.world.send(
            "L14", self.name, self._master, f"{machine} silent", "machine-silent", cell.progress.phase,
            params={"machine": machine, "misses": watch.misses}, deliver=told,
            cause=frame.index if frame is not None else None,
        )  # fmt: skip


def newly_running(before: Report, changes: Mapping[str, Any]) -> list[str]:
    """The tasks that run now and did not in the report before."""
    return [
        task
        for task, state in changes.items()
        if state is not None
        and state["process"] == "running"
        and before.get(task, {}).get("process") != "running"
    ]
