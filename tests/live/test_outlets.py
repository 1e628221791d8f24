"""How texts leave the server: compressed once for all, in order, whole, and straight to the kernel."""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from daphne.server import Server as Daphne
from daphne.ws_protocol import WebSocketProtocol

from explorer.live import outlets
from explorer.live.text import Text
from tests.live.raw import RawLine
from tests.live.visitor import Visitor, a_run
from tests.live_server import Server

OFFER = "permessage-deflate; client_max_window_bits"


@pytest.fixture
def grace(server: Server) -> Visitor:
    return Visitor(server)


def test_who_offers_compression_gets_frames_that_stand_alone(server: Server, grace: Visitor) -> None:
    run, seq = a_run(grace)
    with RawLine(server, run, Sec_WebSocket_Extensions=OFFER) as line:
        assert line.state()["seq"] == seq
        for number in range(1, 6):
            grace.command("next", run=run, seen=seq + number - 1)
            assert line.state()["seq"] == seq + number
        assert line.compressed == 6


@pytest.mark.parametrize(
    "offer", ["", "permessage-deflate; server_max_window_bits=9", "permessage-bzip2", "x;;=,"]
)
def test_who_cannot_take_our_compression_gets_plain_frames(
    server: Server, grace: Visitor, offer: str
) -> None:
    run, seq = a_run(grace)
    with RawLine(server, run, Sec_WebSocket_Extensions=offer) as line:
        if line.opened == 101:
            assert line.state()["seq"] == seq
            assert line.compressed == 0
        else:
            assert line.opened == 400


def test_whoever_reads_in_gulps_gets_every_frame_whole_and_ends_on_the_newest(
    server: Server, grace: Visitor
) -> None:
    run, seq = a_run(grace)
    steps = 60

    def read(number: int) -> list[int]:
        dice = random.Random(number)
        offer = OFFER if number % 2 else ""
        with RawLine(server, run, small=True, Sec_WebSocket_Extensions=offer) as line:
            line.gulp = lambda: dice.randint(1, 900)
            got = [line.state()["seq"]]
            while got[-1] < seq + steps:
                got.append(line.state()["seq"])
        return got

    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read, number) for number in range(6)]
        for number in range(steps):
            pressed = ("next", "back")[number // 10 % 2]
            assert grace.command(pressed, run=run, seen=seq + number).headers["Orrery-Seq"] == str(
                seq + number + 1
            )
        for reader in readers:
            got = reader.result(timeout=30)
            assert got == sorted(set(got))


def test_a_text_is_framed_once_however_long_it_is() -> None:
    for size in (0, 1, 125, 126, 65_535, 65_536):
        text = Text("x" * size)
        header = 2 if size < 126 else 4 if size < 65_536 else 10
        assert len(text.plain) == header + size
        assert text.plain is text.plain
        assert text.small is text.small


def test_the_pinned_daphne_hands_over_what_the_short_way_needs() -> None:
    protocol = WebSocketProtocol()
    assert outlets._protocol_of(partial(Daphne.handle_reply, protocol)) is protocol


def test_whoever_hangs_up_while_being_let_in_leaves_no_trace() -> None:
    protocol = WebSocketProtocol()
    protocol.transport = SimpleNamespace(connected=0)  # as Twisted leaves it behind: without a socket
    outlet = outlets.outlet_for(partial(Daphne.handle_reply, protocol))
    assert isinstance(outlet, outlets.AsgiOutlet)


def test_lines_that_are_dropped_as_they_open_are_no_errors(server: Server, grace: Visitor) -> None:
    run, seq = a_run(grace)

    def drop(_number: int) -> None:
        with RawLine(server, run):
            pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(drop, range(200)))
    with RawLine(server, run) as line:
        assert line.state()["seq"] == seq
    assert "Traceback" not in server.said()


async def test_another_server_is_served_by_its_own_send() -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    outlet = outlets.outlet_for(send)
    outlets.bound(send)
    outlet.write(Text(json.dumps({"seq": 1})))
    assert outlet.full
    assert isinstance(outlet, outlets.AsgiOutlet)
    assert outlet._task is not None
    await outlet._task
    assert (outlet.full, sent) == (False, [{"type": "websocket.send", "text": '{"seq": 1}'}])
    await outlets.close(send, 4404)
    assert sent[-1] == {"type": "websocket.close", "code": 4404}
