"""The socket of a Run: it brings news and takes none. Codes and texts are in `docs/protocol.md`."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer

from explorer.live.hub import hub
from explorer.live.limits import LARGEST_BYTES, lines
from explorer.live.sink import Sink
from explorer.playback.narrate import LANGUAGES
from explorer.playback.runs import CODE

NOT_UNDERSTOOD = 4400
NO_SUCH_RUN = 4404
TOO_LARGE = 4413
COME_BACK_LATER = 1013


class RunConsumer(AsyncWebsocketConsumer):
    """One viewer of one Run. `?lang=` says in which language, `?seq=` and `?epoch=` what it has."""

    code = ""
    sink: Sink | None = None
    counted = False

    async def connect(self) -> None:
        # Accepted first even when it must end at once: only then does the browser learn the code.
        await self.accept()
        self.counted = lines.enter()
        if not self.counted:
            await self.close(COME_BACK_LATER)
            return
        code = str(self.scope["url_route"]["kwargs"]["code"])
        query = parse_qs(self.scope.get("query_string", b"").decode("latin-1"))
        language = query.get("lang", ["en"])[0]
        sink = Sink(self._bring, language if language in LANGUAGES else "en", _seen(query))
        if not re.fullmatch(CODE, code) or not await hub.join(code, sink):
            await self.close(NO_SUCH_RUN)
            return
        self.code, self.sink = code, sink

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        size = len(text_data.encode()) if text_data is not None else len(bytes_data or b"")
        await self.close(TOO_LARGE if size > LARGEST_BYTES else NOT_UNDERSTOOD)

    async def disconnect(self, code: int) -> None:
        if self.counted:
            self.counted = False
            lines.leave()
        if self.sink is not None:
            await hub.leave(self.code, self.sink)
            self.sink = None

    async def _bring(self, text: str) -> None:
        await self.send(text_data=text)


def _seen(query: dict[str, list[str]]) -> tuple[int, int]:
    numbers = [query.get(name, ["0"])[0] for name in ("epoch", "seq")]
    if all(text.isascii() and text.isdigit() and len(text) < 10 for text in numbers):
        return int(numbers[0]), int(numbers[1])
    return 0, 0
