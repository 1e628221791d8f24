"""A class of three hundred: some asleep, some coming and going, a server that dies in the middle of it.

The sockets are real and the server is the plain one. Nothing is timed; what counts is where everybody ends.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests.bench.wire import OPEN, Line, Lines
from tests.live.visitor import Visitor, a_run, shared
from tests.live_server import Server

PHONES, ASLEEP, RESTLESS = 300, 15, 30
STEPS, DIES_AFTER = 60, 30
JITTER = (0.05, 0.5)  # seconds until a phone dials again
PATIENCE = 30.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """One of its own: its log has to stay empty."""
    served = Server(tmp_path)
    served.prepare()
    served.start()
    yield served
    served.stop()


class Class:
    """The phones, and what each has seen."""

    def __init__(self, server: Server, share: str) -> None:
        self.lines = Lines(deflate=True, origin=server.url)
        addresses = [f"{server.ws}/ws/follow/{share}/?lang={language}" for language in ("en", "zh-hans")]
        dialled = [self.lines.new(addresses[number % 2], stalled=number < ASLEEP) for number in range(PHONES)]
        self.asleep, self.awake = dialled[:ASLEEP], dialled[ASLEEP:]
        self.restless = self.awake[:RESTLESS]
        self._random = Random(300)
        self._back = self.lines.bring_back(self.awake, JITTER, self._random)

    def sit_down(self) -> None:
        assert self.lines.spin(lambda: all(line.first for line in self.lines.all), PATIENCE)
        for line in self.asleep:
            self.lines.stop_reading(line)

    def fidget(self) -> None:
        """Now and then one of the restless leaves the network; it is back a moment later."""
        for line in self.restless:
            if line.state == OPEN and self._random.random() < 0.15:
                self.lines.hang_up(line)
        self._back()

    def follow(self, seconds: float) -> None:
        """Take in for a while what comes."""
        self.lines.spin(lambda: self._back() and False, seconds)

    def all_on(self, seq: int) -> bool:
        """Whether everybody who reads gets to that number."""

        def there() -> bool:
            return self._back() and all(line.latest[1] == seq for line in self.awake)

        return self.lines.spin(there, PATIENCE)

    def wake_up(self) -> None:
        for line in self.asleep:
            if line.state == OPEN:
                self.lines.read_again(line)


def behind(lines: list[Line], seq: int) -> dict[int, tuple[int, int]]:
    return {line.number: line.latest for line in lines if line.latest[1] != seq}


def test_three_hundred_end_on_the_last_step_and_none_ever_goes_back(server: Server) -> None:
    grace = Visitor(server)
    run, seq = a_run(grace)
    followers = Class(server, shared(grace, run))
    with closing(followers.lines):
        followers.sit_down()
        for number in range(STEPS):
            if number == DIES_AFTER:
                server.restart()
            do = "next" if number < STEPS // 3 or number >= 2 * STEPS // 3 else "back"
            moved = grace.command(do, run=run, seen=seq)
            assert moved.status == 200
            assert int(moved.headers["Orrery-Seq"]) == seq + 1, f"step {number} was not taken"
            seq += 1
            followers.fidget()
            followers.follow(0.03)
        assert followers.all_on(seq), behind(followers.awake, seq)
        followers.wake_up()
        followers.lines.settle(0.5)
        assert followers.lines.fell == 0
        assert followers.lines.doubled == 0
        assert followers.lines.strange == 0
    assert server.complaints() == []
