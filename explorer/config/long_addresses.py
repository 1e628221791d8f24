"""Long addresses get an answer: Twisted hangs up without a word on a line of more than 16 KiB.

A search for 10 KiB of Chinese is one of 30 KiB as browsers spell it. Up to `MOST_BYTES` the pages answer,
what is longer is told so (414).
"""

from __future__ import annotations

from typing import Any

from twisted.web.http import HTTPChannel

MOST_BYTES = 64 * 1024
"""Of a request's first line, and of it with all headers."""
_TOO_LONG = b"HTTP/1.1 414 URI Too Long\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def answer_long_addresses() -> None:
    """Let every connection of this process take such lines, and answer those that are longer still."""
    channels: Any = HTTPChannel  # whose methods are not meant to be set
    channels.MAX_LENGTH = channels.totalHeadersSize = MOST_BYTES
    channels.lineLengthExceeded = _refuse


def _refuse(channel: Any, line: bytes) -> None:
    channel.transport.write(_TOO_LONG)
    channel.transport.loseConnection()
