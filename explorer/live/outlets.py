"""How texts leave: straight through Daphne's connection where that is what serves, else by ASGI's `send`.

ASGI's `send` never waits under Daphne: whatever a sleeping phone does not read would pile up here. Daphne
hands an application `send = functools.partial(Server.handle_reply, protocol)`; the protocol's transport says
when it is full. Where that is not what `send` is, or DIRECT_WRITE=0, the plain way is taken: right too, with
nothing to hold a server back that buffers without end.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from autobahn.websocket.compress import PerMessageDeflateOffer, PerMessageDeflateOfferAccept
from daphne.ws_protocol import WebSocketProtocol
from django.conf import settings
from twisted.internet import reactor as chosen_reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.internet.tcp import Server

from explorer.live.limits import LARGEST_FRAME_BYTES, MOST_PINGS
from explorer.live.quiet import word_later

if TYPE_CHECKING:
    from explorer.live.sink import Outlet, Sink
    from explorer.live.text import Text

type Send = Callable[[dict[str, Any]], Awaitable[None]]

RESTARTING = 1012
TOO_FAST = 4408
ON_ITS_WAY_S = 0.05
"""For the last frame to leave, before the server drops the connections."""
_UNSENT_BYTES = 8192  # what the kernel may keep unsent for one phone, instead of hundreds of old steps
_WAITING_BYTES = 1024  # and so much is read at a time: what viewers send is short
_MINUTE = 60.0
_OPEN: int = WebSocketProtocol.STATE_OPEN
_SHORT = 100  # letters

log = logging.getLogger(__name__)
reactor: Any = chosen_reactor  # a module to the eye, an object in truth
word_later()


def outlet_for(send: Send) -> Outlet:
    """The best way out of this process for a line that has been accepted."""
    protocol = _protocol_of(send) if settings.DIRECT_WRITE else None
    _say_once("straight to their connections" if protocol is not None else "by the server's own send")
    if protocol is None or _hung_up(protocol):
        return AsgiOutlet(send)
    return DaphneOutlet(protocol)


@cache
def _say_once(way: str) -> None:
    log.info("live texts leave %s", way)


def bound(send: Send) -> None:
    """Before a line is accepted: hold it to its limits, which the application never gets to see, and let
    one compressed frame do for everybody."""
    protocol = _protocol_of(send)
    if protocol is None:
        return
    protocol.maxFramePayloadSize = protocol.maxMessagePayloadSize = LARGEST_FRAME_BYTES
    protocol.perMessageCompressionAccept = _compressed_alone
    protocol.failByDrop = False  # what breaks the protocol is told so by a code, not hung up on
    protocol.onPing = Pings(protocol, protocol.onPing)


async def close(send: Send, code: int) -> None:
    """Close a line that has been accepted.

    By ASGI's `send` autobahn lets applications say 1000 and what begins with 3 or 4 only, and turns the
    codes that bring a viewer back (1012, 1013) into an error.
    """
    protocol = _protocol_of(send)
    if protocol is not None:
        _end(protocol, code)
    else:
        await send({"type": "websocket.close", "code": code})


def _compressed_alone(offers: list[Any]) -> Any | None:
    """Take the first offer under which a frame may be compressed by itself, in a window of any size."""
    for offer in offers:
        if isinstance(offer, PerMessageDeflateOffer) and not offer.request_max_window_bits:
            accept: Callable[..., Any] = PerMessageDeflateOfferAccept
            return accept(offer, no_context_takeover=True)
    return None


def _end(protocol: Any, code: int) -> None:
    if protocol.state == protocol.STATE_OPEN:
        protocol.sendCloseFrame(code=code)


def _hung_up(protocol: Any) -> bool:
    """Whether the peer left while its line was being accepted: no connection is left to write to then."""
    return not getattr(protocol.transport, "connected", True)


def _protocol_of(send: Send) -> Any | None:
    given = send.args if isinstance(send, partial) else ()
    return next((one for one in given if isinstance(one, WebSocketProtocol)), None)


class Pings:
    """Answers so many pings a minute, then ends the line."""

    def __init__(self, protocol: Any, answer: Callable[[bytes], None]) -> None:
        self._protocol, self._answer = protocol, answer
        self._since, self._count = 0.0, 0

    def __call__(self, payload: bytes) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._since > _MINUTE:
            self._since, self._count = now, 0
        self._count += 1
        if self._count <= MOST_PINGS:
            self._answer(payload)
        elif self._count == MOST_PINGS + 1:
            self._protocol.sendCloseFrame(code=TOO_FAST)


class Goodbye:
    """Tells open lines that the server restarts, before it drops them.

    Daphne means to end its applications itself, but gives that up when a page was answered in the second
    before.
    """

    def __init__(self) -> None:
        self._lines: set[DaphneOutlet] = set()
        self._ready = False

    def add(self, line: DaphneOutlet) -> None:
        if not self._ready:
            self._ready = True
            reactor.addSystemEventTrigger("before", "shutdown", self)
        self._lines.add(line)

    def discard(self, line: DaphneOutlet) -> None:
        self._lines.discard(line)

    def __call__(self) -> Deferred[None]:
        for line in list(self._lines):
            line.end(RESTARTING)
        return deferLater(reactor, ON_ITS_WAY_S, lambda: None)


_goodbye = Goodbye()


class DaphneOutlet:
    """A line under Daphne; to Twisted, an IPushProducer.

    Twisted calls `pauseProducing` when more than `_WAITING_BYTES` have to wait for the kernel to take
    them, and `resumeProducing` when nothing waits any more.
    """

    def __init__(self, protocol: Any) -> None:
        self.full = False
        self.sink: Sink | None = None
        self._protocol, self._transport = protocol, protocol.transport
        handle = self._transport.getHandle()
        try:
            handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_BYTES)
        except (AttributeError, OSError):  # not Linux, or no TCP: the kernel keeps more, no harm else
            log.debug("TCP_NOTSENT_LOWAT is not to be had here")
        # Over TLS there are other buffers before the kernel's. `_tempDataBuffer` is Twisted's own affair:
        # should it go one day, its poller is asked every time.
        direct = type(self._transport) is Server and hasattr(self._transport, "_tempDataBuffer")
        self._send: Callable[[bytes], int] | None = handle.send if direct else None
        self._small: bool | None = None
        _goodbye.add(self)
        self._transport.unregisterProducer()  # the HTTP request's, left by the upgrade
        self._transport.bufferSize = _WAITING_BYTES
        self._transport.registerProducer(self, True)

    def write(self, text: Text) -> None:
        """Send a text; nothing happens when the line has closed meanwhile.

        Straight to the kernel when nothing is before it in Twisted's own buffers: asking the poller first
        costs twice as much again.
        """
        transport = self._transport
        if transport is None or self._protocol.state != _OPEN:
            return
        if self._small is None:  # what was agreed on in the handshake stays
            self._small = bool(self._protocol.websocket_extensions_in_use)
        # Compressed, a beat would be no shorter.
        frame = text.small if self._small and len(text.text) > _SHORT else text.plain
        sent = 0
        if self._send is not None and not transport.dataBuffer and not transport._tempDataBuffer:
            try:
                sent = self._send(frame)
            except BlockingIOError:
                pass
            except OSError:
                return  # Twisted meets it when it reads next
        if sent < len(frame):
            transport.write(frame[sent:])

    def end(self, code: int) -> None:
        """Begin the closing handshake."""
        _end(self._protocol, code)

    def let_go(self) -> None:
        """Leave the transport: a close would wait for its producer for ever."""
        self.sink = None
        _goodbye.discard(self)
        if self._transport is not None:
            transport, self._transport = self._transport, None
            if getattr(transport, "producer", None) is self:
                transport.unregisterProducer()
            if self.full:
                transport.resumeProducing()
        self.full = False

    def pauseProducing(self) -> None:  # noqa: N802  # Twisted's name
        """Who does not read is not read either: the answers to its pings would pile up just so."""
        self.full = True
        if self._transport is not None:
            self._transport.pauseProducing()

    def resumeProducing(self) -> None:  # noqa: N802  # Twisted's name
        """The kernel has taken everything."""
        self.full = False
        if self._transport is not None:
            self._transport.resumeProducing()
        if self.sink is not None:
            self.sink.drained()

    def stopProducing(self) -> None:  # noqa: N802  # Twisted's name
        """The connection is lost."""
        self.sink = None
        self._transport = None


class AsgiOutlet:
    """A line under any ASGI server: one `send` in flight."""

    def __init__(self, send: Send) -> None:
        self.full = False
        self.sink: Sink | None = None
        self._send = send
        self._task: asyncio.Task[None] | None = None

    def write(self, text: Text) -> None:
        """Send a text."""
        self._start({"type": "websocket.send", "text": text.text})

    def end(self, code: int) -> None:
        """Close, whatever is in flight."""
        self._start({"type": "websocket.close", "code": code})

    def let_go(self) -> None:
        """Take back what is in flight."""
        self.sink = None
        if self._task is not None:
            self._task.cancel()

    def _start(self, message: dict[str, Any]) -> None:
        self.full = True
        self._task = asyncio.get_running_loop().create_task(self._carry(message))

    async def _carry(self, message: dict[str, Any]) -> None:
        try:
            await self._send(message)
        except Exception as error:  # a closed line differs from server to server; each says it by itself
            log.debug("a live line took no more: %r", error)
        self.full = False
        self._task = None
        if self.sink is not None:
            self.sink.drained()
