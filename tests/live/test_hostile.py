"""Whatever comes over a live line is answered or closed with a documented code; Run and server go on."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.live.limits import LARGEST_BYTES, MOST_LINES
from tests.live.raw import CLOSE, CONTINUED, PING, PONG, TEXT, RawLine
from tests.live.visitor import Visitor, a_run, closing_code, next_state
from tests.live_server import ROOT, Server

BADLY_SAID = re.compile(r"Traceback|Task was destroyed|never retrieved|never awaited|Unhandled|ERROR")


@pytest.fixture
def grace(server: Server) -> Visitor:
    return Visitor(server)


@pytest.fixture
def run(grace: Visitor, server: Server) -> Iterator[str]:
    """A Run that is unharmed by whatever a test does, on a server that goes on and complains of nothing."""
    code, seq = a_run(grace)
    said = len(server.said())
    yield code
    moved = grace.command("next", run=code, seen=seq)
    assert (moved.status, moved.headers["Orrery-Run"]) == (200, code)
    assert moved.headers["Orrery-Seq"] == str(seq + 1)
    assert not BADLY_SAID.search(server.said()[said:]), server.said()[said:][-3000:]


def memory(server: Server) -> int:
    """Resident memory of the server's process, in KiB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{server.pid}/status").read_text())
    assert found
    return int(found[1])


def test_a_message_without_an_end_is_cut_off(server: Server, run: str) -> None:
    with RawLine(server, run) as line:
        line.send(TEXT, b"x" * 1000, last=False)
        for _ in range(70):
            line.send(CONTINUED, b"x" * 1000, last=False)
        assert line.code() == 1009


def test_a_frame_that_announces_more_than_is_taken_is_refused_unread(server: Server, run: str) -> None:
    with RawLine(server, run) as line:
        line.socket.sendall(bytes([0x81, 0xFF]) + struct.pack("!Q", 1 << 40) + bytes(4))
        assert line.code() == 1009


def test_a_text_in_fragments_is_a_text(server: Server, run: str) -> None:
    with RawLine(server, run) as line:
        line.send(TEXT, b"he", last=False)
        line.send(CONTINUED, b"llo")
        assert line.code() == 4400


def test_many_texts_at_once_end_the_line_once(server: Server, run: str) -> None:
    with RawLine(server, run) as line:
        for _ in range(500):
            line.send(TEXT, b"{}")
        assert line.code() == 4400


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (bytes([0x83, 0x80]) + bytes(4), 1002),  # an opcode that does not exist
        (bytes([0xF1, 0x80]) + bytes(4), 1002),  # reserved bits
        (bytes([0x81, 0x02]) + b"hi", 1002),  # not masked
        (bytes([0x80, 0x80]) + bytes(4), 1002),  # goes on with what never began
        (bytes([0x81, 0x82]) + bytes(4) + b"\xff\xfe", 1007),  # no UTF-8
    ],
)
def test_what_breaks_the_protocol_is_closed_by_the_protocols_own_codes(
    server: Server, run: str, sent: bytes, code: int
) -> None:
    with RawLine(server, run) as line:
        line.socket.sendall(sent)
        assert line.code() == code


def test_a_ping_is_answered_and_a_flood_of_them_ends_the_line(server: Server, run: str) -> None:
    with RawLine(server, run) as line:
        line.send(PING, b"one")
        while (frame := line.frame())[0] == TEXT:
            pass
        assert frame == (PONG, b"one")
        for _ in range(3000):
            line.send(PING, b"x" * 125)
        assert line.code() == 4408


def test_two_hundred_lines_opened_and_closed_at_once(server: Server, run: str) -> None:
    lines = [RawLine(server, run) for _ in range(200)]
    assert {line.opened for line in lines} == {101}
    for number, line in enumerate(lines):
        if number % 2:
            line.send(CLOSE, struct.pack("!H", 1000))
        line.socket.close()
    with RawLine(server, run) as line:
        assert line.state()["content"]


def test_a_line_that_is_torn_off_while_it_opens_leaves_nothing(server: Server, run: str) -> None:
    request = [f"GET /ws/runs/{run}/ HTTP/1.1", "Host: 127.0.0.1", f"Origin: {server.url}"]
    request += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    request += ["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "", ""]
    for _ in range(50):
        torn = socket.create_connection(("127.0.0.1", server.port))
        torn.sendall("\r\n".join(request).encode())
        torn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        torn.close()


def test_a_handshake_that_never_ends_holds_nobody_up(server: Server, run: str) -> None:
    half = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(30)]
    for one in half:
        one.sendall(b"GET /ws/runs/abc")
    with RawLine(server, run) as line:
        assert line.state()["content"]
    for one in half:
        one.close()


@pytest.mark.parametrize(
    "origin",
    [
        *("", "null", "file://", "http://evil.example", "http://127.0.0.1.evil.example", "http://[", "\xff"),
        *("http://127.0.0.1@evil.example", "evil.example#http://127.0.0.1", "http://evil.example:" + "9" * 9),
    ],
)
def test_only_pages_of_this_site_get_a_line(server: Server, run: str, origin: str) -> None:
    with RawLine(server, run, Origin=origin) as line:
        assert line.opened in (400, 403)


def test_a_page_of_another_port_or_scheme_is_of_another_origin(server: Server, run: str) -> None:
    for origin in ("http://127.0.0.1:1", server.url.replace("http:", "https:"), "http://localhost:1"):
        with RawLine(server, run, Origin=origin) as line:
            assert line.opened == 403, origin


def test_a_viewer_who_does_not_read_costs_little_and_wakes_up_to_the_newest(
    server: Server, grace: Visitor, run: str
) -> None:
    driver = Visitor(server)
    other, _seq = a_run(driver)
    with RawLine(server, other, small=True) as asleep, driver.line(other) as awake:
        next_state(awake)
        before = memory(server)
        for number in range(300):
            newest = driver.command("goto", run=other, index=number % 2)
            assert newest.status == 200
        seq = int(newest.headers["Orrery-Seq"])
        while next_state(awake)["seq"] < seq:
            pass
        grown = memory(server) - before
        got = [asleep.state()["seq"]]
        while got[-1] < seq:
            got.append(asleep.state()["seq"])
    assert got == sorted(set(got))
    assert len(got) < 40
    assert grown < 6 * 1024


def test_every_code_is_explained_to_whoever_writes_a_client() -> None:
    text = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    written = {int(code) for code in re.findall(r"^\| (\d{4}) \|", text, re.MULTILINE)}
    said = set()
    for source in (ROOT / "explorer" / "live").glob("*.py"):
        said |= {
            int(code) for code in re.findall(r"^[A-Z_]+ = ([14]\d{3})$", source.read_text(), re.MULTILINE)
        }
    assert {1012, 1013, 4400, 4404, 4408, 4410, 4413} == said - {LARGEST_BYTES, MOST_LINES}
    assert said - {LARGEST_BYTES, MOST_LINES} <= written
    assert {1002, 1007, 1009, 1011} <= written


def test_junk_in_the_lines_own_query_is_passed_over(server: Server, grace: Visitor, run: str) -> None:
    for query in ({"lang": "x" * 3000}, {"seq": "-1"}, {"seq": "٣", "epoch": "1"}, {"epoch": "9" * 2000}):
        with grace.line(run, **query) as line:
            assert next_state(line)["epoch"] == 1


@pytest.mark.parametrize("path", ["/ws/", "/ws/runs/", "/ws/runs/a/b/", "/ws/runs/%00/", "/%E2%98%83", "/"])
def test_a_line_to_nowhere_is_closed_for_good(server: Server, run: str, path: str) -> None:
    from websockets.sync.client import connect

    with connect(server.ws + path, additional_headers={"Origin": server.url}) as line:
        assert closing_code(line) == 4404


HOST = b"\r\nHost: localhost\r\n"
REQUESTS = {
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "a version to come": b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "a NUL in the path": b"GET /\x00 HTTP/1.1" + HOST + b"\r\n",
    "a path that is no ASCII": b"GET /\xff\xfe HTTP/1.1" + HOST + b"\r\n",
    "a path that is no UTF-8": b"GET /%E2%28%A1/ HTTP/1.1" + HOST + b"\r\n",
    "a query that is no ASCII": b"GET /walkthroughs/borg/deploy/?step=\xff HTTP/1.1" + HOST + b"\r\n",
    "a proxy's request": b"GET http://evil.example/x HTTP/1.1" + HOST + b"\r\n",
    "a tunnel": b"CONNECT evil.example:80 HTTP/1.1" + HOST + b"\r\n",
    "two hosts": b"GET / HTTP/1.1" + HOST + b"Host: evil.example\r\n\r\n",
    "a method of its own": b"FOO / HTTP/1.1" + HOST + b"\r\n",
    "a length below nothing": b"POST /theme/ HTTP/1.1" + HOST + b"Content-Length: -1\r\n\r\n",
    "two lengths": b"POST /theme/ HTTP/1.1"
    + HOST
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0",
    "chunks of no size": b"POST /theme/ HTTP/1.1" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "six hundred headers": b"GET / HTTP/1.1" + HOST + b"X-A: 1\r\n" * 600 + b"\r\n",
    "a way out of the files": b"GET /static/%2e%2e/manage.py HTTP/1.1" + HOST + b"\r\n",
    "half a socket": b"GET /ws/runs/a/ HTTP/1.1"
    + HOST
    + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "a posted socket": b"POST /ws/ HTTP/1.1" + HOST + b"Upgrade: websocket\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", REQUESTS.values(), ids=REQUESTS.keys())
def test_what_is_hardly_http_is_refused(server: Server, request_bytes: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request_bytes)
        status = connection.makefile("rb").readline().split()
    assert 400 <= int(status[1]) < 500
    assert server.answers()
    assert "Traceback" not in server.said()
