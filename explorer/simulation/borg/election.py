"""Electing a master: by Paxos among the replicas; the Chubby lock comes afterwards, to be found by it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from explorer.frames import Frame
from explorer.simulation.borg.constants import (
    ELECTION_PATIENCE_LEAST,
    ELECTION_PATIENCE_MOST,
    LOCK_RETRY,
    MAJORITY,
    REBUILD,
    VOTE_PATIENCE,
)  # fmt: skip
from explorer.simulation.borg.store import REPLICA_NAMES, Entry, common

if TYPE_CHECKING:
    from explorer.simulation.borg.borgmaster import Borgmaster


def leads(replica: str | None) -> dict[str, Any]:
    """Who is the elected master from this frame on, for the drawing."""
    return {"leads": ["borgmaster", replica]}


BALLOTS_A_TERM = 10
"""A ballot is term × 10 + the replica's number: no two replicas ever use the same."""


class Election:
    """One replica's part in electing a master: patience, candidacy, votes, taking over."""

    def __init__(self, replica: Borgmaster) -> None:
        self._me = replica
        self._heard = 0
        self._patience = 0
        self._ballot = 0
        self._votes: dict[str, list[Entry]] = {}
        self._cause: int | None = None

    def reset(self) -> None:
        """Wait for a master's sign of life, from now on."""
        self._ballot = 0
        self.heard()

    def heard(self) -> None:
        self._heard = self._me.cell.world.now
        self._patience = 0

    def look(self) -> None:
        """Once a beat: has the master been silent for too long?"""
        me = self._me
        if not self._patience:
            span = ELECTION_PATIENCE_LEAST.us, ELECTION_PATIENCE_MOST.us
            self._patience = me.cell.world.random(me.name).randint(*span)
        if me.cell.world.now - self._heard >= self._patience and me.has_disk:
            self._stand()

    # the candidate

    def _stand(self) -> None:
        me, world = self._me, self._me.cell.world
        number = REPLICA_NAMES.index(me.replica)
        self._ballot = ballot = (me.disk.promised // BALLOTS_A_TERM + 1) * BALLOTS_A_TERM + number
        me.disk.promised = ballot
        me.leader = None
        self._votes = {me.replica: me.disk.entries}
        self.heard()
        phase = me.cell.progress.phase
        frame = world.act(
            me.name,
            "stand",
            "election",
            phase,
            params={"replica": me.replica, "ballot": ballot, **leads(None)},
        )
        others = [name for name in REPLICA_NAMES if name != me.replica]
        for count, name in enumerate(others, 1):
            world.send(
                "L7m", me.name, f"borgmaster@{name}", "prepare", "vote-request", phase,
                params={"replica": me.replica, "ballot": ballot, "n": count, "of": len(others)},
                deliver=partial(me.cell.masters[name].election.asked, self, ballot), cause=frame.index,
            )  # fmt: skip
        world.after(VOTE_PATIENCE.us, self._give_up, ballot, of=me.name, periodic=True)

    def _give_up(self, ballot: int) -> None:
        if self._ballot == ballot:
            self._ballot = 0

    def asked(self, candidate: Election, ballot: int, frame: Frame) -> None:
        """A candidate asks for this replica's promise: given once a ballot, to ever higher ones only."""
        me = self._me
        if not me.has_disk:
            return
        granted = ballot > me.disk.promised
        if granted:
            me.disk.promised = ballot
            if me.replication is not None:
                me.step_down(frame.index)
            me.leader = None
            self.reset()
        log = list(me.disk.entries)

        def params() -> Mapping[str, Any]:
            votes = len(candidate._votes) + (me.replica not in candidate._votes)
            return {"replica": me.replica, "ballot": ballot, "n": votes, "of": MAJORITY.count}

        me.cell.world.send(
            "L7m", me.name, candidate._me.name, "promise" if granted else "no promise",
            "vote" if granted else "vote-refused", frame.phase, params=params, cause=frame.index,
            outcome="delivered" if granted else "rejected",
            deliver=lambda vote: candidate._voted(ballot, me.replica, log, vote) if granted else None,
        )  # fmt: skip

    def _voted(self, ballot: int, voter: str, log: list[Entry], frame: Frame) -> None:
        if ballot != self._ballot:
            return
        self._votes[voter] = log
        if len(self._votes) >= MAJORITY.count:
            self._ballot = 0
            self._won(ballot, frame)

    def _won(self, ballot: int, frame: Frame) -> None:
        """A majority promised: among their logs is every entry that can have been committed."""
        me = self._me
        best = max(self._votes.values(), key=lambda log: (log[-1].ballot if log else 0, len(log)))
        match = {voter: common(log, best) for voter, log in self._votes.items()}
        won = me.cell.world.act(
            me.name, "elected", "elected", me.cell.progress.phase, cause=frame.index,
            params={"replica": me.replica, "ballot": ballot, "votes": len(self._votes),
                    "members": len(REPLICA_NAMES), **leads(me.replica)},
        )  # fmt: skip
        me.cell.progress.moved()
        me.lead(ballot, list(best), match)
        self._take_lock(ballot, won.index)

    # taking over

    def _leads(self, ballot: int) -> bool:
        leading = self._me.replication
        return leading is not None and leading.ballot == ballot

    def _take_lock(self, ballot: int, cause: int | None) -> None:
        if not self._leads(ballot):
            return
        me = self._me
        chubby = me.cell.chubby

        def again(frame: Frame | None) -> None:
            reason = cause if frame is None else frame.index
            me.cell.world.after(LOCK_RETRY.us, self._take_lock, ballot, reason, of=me.name, periodic=True)

        me.cell.world.call(
            "L9", me.name, chubby.name, "acquire lock", "take-lock", me.cell.progress.phase,
            params={"replica": me.replica, "cell": me.cell.name},
            serve=lambda frame, reply: chubby.lock(frame, reply, me.name),
            done=lambda frame: self._commit_first(ballot, frame), fail=again, cause=cause,
        )  # fmt: skip

    def _commit_first(self, ballot: int, frame: Frame) -> None:
        leading = self._me.replication
        if leading is None or leading.ballot != ballot:
            return
        me = self._me
        leading.propose(
            "persist-master", me.cell.progress.phase, {f"cell/{me.cell.name}": {"master": me.replica}},
            {"replica": me.replica}, frame.index,
        )  # fmt: skip

    def committed(self, entry: Entry, frame: Frame | None) -> None:
        """An entry was committed before this replica serves: with its own first one it may rebuild."""
        leading = self._me.replication
        if leading is None or entry.kind != "persist-master" or entry.ballot != leading.ballot:
            return
        cause = frame.index if frame is not None else None
        self._me.cell.world.after(
            REBUILD.us, self._rebuild, leading.ballot, cause, self._me.cell.world.now, of=self._me.name
        )

    def _rebuild(self, ballot: int, cause: int | None, since: int) -> None:
        me = self._me
        if not self._leads(ballot):
            return
        master = me.serve()
        frame = me.cell.world.act(
            me.name, "rebuild", "rebuild", me.cell.progress.phase, since=since, cause=cause,
            params={"replica": me.replica, "objects": len(master.state.objects), "organ": "store"},
        )  # fmt: skip
        master.take_over(frame)
