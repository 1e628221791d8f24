"""A WebSocket by hand, for what no decent client does: endless messages, floods, and not reading."""

import base64
import json
import os
import socket
import struct
import zlib
from collections.abc import Callable
from typing import Any, Self

from tests.live_server import Server

CONTINUED, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
_COMPRESSED = 0x40
_PATIENCE = 15.0  # seconds


class RawLine:
    """One connection to a server's live line. `opened` is the status of the handshake."""

    def __init__(
        self, server: Server, run: str, *, room: str = "runs", small: bool = False, **headers: str
    ) -> None:
        self.gulp: Callable[[], int] = lambda: 65536
        self.compressed = 0
        self.socket = socket.socket()
        if small:  # the kernel takes in little for a client that does not read
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(_PATIENCE)
        self.socket.connect(("127.0.0.1", server.port))
        given = {
            "Host": f"127.0.0.1:{server.port}", "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), "Sec-WebSocket-Version": "13",
            "Origin": server.url, **{name.replace("_", "-"): value for name, value in headers.items()},
        }  # fmt: skip
        lines = [
            f"GET /ws/{room}/{run}/?lang=en HTTP/1.1",
            *(f"{n}: {v}" for n, v in given.items() if v),
            "",
            "",
        ]
        self.socket.sendall("\r\n".join(lines).encode("latin-1"))
        self._got = b""
        while b"\r\n\r\n" not in self._got:
            self._more()
        head, _, self._got = self._got.partition(b"\r\n\r\n")
        self.opened = int(head.split()[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, opcode: int, payload: bytes = b"", *, last: bool = True) -> None:
        """Send one masked frame."""
        size = len(payload)
        length = struct.pack("!B", 0x80 | size) if size < 126 else struct.pack("!BH", 0xFE, size)
        if size > 0xFFFF:
            length = struct.pack("!BQ", 0xFF, size)
        # A mask of zeros is a mask.
        self.socket.sendall(bytes([(0x80 if last else 0) | opcode]) + length + bytes(4) + payload)

    def frame(self) -> tuple[int, bytes]:
        """The next frame; (CLOSE, b"") when the server hangs up without one."""
        try:
            first, second = self._take(2)
            size = second & 0x7F
            if size == 126:
                size = struct.unpack("!H", self._take(2))[0]
            elif size == 127:
                size = struct.unpack("!Q", self._take(8))[0]
            payload = self._take(size)
        except ConnectionError:
            return CLOSE, b""
        if first & _COMPRESSED:
            self.compressed += 1
            # A decoder that knows nothing of what went before: each frame has to stand alone.
            payload = zlib.decompressobj(-zlib.MAX_WBITS).decompress(payload + b"\x00\x00\xff\xff")
        return first & 0x0F, payload

    def state(self) -> dict[str, Any]:
        """The next text that is a state."""
        while True:
            opcode, payload = self.frame()
            assert opcode != CLOSE, f"closed: {payload!r}"
            if opcode == TEXT and "content" in (news := json.loads(payload)):
                return dict(news)

    def code(self) -> int | None:
        """Read to the end; the code of the server's close."""
        while True:
            opcode, payload = self.frame()
            if opcode == CLOSE:
                return int.from_bytes(payload[:2]) if payload else None

    def _take(self, size: int) -> bytes:
        while len(self._got) < size:
            self._more()
        taken, self._got = self._got[:size], self._got[size:]
        return taken

    def _more(self) -> None:
        more = self.socket.recv(self.gulp())
        if not more:
            raise ConnectionError("the server has hung up")
        self._got += more
