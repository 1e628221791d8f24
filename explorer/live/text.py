"""A rendered text and its wire forms: made on first use, once, the same bytes for every viewer."""

from __future__ import annotations

import struct
import zlib
from functools import cached_property

_WHOLE_TEXT, _COMPRESSED = 0x81, 0x40  # RFC 6455, 5.2: FIN and opcode 1; RFC 7692, 6: RSV1
_TAIL = 4  # the bytes 00 00 FF FF that RFC 7692, 7.2.1 leaves out


class Text:
    """One text for many sockets.

    `small` is compressed by itself, without what went before: so one frame is right for everybody
    (permessage-deflate without context takeover). It is what lets a step fit into one TCP segment.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def plain(self) -> bytes:
        """The text as one frame."""
        return _frame(_WHOLE_TEXT, self.text.encode())

    @cached_property
    def small(self) -> bytes:
        """The text as one compressed frame."""
        deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        data = deflate.compress(self.text.encode()) + deflate.flush(zlib.Z_SYNC_FLUSH)
        return _frame(_WHOLE_TEXT | _COMPRESSED, data[:-_TAIL])


def _frame(first: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", first, size) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", first, 126, size) + payload
    return struct.pack("!BBQ", first, 127, size) + payload
