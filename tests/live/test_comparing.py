"""Two views of one comparison stay together, over a real server and a real socket."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import pytest

from tests.live.visitor import Answer, Visitor, next_state
from tests.live_server import Server

PATH = "/compare/deploy/"


@pytest.fixture
def grace(server: Server) -> Visitor:
    """Grace drives."""
    return Visitor(server)


@pytest.fixture
def ada(server: Server) -> Visitor:
    """Ada follows, in Chinese."""
    return Visitor(server, "zh-hans")


def stands(answer: Answer) -> tuple[int, int]:
    query = parse_qs(answer.headers["Orrery-Address"].partition("?")[2])
    left, right = (int(query.get(f"{side}-step", ["-1"])[0]) for side in ("left", "right"))
    return left, right


def test_a_follower_is_brought_every_meeting_with_a_rising_number(grace: Visitor, ada: Visitor) -> None:
    made = grace.command("goto", PATH, meeting=4)
    run, seq = made.headers["Orrery-Run"], int(made.headers["Orrery-Seq"])
    with ada.line(run) as line:
        states = [next_state(line)]
        for number in range(3):
            grace.command("next", PATH, run=run, seen=seq + number)
            states.append(next_state(line))
    assert [state["seq"] for state in states] == list(range(seq, seq + 4))
    assert len({state["content"] for state in states}) == 4
    for state in states:
        assert "left-step" in state["content"]
        assert "csrf" not in state["content"]
        assert len(json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode()) <= 8 * 1024


def test_the_server_plays_both_to_the_next_meeting(grace: Visitor, ada: Visitor) -> None:
    made = grace.command("goto", PATH, meeting=26)
    run = made.headers["Orrery-Run"]
    with ada.line(run) as line:
        next_state(line)
        grace.command("speed", PATH, run=run, speed=4)
        next_state(line)
        playing = grace.command("play", PATH, run=run)
        seq = int(playing.headers["Orrery-Seq"])
        assert next_state(line)["seq"] == seq
        assert [next_state(line)["seq"] for _meeting in range(2)] == [seq + 1, seq + 2]
    # At the last meeting both stand still.
    stopped = grace.command("pause", PATH, run=run)
    assert int(stopped.headers["Orrery-Seq"]) == seq + 2
    assert stands(stopped) == stands(grace.command("goto", PATH, meeting=28))


def test_a_fault_in_both_reaches_the_follower_and_outlives_the_server(
    server: Server, grace: Visitor, ada: Visitor
) -> None:
    made = grace.command("goto", PATH, meeting=12)
    run = made.headers["Orrery-Run"]
    broken = grace.command("fault", PATH, run=run, pair="machine/m-3:down machine/node-3:down")
    assert stands(broken) == stands(made)
    server.restart()
    with ada.line(run) as line:
        state = next_state(line)
    assert state["seq"] == int(broken.headers["Orrery-Seq"])
    assert grace.get(broken.headers["Orrery-Address"]).status == 200


def test_twenty_presses_of_one_state_move_both_one_meeting(server: Server, grace: Visitor) -> None:
    made = grace.command("goto", PATH, meeting=6)
    run, seq = made.headers["Orrery-Run"], int(made.headers["Orrery-Seq"])
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _press: grace.command("next", PATH, run=run, seen=seq), range(20)))
    assert {answer.status for answer in answers} == {200}
    assert {answer.headers["Orrery-Seq"] for answer in answers} == {str(seq + 1)}
    assert {stands(answer) for answer in answers} == {stands(grace.command("goto", PATH, meeting=7))}
    assert "locked" not in server.said()
