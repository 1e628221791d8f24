"""Many WebSockets in one thread, by hand: a library's work per frame would be measured along.

The texts are those of `docs/protocol.md`; a bar's and a measured site's carry their moment of sending too.
"""

import base64
import os
import re
import select
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterable
from random import Random
from urllib.parse import SplitResult, urlsplit

HEAD = re.compile(rb'\{(?:"sent_at":([0-9.]+),)?"epoch":(\d+),"seq":(\d+)(,"content")?')
"""How every text begins. Groups: Unix seconds of sending, epoch, seq, whether it is a state (else a beat)."""

DIALLING, ASKING, OPEN, CLOSED = range(4)
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_SMALL = 0x40  # RFC 7692, 6: this frame is compressed
_STALLED_BYTES = 4096  # the receive buffer of whoever does not read

type Heard = Callable[[Line, re.Match[bytes], float], None]


class Line:
    """One WebSocket. Moments are seconds of `time.time`, a bar's clock as well."""

    __slots__ = (
        "count", "dialled", "fd", "first", "heard", "latest", "number", "opened", "rest", "socket",
        "state", "url",
    )  # fmt: skip

    def __init__(self, number: int, url: SplitResult) -> None:
        self.number, self.url = number, url
        self.state, self.fd = CLOSED, -1
        self.socket: socket.socket | None = None
        self.rest = b""
        self.dialled = self.opened = self.first = self.heard = 0.0
        self.count = 0  # states heard since somebody set it to 0
        self.latest = (0, 0)  # epoch and seq of the last one


class Lines:
    """All sockets of one client. `on_state` gets each state's HEAD (`string` is the text) and its moment."""

    def __init__(self, on_state: Heard | None = None, *, deflate: bool = False, origin: str = "") -> None:
        self.on_state = on_state
        self.deflate, self.origin = deflate, origin
        self.all: list[Line] = []
        self.received = 0  # bytes
        self.open = 0  # lines
        self.refused = self.closed_by_server = 0
        self.strange = 0  # texts that docs/protocol.md does not know
        self.fell = self.doubled = 0  # states older than what the line had; states it had been sent before
        self.active = time.time()
        self.nap = 0.02  # seconds after which a waiting client looks again whether it still has to
        self.others: dict[int, Callable[[], None]] = {}
        self._by_fd: dict[int, Line] = {}
        self._inflated: dict[bytes, bytes] = {}
        self._poll = select.epoll()
        self._scratch = bytearray(1 << 20)
        self._view = memoryview(self._scratch)

    # -- opening and closing

    def new(self, url: str, *, stalled: bool = False) -> Line:
        """Dial one more line."""
        line = Line(len(self.all), urlsplit(url))
        self.all.append(line)
        self.dial(line, stalled=stalled)
        return line

    def dial(self, line: Line, *, stalled: bool = False) -> None:
        """Begin to connect; what it had heard before stays known."""
        made = socket.socket()
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if stalled:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _STALLED_BYTES)
        line.socket, line.fd, line.state = made, made.fileno(), DIALLING
        line.rest = b""
        line.opened = line.first = 0.0
        line.dialled = time.time()
        made.connect_ex((line.url.hostname or "127.0.0.1", line.url.port or 80))
        self._by_fd[line.fd] = line
        self._poll.register(line.fd, select.EPOLLOUT | select.EPOLLIN)

    def hang_up(self, line: Line) -> None:
        """End a line without a word, as a phone does that leaves the network."""
        if line.socket is not None:
            self._by_fd.pop(line.fd, None)
            self.open -= line.state == OPEN
            line.socket.close()  # which takes it out of epoll too
            line.socket = None
        line.state = CLOSED

    def close(self) -> None:
        """Hang up everywhere."""
        for line in self.all:
            self.hang_up(line)
        self._poll.close()

    def stop_reading(self, line: Line) -> None:
        """Leave what arrives with the kernel."""
        self._poll.unregister(line.fd)

    def read_again(self, line: Line) -> None:
        """Take in what has been waiting."""
        self._poll.register(line.fd, select.EPOLLIN)

    def say(self, line: Line, text: str) -> None:
        """Send one text."""
        assert line.socket is not None, "the line is closed"
        line.socket.send(masked(_TEXT, text.encode()))

    # -- waiting

    def watch(self, fd: int, act: Callable[[], None]) -> None:
        """Call `act` whenever there is something to read at `fd`."""
        self.others[fd] = act
        self._poll.register(fd, select.EPOLLIN)

    def forget(self, fd: int) -> None:
        """Watch `fd` no longer."""
        self.others.pop(fd)
        self._poll.unregister(fd)

    def spin(self, until: Callable[[], bool], seconds: float) -> bool:
        """Serve all lines until something holds; False when it does not within so many seconds."""
        end = time.time() + seconds
        by_fd, poll = self._by_fd, self._poll.poll
        while not until():
            left = end - time.time()
            if left <= 0:
                return False
            for fd, events in poll(min(left, self.nap), 4096):
                line = by_fd.get(fd)
                if line is not None:
                    self._serve(line, events)
                elif fd in self.others:
                    self.others[fd]()
        return True

    def pause(self, seconds: float) -> None:
        """Serve all lines for so long."""
        self.spin(lambda: False, seconds)

    def settle(self, quiet: float, limit: float = 15.0) -> None:
        """Serve all lines until nothing has come for `quiet` seconds."""
        self.active = time.time()
        self.spin(lambda: time.time() - self.active > quiet, limit)

    def bring_back(
        self, lines: Iterable[Line], jitter: tuple[float, float], random: Random, *, told: bool = True
    ) -> Callable[[], bool]:
        """Redial whichever of `lines` is closed, each some seconds after it was; call the answer often.

        It tells whether all of them are open and (`told`) have heard a state since.
        """
        due: dict[int, float] = {}
        watched = list(lines)

        def look() -> bool:
            now, all_back = time.time(), True
            for line in watched:
                if line.state == CLOSED:
                    all_back = False
                    if line.number not in due:
                        due[line.number] = now + random.uniform(*jitter)
                    elif now >= due[line.number]:
                        del due[line.number]
                        self.dial(line)
                elif line.state != OPEN or (told and not line.first):
                    all_back = False
            return all_back

        return look

    # -- one line

    def _serve(self, line: Line, events: int) -> None:
        made = line.socket
        assert made is not None
        if line.state == DIALLING:
            self._ask(line, events)
            return
        try:
            size = made.recv_into(self._scratch)
        except BlockingIOError:
            return
        except OSError:
            size = 0
        if not size:
            self._lost(line)
            return
        now = self.active = time.time()
        self.received += size
        data = line.rest + bytes(self._view[:size]) if line.rest else bytes(self._view[:size])
        start = 0
        if line.state == ASKING:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                line.rest = data
                return
            if not data.startswith(b"HTTP/1.1 101"):
                self._lost(line)
                return
            line.state, line.opened = OPEN, now
            self.open += 1
            start = end + 4
        self._take(line, data, start, now)

    def _take(self, line: Line, data: bytes, start: int, now: float) -> None:
        """Part the bytes into frames; a rest waits for more."""
        size = len(data)
        while size - start >= 2:
            first, length = data[start], data[start + 1] & 0x7F
            begin = start + 2
            if length == 126:
                if size - begin < 2:
                    break
                length = data[begin] << 8 | data[begin + 1]
                begin += 2
            elif length == 127:
                if size - begin < 8:
                    break
                length = int.from_bytes(data[begin : begin + 8])
                begin += 8
            if size - begin < length:
                break
            start = begin + length
            self._frame(line, first, data[begin:start], now)
            if line.state == CLOSED:
                return
        line.rest = data[start:] if start < size else b""

    def _frame(self, line: Line, first: int, body: bytes, now: float) -> None:
        kind = first & 15
        if kind == _TEXT:
            if first & _SMALL:
                body = self._inflated.get(body) or self._inflate(body)
            head = HEAD.match(body)
            if head is None:
                self.strange += 1
            elif head[4]:
                latest = int(head[2]), int(head[3])
                self.fell += latest < line.latest
                self.doubled += latest == line.latest and line.first > 0
                line.latest = latest
                line.count += 1
                line.heard = now
                line.first = line.first or now
                if self.on_state is not None:
                    self.on_state(line, head, now)
        elif kind == _PING and line.socket is not None:
            line.socket.send(masked(_PONG, body))
        elif kind == _CLOSE:
            self._lost(line)

    def _inflate(self, body: bytes) -> bytes:
        """Knowing nothing of what went before: each frame has to stand alone. The last few are remembered,
        so that a client that is a thousand phones does not measure its own inflating."""
        if len(self._inflated) > 7:
            self._inflated.clear()
        text = zlib.decompressobj(-zlib.MAX_WBITS).decompress(body + b"\x00\x00\xff\xff")
        self._inflated[body] = text
        return text

    def _ask(self, line: Line, events: int) -> None:
        made = line.socket
        assert made is not None
        if made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._lost(line)
        elif events & select.EPOLLOUT:
            try:
                made.send(self._request(line.url))
            except OSError:
                self._lost(line)
                return
            line.state = ASKING
            self._poll.modify(line.fd, select.EPOLLIN)

    def _request(self, url: SplitResult) -> bytes:
        lines = [
            f"GET {url.path or '/'}{'?' + url.query if url.query else ''} HTTP/1.1",
            f"Host: {url.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            f"Origin: {self.origin or 'http://' + url.netloc}",
        ]
        if self.deflate:
            lines.append("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")
        return "\r\n".join([*lines, "", ""]).encode()

    def _lost(self, line: Line) -> None:
        if line.state == OPEN:
            self.closed_by_server += 1
        else:
            self.refused += 1
        self.hang_up(line)


def masked(kind: int, payload: bytes) -> bytes:
    """One frame as a client sends it."""
    size = len(payload)
    length = struct.pack("!B", 0x80 | size) if size < 126 else struct.pack("!BH", 0x80 | 126, size)
    # A mask of zeros is a mask.
    return bytes([0x80 | kind]) + length + bytes(4) + payload
