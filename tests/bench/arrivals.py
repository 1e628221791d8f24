"""A class arrives by one code: each phone fetches the page, all it refers to, and opens its live line.

    python -m tests.bench.arrivals --page http://…/ --line ws://…/ --phones 1000 --within 5 --pid PID

Nothing is cached, and each phone uses one connection for all files, as the site serves HTTP/1.1.
"""

import argparse
import json
import re
import socket
import sys
import time
import urllib.request
from functools import partial
from urllib.parse import SplitResult, urljoin, urlsplit

from tests.bench.costs import Costs
from tests.bench.fanload import as_many_files_as_possible, at, ms
from tests.bench.wire import Line, Lines

PATIENCE_S = 60.0
_REFERRED = re.compile(r"""(?:href|src)=["']?(/static/[^"'#\s>]+)""")
_IMPORTED = re.compile(r"""(?:from|import)\s*["'](\.{0,2}/[^"']+)["']|url\(["']?([^"')#]+)""")


def files_of(page: str) -> list[str]:
    """The static files that a page needs, by path: those it names, and those that these name."""
    found: list[str] = []
    looking = _REFERRED.findall(_text(page))
    while looking:
        path = looking.pop(0)
        if path in found or path.startswith("data:"):
            continue
        found.append(path)
        if path.endswith((".js", ".css")):
            base = urljoin(page, path)
            named = (one or other for one, other in _IMPORTED.findall(_text(base)))
            looking += [urlsplit(urljoin(base, name)).path for name in named if not name.startswith("data:")]
    return found


def _text(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


def _past(moment: float) -> bool:
    return time.time() >= moment


class Phone:
    """One visitor: a connection that asks for one file after the other."""

    def __init__(self, arriving: "Arriving") -> None:
        self._of = arriving
        self._left = [arriving.page.path, *arriving.files]
        self._got = b""
        self.came = time.time()
        self.line: Line | None = None
        self._socket = socket.create_connection((arriving.page.hostname or "", arriving.page.port or 80))
        self._socket.setblocking(False)
        arriving.lines.watch(self._socket.fileno(), self._read)
        self._ask()

    @property
    def served(self) -> bool:
        return self.line is not None and self.line.first > 0

    def _ask(self) -> None:
        head = (
            f"GET {self._left[0]} HTTP/1.1\r\nHost: {self._of.page.netloc}\r\n"
            "Accept: text/html,*/*\r\nAccept-Encoding: gzip, deflate, br\r\nAccept-Language: en\r\n\r\n"
        )
        self._socket.send(head.encode())

    def _read(self) -> None:
        more = self._socket.recv(1 << 18)
        assert more, f"hung up on {self._left[0]}"
        self._got += more
        self._of.bytes += len(more)
        head, parted, body = self._got.partition(b"\r\n\r\n")
        if not parted:
            return
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        assert head.startswith(b"HTTP/1.1 200"), head[:200]
        assert length is not None, "an answer without a length"
        if len(body) < int(length[1]):
            return
        self._got = b""
        self._left.pop(0)
        if self._left:
            self._ask()
            return
        self._of.lines.forget(self._socket.fileno())
        self._socket.close()
        self.line = self._of.lines.new(self._of.line)


class Arriving:
    """All phones."""

    def __init__(self, page: str, line: str) -> None:
        self.page: SplitResult = urlsplit(page)
        self.line = line
        self.files = files_of(page)
        self.lines = Lines(deflate=True)
        self.bytes = 0

    def run(self, phones: int, within: float, costs: Costs) -> dict[str, object]:
        """Let them come one after the other; microseconds of the server and milliseconds of waiting."""
        cpu, start = costs.cpu(), time.time()
        there: list[Phone] = []
        for number in range(phones):
            due = start + within * number / phones
            self.lines.spin(partial(_past, due), within)
            there.append(Phone(self))
        self.lines.spin(lambda: all(phone.served for phone in there), PATIENCE_S)
        waits = [phone.line.first - phone.came for phone in there if phone.line is not None and phone.served]
        return {
            "served": len(waits),
            "cpu_us": round((costs.cpu() - cpu) / phones * 1e6),
            "files": len(self.files),
            "kib": round((self.bytes + self.lines.received) / phones / 1024, 1),
            "p50": at(waits, 50),
            "longest": ms(max(waits, default=None)),
            "refused": self.lines.refused,
            "closed_by_server": self.lines.closed_by_server,
        }


def main() -> None:
    """Measure, and print the report as one line of JSON."""
    take = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    take.add_argument("--page", required=True)
    take.add_argument("--line", required=True)
    take.add_argument("--phones", type=int, default=1000)
    take.add_argument("--within", type=float, default=5.0, help="seconds")
    take.add_argument("--pid", type=int, required=True)
    args = take.parse_args()
    as_many_files_as_possible()
    report = Arriving(args.page, args.line).run(args.phones, args.within, Costs(args.pid))
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
