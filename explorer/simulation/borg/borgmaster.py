"""One Borgmaster replica: it keeps a copy of the log, follows the elected master, and may become it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from explorer.frames import Effect, Frame
from explorer.simulation.borg.constants import BEAT, COMMIT_RECORD, MAJORITY, MASTER_LEASE, SHARD_PATIENCE
from explorer.simulation.borg.election import Election, leads
from explorer.simulation.borg.master import Master
from explorer.simulation.borg.store import (
    REPLICA_NAMES,
    Disk,
    Entry,
    Replication,
    disk_write,
    written_effects,
)  # fmt: skip
from explorer.simulation.reply import Reply

if TYPE_CHECKING:
    from explorer.simulation.borg.cell import Cell


class Borgmaster:
    """The replica `replica` ("bm-0"). Its `disk` survives a crash, everything else does not.

    `leader` is who it takes for the elected master; `replication` is its own leadership, if it has one;
    `master` is there only while it serves as the elected master.
    """

    def __init__(self, cell: Cell, replica: str, elected: bool) -> None:
        self.cell, self.replica = cell, replica
        self.name, self.store = f"borgmaster@{replica}", f"paxos-store@{replica}"
        self.disk = Disk(promised=cell.first_ballot)
        self.leader: str | None = None
        self.replication: Replication | None = None
        self.master: Master | None = None
        self.election = Election(self)
        self._echoes: dict[str, int] = {}
        self._disk_felt = 0
        self._elected_at_start = elected
        cell.world.register(self.name, self._start, self._stop)

    # life

    def _start(self) -> None:
        world = self.cell.world
        self._felt_disk()
        self.election.reset()
        if world.life(self.name) == 0:
            self.leader = self.cell.first_master
            if self._elected_at_start:
                self.lead(self.cell.first_ballot, [], {})
                self.serve()
        # Replicas beat at different moments of a second, so that two seldom stand at once.
        offset = BEAT.us * REPLICA_NAMES.index(self.replica) // len(REPLICA_NAMES)
        world.after(BEAT.us + offset, self._beat, of=self.name, periodic=True)

    def _stop(self) -> None:
        self.leader = None
        self.replication = None
        self.master = None

    # leading

    def lead(self, ballot: int, log: list[Entry], match: Mapping[str, int]) -> None:
        """Won: lead the log under this ballot, from a log that has all that can be committed."""
        self.leader = self.replica
        self.replication = Replication(self, ballot, log, match)
        now = self.cell.world.now
        # Those whose vote was not needed count as silent until they answer a beat.
        long_ago = now - SHARD_PATIENCE.count * BEAT.us
        others = [name for name in REPLICA_NAMES if name != self.replica]
        self._echoes = {name: now if not match or name in match else long_ago for name in others}
        self._tell_all(self.replication)

    def serve(self) -> Master:
        """Become the one that clients, scheduler and link shards talk to."""
        self.master = Master(self)
        return self.master

    def step_down(self, cause: int | None) -> None:
        """Stop acting as the elected master: somebody else may be elected any moment."""
        if self.replication is None:
            return
        self.replication = None
        self.master = None
        self.leader = None
        self.election.reset()
        self.cell.world.act(
            self.name, "step down", "lease-lost", self.cell.progress.phase,
            params={"replica": self.replica, **leads(None)}, cause=cause,
        )  # fmt: skip

    def own_disk_failed(self, frame: Frame) -> None:
        """A master whose own disk takes no entries must not lead."""
        self.step_down(frame.index)

    def may_commit(self, replication: Replication) -> bool:
        """Whether this leadership still holds: a majority has been heard within the lease."""
        return replication is self.replication and self.cell.world.now < self._lease()

    def commit(self, entry: Entry, number: Mapping[str, Any], cause: int) -> None:
        """An entry is on a majority of disks: record that, and it is the cell's state."""
        leading, cell = self.replication, self.cell
        if leading is None:
            return
        if number["entry"] <= cell.shown:
            self._committed(entry, None)
            return

        def effects() -> list[Effect]:
            return cell.commit(entry, number["entry"]) if leading is self.replication else []

        def recorded(frame: Frame) -> None:
            if leading is self.replication:
                self._committed(entry, frame)

        cell.world.send(
            "L7", self.name, self.store, "commit", entry.kind, entry.phase,
            params={**entry.params, **number}, effects=effects, deliver=recorded,
            fail=self.own_disk_failed, cause=cause, latency=COMMIT_RECORD.us,
        )  # fmt: skip

    def _committed(self, entry: Entry, frame: Frame | None) -> None:
        if self.master is not None:
            self.master.committed(entry, frame)
        else:
            self.election.committed(entry, frame)

    # following

    def accepts(self, ballot: int, leader: str) -> bool:
        """Whether entries under this ballot are taken; the sender is then the elected master."""
        if ballot < self.disk.promised:
            return False
        self.disk.promised = ballot
        self.hear(ballot, leader)
        return True

    def hear(self, ballot: int, leader: str) -> None:
        """A sign of life of the elected master."""
        if ballot < self.disk.promised:
            return
        self.disk.promised = ballot
        if leader != self.replica:
            self.leader = leader
            if self.replication is not None and self.replication.ballot < ballot:
                self.step_down(None)
                self.leader = leader
        self.election.heard()

    def write_entries(
        self,
        frame: Frame,
        start: int,
        entries: Sequence[Entry],
        kind: str,
        done: Callable[[Frame], None],
    ) -> None:
        """Write what the elected master sent to the own disk, then answer."""
        upto = start + len(entries)
        if start > len(self.disk.entries):
            return

        def written(write: Frame) -> None:
            self.disk.merge(start, entries)
            done(write)

        self.cell.world.send(
            "L7", self.name, self.store, "write log", "paxos-write", frame.phase,
            params={"entry": upto, "kind": kind}, effects=lambda: written_effects(self, upto),
            deliver=written, cause=frame.index, latency=disk_write(self),
        )  # fmt: skip

    # beats: signs of life are clock state, not frames

    def _beat(self) -> None:
        world, leading = self.cell.world, self.replication
        world.beat("L7", self.name, self.store, self._felt_disk)
        if leading is None:
            if world.damage.any:
                self.election.look()
        elif world.now >= self._lease():
            self.step_down(None)
        else:
            self._tell_all(leading)
            if self.master is not None:
                self.master.dispatch.feel_shards()
        world.after(BEAT.us, self._beat, of=self.name, periodic=True)

    def _felt_disk(self) -> None:
        self._disk_felt = self.cell.world.now

    @property
    def has_disk(self) -> bool:
        """Whether the own store took a beat lately."""
        return self.cell.world.now - self._disk_felt <= 2 * BEAT.us

    def _lease(self) -> int:
        """Until when this replica may act as master: as long as nobody else can have been elected.

        It counts from the sending of the beat that a majority, with this replica, has answered last.
        """
        answered = sorted(self._echoes.values())[-(MAJORITY.count - 1)]
        return min(answered, self._disk_felt) + MASTER_LEASE.us

    def _tell_all(self, leading: Replication) -> None:
        for other in self.cell.masters.values():
            if other is not self:
                now = self.cell.world.now
                self.cell.world.beat("L7m", self.name, other.name, other.hear_beat, self, leading.ballot, now)

    def hear_beat(self, leader: Borgmaster, ballot: int, sent: int) -> None:
        """A beat of the elected master: it is answered, so that the master knows who still follows."""
        if ballot >= self.disk.promised:
            self.hear(ballot, leader.replica)
            self.cell.world.beat("L7m", self.name, leader.name, leader.echo, self.replica, ballot, sent)

    def felt(self, name: str) -> int:
        """When a replica last gave this master a sign of life."""
        return self._echoes.get(name, self.cell.world.now)

    def echo(self, name: str, ballot: int, sent: int) -> None:
        """A follower has answered the beat of this time."""
        leading = self.replication
        if leading is not None and leading.ballot == ballot:
            self._echoes[name] = sent
            if self.cell.world.damage.any:
                leading.catch_up(name)

    # doors

    def refuse(self, reply: Reply, cause: int, phase: str) -> None:
        """Tell a caller that this replica is not the elected master, and who is as far as it knows."""
        known = self.leader if self.leader != self.replica else None
        reply(
            "not master", "not-master", phase, outcome="rejected", cause=cause,
            params={"master": known or "none"}, background=False,
        )  # fmt: skip
