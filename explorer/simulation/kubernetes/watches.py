"""Watches: the API server's side (sessions, fan-out, resume) and the client's (informers that re-list).

An object that begins to match a field selector arrives as ADDED: so a kubelet hears of a Pod when it is
bound. Sources: API Concepts; cache_watcher.go; reflector.go (back-off 0.8 s doubling to 30 s).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
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
from explorer.simulation.world import Reply, World

if TYPE_CHECKING:
    from explorer.simulation.kubernetes.apiserver import ApiServer

IDLE, PING = value("http2_idle"), value("http2_ping")
RESEND, GIVEN_UP = value("watch_resend"), value("watch_given_up")
FIRST, MOST = value("reflector_first"), value("reflector_most")

type Handler = Callable[[ChangeType, Object | None, Object, int], None]
type Words = Callable[[Change, ChangeType], tuple[str, Fields]]


class Session:
    """One open watch of one informer at one API server."""

    __slots__ = ("closed", "failing", "informer", "life", "lost", "wait")

    def __init__(self, informer: Informer) -> None:
        self.informer = informer
        self.life = informer.world.life(informer.owner)
        self.closed = False
        self.failing: int | None = None
        """Since when events are not getting through, or None."""
        self.wait = RESEND
        self.lost: list[tuple[Change, ChangeType, int]] = []


class Watches:
    """All open watches of one API server, and the changes it can still replay."""

    def __init__(self, world: World, instance: str, revision: int) -> None:
        self.world, self.instance = world, instance
        self.everything: dict[str, list[Session]] = {}
        self.by_node: dict[str, list[Session]] = {}
        self.first = revision
        self.history: list[Change] = []

    def restart(self, revision: int) -> None:
        self.first, self.history = revision, []

    def attach(self, session: Session) -> None:
        informer = session.informer
        where = (self.everything.setdefault(informer.resource, []) if informer.node is None
                 else self.by_node.setdefault(informer.node, []))  # fmt: skip
        where[:] = [other for other in where if other.informer is not informer]
        where.append(session)
        where.sort(key=lambda other: other.informer.order)

    def break_all(self, delay: int) -> None:
        """The server dies: everybody's connection breaks."""
        for where in (*self.everything.values(), *self.by_node.values()):
            for session in where:
                self._close(session, delay)
            where.clear()

    def _close(self, session: Session, delay: int) -> None:
        session.closed = True
        informer = session.informer
        self.world.after(delay, informer.broken, session, of=informer.owner, periodic=True)

    def tell(self, change: Change, cause: int) -> None:
        """Tell every watcher whose selector matches, in the order of registration."""
        self.history.append(change)
        for session in self.everything.get(change.resource, ()):
            self._tell(session, change, change.type, cause)
        if change.resource == "pods" and self.by_node:
            node = change.object.get("spec.nodeName", "")
            for session in self.by_node.get(node, ()):  # event: ignore[arg-event]
                event = change.type
                if event == "MODIFIED" and (change.old is None or change.old.get("spec.nodeName") != node):
                    event = "ADDED"
                self._tell(session, change, event, cause)

    def _tell(self, session: Session, change: Change, event: ChangeType, cause: int) -> None:
        if session.closed:
            return
        if session.failing is not None:
            session.lost.append((change, event, cause))
            return
        self._send(
            session, change, event, cause, partial(session.informer.receive, session, change, event),
            partial(self._failed, session, change, event) if self.world.expects_faults else None,
        )  # fmt: skip

    def _send(
        self,
        session: Session,
        change: Change,
        event: ChangeType,
        cause: int,
        deliver: Callable[[Frame], None],
        fail: Callable[[Frame], None] | None,
    ) -> None:
        informer, world = session.informer, self.world
        owner = informer.owner
        narration, params = informer.words(change, event)
        effects: Any
        if world.expects_faults:
            effects = partial(informer.effects, session, change, event)
        elif event == "ADDED" and change.type != "ADDED":
            effects = (Effect(owner, change.key, *change.whole()),)
        else:
            effects = (Effect(owner, change.key, change.before, change.after),)
        world.send(
            informer.link, self.instance, owner, f"{event} {change.title}", narration, change.news,
            params=params, effects=effects, cause=cause, background=change.background, deliver=deliver,
            fail=fail, limit=RESEND,
        )  # fmt: skip

    def _failed(self, session: Session, change: Change, event: ChangeType, frame: Frame) -> None:
        """Refused: nobody is there, the watch is over. Lost: keep it and send it again, as TCP does."""
        if session.closed:
            return
        if frame.outcome == "refused":
            session.closed = True
            return
        session.lost.append((change, event, frame.index))
        if session.failing is None:
            session.failing, session.wait = self.world.now, RESEND
            self._again(session)

    def _again(self, session: Session) -> None:
        quiet = all(change.background for change, _, _ in session.lost)
        self.world.after(session.wait, self._resend, session, of=self.instance, periodic=quiet)
        session.wait *= 2

    def _resend(self, session: Session) -> None:
        """Try the oldest lost event; when it gets through the rest follows, else later again, or never."""
        if session.closed or session.failing is None:
            return
        if self.world.now - session.failing > GIVEN_UP:
            session.closed = True
            return
        session.lost.sort(key=lambda lost: lost[0].revision)
        change, event, cause = session.lost.pop(0)

        def through(frame: Frame) -> None:
            session.informer.receive(session, change, event, frame)
            waiting, session.lost, session.failing = session.lost, [], None
            for lost in sorted(waiting, key=lambda lost: lost[0].revision):
                self._tell(session, *lost)

        def again(frame: Frame) -> None:
            if frame.outcome == "refused":
                session.closed = True
            elif not session.closed:
                session.lost.append((change, event, frame.index))
                self._again(session)

        self._send(session, change, event, cause, through, again)

    def open(
        self, server: ApiServer, session: Session, frame: Frame, reply: Reply, since: int | None
    ) -> None:
        """Answer a list (`since` None) or a watch from a revision, and stream from there on."""
        informer = session.informer
        words: dict[str, Any] = {"resource": informer.resource, "revision": server.revision}
        if not server.serving:
            reply("503 Service Unavailable", "watch-expired", "report", outcome="rejected", cause=frame.index,
                  params=words, api={**informer.api("watch"), "code": 503})  # fmt: skip
            informer.granted = None
            return
        if since is None:
            informer.granted = server.objects(informer.resource, informer.matches)
            informer.granted_revision = server.revision
            self.attach(session)
            reply("200 OK", "listed", "report", cause=frame.index,
                  params={**words, "count": len(informer.granted)}, api={**informer.api("list"), "code": 200},
                  effects=informer.relisting)  # fmt: skip
        elif since < self.first:
            informer.granted = None
            reply("410 Gone", "watch-expired", "report", outcome="rejected", cause=frame.index, params=words,
                  api={**informer.api("watch"), "code": 410})  # fmt: skip
        else:
            self.attach(session)
            reply("200 OK", "watch-open", "report", cause=frame.index, params={**words, "revision": since},
                  api={**informer.api("watch"), "code": 200})  # fmt: skip
            for change in self.history[since - self.first :] if since > self.first else self.history:
                if (
                    change.revision > since
                    and change.resource == informer.resource
                    and informer.concerns(change)
                ):
                    self._tell(session, change, informer.type_of(change), frame.index)


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
        self.cache = server.objects(self.resource, self.matches)
        self.revision = server.revision
        self.session = Session(self)
        self.synced = True
        server.watches.attach(self.session)
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
        """The program died: nothing of this is left."""
        self.session, self.cache, self.synced, self.revision = None, {}, False, 0
        self.wait = FIRST

    def broken(self, session: Session) -> None:
        """The watch is gone: open it again after a pause, at whichever API server the client uses then."""
        if session is not self.session:
            return
        self.session = None
        if self.client.server.watches is not None and session.closed:
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
        verb = "list" if since is None else "watch"
        self.world.call(
            self.link, self.owner, server.instance,
            f"LIST {self.resource}" if since is None else f"WATCH {self.resource} from {since}",
            "list-again" if since is None else "watch-again", "report",
            params={"resource": self.resource, "revision": since}, api=self.api(verb),
            serve=lambda frame, reply: server.list(session, frame, reply, since),
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
