"""The World: one clock, the links between instances, the faults on them; the only maker of frames.

Behaviours call `send`, `call`, `act` and `after`. Delay, loss and cuts are looked at here and nowhere
else. Two laws rest on this module: the same inputs give the same frames in any process, and a fault at
time t acts after everything that is due at t, so nothing up to t changes by it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from heapq import heappop, heappush
from random import Random
from typing import Any

import simpy
from simpy.events import NORMAL, Event, EventPriority

from explorer.frames import Effect, Fields, Frame, Outcome
from explorer.simulation.damage import Damage
from explorer.simulation.faults import Fault
from explorer.simulation.reply import NOTHING, Deliver, Effects, Params, Reply
from explorer.simulation.topology import Topology

_new_tuple = tuple.__new__
"""What Frame(…) does in the end: in the two places that make frames its own dispatch is worth saving."""
_BARE = 5
_AFTER_ALL_DUE = EventPriority(2)
"""SimPy orders what is due at one time by priority (urgent 0, normal 1): a fault comes last."""


class World:
    """One run in the making.

    Parameters: `topology` with the run's instances; `latency` maps a link's slug to its one-way delay
    and `timeout` to how long a sender waits before it gives up (both microseconds, "" is the default);
    `seed` feeds one random stream an instance; `horizon` (microseconds) ends a run that never settles.
    """

    def __init__(
        self,
        topology: Topology,
        *,
        latency: Mapping[str, int],
        timeout: Mapping[str, int],
        seed: int,
        faults: Sequence[Fault] = (),
        horizon: int,
    ) -> None:
        self.topology = topology
        self.frames: list[Frame] = []
        self.damage = Damage(topology)
        self.horizon = horizon
        self._latency, self._timeout, self._seed = dict(latency), dict(timeout), seed
        self._env = simpy.Environment()
        self._queue: list[Any] = self._env._queue
        self._on_arrival, self._on_timer = self._arrive, self._fire
        self._usual = self._latency[""]
        self._joined: set[tuple[str, str, str]] = set()
        self._streams: dict[str, Random] = {}
        self._lives: dict[str, int] = {}
        self._starts: dict[str, tuple[Callable[[], None], Callable[[], None] | None]] = {}
        self._failed: set[tuple[str, str, str, str]] = set()
        self._work = 0
        self._requests = 0
        self.expects_faults = bool(faults)
        """Whether anything will break: what only guards against faults may rest when nothing will."""
        for fault in faults:
            topology.check(fault)
            self._at(fault.start, self._begin, fault)
            if fault.end is not None:
                self._at(fault.end, self._end, fault)

    # time and chance

    @property
    def now(self) -> int:
        """The simulated time in microseconds."""
        return self._env.now  # type: ignore[return-value]  # whole numbers all along

    def random(self, name: str) -> Random:
        """The random stream of one name: one more draw here moves nobody else's."""
        stream = self._streams.get(name)
        if stream is None:
            stream = self._streams[name] = Random(f"{self._seed}/{name}")
        return stream

    def after(
        self, delay: int, act: Callable[..., None], *args: Any, of: str | None = None, periodic: bool = False
    ) -> None:
        """Do `act(*args)` in `delay` microseconds, unless `of` (an instance) has died by then.

        A periodic timer does not keep a run alive; everything else does until it is done.
        """
        life = self._lives.get(of, 0) if of is not None else 0
        if not periodic:
            self._work += 1
        self._due(delay, self._on_timer, (act, args, of, life, periodic))

    def hold(self) -> None:
        """Say that something is owed which only a periodic timer will bring about."""
        self._work += 1

    def release(self) -> None:
        """Take one `hold` back."""
        self._work -= 1

    @property
    def owed(self) -> int:
        """How many things keep the run alive: whatever is under way, and every `hold`."""
        return self._work

    # life

    def register(
        self, instance: str, start: Callable[[], None], stop: Callable[[], None] | None = None
    ) -> None:
        """Let `start` run now and whenever the instance's program comes up again; `stop` when it dies."""
        self._starts[instance] = (start, stop)
        self.after(0, start, of=instance)

    def is_up(self, instance: str) -> bool:
        return not self.damage.is_down(instance)

    def life(self, instance: str) -> int:
        """How often the instance has died so far: what one life asked for is not for the next."""
        return self._lives.get(instance, 0)

    # what happens

    def act(
        self,
        instance: str,
        message: str,
        narration: str,
        phase: str,
        *,
        params: Fields = NOTHING,
        effects: Sequence[Effect] = (),
        cause: int | None = None,
        since: int | None = None,
        background: bool = False,
        outcome: Outcome = "internal",
        api: Fields | None = None,
    ) -> Frame:
        """Record what an instance did by itself, from `since` (now, if not given) until now."""
        frames, now = self.frames, self._env._now
        frame = _new_tuple(Frame, (
            len(frames), now if since is None else since, now, phase, instance, instance, None, message,
            narration, params, tuple(effects), outcome, background, cause, None, api,
        ))  # fmt: skip
        frames.append(frame)
        return frame

    def send(
        self,
        link: str,
        source: str,
        target: str,
        message: str,
        narration: str,
        phase: str,
        *,
        params: Params = NOTHING,
        effects: Effects = (),
        deliver: Deliver | None = None,
        fail: Deliver | None = None,
        cause: int | None = None,
        request: str | None = None,
        api: Fields | None = None,
        background: bool = False,
        outcome: Outcome = "delivered",
        latency: int | None = None,
        limit: int | None = None,
    ) -> None:
        """Send `message`; its frame is made when its outcome is known.

        On arrival `params` and `effects` are asked for (when callable), the frame is made, then `deliver`
        is called with it. If the target's program is down the frame is "refused", if the way is cut or
        the machine dead it is a "timeout" when the sender gives up; then `fail` is called with it.
        `outcome` may be "rejected" for an answer that says no. `latency` and `limit` (how long the sender
        waits before it gives up) stand in for the link's own. Raises NoSuchLink.
        """
        if (link, source, target) not in self._joined:
            self._require(link, source, target)
        env = self._env
        delay = self._latency.get(link, self._usual) if latency is None else latency
        if self.damage.any:
            if self.damage.is_down(source):
                return
            delay += self.damage.delay(link, source, target)
        if not background:
            self._work += 1
        now = env._now
        heappush(self._queue, (now + delay, NORMAL, next(env._eid), self._on_arrival, (
            now, link, source, target, message, narration, phase, params, effects,
            deliver, fail, cause, request, api, background, outcome, limit,
        )))  # fmt: skip

    def call(
        self,
        link: str,
        client: str,
        server: str,
        message: str,
        narration: str,
        phase: str,
        *,
        serve: Callable[[Frame, Reply], None],
        done: Deliver,
        fail: Callable[[Frame | None], None],
        params: Params = NOTHING,
        effects: Effects = (),
        cause: int | None = None,
        api: Fields | None = None,
        background: bool = False,
        limit: int | None = None,
    ) -> str:
        """Ask `server` something and have exactly one of `done` (its answer) and `fail` called.

        `serve(frame, reply)` runs at the server; it answers by calling `reply`, at once or later. `fail`
        gets the frame that failed, or None when no answer came in time (`limit`, or the link's timeout).
        Returns the request's id, which the call and its answer share.
        """
        self._requests += 1
        request = f"r{self._requests}"
        exchange = Reply(self, link, client, server, request, done, fail, background)
        if not background:
            self._work += 1
        self.send(
            link, client, server, message, narration, phase,
            params=params, effects=effects, cause=cause, request=request, api=api, background=background,
            deliver=lambda frame: serve(frame, exchange), fail=exchange.give_up,
            limit=None if limit is None else min(limit, self._timeout.get(link, self._timeout[""])),
        )  # fmt: skip
        if self.expects_faults:
            patience = self._timeout.get(link, self._timeout[""]) if limit is None else limit
            self.after(patience + 1, exchange.expire, periodic=True)
        return request

    def beat(self, link: str, source: str, target: str, act: Callable[..., None], *args: Any) -> None:
        """A quiet protocol beat (a heartbeat, a ping): it fares like any message but is never a frame.

        `act(*args)` happens on arrival; nothing happens when it does not arrive, and nobody is told.
        """
        if (link, source, target) not in self._joined:
            self._require(link, source, target)
        delay = self._latency.get(link, self._usual)
        if self.damage.any:
            if self.damage.is_down(source):
                return
            delay += self.damage.delay(link, source, target)
        self._due(delay, self._arrive_beat, (link, source, target, act, args))

    # the run

    def run(self, client: str, phase: str) -> None:
        """Let everything happen until only periodic timers are left, or until the horizon.

        The last frame is the client's: narration "settled" or "horizon" says which of the two ended it.
        """
        collecting = gc.isenabled()
        gc.disable()  # a run only allocates: looking for cyclic garbage meanwhile is a tenth of its time
        try:
            self._play()
            if self._work <= 0:
                self.act(client, "settled", "settled", phase, cause=None)
            else:
                self._env._now = max(self.now, self.horizon)
                self.act(client, "horizon", "horizon", phase, cause=None)
        finally:
            if collecting:
                gc.enable()

    # inside

    def _require(self, link: str, source: str, target: str) -> None:
        self.topology.require(link, source, target)
        self._joined.add((link, source, target))

    def _due(self, delay: int, act: Callable[[tuple[Any, ...]], None], what: tuple[Any, ...]) -> None:
        """Let `act(what)` happen in `delay`.

        It stands in SimPy's own queue, in SimPy's order, but as a bare entry of five instead of an event:
        nobody waits for it, and a run has tens of thousands.
        """
        env = self._env
        heappush(self._queue, (env._now + delay, NORMAL, next(env._eid), act, what))

    def _play(self) -> None:
        env, horizon, queue = self._env, self.horizon, self._queue
        while queue:
            entry = queue[0]
            due = entry[0]
            if due > horizon or (self._work <= 0 and (due > env._now or entry[1] == _AFTER_ALL_DUE)):
                return
            if len(entry) == _BARE:
                heappop(queue)
                env._now = due
                entry[3](entry[4])
            else:
                env.step()

    def _fire(self, timer: tuple[Any, ...]) -> None:
        act, args, of, life, periodic = timer
        if not periodic:
            self._work -= 1
        if of is None or (self._lives.get(of, 0) == life and not self.damage.is_down(of)):
            act(*args)

    def _arrive_beat(self, letter: tuple[Any, ...]) -> None:
        link, source, target, act, args = letter
        if not self.damage.any or self.damage.passage(link, source, target) == "open":
            act(*args)

    def _arrive(self, letter: tuple[Any, ...]) -> None:
        (sent, link, source, target, message, narration, phase, params, effects,
         deliver, _fail, cause, request, api, background, outcome, _limit) = letter  # fmt: skip
        if self.damage.any and (passage := self.damage.passage(link, source, target)) != "open":
            self._stray(letter, refused=passage == "refused")
            return
        frames = self.frames
        frame = _new_tuple(Frame, (
            len(frames), sent, self._env._now, phase, source, target, link, message, narration,
            params() if callable(params) else params, tuple(effects() if callable(effects) else effects),
            outcome, background, cause, request, api,
        ))  # fmt: skip
        frames.append(frame)
        if deliver is not None:
            deliver(frame)
        if not background:
            self._work -= 1

    def _stray(self, letter: tuple[Any, ...], *, refused: bool) -> None:
        sent, link, limit = letter[0], letter[1], letter[-1]
        if refused:
            self._fail(letter, "refused")
            return
        if limit is None:
            limit = self._timeout.get(link, self._timeout[""])
        wait = max(0, sent + limit - self.now)
        self._due(wait, self._on_timer, (self._fail, (letter, "timeout"), None, 0, True))

    def _fail(self, letter: tuple[Any, ...], outcome: Outcome) -> None:
        (sent, link, source, target, message, narration, phase, _params, _effects,
         _deliver, fail, cause, request, api, background, _outcome, _limit) = letter  # fmt: skip
        if not background:
            self._work -= 1
        if self.damage.is_down(source):
            return
        # A poll that finds nobody, once again, brings no news.
        way = (link, source, target, outcome)
        quiet = background and way in self._failed
        self._failed.add(way)
        frame = Frame(
            len(self.frames), sent, self.now, phase, source, target, link, message, outcome,
            {"wanted": narration}, (), outcome, quiet, cause, request, api,
        )  # fmt: skip
        self.frames.append(frame)
        if fail is not None:
            fail(frame)

    def _at(self, time: int, act: Callable[[Fault], None], fault: Fault) -> None:
        event = Event(self._env)
        event._ok, event._value = True, fault
        event.callbacks.append(lambda _event: act(fault))
        self._env.schedule(event, priority=_AFTER_ALL_DUE, delay=time)

    def _begin(self, fault: Fault) -> None:
        if fault.end is not None:
            self._work += 1
        struck = self.damage.struck(fault)
        alive = [name for name in struck if not self.damage.is_down(name)]
        self.damage.begin(fault)
        for name in alive:
            self._lives[name] = self._lives.get(name, 0) + 1
            stop = self._starts.get(name, (None, None))[1]
            if stop is not None:
                stop()

    def _end(self, fault: Fault) -> None:
        self._work -= 1
        struck = self.damage.struck(fault)
        self.damage.end(fault)
        for name in struck:
            if name in self._starts and not self.damage.is_down(name):
                self.after(0, self._starts[name][0], of=name)
