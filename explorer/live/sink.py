"""A viewer's end of the line: what it has, and the newest text that waits. Older ones are skipped."""

from __future__ import annotations

from typing import Protocol

from explorer.live.text import Text

type Version = tuple[int, int]


class Outlet(Protocol):
    """Where a viewer's texts leave this process.

    `full` says that the viewer has not taken what it was given; `drained` is called as soon as it has.
    """

    full: bool
    sink: Sink | None

    def write(self, text: Text) -> None:
        """Send a text; only while not `full`."""

    def end(self, code: int) -> None:
        """Close the line with this code."""

    def let_go(self) -> None:
        """Send nothing more and hold nothing back: the line is over."""


class Sink:
    """One socket of a room. `push` never waits and never keeps more than the newest text.

    `ahead`: it is served before others, because many look at it.
    """

    def __init__(self, outlet: Outlet, language: str, seen: Version = (0, 0), *, ahead: bool = False) -> None:
        self.language = language
        self.ahead = ahead
        self.seen = seen
        self.skipped = 0
        self._outlet = outlet
        self._waiting: Text | None = None
        outlet.sink = self

    def push(self, version: Version, text: Text) -> None:
        """Bring this state, unless the viewer has it or newer."""
        if version <= self.seen:
            return
        self.seen = version
        if self._outlet.full:
            self.skipped += self._waiting is not None
            self._waiting = text
        else:
            self._outlet.write(text)

    def beat(self, text: Text) -> None:
        """Bring a sign of life. A viewer that is still taking something else in needs none."""
        if not self._outlet.full:
            self._outlet.write(text)

    def drained(self) -> None:
        """The outlet is free again: what waits may leave."""
        text, self._waiting = self._waiting, None
        if text is not None:
            self._outlet.write(text)

    def end(self, code: int) -> None:
        """Close the line with a code of `docs/protocol.md`."""
        self._waiting = None
        self._outlet.end(code)

    def close(self) -> None:
        """Forget what waits: the line is over."""
        self._waiting = None
        self._outlet.let_go()
