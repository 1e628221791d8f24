"""The Paxos-based store: a log on every replica's own disk, led by the elected master.

`Disk` is what survives a crash. `Replication` is the leader's memory of who has what: an entry is
committed when a majority of the replicas has it on disk, and never before all entries ahead of it are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from explorer.frames import Effect, Frame
from explorer.simulation.borg.constants import (
    BEAT,
    CATCH_UP_MOST,
    DISK_WRITE_LEAST,
    DISK_WRITE_MOST,
    MAJORITY,
    REPLICAS,
)  # fmt: skip
from explorer.simulation.borg.state import Changes

if TYPE_CHECKING:
    from explorer.simulation.borg.borgmaster import Borgmaster

REPLICA_NAMES = tuple(f"bm-{number}" for number in range(REPLICAS.count))


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """One change of the cell's state. `kind` is the narration key of its commit; `tasks` it is about."""

    ballot: int
    kind: str
    phase: str
    changes: Changes
    params: Mapping[str, Any]
    tasks: tuple[str, ...] = ()


@dataclass(eq=False, slots=True)
class Disk:
    """One replica's copy: its log, and the highest ballot it has promised to."""

    entries: list[Entry] = field(default_factory=list)
    promised: int = 0

    def merge(self, start: int, entries: Sequence[Entry]) -> None:
        """Take `entries` from position `start` on; what contradicts them is given up."""
        for place, entry in enumerate(entries, start):
            if place < len(self.entries):
                if self.entries[place] is entry:
                    continue
                del self.entries[place:]
            self.entries.append(entry)


def common(one: Sequence[Entry], other: Sequence[Entry]) -> int:
    """How many entries two logs share from the beginning."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine is not theirs:
            break
        count += 1
    return count


def disk_write(master: Borgmaster) -> int:
    """How long this replica's disk takes this time."""
    random = master.cell.world.random(master.store)
    return random.randint(DISK_WRITE_LEAST.us, DISK_WRITE_MOST.us)


class Replication:
    """The leader's side: `log` is what it wants on every disk, `match` how much each replica has."""

    def __init__(self, master: Borgmaster, ballot: int, log: list[Entry], match: Mapping[str, int]) -> None:
        self.master, self.ballot, self.log = master, ballot, log
        self.match = {name: match.get(name, 0) for name in REPLICA_NAMES}
        self.committed = 0
        self._next_send = dict.fromkeys(REPLICA_NAMES, 0)
        self._patience = dict.fromkeys(REPLICA_NAMES, BEAT.us)
        self._causes: dict[int, int | None] = {}

    def propose(
        self,
        kind: str,
        phase: str,
        changes: Changes,
        params: Mapping[str, Any],
        cause: int | None,
        tasks: Sequence[str] = (),
    ) -> None:
        """Add an entry and send it to every replica's disk."""
        self.log.append(Entry(self.ballot, kind, phase, changes, params, tuple(tasks)))
        self._causes[len(self.log)] = cause
        self._write_own(phase, kind, cause)
        others = [name for name in REPLICA_NAMES if name != self.master.replica]
        for number, name in enumerate(others, 1):
            more = {"replica": name, "n": number, "of": len(others)}
            self._append(name, "propose", "paxos-append", phase, more, cause)

    def catch_up(self, name: str) -> None:
        """Send a replica what it lacks, unless it was tried lately: less and less often in vain."""
        lacking = len(self.log) - self.match[name]
        if lacking and self.master.cell.world.now >= self._next_send[name]:
            self._patience[name] = min(2 * self._patience[name], CATCH_UP_MOST.us)
            more = {"replica": name, "count": lacking}
            phase = self.master.cell.progress.phase
            cause = self._causes.get(len(self.log))
            self._append(name, "missing entries", "catch-up", phase, more, cause)

    # inside

    def _write_own(self, phase: str, kind: str, cause: int | None) -> None:
        master, upto = self.master, len(self.log)
        start = self.match[master.replica]
        entries = self.log[start:]

        def written(frame: Frame) -> None:
            master.disk.merge(start, entries)
            self._copied(master.replica, upto, frame)

        master.cell.world.send(
            "L7", master.name, master.store, "write log", "paxos-write", phase,
            params={"entry": upto, "kind": kind}, effects=lambda: written_effects(master, upto),
            deliver=written, fail=master.own_disk_failed, cause=cause, latency=disk_write(master),
        )  # fmt: skip

    def _append(
        self, name: str, message: str, key: str, phase: str, more: Mapping[str, Any], cause: int | None
    ) -> None:
        master, upto = self.master, len(self.log)
        start = self.match[name]
        entries = self.log[start:]
        self._next_send[name] = master.cell.world.now + self._patience[name]
        follower = master.cell.masters[name]
        kind = entries[-1].kind if entries else ""

        def arrived(frame: Frame) -> None:
            if follower.accepts(self.ballot, master.replica):
                follower.write_entries(frame, start, entries, kind, answer)

        def answer(written: Frame) -> None:
            if self.ballot < follower.disk.promised or start > len(follower.disk.entries):
                return
            answered = "caught-up" if key == "catch-up" else "paxos-ack"
            master.cell.world.send(
                "L7m", follower.name, master.name, "accepted", answered, phase,
                params=lambda: self._ack_params(name, upto, kind), cause=written.index,
                deliver=lambda frame: self._copied(name, upto, frame),
            )  # fmt: skip

        master.cell.world.send(
            "L7m", master.name, follower.name, message, key, phase,
            params={"entry": upto, "kind": kind, **more}, deliver=arrived, cause=cause,
        )  # fmt: skip

    def _ack_params(self, name: str, upto: int, kind: str) -> dict[str, Any]:
        copies = sum(length >= upto for replica, length in self.match.items() if replica != name) + 1
        return {"entry": upto, "kind": kind, "replica": name, "n": copies, "of": MAJORITY.count}

    def _copied(self, name: str, upto: int, frame: Frame) -> None:
        """A replica has the log up to here on its disk: is something committed by that?"""
        self._patience[name] = BEAT.us
        self.match[name] = max(self.match[name], upto)
        reached = sorted(self.match.values())[-MAJORITY.count]
        # Only an entry of one's own ballot may be counted; with it all before it are committed too.
        if reached <= self.committed or self.log[reached - 1].ballot != self.ballot:
            return
        if not self.master.may_commit(self):
            return
        cause = frame.index
        while self.committed < reached:
            self.committed += 1
            copies = sum(length >= self.committed for length in self.match.values())
            number = {"entry": self.committed, "copies": copies, "members": len(REPLICA_NAMES)}
            self.master.commit(self.log[self.committed - 1], number, cause)


def written_effects(master: Borgmaster, upto: int) -> list[Effect]:
    """What a write changes on one replica's disk, as its own memory."""
    held = len(master.disk.entries)
    if upto <= held:
        return []
    return [Effect(master.store, "log", {"entries": held or None}, {"entries": upto})]
