"""Two views of one Run stay together, over a real server and real sockets."""

import json

import pytest
from websockets.exceptions import InvalidStatus

from tests.live.visitor import Visitor, a_run, closing_code, next_state, step_in
from tests.live_server import Server


@pytest.fixture
def grace(server: Server) -> Visitor:
    """Grace drives."""
    return Visitor(server)


@pytest.fixture
def ada(server: Server) -> Visitor:
    """Ada follows, in Chinese."""
    return Visitor(server, "zh-hans")


def test_a_get_makes_no_run(grace: Visitor) -> None:
    page = grace.get("/walkthroughs/kubernetes/deploy/?step=3")
    assert page.status == 200
    assert "run=" not in page.text.partition("</head>")[2].partition("<form")[0]


def test_a_newcomer_gets_the_current_step_at_once(grace: Visitor, ada: Visitor) -> None:
    run, seq = a_run(grace)
    with ada.line(run) as line:
        state = next_state(line)
    assert state["seq"] == seq
    assert "步" in step_in(state["content"])


def test_whoever_has_the_current_step_is_not_sent_it_again(grace: Visitor, ada: Visitor) -> None:
    run, seq = a_run(grace)
    with ada.line(run, epoch="1", seq=str(seq)) as line:
        moved = grace.command("next", run=run, seen=seq)
        assert next_state(line)["seq"] == seq + 1 == int(moved.headers["Orrery-Seq"])


def test_every_command_reaches_everybody_with_a_rising_number(grace: Visitor, ada: Visitor) -> None:
    run, seq = a_run(grace)
    with ada.line(run) as line:
        next_state(line)
        for number in range(1, 4):
            grace.command("next", run=run, seen=seq + number - 1)
            assert next_state(line)["seq"] == seq + number


def test_next_said_of_an_older_state_changes_nothing(grace: Visitor) -> None:
    run, seq = a_run(grace)
    first = grace.command("next", run=run, seen=seq)
    second = grace.command("next", run=run, seen=seq)
    assert first.headers["Orrery-Seq"] == second.headers["Orrery-Seq"]
    assert step_in(first.text) == step_in(second.text)


def test_the_pushed_text_has_no_commands_for_the_page(grace: Visitor, ada: Visitor) -> None:
    run, _seq = a_run(grace)
    with ada.line(run) as line:
        content = next_state(line)["content"]
    attributes = content.replace("<hx-partial hx-target", "").replace("hx-swap=", "")
    assert "hx-" not in attributes.replace("</hx-partial>", "")
    assert "csrfmiddlewaretoken" not in content
    assert len(json.dumps(content).encode()) <= 8 * 1024 * 3


def test_a_restarted_server_still_knows_where_everybody_is(server: Server, grace: Visitor) -> None:
    run, seq = a_run(grace)
    moved = grace.command("next", run=run, seen=seq)
    server.restart()
    with grace.line(run) as line:
        state = next_state(line)
    assert state["seq"] == seq + 1
    assert step_in(state["content"]) == step_in(moved.text)


@pytest.mark.parametrize("said", ["hello", '{"answer": 1}', "[]", "{", "\x00"])
def test_what_a_client_says_ends_its_line_and_nothing_else(grace: Visitor, said: str) -> None:
    run, seq = a_run(grace)
    with grace.line(run) as line:
        next_state(line)
        line.send(said)
        assert closing_code(line) == 4400
    assert grace.command("next", run=run, seen=seq).status == 200


def test_bytes_and_long_texts_are_closed_with_their_codes(grace: Visitor) -> None:
    run, _seq = a_run(grace)
    for said, code in ((b"\x01\x02", 4400), ("x" * 5000, 4413)):
        with grace.line(run) as line:
            line.send(said)
            assert closing_code(line) == code


@pytest.mark.parametrize("code", ["aaaaaaaaaaaa", "short", "AAAAAAAAAAAA"])
def test_a_run_that_is_not_there_is_said_so(grace: Visitor, code: str) -> None:
    with grace.line(code) as line:
        assert closing_code(line) == 4404


def test_a_page_of_another_origin_gets_no_line(grace: Visitor) -> None:
    run, _seq = a_run(grace)
    with pytest.raises(InvalidStatus) as refused:
        grace.line(run, origin="http://elsewhere.example")
    assert refused.value.response.status_code == 403


def test_a_command_without_its_token_is_refused(server: Server) -> None:
    mallory = Visitor(server)
    mallory.get("/")
    mallory.jar.clear()
    assert mallory.command("play").status == 403 or mallory.token is not None


def test_autoplay_moves_everybody_by_the_servers_clock(grace: Visitor, ada: Visitor) -> None:
    run, _seq = a_run(grace)
    with ada.line(run) as line:
        next_state(line)
        grace.command("speed", run=run, speed="4")
        next_state(line)
        grace.command("play", run=run)
        first, second, third = (next_state(line) for _ in range(3))
    numbers = [first["seq"], second["seq"], third["seq"]]
    assert numbers == sorted(set(numbers))
    assert step_in(second["content"]) != step_in(third["content"])


@pytest.mark.parametrize(
    ("do", "fields", "names"),
    [
        ("dance", {}, "goto"),
        ("speed", {"speed": "3"}, "0.25"),
        ("goto", {"index": "99999999"}, "whole numbers"),
        ("goto", {"index": "x"}, "whole numbers"),
        ("fault", {"fault": "nonsense"}, "TARGET:KIND"),
        ("fault", {"fault": "kubelett@node-1:down@1"}, "kubelet@node-1"),
        ("undo", {"fault": "kubelet@node-1:down@1"}, "no fault"),
    ],
)
def test_a_command_that_cannot_be_says_what_would_be_right(
    grace: Visitor, do: str, fields: dict[str, str], names: str
) -> None:
    run, seq = a_run(grace)
    answer = grace.command(do, run=run, **fields)
    assert answer.status in (400, 404)
    assert names in answer.text
    assert grace.command("next", run=run, seen=seq).headers["Orrery-Seq"] == str(seq + 1)
