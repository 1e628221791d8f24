"""A room: the viewers of one Run in this process, the texts they get, and the clock while it plays."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from channels.db import database_sync_to_async

from explorer.live.sink import Sink, Version
from explorer.live.text import Text
from explorer.playback import fragment, runs
from explorer.playback.steps import dwell_seconds

if TYPE_CHECKING:
    from explorer.live.tasks import Tasks

NO_SUCH_RUN = 4404
RETRY_S = 5.0
"""How long the clock waits after a step that could not be written."""


class Room:
    """The viewers of one Run in this process. `tasks` is where it starts what it need not wait for."""

    def __init__(self, code: str, tasks: Tasks) -> None:
        self.code = code
        self.sinks: set[Sink] = set()
        self.version: Version = (0, 0)
        self.texts: dict[str, Text] = {}
        self.place: runs.Place | None = None
        self._tasks = tasks
        self._busy = asyncio.Lock()
        self._nudged = False
        self._stopped = False
        self._clock: asyncio.TimerHandle | None = None

    async def join(self, sink: Sink) -> None:
        """Bring a newcomer the current state, if it has not got it; close its line if the Run has gone.

        First it joins, then the state is read: what changes in between reaches it like everybody.
        """
        self.sinks.add(sink)
        if self.place is None or sink.language not in self.texts:
            await self.refresh()
        else:
            sink.push(self.version, self.texts[sink.language])

    async def refresh(self) -> None:
        """Read where the Run stands and give it to everybody; one render a language, newest wins."""
        async with self._busy:
            self._nudged = False
            first = self.place is None
            languages = frozenset(sink.language for sink in self.sinks)
            place, told, reading = await database_sync_to_async(_read)(self.code, languages, first)
            self.place = place
            if place is None:
                self._let_time_stand()
                for sink in list(self.sinks):
                    sink.end(NO_SUCH_RUN)
                return
            version, texts = (place.epoch, place.seq), {lang: Text(text) for lang, text in told.items()}
            if version > self.version:
                self.version, self.texts = version, texts
            elif version == self.version:
                self.texts = texts | self.texts
            for sink in list(self.sinks):
                if sink.language in self.texts:
                    sink.push(self.version, self.texts[sink.language])
            self._keep_time(place, reading)

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

    def _let_time_stand(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _keep_time(self, place: runs.Place, reading: float) -> None:
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
        """One step on. Conditional on the number: if another process's clock was quicker, only once."""
        self._clock = None
        try:
            await database_sync_to_async(runs.advance)(self.code, seq)
        except Exception:
            if self._clock is None and not self._stopped:
                self._plan(RETRY_S, seq)
            raise
        self.nudge()


def _read(
    code: str, languages: frozenset[str], first: bool
) -> tuple[runs.Place | None, dict[str, str], float]:
    if first:
        runs.pause_forgotten(code)
    place = runs.place_of_run(code)
    if place is None:
        return None, {}, 0.0
    texts = {language: fragment.envelope(place, language) for language in sorted(languages)}
    return place, texts, fragment.reading_seconds_at(place) if place.playing else 0.0
