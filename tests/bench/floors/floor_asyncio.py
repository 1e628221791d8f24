"""The floor where there is no C compiler: asyncio shakes hands, a push is one `send` of ready bytes a socket.

    python floor_asyncio.py PORT BODY

BODY is a file with what follows the number in a text. A text frame from a socket is a push to all others.
Python's standard library only.
"""

import asyncio
import base64
import hashlib
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import cast

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
open_peers: dict["Peer", None] = {}
BODY = Path(sys.argv[2]).read_text(encoding="utf-8")
pushed = 0


def frame() -> bytes:
    """The next text as one frame."""
    global pushed
    pushed += 1
    text = f'{{"sent_at":{time.time():.6f},"epoch":1,"seq":{pushed}{BODY}'.encode()
    return b"\x81\x7e" + len(text).to_bytes(2) + text


class Peer(asyncio.Protocol):
    """One socket."""

    def __init__(self) -> None:
        self._asked, self._up = b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._fd = transport.get_extra_info("socket").fileno()

    def data_received(self, data: bytes) -> None:
        if not self._up:
            self._asked += data
            if b"\r\n\r\n" in self._asked:
                self._welcome()
        elif data[0] & 15 == 1:
            push(self)
        elif data[0] & 15 == 8:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        open_peers.pop(self, None)

    def take(self, ready: bytes) -> None:
        """Give it to the kernel. No queue: who would have to wait is passed over, this is a floor."""
        with suppress(OSError):
            os.write(self._fd, ready)

    def _welcome(self) -> None:
        lines = (line.partition(b":") for line in self._asked.split(b"\r\n"))
        key = next(value.strip() for name, _, value in lines if name.lower() == b"sec-websocket-key")
        answer = base64.b64encode(hashlib.sha1(key + GUID).digest())
        self._transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + answer + b"\r\n\r\n"
        )
        self._up = True
        open_peers[self] = None


def push(by: Peer) -> None:
    """One text to everybody but its cause."""
    ready = frame()
    for peer in open_peers:
        if peer is not by:
            peer.take(ready)


async def main() -> None:
    """Serve until killed."""
    loop = asyncio.get_running_loop()
    await (await loop.create_server(Peer, "127.0.0.1", int(sys.argv[1]), backlog=4096)).serve_forever()


asyncio.run(main())
