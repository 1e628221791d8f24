"""The load client: opens many live lines, causes one push after the other, and prints what it saw as JSON.

    python -m tests.bench.fanload --url ws://127.0.0.1:9101/ --clients 1000 --rounds 20 --pid PID

A push has arrived when its last byte has been read on a socket. `from_trigger` begins just before the
presenter's bytes leave, `from_stamp` at the moment that the text itself carries (`sent_at`, by the same
clock). One thread, one core: give it a processor of its own, and the server another.
"""

import argparse
import json
import random
import re
import resource
import socket
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from tests.bench.costs import Costs
from tests.bench.telling import percentile
from tests.bench.wire import OPEN, Line, Lines

PATIENCE_S = 30.0
THERE_AND_BACK = 20  # steps of a walkthrough in one direction, then as many back


def at(values: list[float], share: float) -> float | None:
    """That percentile in milliseconds; None where there are no values."""
    return ms(percentile(values, share)) if values else None


def ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)


class Presenter:
    """Causes pushes: by POSTed commands where `url` says so, else by a text on a line of its own."""

    def __init__(self, lines: Lines, args: argparse.Namespace) -> None:
        self._lines, self._args = lines, args
        self._said = 0
        self.errors = 0
        self._line: Line | None = None
        self._socket: socket.socket | None = None
        if not args.trigger_url:
            self._line = lines.new(args.url[0])
            lines.spin(lambda: self._line is not None and self._line.state == OPEN, PATIENCE_S)

    def next(self, seen: int) -> None:
        """Cause one push; the answer is read along with everything else."""
        if self._line is not None:
            self._lines.say(self._line, "next")
            return
        to = urlsplit(self._args.trigger_url)
        if self._socket is None:
            self._socket = socket.create_connection((to.hostname or "", to.port or 80))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.setblocking(False)
            self._lines.watch(self._socket.fileno(), self._answered)
        do = "next" if self._said // THERE_AND_BACK % 2 == 0 else "back"
        self._said += 1
        body = self._args.trigger_body.format(do=do, seen=seen).encode()
        head = [
            f"POST {to.path} HTTP/1.1",
            f"Host: {to.netloc}",
            f"Origin: http://{to.netloc}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            *self._args.trigger_header,
        ]
        self._socket.sendall("\r\n".join([*head, "", ""]).encode() + body)

    def _answered(self) -> None:
        assert self._socket is not None
        try:
            said = self._socket.recv(1 << 20)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        if said.startswith(b"HTTP/1.") and said[9:10] not in b"23":
            self.errors += 1
            sys.stderr.write(said[:300].decode("latin-1") + "\n")
        if not said:
            self._lines.forget(self._socket.fileno())
            self._socket.close()
            self._socket = None


class Load:
    """One measurement: the lines, who moves them on, and the report."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.lines = Lines(self._note, deflate=args.deflate)
        self.costs = Costs(args.pid) if args.pid else None
        self.report: dict[str, Any] = {"clients": args.clients}
        self._stamps: list[float] = []
        self._first = self._reached = 0
        self._watching = False

    def run(self) -> dict[str, Any]:
        """Join, then whatever was asked for; the report has milliseconds, KiB and microseconds."""
        memory = self.costs.memory() if self.costs else 0
        self._join()
        if self.args.restart:
            self._return()
        elif self.args.rounds:
            self._push(memory)
        self.report |= {
            "closed_by_server": self.lines.closed_by_server,
            "refused": self.lines.refused,
            "strange_texts": self.lines.strange,
            "fell_back": self.lines.fell,
        }
        return self.report

    def _join(self) -> None:
        args, lines = self.args, self.lines
        cpu = self.costs.cpu() if self.costs else 0.0
        start = time.time()
        for number in range(args.clients):
            lines.new(args.url[number % len(args.url)])
            if not args.storm and number % 32 == 31:
                lines.spin(partial(self._ready, number - 32), PATIENCE_S)
        self.audience = list(lines.all)
        lines.spin(lambda: self._ready(args.clients), PATIENCE_S)
        joined = [
            (line.first if args.await_first else line.opened) - start
            for line in self.audience
            if self._in(line)
        ]
        self.report["join"] = {
            "joined": len(joined),
            "p50": at(joined, 50),
            "all": ms(max(joined, default=None)),
            "cpu_us": round((self.costs.cpu() - cpu) / args.clients * 1e6) if self.costs else None,
        }

    def _in(self, line: Line) -> bool:
        return line.state == OPEN and bool(line.first or not self.args.await_first)

    def _ready(self, so_many: int) -> bool:
        there = self._first if self.args.await_first else self.lines.open
        return there + self.lines.refused >= so_many

    def _note(self, line: Line, head: re.Match[bytes], now: float) -> None:
        if not self._watching:
            self._first += line.heard == line.first
            return
        if line.number >= self.args.clients:
            return
        self._reached += line.count == 1
        if (stamp := head[1]) is not None:
            self._stamps.append(now - float(stamp))

    def _push(self, memory: int) -> None:
        args, lines = self.args, self.lines
        presenter = Presenter(lines, args)
        for url in args.beside:
            lines.new(url)
        asleep = [lines.new(args.url[0], stalled=True) for _ in range(args.stalled)]
        lines.spin(lambda: all(line.state >= OPEN for line in asleep), PATIENCE_S)
        for line in asleep:
            lines.stop_reading(line)
        lines.settle(0.6)
        idle = self.costs.memory() if self.costs else 0
        for _ in range(args.warmup):
            self._round(presenter)
        before = self.costs.memory() if self.costs else 0
        rounds = [self._round(presenter) for _ in range(args.rounds)]
        got = sum(one["got"] for one in rounds)
        self.report |= {
            "rounds": len(rounds),
            "missing_frames": len(rounds) * len(self.audience) - got,
            "trigger_errors": presenter.errors,
            "wire_bytes": round(sum(one["bytes"] for one in rounds) / max(1, got)),
            "from_trigger": _over(rounds, "trigger"),
            "from_stamp": _over(rounds, "stamp"),
            "client_cpu_us": _each(rounds, "client_cpu", got),
        }
        if self.costs is not None:
            after = self.costs.memory()
            self.report |= {
                "cpu_us": _each(rounds, "cpu", got),
                "idle_kib": round((idle - memory) / args.clients, 2),
                "grown_kib": round((after - before) / args.clients, 2),
                "grown_kib_stalled": round((after - before) / max(1, args.stalled), 2),
            }
        if asleep:
            self.report["woken"] = self._wake(asleep)

    def _round(self, presenter: Presenter) -> dict[str, Any]:
        """One push to everybody."""
        lines, all_of_them = self.lines, len(self.audience)
        for line in self.audience:
            line.count = 0
        self._stamps, self._reached, self._watching = [], 0, True
        cpu = self.costs.cpu() if self.costs else 0.0
        mine, received = time.process_time(), lines.received
        start = time.time()
        presenter.next(self.audience[0].latest[1])
        lines.spin(lambda: self._reached >= all_of_them, self.args.patience)
        lines.settle(self.args.gap)
        took = [line.heard - start for line in self.audience if line.count]
        return {
            "got": len(took),
            "bytes": lines.received - received,
            "cpu": self.costs.cpu() - cpu if self.costs else 0.0,
            "client_cpu": time.process_time() - mine,
            "trigger": (at(took, 50), at(took, 99)),
            "stamp": (at(self._stamps, 50), at(self._stamps, 99)),
        }

    def _wake(self, asleep: list[Line]) -> dict[str, Any]:
        """Whoever did not read reads on: how many states come, and whether the last one is the newest."""
        for line in asleep:
            line.count = 0
            self.lines.read_again(line)
        self.lines.settle(1.0)
        newest = self.audience[0].latest
        return {
            "most_frames": max(line.count for line in asleep),
            "on_the_newest": sum(line.latest == newest for line in asleep),
            "of": len(asleep),
        }

    def _return(self) -> None:
        """Wait for the server to drop everybody; redial with jitter until all are back."""
        lines, everybody = self.lines, self.audience
        sys.stderr.write("READY\n")
        sys.stderr.flush()
        lines.spin(lambda: any(line.state != OPEN for line in everybody), PATIENCE_S)
        lines.pause(0.01)
        lines.closed_by_server = 0
        jitter = (self.args.backoff[0], self.args.backoff[1])
        back = lines.bring_back(everybody, jitter, random.Random(1), told=self.args.await_first)
        self._until_back(back, everybody)

    def _until_back(self, back: Callable[[], bool], everybody: list[Line]) -> None:
        end = time.time() + PATIENCE_S
        while time.time() < end and not back():
            self.lines.pause(0.004)
        there = [line for line in everybody if line.state == OPEN and self._in(line)]
        first = min((line.opened for line in there), default=0.0)
        last = max((line.first if self.args.await_first else line.opened for line in there), default=0.0)
        self.report["return"] = {"back": len(there), "after_first": ms(last - first)}
        self.lines.refused = self.lines.closed_by_server = 0


def _over(rounds: list[dict[str, Any]], key: str) -> dict[str, float | None]:
    """Medians over the rounds, and the slowest of them."""
    halves = [one[key][0] for one in rounds if one[key][0] is not None]
    tails = [one[key][1] for one in rounds if one[key][1] is not None]
    return {
        "p50": statistics.median(halves) if halves else None,
        "p99": statistics.median(tails) if tails else None,
        "worst_p99": max(tails, default=None),
    }


def _each(rounds: list[dict[str, Any]], key: str, got: int) -> float:
    total: float = sum(one[key] for one in rounds)
    return round(total / max(1, got) * 1e6, 2)


def arguments() -> argparse.ArgumentParser:
    """What the command line takes."""
    take = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    take.add_argument("--url", action="append", required=True, help="ws://…; repeated: by turns")
    take.add_argument("--beside", action="append", default=[], help="ws://… of a line that is no audience")
    take.add_argument("--clients", type=int, default=100)
    take.add_argument("--rounds", type=int, default=20, help="pushes that count; 0: join only")
    take.add_argument("--warmup", type=int, default=3, help="pushes before, thrown away")
    take.add_argument("--deflate", action="store_true", help="offer compression as a browser does")
    take.add_argument("--storm", action="store_true", help="all dial in one instant")
    take.add_argument("--await-first", action="store_true", help="joined is who has heard a state")
    take.add_argument("--restart", action="store_true", help="say READY, then time the return after a kill")
    take.add_argument("--backoff", type=float, nargs=2, default=[0.05, 0.5], help="seconds until a redial")
    take.add_argument("--stalled", type=int, default=0, help="so many more that do not read")
    take.add_argument("--pid", type=int, help="the server's process, for CPU and memory")
    take.add_argument("--trigger-url", help="POST commands there; else a text on a line is the trigger")
    take.add_argument("--trigger-body", default="", help="{do} and {seen} are filled in")
    take.add_argument("--trigger-header", action="append", default=[])
    take.add_argument("--gap", type=float, default=0.1, help="quiet seconds after each push")
    take.add_argument("--patience", type=float, default=10.0, help="seconds until a push is given up")
    return take


def as_many_files_as_possible() -> None:
    """Each line is an open file."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main() -> None:
    """Measure, and print the report as one line of JSON."""
    as_many_files_as_possible()
    sys.stdout.write(json.dumps(Load(arguments().parse_args()).run()) + "\n")


if __name__ == "__main__":
    main()
