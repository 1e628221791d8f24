"""A viewer's end of the line: one text on its way, and the newest one waiting. Older ones are skipped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

type Send = Callable[[str], Awaitable[None]]
type Version = tuple[int, int]


class Sink:
    """One socket of a room. `push` never waits and never queues more than the newest text."""

    def __init__(self, send: Send, language: str, seen: Version = (0, 0)) -> None:
        self.language = language
        self.seen = seen
        self._send = send
        self._waiting: str | None = None
        self._task: asyncio.Task[None] | None = None

    def push(self, version: Version, text: str) -> None:
        """Bring this text, unless the viewer has it or newer."""
        if version <= self.seen:
            return
        self.seen = version
        self.beat(text)

    def beat(self, text: str) -> None:
        """Bring a text that is no state of its own."""
        self._waiting = text
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._drain())

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _drain(self) -> None:
        while (text := self._waiting) is not None:
            self._waiting = None
            try:
                await self._send(text)
            except (ConnectionError, RuntimeError):
                return
