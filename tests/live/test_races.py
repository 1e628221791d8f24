"""Many commands at the same moment on one Run: each number once, none lost, nobody told of a lock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.live.visitor import Answer, Visitor, a_run, closing_code, next_state, step_in
from tests.live_server import Server

DRIVERS = 8


@pytest.fixture(scope="module")
def drivers(server: Server) -> list[Visitor]:
    """Visitors with their tokens in hand."""
    made = [Visitor(server) for _ in range(DRIVERS)]
    for visitor in made:
        visitor.get("/walkthroughs/kubernetes/deploy/")
    return made


def at_once(drivers: list[Visitor], commands: list[dict[str, Any]]) -> list[Answer]:
    """Send the commands from as many threads as there are drivers, the first ones in the same instant."""
    start = Barrier(min(len(drivers), len(commands)))

    def send(number: int) -> Answer:
        if number < start.parties:
            start.wait(timeout=10)
        return drivers[number % len(drivers)].command(**commands[number])

    with ThreadPoolExecutor(len(drivers)) as pool:
        return list(pool.map(send, range(len(commands))))


def test_twenty_presses_of_one_state_move_one_step(server: Server, drivers: list[Visitor]) -> None:
    run, seq = a_run(drivers[0])
    answers = at_once(drivers, [{"do": "next", "run": run, "seen": seq}] * 20)
    assert {answer.status for answer in answers} == {200}
    assert {answer.headers["Orrery-Seq"] for answer in answers} == {str(seq + 1)}
    assert len({step_in(answer.text) for answer in answers}) == 1


def test_what_is_announced_rises_by_one_whatever_comes_at_once(
    server: Server, drivers: list[Visitor]
) -> None:
    run, seq = a_run(drivers[0])
    commands: list[dict[str, Any]] = []
    for number in range(60):
        commands += [
            {"do": "goto", "run": run, "index": number},
            {"do": ("next", "back")[number % 2], "run": run, "seen": seq + number},
            {"do": ("play", "pause")[number % 2], "run": run},
        ]
        if number % 20 == 0:
            commands.append({"do": "fault", "run": run, "fault": f"machine/node-1:slow={number + 10}@0"})
    answers = at_once(drivers, commands)
    assert {answer.status for answer in answers} == {200}, [a.text[:300] for a in answers if a.status != 200]
    numbers = sorted({int(answer.headers["Orrery-Seq"]) for answer in answers})
    # Autoplay may have taken a step of its own; nothing else makes numbers.
    assert numbers[-1] - seq <= len(commands) + 2
    by_number: dict[str, set[str]] = {}
    for answer in answers:
        by_number.setdefault(answer.headers["Orrery-Seq"], set()).add(answer.headers["Orrery-Address"])
    assert all(len(places) == 1 for places in by_number.values()), "one number, two states"
    assert "locked" not in server.said()


def test_every_change_has_the_next_number_and_viewers_see_them_rise(
    server: Server, drivers: list[Visitor]
) -> None:
    run, seq = a_run(drivers[0])
    with drivers[0].line(run) as line:
        answers = at_once(drivers, [{"do": "goto", "run": run, "index": 10 + number} for number in range(40)])
        numbers = sorted(int(answer.headers["Orrery-Seq"]) for answer in answers)
        changes = len({(a.headers["Orrery-Seq"], a.headers["Orrery-Address"]) for a in answers})
        assert sorted(set(numbers)) == list(range(numbers[0], numbers[0] + changes))
        seen = [next_state(line)["seq"]]
        while seen[-1] < numbers[-1]:
            seen.append(next_state(line)["seq"])
    assert seen == sorted(set(seen))
    assert seen[-1] == numbers[-1] > seq


def test_many_faults_at_once_leave_all_of_them_or_say_that_there_are_enough(
    server: Server, drivers: list[Visitor]
) -> None:
    run, _seq = a_run(drivers[0])
    faults = [f"kubelet@node-1:slow={number}@0" for number in range(1, 17)]
    answers = at_once(drivers, [{"do": "fault", "run": run, "fault": fault} for fault in faults])
    assert sorted(answer.status for answer in answers) == [200] * 12 + [400] * 4
    last = drivers[0].command("goto", run=run, index=0)
    assert last.headers["Orrery-Address"].count("fault=") == 12


def test_heavy_commands_of_others_hold_no_lock(server: Server, drivers: list[Visitor]) -> None:
    heavy: list[dict[str, Any]] = [
        {"do": "goto", "index": 5, "replicas": 50, "machines": 50, "seed": number} for number in range(6)
    ]
    run, seq = a_run(drivers[0])
    light: list[dict[str, Any]] = [{"do": "next", "run": run, "seen": seq + n} for n in range(10)]
    answers = at_once(drivers, heavy + light)
    assert {answer.status for answer in answers} == {200}
    assert "locked" not in server.said()


def test_pressing_next_while_it_plays_moves_one_step_and_stops_the_clock(
    server: Server, drivers: list[Visitor]
) -> None:
    grace = drivers[0]
    run, _seq = a_run(grace)
    grace.command("speed", run=run, speed="4")
    with grace.line(run) as line:
        next_state(line)
        grace.command("play", run=run)
        next_state(line)
        moved = next_state(line)  # the clock's own
        pressed = grace.command("next", run=run, seen=moved["seq"])
        assert int(pressed.headers["Orrery-Seq"]) == moved["seq"] + 1
        assert next_state(line)["seq"] == moved["seq"] + 1
        with pytest.raises(TimeoutError):  # longer than any stay at this speed
            next_state(line, timeout=2.5)


def test_autoplay_stops_at_the_last_step(server: Server, drivers: list[Visitor]) -> None:
    grace = drivers[0]
    run, _seq = a_run(grace)
    there = grace.command("goto", run=run, index=999_999)
    last = int(there.text.rpartition("to ")[2].split("<")[0].rstrip(".")) if there.status == 400 else 0
    end = grace.command("goto", run=run, index=last)
    grace.command("back", run=run, seen=end.headers["Orrery-Seq"])
    grace.command("speed", run=run, speed="4")
    with grace.line(run) as line:
        next_state(line)
        played = int(grace.command("play", run=run).headers["Orrery-Seq"])
        assert next_state(line)["seq"] == played
        stopped = next_state(line)
        assert stopped["seq"] == played + 1
        assert step_in(stopped["content"]) == step_in(end.text)
        with pytest.raises(TimeoutError):
            next_state(line, timeout=2.5)


def test_a_run_that_was_playing_plays_on_after_a_restart(server: Server, drivers: list[Visitor]) -> None:
    grace = drivers[0]
    run, _seq = a_run(grace)
    grace.command("speed", run=run, speed="4")
    playing = int(grace.command("play", run=run).headers["Orrery-Seq"])
    server.restart()
    with grace.line(run) as line:
        assert next_state(line)["seq"] >= playing
        first, second = next_state(line)["seq"], next_state(line)["seq"]
    assert (first, second) == (second - 1, first + 1)


def test_a_server_that_stops_says_so_and_complains_of_nothing(server: Server, drivers: list[Visitor]) -> None:
    grace = drivers[0]
    run, _seq = a_run(grace)
    grace.command("play", run=run)
    said = len(server.said())
    with grace.line(run) as line, grace.line(run) as other:
        next_state(line)
        server.stop()
        server_said = server.said()[said:]
        server.start()
        assert {closing_code(line), closing_code(other)} == {1012}
    assert server_said == ""
