"""Watches, the API server's side: sessions, fan-out to all of them, what is lost sent again, resume.

An object that begins to match a field selector arrives as ADDED: so a kubelet hears of a Pod when it is
bound. Sources: API Concepts; cache_watcher.go.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from explorer.frames import Effect, Frame
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.objects import Change, ChangeType
from explorer.simulation.reply import Reply
from explorer.simulation.world import World

if TYPE_CHECKING:
    from explorer.simulation.kubernetes.informers import Informer
    from explorer.simulation.kubernetes.storage import Storage

RESEND, GIVEN_UP = value("watch_resend"), value("watch_given_up")


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
            for session in self.by_node.get(node, ()):
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
        self.world.after(session.wait, self._resend, session, of=self.instance, periodic=True)
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

    def open(self, storage: Storage, session: Session, frame: Frame, reply: Reply, since: int | None) -> None:
        """Answer a list (`since` None) or a watch from a revision, and stream from there on."""
        informer = session.informer
        words: dict[str, Any] = {"resource": informer.resource, "revision": storage.revision}
        if not storage.serving:
            reply("503 Service Unavailable", "watch-expired", "report", outcome="rejected", cause=frame.index,
                  params=words, api={**informer.api("watch"), "code": 503})  # fmt: skip
            informer.granted = None
            return
        if since is None:
            informer.granted = storage.objects(informer.resource, informer.matches)
            informer.granted_revision = storage.revision
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
            # Not every revision is in the history: Events are kept elsewhere.
            for change in self.history[bisect_right(self.history, since, key=lambda one: one.revision) :]:
                if change.resource == informer.resource and informer.concerns(change):
                    self._tell(session, change, informer.type_of(change), frame.index)
