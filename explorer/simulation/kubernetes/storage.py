"""An API server's storage layer: the watch cache, filled by one watch on etcd, and writes to the leader.

Sources: cacher and etcd3 store of the apiserver; KEP-2340. Only this speaks to etcd. Which member leads is
found by asking; the watch requires a leader behind it, so it is over when that one leads no more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from explorer.frames import Frame
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.etcd import Member
from explorer.simulation.kubernetes.objects import Change, Object
from explorer.simulation.kubernetes.store import Store, Txn
from explorer.simulation.kubernetes.watches import Watches
from explorer.simulation.reply import Reply
from explorer.simulation.world import World

PATIENCE, KEEPALIVE = value("etcd_request"), value("etcd_election")
FIRST_LOOK, SILENCE, RESET = KEEPALIVE // 4, value("etcd_silence"), value("reset")


class Write:
    """One transaction on its way. `done` gets etcd's answer, `lost` the latest frame when there is none."""

    __slots__ = ("done", "lost", "params", "since", "txn")

    def __init__(
        self, txn: Txn, since: int, done: Callable[[Frame], None], lost: Callable[[int], None]
    ) -> None:
        self.txn, self.since, self.done, self.lost = txn, since, done, lost
        prefix = "" if txn.resource == "nodes" else f"{txn.namespace}/"
        self.params: dict[str, Any] = {
            "name": txn.name, "resource": txn.resource, "expected": txn.expected,
            "key": f"/registry/{txn.resource}/{prefix}{txn.name}", "organ": "store",
        }  # fmt: skip


class Storage:
    """What one API server knows. `members` are etcd's; it uses the one that leads."""

    def __init__(self, world: World, instance: str, members: list[Member], store: Store) -> None:
        self.world, self.instance, self.members = world, instance, members
        self.member = members[0]
        self.cache: dict[str, Object] = store.watched()
        self.revision = store.revision
        self.watches = Watches(world, instance, store.revision)
        self.serving = True
        """Whether the cache is filled: before that nothing is served."""
        self.refilling, self.refill_wait = False, FIRST_LOOK
        self.waiting: list[Write] = []
        """Writes that wait until a member that leads is found."""
        self.reading: list[tuple[Callable[[int], None], Callable[[int], None]]] = []
        """Reads that wait for the same: a read must be as new as what etcd has."""
        self.seen = 0
        for member in members:
            member.callers[instance] = self.disconnected

    # life

    def start(self) -> None:
        """Begin in step with etcd, or after a death with an empty cache."""
        world = self.world
        if world.life(self.instance):
            self.serving, self.waiting, self.reading = False, [], []
            self.cache, self.revision = {}, 0
            self._refill()
        else:
            self.member.watch(self.instance, self.learn)
        if world.expects_faults:
            self.seen = world.now
            self._keep_alive()

    def stop(self) -> None:
        """The server died: its watch on etcd and all watches on it break."""
        for member in self.members:
            member.watchers.pop(self.instance, None)
        self.watches.break_all(RESET)

    # what it knows

    def objects(self, resource: str, match: Callable[[Object], bool]) -> dict[str, Object]:
        """What the watch cache has of one resource, by name."""
        prefix = resource + "/"
        return {
            key.rpartition("/")[2]: thing
            for key, thing in self.cache.items()
            if key.startswith(prefix) and match(thing)
        }

    def newest(self, key: str) -> Object | None:
        """The object as etcd has it: a transaction whose compare failed brings it back in its answer."""
        return self.member.store.state.get(key)

    # the watch on etcd

    def _keep_alive(self) -> None:
        """Ask the member whether it still leads and serves this watch: a quiet beat."""
        world = self.world
        if world.now - self.seen > SILENCE and self.serving and not self.refilling:
            self._next_member()
            self._refill()
        else:
            world.beat("K3", self.instance, self.member.instance, self._member_asked, self.member)
        world.after(KEEPALIVE // 2, self._keep_alive, of=self.instance, periodic=True)

    def _member_asked(self, member: Member) -> None:
        well = member.leads and self.instance in member.watchers
        told = self._member_lives if well else self.disconnected
        self.world.beat("K3", member.instance, self.instance, told, member)

    def _member_lives(self, member: Member) -> None:
        if member is self.member:
            self.seen = self.world.now

    def disconnected(self, member: Member) -> None:
        """The member died or leads no more: its watch is over, since it asked for a leader behind it."""
        if member is self.member and self.serving and not self.refilling:
            self._next_member()
            self._refill()

    def _next_member(self) -> None:
        self.member.watchers.pop(self.instance, None)
        self.member = self.members[(self.members.index(self.member) + 1) % len(self.members)]

    def _refill(self) -> None:
        """Read what is missing from etcd, and watch it from there on."""
        since, member = self.revision, self.member
        self.refilling = True
        self.world.call(
            "K3", self.instance, member.instance, f"watch from {since}" if since else "range /registry",
            "cache-refill", "report", params={"revision": since},
            serve=lambda frame, reply: self._range(member, frame, reply),
            done=partial(self._refilled, member), fail=lambda frame: self._refill_later(),
        )  # fmt: skip

    def _range(self, member: Member, frame: Frame, reply: Reply) -> None:
        words = {"name": "/registry", "resource": "", "revision": member.store.revision}
        if member.leads:
            member.watch(self.instance, self.learn)
            reply(
                f"revision {member.store.revision}", "cache-filled", "report", cause=frame.index, params=words
            )
        else:
            reply("etcdserver: no leader", "etcd-not-leader", "report", outcome="rejected", cause=frame.index,
                  params=words)  # fmt: skip

    def _refilled(self, member: Member, frame: Frame) -> None:
        if frame.outcome == "rejected" or member is not self.member:
            self._refill_later()
            return
        store = member.store
        self.seen, self.refilling, self.refill_wait = self.world.now, False, FIRST_LOOK
        if self.serving:
            for change in store.since(self.revision):
                self._take(change, frame)
        else:
            self.cache, self.revision = store.watched(), store.revision
            self.watches.restart(store.revision)
            self.serving = True
        waiting, self.waiting = self.waiting, []
        for write in waiting:
            self._ask(write, frame.index)
        reading, self.reading = self.reading, []
        for done, _lost in reading:
            done(frame.index)

    def _refill_later(self) -> None:
        self._next_member()
        self.world.after(self.refill_wait, self._refill, of=self.instance, periodic=True)
        self.refill_wait = min(2 * self.refill_wait, 2 * KEEPALIVE)

    def learn(self, change: Change, frame: Frame) -> None:
        """etcd's watch tells of a change: into the cache, then to everybody who watches."""
        self.seen = self.world.now
        if change.revision == self.revision + 1 or not self.world.expects_faults:
            self._take(change, frame)
        elif change.revision > self.revision and self.serving:
            for missed in self.member.store.since(self.revision):
                if missed.revision <= change.revision:
                    self._take(missed, frame)

    def _take(self, change: Change, frame: Frame) -> None:
        self.revision = change.revision
        if change.type == "DELETED":
            self.cache.pop(change.key, None)
        else:
            self.cache[change.key] = change.object
        self.watches.tell(change, frame.index)

    # reads and writes

    def fresh(self, cause: int, done: Callable[[int], None], lost: Callable[[int], None]) -> None:
        """A read that must not be stale: at once while a leader stands behind, else when one is found."""
        if not self.refilling:
            done(cause)
            return
        read = (done, lost)
        self.reading.append(read)

        def over() -> None:
            if read in self.reading:
                self.reading.remove(read)
                lost(cause)

        self.world.after(PATIENCE, over, of=self.instance, periodic=True)

    def propose(
        self, txn: Txn, cause: int, done: Callable[[Frame], None], lost: Callable[[int], None]
    ) -> None:
        """Send a transaction to the leader: `done` hears of a commit or a failed compare, else `lost`."""
        self._ask(Write(txn, self.world.now, done, lost), cause)

    def _ask(self, write: Write, cause: int) -> None:
        txn, member = write.txn, self.member

        def done(frame: Frame) -> None:
            if txn.revision or txn.found is not None:
                write.done(frame)
            else:
                self._no_leader(write, frame.index)

        def fail(frame: Frame | None) -> None:
            if frame is not None and frame.outcome == "refused":
                # it never got there, so another member may be asked for the same
                self._no_leader(write, frame.index)
            else:
                write.lost(frame.index if frame is not None else cause)

        self.world.call(
            "K3", self.instance, member.instance, f"txn {txn.key}", "etcd-propose", txn.phase,
            serve=partial(member.serve, txn), done=done, fail=fail, cause=cause, background=txn.background,
            params=write.params,
        )  # fmt: skip

    def _no_leader(self, write: Write, cause: int) -> None:
        """This member cannot take it: wait until one that leads is found, or the request's time is over."""
        self.waiting.append(write)
        if not self.refilling:
            self._next_member()
            self._refill()
        left = max(0, write.since + PATIENCE - self.world.now)
        self.world.after(left, self._over, write, cause, of=self.instance, periodic=True)

    def _over(self, write: Write, cause: int) -> None:
        if write in self.waiting:
            self.waiting.remove(write)
            write.lost(cause)
