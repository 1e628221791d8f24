"""A room: viewers of one Run in this process, the texts they get, and the clock while it plays."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.db import close_old_connections

from explorer.live.kinds import NO_SUCH_RUN, PARTAKERS, Kind
from explorer.live.sink import Sink, Version
from explorer.live.text import Text
from explorer.playback import fragment, runs
from explorer.playback.steps import dwell_seconds

if TYPE_CHECKING:
    from explorer.live.tasks import Tasks
    from explorer.playback.place import Place

RETRY_S = 5.0
"""How long the clock waits after a step that could not be written."""
AHEAD_S = 0.25
"""After a step, until the next one's texts are made: two threads that work at once take twice as long."""
SLICE = 500
"""So many viewers are served at a time; in between the process answers whoever else waits."""

log = logging.getLogger(__name__)
in_thread = sync_to_async
"""Keeps the thread's connection, unlike `database_sync_to_async`: to open one takes longer than to read. The
hub's next beat closes it, and so does a room's first reading: it may have been lost meanwhile."""


class Room:
    """Viewers of one Run in this process. `tasks` is where it starts what it need not wait for.

    `name` is what its viewers call it, by its `kind`; `code` is the Run's own, "" until it is known.
    """

    def __init__(self, name: str, tasks: Tasks, kind: Kind = PARTAKERS) -> None:
        self.name, self.kind = name, kind
        self.code = ""
        self.sinks: dict[
            Sink, None
        ] = {}  # in the order of coming: so they lie in memory, here and in the kernel
        self.version: Version = (0, 0)
        self.texts: dict[str, Text] = {}
        self.place: Place | None = None
        self.door = asyncio.Lock()
        self.heard = False
        self._tasks = tasks
        self._busy = asyncio.Lock()
        self._nudged = False
        self._stopped = False
        self._clock: asyncio.TimerHandle | None = None
        self._ahead: asyncio.TimerHandle | None = None

    async def find(self) -> None:
        """Learn the Run's own code, which stays "" when there is no such Run."""
        if self.kind.open_named:
            self.code = self.name
        elif (place := await database_sync_to_async(self.kind.place)(self.name)) is not None:
            self.code = place.code

    async def join(self, sink: Sink) -> None:
        """Bring a newcomer the current state, if it has not got it; close its line if the Run has gone.

        First it joins, then the state is read: what changes in between reaches it like everybody. A state
        that is at hand is not read again, however many come at once.
        """
        self.sinks[sink] = None
        if self._lacks(sink.language):
            async with self._busy:
                if self._lacks(sink.language):
                    await self._read_on()
        if not self._lacks(sink.language):
            sink.push(self.version, self.texts[sink.language])

    async def refresh(self) -> None:
        """Read where the Run stands and give it to everybody; one render a language, newest wins."""
        async with self._busy:
            await self._read_on()

    def nudge(self) -> None:
        """Something is new: read it soon. Several nudges before the reading begins are one."""
        if not self._nudged and not self._stopped:
            self._nudged = True
            self._tasks.start(self.refresh(), f"reading run {self.code}")

    def beat(self) -> None:
        epoch, seq = self.version
        text = Text(json.dumps({"epoch": epoch, "seq": seq}, separators=(",", ":")))
        for sink in list(self.sinks):
            sink.beat(text)

    def stop(self) -> None:
        """Nobody is here any more."""
        self._stopped = True
        self._let_time_stand()
        if self._ahead is not None:
            self._ahead.cancel()

    def _lacks(self, language: str) -> bool:
        return self.place is None or language not in self.texts

    async def _read_on(self) -> None:
        self._nudged = False
        first = self.place is None
        languages = frozenset(sink.language for sink in self.sinks)
        place, told, reading = await in_thread(_read)(self.name, languages, first, self.kind)
        self.place = place
        if place is None:
            self._let_time_stand()
            code = NO_SUCH_RUN if self.version == (0, 0) else self.kind.ended
            for sink in list(self.sinks):
                sink.end(code)
            return
        version, texts = (place.epoch, place.seq), {lang: Text(text) for lang, text in told.items()}
        if version > self.version:
            self.version, self.texts = version, texts
        elif version == self.version:
            self.texts = texts | self.texts
        self._keep_time(place, reading)
        await self._deliver()
        self._plan_ahead(place, languages)

    def _plan_ahead(self, place: Place, languages: frozenset[str]) -> None:
        """When everybody has been served and all is quiet again, make what the next step will want."""
        if self._stopped:
            return
        if self._ahead is not None:
            self._ahead.cancel()
        self._ahead = asyncio.get_running_loop().call_later(
            AHEAD_S,
            lambda: self._tasks.start(
                self._work_ahead(place, languages), f"working ahead for run {self.code}"
            ),
        )

    async def _work_ahead(self, place: Place, languages: frozenset[str]) -> None:
        """Make the texts of the step that comes next, most likely: its command then finds them made."""
        try:
            await in_thread(_make_next)(place, languages, self.kind)
        except Exception as error:  # nobody has asked for them yet: whoever does is told what is wrong
            log.debug("nothing was made ahead for run %s: %r", self.code, error)

    async def _deliver(self) -> None:
        """Give everybody the newest text, the screens that a whole room looks at first.

        When something newer is known to be there the rest get that one.
        """
        version, texts = self.version, self.texts
        screens = [sink for sink in self.sinks if sink.ahead]
        phones = [sink for sink in self.sinks if not sink.ahead]
        for number, sink in enumerate(screens + phones, 1):
            if (text := texts.get(sink.language)) is not None:
                sink.push(version, text)
            if number % SLICE == 0:
                await asyncio.sleep(0)
                if self._nudged:
                    return

    def _let_time_stand(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _keep_time(self, place: Place, reading: float) -> None:
        """Whatever was planned is planned anew: a command has moved the Run, or its clock has."""
        self._let_time_stand()
        if place.playing and not self._stopped:
            self._plan(dwell_seconds(reading, place.speed), place.seq)

    def _plan(self, wait: float, seq: int) -> None:
        loop = asyncio.get_running_loop()
        self._clock = loop.call_later(
            wait, lambda: self._tasks.start(self._tick(seq), f"playing run {self.code}")
        )

    async def _tick(self, seq: int) -> None:
        """One step on. Conditional on the number: if another clock was quicker, only once."""
        self._clock = None
        try:
            await database_sync_to_async(runs.advance)(self.code, seq)
        except Exception:
            if self._clock is None and not self._stopped:
                self._plan(RETRY_S, seq)
            raise
        self.nudge()


def _read(
    name: str, languages: frozenset[str], first: bool, kind: Kind
) -> tuple[Place | None, dict[str, str], float]:
    if first:
        close_old_connections()
    place = kind.place(name)
    if place is not None and first and place.playing:
        runs.pause_forgotten(place.code)
        place = kind.place(name)
    if place is None:
        return None, {}, 0.0
    texts = {language: kind.text(place, language) for language in sorted(languages)}
    return place, texts, fragment.reading_seconds_at(place) if place.playing else 0.0


def _make_next(place: Place, languages: frozenset[str], kind: Kind) -> None:
    following = runs.foreseen(place)
    if following is not None:
        for language in sorted(languages):
            kind.text(following, language)
