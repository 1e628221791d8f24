"""Two processes and a Redis between them: each command reaches everybody once, and the clock is one clock."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.live.pair import two_processes
from tests.live.visitor import Visitor, a_run, next_state
from tests.live_server import Server


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    with two_processes(tmp_path_factory.mktemp("two")) as both:
        yield both


def test_commands_through_one_reach_viewers_of_both_exactly_once(processes: tuple[Server, Server]) -> None:
    grace, ada = (Visitor(server) for server in processes)
    run, seq = a_run(grace)
    with grace.line(run) as here, ada.line(run) as there:
        for line in (here, there):
            assert next_state(line)["seq"] == seq
        for number in range(1, 11):
            driver = (grace, ada)[number % 2]
            assert driver.command("next", run=run, seen=seq + number - 1).status == 200
            for line in (here, there):
                assert next_state(line)["seq"] == seq + number
        for line in (here, there):
            with pytest.raises(TimeoutError):
                next_state(line, timeout=0.3)


def test_the_clocks_of_two_processes_are_one(processes: tuple[Server, Server]) -> None:
    grace, ada = (Visitor(server) for server in processes)
    run, _seq = a_run(grace)
    grace.command("speed", run=run, speed="4")
    with grace.line(run) as here, ada.line(run) as there:
        for line in (here, there):
            next_state(line)
        seq = int(grace.command("play", run=run).headers["Orrery-Seq"])
        assert next_state(here)["seq"] == next_state(there)["seq"] == seq
        begun = time.monotonic()
        for number in range(1, 5):
            assert next_state(here)["seq"] == next_state(there)["seq"] == seq + number
        # The shortest stay is 3 s, a quarter of it at this speed; a clock too many would halve it.
        assert time.monotonic() - begun > 4 * 0.75 * 0.9


def test_neither_process_complains(processes: tuple[Server, Server]) -> None:
    said = processes[0].said()
    assert not [line for line in said.splitlines() if "ERROR" in line or "Traceback" in line], said[-2000:]
