"""Informers: a client's copy of one resource, kept by a watch that is opened again when it breaks.

Source: client-go reflector.go (back-off 0.8 s doubling to 30 s); HTTP/2 pings find connections that died
without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from explorer.frames import Effect, Fields, Frame
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.objects import (
    GROUPS,
    REVISION,
    Change,
    ChangeType,
    Object,
    difference,
    key_of,
)
from explorer.simulation.kubernetes.requests import Client
from explorer.simulation.kubernetes.watches import Session

if TYPE_CHECKING:
    from explorer.simulation.kubernetes.apiserver import ApiServer

IDLE, PING = value("http2_idle"), value("http2_ping")
FIRST, MOST = value("reflector_first"), value("reflector_most")

type Handler = Callable[[ChangeType, Object | None, Object, int], None]
type Words = Callable[[Change, ChangeType], tuple[str, Fields]]


class Informer:
    """A client's copy of one resource, kept up to date by a watch.

    `cache` maps names to objects; `handler(event, old, new, cause)` is called for every change. `link` is
    the watch's; requests to open it run over the same. `node` restricts Pods to those bound to it.
    """

    def __init__(
        self,
        client: Client,
        link: str,
        resource: str,
        handler: Handler,
        words: Words,
        order: int,
        node: str | None = None,
    ) -> None:
        self.client, self.link, self.resource = client, link, resource
        self.world, self.owner = client.world, client.instance
        self.handler, self.words, self.node, self.order = handler, words, node, order
        self.cache: dict[str, Object] = {}
        self.revision = 0
        self.session: Session | None = None
        self.granted: dict[str, Object] | None = None
        self.granted_revision = 0
        self.wait = FIRST
        self.synced = False
        self.on_synced: Callable[[int], None] | None = None

    # what it watches

    def matches(self, thing: Object) -> bool:
        return self.node is None or thing.get("spec.nodeName") == self.node

    def concerns(self, change: Change) -> bool:
        return self.matches(change.object)

    def type_of(self, change: Change) -> ChangeType:
        was = change.old.get("spec.nodeName") if change.old is not None else None
        return (
            "ADDED"
            if self.node is not None and change.type == "MODIFIED" and was != self.node
            else change.type
        )

    def api(self, verb: str) -> dict[str, Any]:
        account = self.client.account
        return {
            "verb": verb, "group": GROUPS.get(self.resource, ""), "resource": self.resource,
            "subresource": None,
            "namespace": None, "name": None, "user": account.user, "agent": account.agent, "code": None,
        }  # fmt: skip

    # at the beginning of a run everything is in step

    def begin(self, server: ApiServer) -> None:
        """Be in step with `server` already: the cluster ran before the run began."""
        self.cache = server.storage.objects(self.resource, self.matches)
        self.revision = server.storage.revision
        self.session = Session(self)
        self.synced = True
        server.storage.watches.attach(self.session)
        self._watch_over(self.session)

    # events

    def receive(self, session: Session, change: Change, event: ChangeType, frame: Frame) -> None:
        """One watch event has come."""
        name = change.name
        old = self.cache.get(name)
        if self.world.expects_faults and self._stale(session, change, old):
            return
        if event == "DELETED":
            self.cache.pop(name, None)
        else:
            self.cache[name] = change.object
        if change.revision > self.revision:
            self.revision = change.revision
        self.handler(event, old, change.object, frame.index)

    def effects(self, session: Session, change: Change, event: ChangeType) -> tuple[Effect, ...]:
        """What an event changes here, told at its arrival: nothing, if it comes too late."""
        old = self.cache.get(change.name)
        if self._stale(session, change, old):
            return ()
        before, after = difference(old, None if event == "DELETED" else change.object)
        return (Effect(self.owner, change.key, before, after),)

    def _stale(self, session: Session, change: Change, old: Object | None) -> bool:
        """Whether an event says nothing new: asked for by an earlier life, or older than what is known."""
        if session.life != self.world.life(self.owner) or not self.synced:
            return True
        return old is not None and old[REVISION] >= change.revision

    def relisting(self) -> tuple[Effect, ...]:
        """What a list changes here."""
        granted = self.granted or {}
        told = []
        for name in [*granted, *(name for name in self.cache if name not in granted)]:
            before, after = difference(self.cache.get(name), granted.get(name))
            if after:
                namespace = (granted.get(name) or self.cache[name]).get("metadata.namespace", "default")
                told.append(Effect(self.owner, key_of(self.resource, name, namespace), before, after))
        return tuple(told)

    # when it breaks

    def _watch_over(self, session: Session) -> None:
        if self.world.expects_faults:
            self.world.after(IDLE, self._ping, session, of=self.owner, periodic=True)

    def _ping(self, session: Session) -> None:
        if session is not self.session:
            return
        world, server = self.world, self.client.server
        heard = [False]

        def pong() -> None:
            heard[0] = True

        def asked() -> None:
            if not session.closed:
                world.beat(self.link, server.instance, self.owner, pong)

        def due() -> None:
            if session is self.session:
                if heard[0]:
                    self._watch_over(session)
                else:
                    self.broken(session)

        world.beat(self.link, self.owner, server.instance, asked)
        world.after(PING, due, of=self.owner, periodic=True)

    def stop(self) -> None:
        """The program died: nothing of this is left. A machine that lives on closes its connections."""
        machine = self.world.topology.instances.get(self.owner)
        if self.session is not None and not self.world.damage.machine_is_down(machine):
            self.session.closed = True
        self.session, self.cache, self.synced, self.revision = None, {}, False, 0
        self.wait = FIRST

    def broken(self, session: Session) -> None:
        """The watch is gone: open it again after a pause, at whichever API server the client uses then."""
        if session is not self.session:
            return
        self.session = None
        if session.closed:
            self.client.switch()
        self.retry()

    def retry(self) -> None:
        wait = self.wait + self.world.random(self.owner).randrange(self.wait)
        self.wait = min(MOST, 2 * self.wait)
        self.world.after(wait, self.start, of=self.owner, periodic=True)

    def start(self) -> None:
        """List, if nothing is known, then watch; or watch from the last known revision."""
        since = self.revision or None
        session = self.session = Session(self)
        server = self.client.server
        storage = server.storage
        verb = "list" if since is None else "watch"
        self.world.call(
            self.link, self.owner, server.instance,
            f"LIST {self.resource}" if since is None else f"WATCH {self.resource} from {since}",
            "list-again" if since is None else "watch-again", "report",
            params={"resource": self.resource, "revision": since}, api=self.api(verb),
            serve=lambda frame, reply: storage.watches.open(storage, session, frame, reply, since),
            done=lambda frame: self._opened(session, since, frame),
            fail=lambda frame: self._not_opened(session),
        )  # fmt: skip

    def _not_opened(self, session: Session) -> None:
        if session is self.session:
            session.closed = True
            self.session = None
            self.client.switch()
            self.retry()

    def _opened(self, session: Session, since: int | None, frame: Frame) -> None:
        if session is not self.session:
            return
        if frame.outcome == "rejected":
            self.session, self.revision = None, 0
            self.retry()
            return
        self.wait = FIRST
        if since is None:
            granted, had = self.granted or {}, self.cache
            self.cache, self.revision = dict(granted), self.granted_revision
            for name, thing in granted.items():
                old = had.get(name)
                if old is None or old[REVISION] != thing[REVISION]:
                    self.handler("ADDED" if old is None else "MODIFIED", old, thing, frame.index)
            for name, thing in had.items():
                if name not in granted:
                    self.handler("DELETED", thing, thing, frame.index)
        self.synced = True
        self._watch_over(session)
        if self.on_synced is not None:
            self.on_synced(frame.index)
