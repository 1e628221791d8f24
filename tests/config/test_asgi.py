"""The site as a whole, in a process of its own: pages, files, sockets, and coming back after a kill."""

import json
import re
import urllib.error
import urllib.request
from email.message import Message

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from tests.live_server import Server


def get(url: str, **headers: str) -> tuple[int, Message, bytes]:
    request = urllib.request.Request(
        url, headers={name.replace("_", "-"): to for name, to in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def test_the_prepared_site_is_in_health(server: Server) -> None:
    status, _, body = get(f"{server.url}/healthz")
    assert status == 200
    assert json.loads(body)["status"] == "ok"


def test_a_page_names_files_that_may_be_kept_for_ever(server: Server) -> None:
    _, _, body = get(f"{server.url}/no-such-page/")
    names = re.findall(r'(?:href|src)="(/static/[^"#]+)', body.decode())
    assert names
    for name in names:
        status, headers, _ = get(server.url + name, Accept_Encoding="br, gzip")
        assert (status, headers["cache-control"]) == (200, "public, max-age=31536000, immutable")


async def test_a_socket_of_another_sites_page_is_refused_and_logged(server: Server) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"{server.ws}/ws/runs/abcdefghijkm/", origin=Origin("http://evil.example"))
    assert refused.value.response.status_code == 403
    assert "a page of http://evil.example asked for it" in server.said()


async def test_a_socket_without_an_origin_is_refused(server: Server) -> None:
    with pytest.raises(InvalidStatus):
        await connect(f"{server.ws}/ws/runs/abcdefghijkm/")


async def test_a_socket_at_an_unknown_address_is_closed_for_good(server: Server) -> None:
    async with connect(f"{server.ws}/ws/nothing/", origin=Origin(server.url)) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4404


def test_after_a_kill_it_answers_again_at_the_same_address(server: Server) -> None:
    before = get(f"{server.url}/healthz")[2]
    server.kill()
    assert not server.answers()
    server.start()
    assert get(f"{server.url}/healthz")[2] == before


def test_nothing_was_written_that_should_worry_anybody(server: Server) -> None:
    assert "Traceback" not in server.said()
