"""Others follow a shared Run: each step, in their own language, and never a way to command."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from tests.live.pair import two_processes
from tests.live.raw import RawLine
from tests.live.visitor import DEPLOY, Visitor, a_run, closing_code, next_state, shared, step_in
from tests.live_server import Server

OFFER = "permessage-deflate; client_max_window_bits"
BADLY_SAID = re.compile(r"Traceback|Task was destroyed|never retrieved|never awaited|Unhandled|ERROR")


@pytest.fixture
def grace(server: Server) -> Visitor:
    """Grace drives."""
    return Visitor(server)


@pytest.fixture
def ada(server: Server) -> Visitor:
    return Visitor(server)


@pytest.fixture
def lin(server: Server) -> Visitor:
    """Lin follows in Chinese."""
    return Visitor(server, "zh-hans")


@pytest.fixture
def run(grace: Visitor) -> tuple[str, int]:
    return a_run(grace)


@pytest.fixture
def share(grace: Visitor, run: tuple[str, int]) -> str:
    return shared(grace, run[0])


def test_everybody_sees_each_step_in_their_own_language(
    grace: Visitor, ada: Visitor, lin: Visitor, run: tuple[str, int], share: str
) -> None:
    code, seq = run
    with ada.follow(share) as here, lin.follow(share) as there, ada.follow(share, screen="1") as wall:
        for number in range(6):
            states = [next_state(line) for line in (here, there, wall)]
            assert [state["seq"] for state in states] == [seq + number] * 3
            assert "Step" in step_in(states[0]["content"])
            assert "步" in step_in(states[1]["content"])
            assert states[2]["content"] == states[0]["content"]
            moved = grace.command("next", run=code, seen=seq + number)
            assert moved.status == 200


def test_who_drives_and_who_follows_see_the_same_step(
    grace: Visitor, ada: Visitor, run: tuple[str, int], share: str
) -> None:
    code, seq = run
    with grace.line(code) as inside, ada.follow(share) as outside:
        for number in range(3):
            mine, theirs = next_state(inside), next_state(outside)
            assert (mine["epoch"], mine["seq"]) == (theirs["epoch"], theirs["seq"])
            assert step_in(mine["content"]) == step_in(theirs["content"])
            grace.command("next", run=code, seen=seq + number)


def test_the_runs_own_code_stays_with_the_sharer(
    grace: Visitor, ada: Visitor, run: tuple[str, int], share: str
) -> None:
    code, seq = run
    with ada.follow(share) as line:
        for number in range(3):
            assert code not in json.dumps(next_state(line))
            grace.command("fault" if number == 1 else "next", run=code, seen=seq + number,
                          target="kubelet@node-1")  # fmt: skip
    for path in (f"/follow/{share}/", f"/follow/{share}/screen/", f"/follow/?code={share}"):
        page = ada.get(path)
        assert page.status == 200
        assert code not in page.text
        assert code not in json.dumps(page.headers)


def test_what_followers_are_brought_holds_no_form_and_no_command(
    ada: Visitor, run: tuple[str, int], share: str
) -> None:
    with ada.follow(share) as line:
        content = next_state(line)["content"]
    page = ada.get(f"/follow/{share}/")
    for text in (content, page.text):
        assert not re.search(r"<form|<input|csrf|/do/", text)
    assert "hx-" not in re.sub(r"</?hx-partial|hx-target=|hx-swap=", "", content)


@pytest.mark.parametrize("do", ["next", "goto", "play", "pause", "speed", "fault", "undo", "back"])
def test_the_share_code_commands_nothing(
    grace: Visitor, ada: Visitor, run: tuple[str, int], share: str, do: str
) -> None:
    code, seq = run
    answer = ada.command(do, run=share, seen=seq, index=5, speed=2, target="kubelet@node-1", fault="")
    assert answer.headers.get("Orrery-Run") != code
    for path in (f"/follow/{share}/", f"/follow/{share}/screen/", f"{DEPLOY}do/"):
        ada.post(path, do=do, run=share, seen=str(seq), index="5")
    assert ada.post(f"/share/{share}/", do="stop").status == 404
    assert grace.command("next", run=code, seen=seq).headers["Orrery-Seq"] == str(seq + 1)


def test_what_a_follower_says_ends_its_line_and_nothing_else(
    grace: Visitor, ada: Visitor, lin: Visitor, run: tuple[str, int], share: str
) -> None:
    code, seq = run
    with ada.follow(share) as loud, lin.follow(share) as quiet:
        next_state(loud)
        next_state(quiet)
        loud.send('{"do": "next"}')
        assert closing_code(loud) == 4400
        grace.command("next", run=code, seen=seq)
        assert next_state(quiet)["seq"] == seq + 1


def test_sharing_twice_gives_the_same_code(grace: Visitor, run: tuple[str, int], share: str) -> None:
    assert shared(grace, run[0]) == share


def test_whoever_stops_sharing_lets_everybody_go_and_drives_on(
    grace: Visitor, ada: Visitor, lin: Visitor, run: tuple[str, int], share: str
) -> None:
    code, seq = run
    with ada.follow(share) as here, lin.follow(share) as there, grace.line(code) as own:
        for line in (here, there, own):
            next_state(line)
        assert grace.post(f"/share/{code}/", do="stop").status == 200
        assert {closing_code(here), closing_code(there)} == {4410}
        grace.command("next", run=code, seen=seq)
        assert next_state(own)["seq"] == seq + 1
    with ada.follow(share) as late:
        assert closing_code(late) == 4404
    assert ada.get(f"/follow/{share}/").status == 404
    assert shared(grace, code) != share


@pytest.mark.parametrize("code", ["aaaaaaaa", "short", "AAAAAAAA", "aaaaaaaaaaaa", "0"])
def test_a_code_under_which_nothing_is_shared_is_said_so(ada: Visitor, code: str) -> None:
    with ada.follow(code) as line:
        assert closing_code(line) == 4404


def test_a_runs_own_code_is_no_share_code(ada: Visitor, run: tuple[str, int], share: str) -> None:
    with ada.follow(run[0]) as line:
        assert closing_code(line) == 4404
    with ada.line(share) as line:
        assert closing_code(line) == 4404


def test_a_page_of_another_origin_cannot_follow(ada: Visitor, share: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        ada.follow(share, origin="http://elsewhere.example")
    assert refused.value.response.status_code == 403


def test_late_comers_land_on_the_current_step_and_those_who_have_it_get_nothing(
    grace: Visitor, ada: Visitor, lin: Visitor, run: tuple[str, int], share: str
) -> None:
    code, seq = run
    grace.command("next", run=code, seen=seq)
    with lin.follow(share) as late, ada.follow(share, epoch="1", seq=str(seq + 1)) as there:
        assert next_state(late)["seq"] == seq + 1
        grace.command("next", run=code, seen=seq + 1)
        assert next_state(there)["seq"] == seq + 2


def test_after_a_kill_everybody_comes_back_to_the_right_step(
    server: Server, grace: Visitor, run: tuple[str, int], share: str
) -> None:
    code, seq = run
    for number in range(4):
        grace.command("next", run=code, seen=seq + number)
    said = len(server.said())
    server.restart()
    followers = [Visitor(server, ("en", "zh-hans")[number % 2]) for number in range(12)]
    with ExitStack() as stack:
        lines = [stack.enter_context(follower.follow(share)) for follower in followers]
        assert {next_state(line)["seq"] for line in lines} == {seq + 4}
        grace.command("next", run=code, seen=seq + 4)
        assert {next_state(line)["seq"] for line in lines} == {seq + 5}
    assert not BADLY_SAID.search(server.said()[said:])


def test_autoplay_goes_on_for_followers_alone(
    grace: Visitor, ada: Visitor, run: tuple[str, int], share: str
) -> None:
    code, _seq = run
    grace.command("speed", run=code, speed="4")
    with ada.follow(share) as line:
        first = next_state(line)["seq"]
        grace.command("play", run=code)
        numbers = [next_state(line)["seq"] for _ in range(3)]
    assert numbers == [first + 1, first + 2, first + 3]


def test_followers_of_a_comparison_see_both_sides_move(grace: Visitor, ada: Visitor, lin: Visitor) -> None:
    path = "/compare/deploy/"
    made = grace.command("goto", path, meeting=0)
    code, seq = made.headers["Orrery-Run"], int(made.headers["Orrery-Seq"])
    share = shared(grace, code, path)
    with ada.follow(share) as here, lin.follow(share) as there:
        for number in range(4):
            for line in (here, there):
                state = next_state(line)
                assert state["seq"] == seq + number
                assert "#left-step" in state["content"]
                assert "#right-step" in state["content"]
                assert code not in state["content"]
            assert grace.command("next", path, run=code, seen=seq + number).status == 200


def test_texts_are_compressed_once_for_followers_too(
    server: Server, grace: Visitor, run: tuple[str, int], share: str
) -> None:
    code, seq = run
    with RawLine(server, share, room="follow", Sec_WebSocket_Extensions=OFFER) as line:
        assert line.state()["seq"] == seq
        grace.command("next", run=code, seen=seq)
        assert line.state()["seq"] == seq + 1
        assert line.compressed == 2


def test_the_direct_way_is_taken_with_the_pinned_daphne(
    server: Server, ada: Visitor, run: tuple[str, int], share: str
) -> None:
    with ada.follow(share) as line:
        next_state(line)
    assert "live texts leave straight to their connections" in server.said()


@pytest.fixture
def stock(tmp_path: Path) -> Iterator[Server]:
    """A server that writes by ASGI's own `send`."""
    served = Server(tmp_path, {"DIRECT_WRITE": "0"})
    served.prepare()
    served.start()
    yield served
    served.stop()


def test_the_stock_way_brings_the_same(stock: Server) -> None:
    grace, lin = Visitor(stock), Visitor(stock, "zh-hans")
    run, seq = a_run(grace)
    share = shared(grace, run)
    with (
        lin.follow(share) as line,
        grace.line(run) as own,
        RawLine(stock, share, room="follow", Sec_WebSocket_Extensions=OFFER) as small,
    ):
        for number in range(4):
            assert {next_state(line)["seq"], next_state(own)["seq"], small.state()["seq"]} == {seq + number}
            grace.command("next", run=run, seen=seq + number)
        assert small.compressed == 4
        grace.post(f"/share/{run}/", do="stop")
        assert closing_code(line) == 4410
    assert "live texts leave by the server's own send" in stock.said()
    assert not BADLY_SAID.search(stock.said()), stock.said()[-2000:]


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    with two_processes(tmp_path) as both:
        yield both


def test_followers_of_two_processes_hear_the_same(processes: tuple[Server, Server]) -> None:
    (grace, ada), (lin, _) = ([Visitor(server) for _ in range(2)] for server in processes)
    run, seq = a_run(grace)
    share = shared(grace, run)
    with ada.follow(share) as here, lin.follow(share) as there:
        for number in range(4):
            assert next_state(here)["seq"] == next_state(there)["seq"] == seq + number
            (grace, lin)[number % 2].command("next", run=run, seen=seq + number)
        lin.post(f"/share/{run}/", do="stop")
        assert closing_code(here) == closing_code(there) == 4410
    assert not BADLY_SAID.search(processes[0].said())
