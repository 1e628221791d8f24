"""The sockets of a Run: they bring news and take none. Codes and texts are in `docs/protocol.md`."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer

from explorer.live.hub import hub
from explorer.live.kinds import FOLLOWERS, NO_SUCH_RUN, PARTAKERS
from explorer.live.limits import LARGEST_BYTES, lines
from explorer.live.outlets import ON_ITS_WAY_S, RESTARTING, Send, bound, close, outlet_for
from explorer.live.sink import Sink
from explorer.playback.narrate import LANGUAGES
from explorer.playback.runs import CODE, SHARE

COME_BACK_LATER = 1013
NOT_UNDERSTOOD = 4400
TOO_LARGE = 4413


class RunConsumer(AsyncWebsocketConsumer):
    """One viewer of one Run. `?lang=` says in which language, `?seq=` and `?epoch=` what it has."""

    # The hub is this process's one member of every group. A member a viewer would cost each push a walk.
    channel_layer_alias = None
    kind = PARTAKERS
    names = re.compile(CODE)
    name = ""
    sink: Sink | None = None
    counted = False
    closing = False

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        """Serve the line to its end, whichever way it ends."""
        bound(send)
        try:
            await super().__call__(scope, receive, send)
        except asyncio.CancelledError:
            # Daphne stops. Viewers come back and find the Run as it was: its clock is not stopped.
            self._leave(at_once=True)
            with suppress(Exception):
                await close(send, RESTARTING)
                await asyncio.sleep(ON_ITS_WAY_S)
            raise
        finally:
            self._leave()

    async def connect(self) -> None:
        # Accepted first even when it must end at once: only then does the browser learn the code.
        await self.accept()
        self.counted = lines.enter()
        if not self.counted:
            await self.close(COME_BACK_LATER)
            return
        name = str(self.scope["url_route"]["kwargs"]["name"])
        if not self.names.fullmatch(name):
            await self.close(NO_SUCH_RUN)
            return
        query = parse_qs(self.scope.get("query_string", b"").decode("latin-1"))
        language = query.get("lang", ["en"])[0]
        self.name = name
        self.sink = Sink(
            outlet_for(self.base_send),
            language if language in LANGUAGES else "en",
            _seen(query),
            ahead="screen" in query,
        )
        await hub.join(name, self.sink, self.kind)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.closing:
            return
        size = len(text_data.encode()) if text_data is not None else len(bytes_data or b"")
        await self.close(TOO_LARGE if size > LARGEST_BYTES else NOT_UNDERSTOOD)

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        self.closing = True
        await close(self.base_send, code or NOT_UNDERSTOOD)

    async def disconnect(self, code: int) -> None:
        self._leave()

    def _leave(self, *, at_once: bool = False) -> None:
        if self.counted:
            self.counted = False
            lines.leave()
        if self.sink is not None:
            sink, self.sink = self.sink, None
            hub.leave(self.name, sink, at_once=at_once)


class FollowConsumer(RunConsumer):
    """One follower of a shared Run, by the code it is shared under. `?screen` marks a projector."""

    kind = FOLLOWERS
    names = re.compile(SHARE)


def _seen(query: dict[str, list[str]]) -> tuple[int, int]:
    numbers = [query.get(name, ["0"])[0] for name in ("epoch", "seq")]
    if all(text.isascii() and text.isdigit() and len(text) < 10 for text in numbers):
        return int(numbers[0]), int(numbers[1])
    return 0, 0
