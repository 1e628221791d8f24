"""Who is measured, on which processor, and by what client: the bars, the site, and the load between them.

Servers have the first processor that this process may use, the client the second. Where there is only one, or
no `taskset`, they share what there is, and the report says so.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Self

from tests.live.visitor import DEPLOY, Visitor, a_run, next_state, shared
from tests.live_server import ROOT, Server, free_port

FLOORS = Path(__file__).parent / "floors"
SERVERS, CLIENT = 0, 1
_PATIENCE_S = 20.0
_LONGEST_S = 300.0

LOSSES = ("missing_frames", "closed_by_server", "refused", "strange_texts", "fell_back", "trigger_errors")

type Report = dict[str, Any]


@cache
def pinned(place: int) -> tuple[str, ...]:
    """What stands before a command that runs on a processor of its own; nothing where that cannot be."""
    may = sorted(os.sched_getaffinity(0))
    return ("taskset", "-c", str(may[place])) if len(may) > 1 and shutil.which("taskset") else ()


class Bar:
    """A server that does nothing but push the same text."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self._command = name, command
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def pid(self) -> int:
        assert self._process is not None, "it does not run"
        return self._process.pid

    def start(self, body: Path) -> None:
        """Start it and wait until it listens."""
        command = [*pinned(SERVERS), *self._command, str(self.port), str(body)]
        self._process = subprocess.Popen(command)
        give_up = time.monotonic() + _PATIENCE_S
        while time.monotonic() < give_up:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", self.port)):
                    return
            time.sleep(0.01)
        raise AssertionError(f"{self.name} does not listen")

    def stop(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def asked(self) -> list[str]:
        """The client's arguments."""
        return ["--url", f"ws://127.0.0.1:{self.port}/", "--pid", str(self.pid)]


@cache
def floor(folder: Path) -> Bar:
    """The floor of this machine: in C, or in Python where nothing compiles."""
    if compiler := shutil.which("cc"):
        made = folder / "floor"
        subprocess.run([compiler, "-O2", "-o", str(made), str(FLOORS / "floor.c")], check=True)
        return Bar("C floor", [str(made)])
    return Bar("asyncio floor", [sys.executable, str(FLOORS / "floor_asyncio.py")])


@cache
def library() -> Bar:
    """The `websockets` library's broadcast."""
    return Bar("websockets", [sys.executable, str(FLOORS / "floor_websockets.py")])


class Site(Server):
    """The site itself, pinned like the bars and with stamped texts."""

    name = "Orrery"
    application = "tests.bench.stamped:application"
    before = pinned(SERVERS)

    def asked(self, *, push: bool = True) -> list[str]:
        """The client's arguments for a fresh shared Run: half of the audience in each language."""
        grace = Visitor(self)
        run, _ = a_run(grace)
        share = shared(grace, run)
        asked = ["--pid", str(self.pid)]
        # The presenter's own page has a line too.
        asked += ["--beside", f"{self.ws}/ws/runs/{run}/?lang=en"]
        for language in ("en", "zh-hans"):
            asked += ["--url", f"{self.ws}/ws/follow/{share}/?lang={language}"]
        if push:
            asked += ["--trigger-url", f"{self.url}{DEPLOY}do/"]
            asked += ["--trigger-body", f"do={{do}}&run={run}&seen={{seen}}"]
            for header in (
                f"Cookie: csrftoken={grace.token}", f"X-CSRFToken: {grace.token}", "HX-Request: true",
            ):  # fmt: skip
                asked += ["--trigger-header", header]
        return asked

    def arrivals(self) -> list[str]:
        """The same for phones that come by a code."""
        grace = Visitor(self)
        share = shared(grace, a_run(grace)[0])
        page, line = f"{self.url}/follow/{share}/", f"{self.ws}/ws/follow/{share}/?lang=en"
        return ["--pid", str(self.pid), "--page", page, "--line", line]

    def warm(self) -> None:
        """What a first visitor makes the site do once, outside of what is measured."""
        grace = Visitor(self)
        run, seq = a_run(grace)
        with grace.follow(shared(grace, run)) as line:
            next_state(line)
            for number in range(3):
                grace.command("next", run=run, seen=seq + number)
                next_state(line)

    def body(self) -> str:
        """A text to followers in the middle of a walkthrough, from behind its number: the bars push it."""
        grace = Visitor(self)
        run, _ = a_run(grace)
        grace.command("goto", run=run, index=200)
        with grace.follow(shared(grace, run)) as line:
            text = json.dumps(next_state(line), ensure_ascii=False, separators=(",", ":"))
        return text[text.index(',"content"') :]


def load(asked: list[str], *options: str, client: str = "fanload") -> Report:
    """Run a client to its end; its report."""
    done = subprocess.run(
        [*_client(client), *asked, *options],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=_LONGEST_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report: Report = json.loads(done.stdout)
    return report


def _client(name: str) -> list[str]:
    return [*pinned(CLIENT), sys.executable, "-m", f"tests.bench.{name}"]


@contextmanager
def loading(asked: list[str], *options: str) -> Iterator["Loading"]:
    """The client while it runs: it says READY when its lines are open."""
    with subprocess.Popen(
        [*_client("fanload"), *asked, *options],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield Loading(process)
        finally:
            process.kill()


class Loading:
    """A client at work."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def wait_until_ready(self) -> Self:
        assert self._process.stderr is not None
        said = self._process.stderr.readline()
        assert said == "READY\n", said + self._process.stderr.read()
        return self

    def report(self) -> Report:
        said, complaint = self._process.communicate(timeout=_LONGEST_S)
        assert self._process.returncode == 0, complaint
        report: Report = json.loads(said)
        return report


def sound(report: Report) -> Report:
    """The report, when nothing was lost on the way: figures of a run that lost something mean nothing."""
    counts = {name: report[name] for name in LOSSES if name in report}
    assert not any(counts.values()), counts
    return report
