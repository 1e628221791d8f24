"""etcd: a replicated log (Raft) under one key-value state with a revision.

The leader appends, followers acknowledge, a majority commits; the compare of a transaction is looked at
when it is applied. Heartbeats are quiet beats, and only run where faults are expected: without faults
they change nothing. Sources: etcd documentation 3.6 (faq, tuning, failures, API guarantees).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from explorer.frames import Effect, Frame
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.objects import REVISION, Change
from explorer.simulation.kubernetes.store import UNWATCHED, Entry, Store, Txn
from explorer.simulation.reply import Reply
from explorer.simulation.world import World

FSYNC, BEHIND = value("etcd_fsync"), value("etcd_behind")
HEARTBEAT, ELECTION, REQUEST = value("etcd_heartbeat"), value("etcd_election"), value("etcd_request")


class Member:
    """One etcd member.

    `watchers` are the API servers that watch this member: (instance, deliver(change, frame)).
    """

    def __init__(self, world: World, instance: str, store: Store) -> None:
        self.world, self.instance, self.store = world, instance, store
        self.peers: list[Member] = []
        self.members = 1
        self.log: list[Entry] = []
        self.term, self.committed = 1, 0
        self.leader: str | None = None
        self.voted: tuple[int, str] = (0, "")
        self.votes: set[str] = set()
        self.willing: set[str] = set()
        self.match: dict[str, int] = {}
        self.paused: set[str] = set()
        self.answered: dict[str, int] = {}
        self.heard = 0
        self.patience = 0
        self.behind: dict[str, int] = {}
        self.watchers: dict[str, Callable[[Change, Frame], None]] = {}
        self.pending: dict[Reply, None] = {}
        """Who waits for an answer, in order: a dict, as a set's order would differ from run to run."""
        self.callers: dict[str, Callable[[Member], None]] = {}
        """How to tell each API server that its connection broke."""

    def join(self, peers: list[Member], leader: str) -> None:
        """Say who else there is and who leads at the start."""
        self.peers = peers
        self.members = len(peers) + 1
        self.leader = leader
        self.match = {peer.instance: 0 for peer in peers}
        order = [peer.instance for peer in peers]
        self.behind = {name: BEHIND * order.index(name) for name in order}
        self.world.register(self.instance, self._start, self._stop)

    @property
    def leads(self) -> bool:
        return self.leader == self.instance

    # life

    def _start(self) -> None:
        world = self.world
        if world.life(self.instance):
            self.leader, self.watchers = None, {}
        if world.expects_faults:
            self.heard = world.now
            if self.leads:
                self._heartbeat(self.term)
            else:
                self._expect_leader()

    def _stop(self) -> None:
        for reply in self.pending:
            self.world.after(value("reset"), reply.expire, periodic=True)
        self.pending.clear()
        for instance, hang_up in self.callers.items():
            if instance in self.watchers:
                self.world.after(value("reset"), hang_up, self, of=instance, periodic=True)
        self.watchers = {}

    # clients

    def serve(self, txn: Txn, frame: Frame, reply: Reply) -> None:
        """Take a transaction; answered when it is committed, or refused when this member does not lead."""
        if not self.leads:
            self.refuse(txn, frame, reply)
            return
        world = self.world
        entry = Entry(
            self.term, len(self.log) + 1, txn, frame.index, reply, self.instance, world.life(self.instance)
        )
        self.log.append(entry)
        if world.expects_faults:
            self.pending[reply] = None
        self._replicate(entry, frame.index)

    def refuse(self, txn: Txn, frame: Frame, reply: Reply) -> None:
        reply(
            "etcdserver: no leader", "etcd-not-leader", txn.phase, outcome="rejected", cause=frame.index,
            params={"name": txn.name, "resource": txn.resource},
        )  # fmt: skip

    # replication

    def _replicate(self, entry: Entry, cause: int | None) -> None:
        peers = [peer for peer in self.peers if peer.instance not in self.paused]
        for n, peer in enumerate(peers, 1):
            self._append(peer, entry, cause, n, len(peers))
        if self.members == 1:
            self._advance(cause)

    def _append(self, peer: Member, entry: Entry, cause: int | None, n: int, of: int) -> None:
        txn = entry.txn
        start = self.match[peer.instance] if self.paused or self.world.damage.any else entry.index - 1
        self.world.send(
            "K5", self.instance, peer.instance, f"append {entry.index}", "etcd-append",
            txn.phase if txn else "report", params=self._words(entry, n, of),
            deliver=lambda frame: peer.take(self, entry, start, n, of, frame),
            fail=lambda frame: self.paused.add(peer.instance), cause=cause,
            background=txn is not None and txn.background,
        )  # fmt: skip

    def _words(self, entry: Entry, n: int, of: int) -> dict[str, Any]:
        txn = entry.txn
        if txn is None:
            return {
                "name": "(first entry of the term)",
                "resource": "",
                "entry": entry.index,
                "n": n,
                "of": of,
            }
        return {"name": txn.name, "resource": txn.resource, "entry": entry.index, "n": n, "of": of}

    def take(self, leader: Member, entry: Entry, start: int, n: int, of: int, frame: Frame) -> None:
        """A leader's append has come: write what is new, and acknowledge when the disk has it."""
        term = entry.term if not self.world.expects_faults else leader.term
        if term < self.term:
            return
        if self.world.expects_faults:
            self._follow(leader.instance, term)
            if start > len(self.log) or (start and self.log[start - 1] is not leader.log[start - 1]):
                start = self._agreement(leader)
            if self.log[start : entry.index] != leader.log[start : entry.index]:
                del self.log[start:]
                self.log.extend(leader.log[start : entry.index])
        else:
            self.log.append(entry)
        delay = FSYNC + leader.behind[self.instance]
        background = entry.txn is not None and entry.txn.background
        self.world.after(
            delay, self._acknowledge, leader, entry, n, of, frame.index, of=self.instance, periodic=background
        )

    def _agreement(self, leader: Member) -> int:
        same = 0
        for mine, theirs in zip(self.log, leader.log, strict=False):
            if mine is not theirs:
                break
            same += 1
        return same

    def _acknowledge(self, leader: Member, entry: Entry, n: int, of: int, cause: int) -> None:
        txn = entry.txn
        self.world.send(
            "K5", self.instance, leader.instance, f"ack {entry.index}", "etcd-ack",
            txn.phase if txn else "report", params=self._words(entry, n, of),
            deliver=lambda frame: leader.acknowledged(self, entry, frame), cause=cause,
            background=txn is not None and txn.background,
        )  # fmt: skip

    def acknowledged(self, peer: Member, entry: Entry, frame: Frame) -> None:
        """A follower has everything up to `entry`."""
        if not self.leads:
            return
        name = peer.instance
        self.answered[name] = self.world.now
        if self.match[name] < entry.index:
            self.match[name] = entry.index
            self._advance(frame.index)

    def _advance(self, cause: int | None) -> None:
        have = sorted([len(self.log), *self.match.values()], reverse=True)
        majority = have[self.members // 2]
        if majority <= self.committed or self.log[majority - 1].term != self.term:
            return
        for entry in self.log[self.committed : majority]:
            self.committed = entry.index
            if not entry.applied:
                entry.applied = True
                if entry.txn is not None:
                    self._apply(entry, entry.txn, cause)

    def _apply(self, entry: Entry, txn: Txn, cause: int | None) -> None:
        store, world = self.store, self.world
        current = store.state.get(txn.key)
        found = current[REVISION] if current is not None else 0
        reply = entry.reply
        if entry.taken_by != self.instance or entry.life != world.life(self.instance):
            reply = None
        elif reply is not None and world.expects_faults:
            self.pending.pop(reply, None)
        if found != txn.expected:
            txn.found = found
            frame = world.act(
                self.instance, f"compare failed: at {found}", "etcd-compare-failed", txn.phase, cause=cause,
                params={"name": txn.name, "resource": txn.resource, "expected": txn.expected, "found": found},
                background=txn.background,
            )  # fmt: skip
            if reply is not None:
                reply("compare failed", "etcd-committed", txn.phase, cause=frame.index, outcome="rejected",
                      params={**frame.params, "revision": store.revision})  # fmt: skip
            return
        store.revision = revision = txn.revision = store.revision + 1
        new = txn.object
        if new is None:
            del store.state[txn.key]
        else:
            new[REVISION] = txn.after[REVISION] = revision
            txn.before[REVISION] = found or None
            store.state[txn.key] = new
        change = Change(
            txn.key, txn.resource, txn.namespace, txn.name,
            "DELETED" if new is None else "ADDED" if not found else "MODIFIED", revision,
            new if new is not None else current or {}, current, txn.before, txn.after, txn.news,
            txn.background,
        )  # fmt: skip
        words = {
            "name": txn.name, "resource": txn.resource, "revision": revision,
            "have": 1 + sum(1 for index in self.match.values() if index >= entry.index),
            "members": self.members, "organ": "store",
        }  # fmt: skip
        frame = world.act(
            self.instance, f"commit {revision}", "etcd-commit", txn.phase, params=words, cause=cause,
            effects=(Effect("store", txn.key, txn.before, txn.after),), background=txn.background,
        )  # fmt: skip
        store.history.append((change, frame.index))
        if reply is not None:
            reply(f"revision {revision}", "etcd-committed", txn.phase, cause=frame.index, params=words)
        if txn.resource not in UNWATCHED:
            for instance, deliver in self.watchers.items():
                self._tell(instance, deliver, change, frame.index)
        for observe in store.observers:
            observe(change)

    # watches

    def watch(self, instance: str, deliver: Callable[[Change, Frame], None]) -> None:
        """Let an API server hear of everything that this member applies from now on."""
        self.watchers[instance] = deliver

    def _tell(
        self, instance: str, deliver: Callable[[Change, Frame], None], change: Change, cause: int
    ) -> None:
        self.world.send(
            "K4", self.instance, instance, f"{change.type} {change.key}", "etcd-watch", change.news,
            params=change.params, cause=cause, background=change.background,
            deliver=lambda frame: deliver(change, frame),
            fail=lambda frame: self._unwatch(instance),
        )  # fmt: skip

    def _unwatch(self, instance: str) -> None:
        self.watchers.pop(instance, None)

    # elections: only where something may break

    def _heartbeat(self, term: int) -> None:
        if not self.leads or term != self.term:
            return
        world = self.world
        for peer in self.peers:
            world.beat("K5", self.instance, peer.instance, peer._heartbeat_came, self, term)
        lost = [name for name in self.match if world.now - self.answered.get(name, self.heard) > ELECTION]
        if len(self.match) + 1 - len(lost) <= self.members // 2:
            self.leader = None
            world.act(
                self.instance, "lost the majority", "etcd-stepped-down", "report", params={"term": term}
            )
            for reply in self.pending:
                world.after(REQUEST, reply.expire, periodic=True)
            self.pending.clear()
            self._expect_leader()
            return
        world.after(HEARTBEAT, self._heartbeat, term, of=self.instance, periodic=True)

    def _heartbeat_came(self, leader: Member, term: int) -> None:
        if term < self.term:
            return
        self._follow(leader.instance, term)
        self.world.beat("K5", self.instance, leader.instance, leader._heartbeat_answered, self)

    def _heartbeat_answered(self, peer: Member) -> None:
        name = peer.instance
        self.answered[name] = self.world.now
        if self.leads and name in self.paused:
            self.paused.discard(name)
            if self.log and self.match[name] < len(self.log):
                self.match[name] = min(self.match[name], peer._agreement(self))
                last = self.log[-1]
                self._append(peer, last, last.cause, 1, 1)

    def _follow(self, leader: str, term: int) -> None:
        self.heard = self.world.now
        if self.leader != leader or term != self.term:
            was_leading = self.leads
            self.term, self.leader = term, leader
            if was_leading:
                self.watchers = {}
                self._expect_leader()

    def _expect_leader(self) -> None:
        self.patience = ELECTION + self.world.random(self.instance).randrange(ELECTION)
        self.heard = self.world.now
        self.world.after(self.patience, self._look, of=self.instance, periodic=True)

    def _look(self) -> None:
        if self.leads:
            return
        silent = self.world.now - self.heard
        if silent < self.patience:
            self.world.after(self.patience - silent, self._look, of=self.instance, periodic=True)
            return
        self.willing = {self.instance}
        for peer in self.peers:
            self.world.beat("K5", self.instance, peer.instance, peer._would_vote, self)
        self._expect_leader()

    def _newest(self) -> tuple[int, int]:
        return (self.log[-1].term if self.log else 0, len(self.log))

    def _would_vote(self, candidate: Member) -> None:
        """The quiet round before an election: yes, if no leader was heard here either."""
        if (
            not self.leads
            and self.world.now - self.heard >= ELECTION
            and candidate._newest() >= self._newest()
        ):
            self.world.beat("K5", self.instance, candidate.instance, candidate._would, self)

    def _would(self, peer: Member) -> None:
        self.willing.add(peer.instance)
        if len(self.willing) == self.members // 2 + 1 and not self.leads:
            self._stand()

    def _stand(self) -> None:
        self.term += 1
        self.leader = None
        self.voted = (self.term, self.instance)
        self.votes = {self.instance}
        term = self.term
        for peer in self.peers:
            self.world.send(
                "K5", self.instance, peer.instance, f"vote for term {term}", "etcd-vote-request", "report",
                params={"term": term}, deliver=partial(peer._asked, self, term),
            )  # fmt: skip

    def _asked(self, candidate: Member, term: int, frame: Frame) -> None:
        if term < self.term or (self.voted[0] == term and self.voted[1] != candidate.instance):
            return
        if term > self.term:
            self.term, self.leader = term, None
        if candidate._newest() < self._newest():
            return
        self.voted = (term, candidate.instance)
        self.heard = self.world.now
        self.world.send(
            "K5", self.instance, candidate.instance, f"vote of term {term}", "etcd-vote", "report",
            params={"term": term}, cause=frame.index,
            deliver=lambda answer: candidate._voted(self, term, answer),
        )  # fmt: skip

    def _voted(self, peer: Member, term: int, frame: Frame) -> None:
        self.votes.add(peer.instance)
        if term != self.term or self.leads or len(self.votes) != self.members // 2 + 1:
            return
        world = self.world
        self.leader = self.instance
        self.heard = world.now
        self.answered = {}
        self.paused = set()
        self.match = {other.instance: other._agreement(self) for other in self.peers}
        elected = world.act(
            self.instance, f"leader of term {term}", "etcd-elected", "report", cause=frame.index,
            params={"term": term, "votes": len(self.votes), "members": self.members},
        )  # fmt: skip
        entry = Entry(
            term, len(self.log) + 1, None, elected.index, None, self.instance, world.life(self.instance)
        )
        self.log.append(entry)
        self._replicate(entry, elected.index)
        self._heartbeat(term)
