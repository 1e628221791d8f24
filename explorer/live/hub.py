"""The hub: this process's one member of every Run's group; it renders once and gives to all.

It hears `{room, seq}` on any channel layer; each room of that Run then reads where it stands, renders one
text a language and hands the same text to each socket. A Run has a room for those who are in it and one for
those who follow. News may be lost on the way: at every beat the rooms' numbers are compared with the stored
ones.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from channels.db import database_sync_to_async
from channels.layers import InMemoryChannelLayer, get_channel_layer

from explorer.live.kinds import NO_SUCH_RUN, PARTAKERS, Kind
from explorer.live.room import Room
from explorer.live.sink import Sink
from explorer.live.tasks import Tasks
from explorer.playback import runs

__all__ = ["NO_SUCH_RUN", "Hub", "hub"]

log = logging.getLogger(__name__)

BEAT_S = 10.0
EMPTY_ROOM_S = 60.0
"""How long a Run plays on after its last viewer here has gone."""
OTHERS_S = 40.0
"""How long another process may take to its next step: the longest stay at the lowest speed, and some more."""


class Hub:
    """All rooms of this process. Times are in seconds."""

    def __init__(
        self, *, beat: float = BEAT_S, empty_room: float = EMPTY_ROOM_S, others: float = OTHERS_S
    ) -> None:
        self.rooms: dict[str, Room] = {}
        self.tasks = Tasks()
        self._beat_s, self._empty_room_s, self._others_s = beat, empty_room, others
        self._channel = ""
        self._naming = asyncio.Lock()
        self._lines: list[asyncio.Task[None]] = []
        self._leaving: dict[str, asyncio.TimerHandle] = {}
        self._rooms_of: dict[str, set[str]] = {}

    @property
    def at_rest(self) -> bool:
        """Whether nothing is left of what viewers needed: no room, timer or task."""
        return not (self.rooms or self._leaving or self.tasks.running or self._lines)

    async def join(self, name: str, sink: Sink, kind: Kind = PARTAKERS) -> None:
        """Let a socket into the room that a kind of rooms calls so; its line is closed when no Run is there.

        Whoever joins leaves by `leave`, an error in here included.
        """
        if (leaving := self._leaving.pop(name, None)) is not None:
            leaving.cancel()
        room = self.rooms.get(name)
        if room is None:
            room = self.rooms[name] = Room(name, self.tasks, kind)
            self._wake()
        room.sinks[sink] = None  # before anything is waited for: nobody closes a room with somebody in it
        if not room.heard:
            await self._open(room)
        await room.join(sink)

    async def _open(self, room: Room) -> None:
        """Hear of a room's Run before it is read: what changes in between is then not lost."""
        async with room.door:
            if room.heard:
                return
            await room.find()
            room.heard = True
            if room.code and self.rooms.get(room.name) is room:
                self._rooms_of.setdefault(room.code, set()).add(room.name)
                await self._enlist(room.code)

    def leave(self, name: str, sink: Sink, *, at_once: bool = False) -> None:
        """Take a socket out. The last one's Run plays on for a while, unless the server stops (`at_once`)."""
        sink.close()
        room = self.rooms.get(name)
        if room is None:
            return
        room.sinks.pop(sink, None)
        if room.sinks or name in self._leaving:
            return
        playing = room.place is not None and room.place.playing
        if at_once or not playing:
            self._close(name, pause=False)
            return
        self._leaving[name] = asyncio.get_running_loop().call_later(
            self._empty_room_s, self._close, name, True
        )

    def _close(self, name: str, pause: bool) -> None:
        self._leaving.pop(name, None)
        room = self.rooms.pop(name)
        room.stop()
        others = self._rooms_of.get(room.code, set())
        others.discard(name)
        if room.code and not others:
            self._rooms_of.pop(room.code, None)
            self.tasks.start(self._delist(room.code, self._channel), f"leaving the group of run {room.code}")
            if pause and room.place is not None and room.place.playing:
                self.tasks.start(self._pause(room.code, room.version[1]), f"pausing run {room.code}")
        if not self.rooms:
            self._sleep()

    async def _pause(self, code: str, seq: int) -> None:
        """Stop a Run that nobody watches, here or in another process: there it would soon have moved on."""
        if not isinstance(get_channel_layer(), InMemoryChannelLayer):
            await asyncio.sleep(self._others_s)
        if code not in self._rooms_of:
            await database_sync_to_async(runs.pause_unwatched)(code, seq)

    def _wake(self) -> None:
        if not self._lines:
            loop = asyncio.get_running_loop()
            self._lines = [
                loop.create_task(_for_ever(self._hear, "hearing news")),
                loop.create_task(_for_ever(self._beat, "beating")),
            ]

    def _sleep(self) -> None:
        lines, self._lines = self._lines, []
        self._channel = ""  # whoever stops hearing a channel loses it
        for line in lines:
            line.cancel()

    async def _ear(self) -> str:
        """The channel on which this process hears its rooms' news."""
        async with self._naming:
            if not self._channel:
                self._channel = str(await get_channel_layer().new_channel("hub"))
            return self._channel

    async def _enlist(self, code: str) -> bool:
        """Be a member of a room's group. Without it (the layer is out of order) beats still bring news."""
        try:
            await get_channel_layer().group_add(runs.group_of(code), await self._ear())
        except Exception as error:
            log.warning("the channel layer does not answer (%r): news comes by the beat", error)
            return False
        return True

    async def _delist(self, code: str, channel: str) -> None:
        if channel and (code not in self._rooms_of or channel != self._channel):
            await get_channel_layer().group_discard(runs.group_of(code), channel)

    async def _hear(self) -> None:
        news = await get_channel_layer().receive(await self._ear())
        for name in self._rooms_of.get(news.get("room", ""), ()):
            if news.get("seq") != self.rooms[name].version[1]:
                self.rooms[name].nudge()

    async def _beat(self) -> None:
        await asyncio.sleep(self._beat_s)
        rooms = dict(self.rooms)
        for room in rooms.values():
            room.beat()
        for code in list(self._rooms_of):
            # Memberships end: after a day, and in memory as soon as one message has grown old unheard.
            if code in self._rooms_of and not await self._enlist(code):
                break
        for kind in {room.kind for room in rooms.values()}:
            names = [name for name, room in rooms.items() if room.kind is kind]
            stored = await database_sync_to_async(kind.numbers)(names)
            for name in names:
                if stored.get(name) != rooms[name].version:
                    rooms[name].nudge()


async def _for_ever(act: Callable[[], Awaitable[None]], what: str) -> None:
    while True:
        try:
            await act()
        except Exception:
            # One bad turn must not end the line for every room of this process.
            log.exception("%s failed; going on", what)
            await asyncio.sleep(1)


hub = Hub()
