"""The hub: the one member of every room's group in this process; it renders once and gives to all.

It hears `{room, seq}` on any channel layer, reads where the Run stands, renders one text a language and
hands the same text to each socket. It also keeps the clock of the Runs that play here.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer

from explorer.live.sink import Sink, Version
from explorer.playback import fragment, runs
from explorer.playback.steps import dwell_seconds

log = logging.getLogger(__name__)

BEAT_S = 10.0
EMPTY_ROOM_S = 60.0
"""How long a Run plays on after its last viewer has gone."""


class Room:
    """The viewers of one Run in this process."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.sinks: set[Sink] = set()
        self.version: Version = (0, 0)
        self.texts: dict[str, str] = {}
        self.place: runs.Place | None = None
        self._busy = asyncio.Lock()
        self._clock: asyncio.Task[None] | None = None

    async def join(self, sink: Sink) -> bool:
        """Bring the current state to a newcomer, if it has not got it. False when the Run has gone."""
        self.sinks.add(sink)
        await self.refresh(sink.language)
        if self.place is None:
            return False
        sink.push(self.version, self.texts[sink.language])
        return True

    async def refresh(self, language: str | None = None) -> None:
        """Read where the Run stands and give it to everybody; one render a language, newest wins."""
        async with self._busy:
            languages = {sink.language for sink in self.sinks} | ({language} if language else set())
            place, texts = await sync_to_async(_read)(self.code, frozenset(languages))
            self.place = place
            if place is None:
                return
            version = (place.epoch, place.seq)
            if version > self.version:
                self.version, self.texts = version, texts
            elif version == self.version:
                self.texts |= texts
            for sink in list(self.sinks):
                if sink.language in self.texts:
                    sink.push(self.version, self.texts[sink.language])
            self._keep_time(place)

    def beat(self) -> None:
        epoch, seq = self.version
        text = json.dumps({"epoch": epoch, "seq": seq}, separators=(",", ":"))
        for sink in self.sinks:
            sink.beat(text)

    def stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _keep_time(self, place: runs.Place) -> None:
        """Whatever was planned is planned anew: a command has moved the Run, or its clock has."""
        mine = asyncio.current_task()
        if self._clock is not None and self._clock is not mine:
            self._clock.cancel()
        self._clock = None
        if place.playing:
            self._clock = asyncio.get_running_loop().create_task(self._tick(place))

    async def _tick(self, place: runs.Place) -> None:
        reading = await sync_to_async(fragment.reading_seconds_at)(place)
        await asyncio.sleep(dwell_seconds(reading, place.speed))
        # Conditional on the number: if another process's clock was quicker, nothing happens twice.
        await sync_to_async(runs.advance)(self.code, place.seq)


class Hub:
    """All rooms of this process."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self._channel: str | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._leaving: dict[str, asyncio.TimerHandle] = {}

    async def join(self, code: str, sink: Sink) -> bool:
        """Let a socket into its Run's room. False when there is no such Run."""
        await self._wake()
        room = self.rooms.get(code)
        if room is None:
            room = self.rooms[code] = Room(code)
            await get_channel_layer().group_add(runs.group_of(code), self._channel)
        if (leaving := self._leaving.pop(code, None)) is not None:
            leaving.cancel()
        known = await room.join(sink)
        if not known:
            await self.leave(code, sink)
        return known

    async def leave(self, code: str, sink: Sink) -> None:
        sink.close()
        room = self.rooms.get(code)
        if room is None:
            return
        room.sinks.discard(sink)
        if room.sinks:
            return
        wait = EMPTY_ROOM_S if room.place is not None and room.place.playing else 0.0
        loop = asyncio.get_running_loop()
        self._leaving[code] = loop.call_later(wait, lambda: loop.create_task(self._close(code)))

    async def _close(self, code: str) -> None:
        room = self.rooms.get(code)
        self._leaving.pop(code, None)
        if room is None or room.sinks:
            return
        del self.rooms[code]
        room.stop()
        await get_channel_layer().group_discard(runs.group_of(code), self._channel)
        if room.place is not None and room.place.playing:
            await sync_to_async(runs.pause_unwatched)(code)

    async def _wake(self) -> None:
        if self._channel is None or all(task.done() for task in self._tasks):
            self._channel = await get_channel_layer().new_channel("hub")
            loop = asyncio.get_running_loop()
            self._tasks = [
                loop.create_task(_for_ever(self._hear, "hearing news")),
                loop.create_task(_for_ever(self._beat, "beating")),
            ]

    async def _hear(self) -> None:
        news = await get_channel_layer().receive(self._channel)
        room = self.rooms.get(news.get("room", ""))
        if room is not None and news.get("seq", 0) > room.version[1]:
            await room.refresh()

    async def _beat(self) -> None:
        await asyncio.sleep(BEAT_S)
        for room in list(self.rooms.values()):
            room.beat()


async def _for_ever(act: Callable[[], Awaitable[None]], what: str) -> None:
    while True:
        try:
            await act()
        except Exception:
            # One bad turn must not end the line for every room of this process.
            log.exception("%s failed; going on", what)
            await asyncio.sleep(1)


def _read(code: str, languages: frozenset[str]) -> tuple[runs.Place | None, dict[str, str]]:
    place = runs.place_of_run(code)
    if place is None:
        return None, {}
    return place, {language: fragment.envelope(place, language) for language in sorted(languages)}


hub = Hub()
