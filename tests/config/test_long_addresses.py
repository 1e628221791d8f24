"""A long address is answered by the server itself, not hung up on."""

import http.client
from urllib.parse import quote

import pytest

from tests.live_server import Server


@pytest.mark.parametrize(
    ("letters", "status"),
    [("a" * 10_240, 200), ("调" * 3_413, 200), ("<" * 10_240, 200), ("a" * 70_000, 414)],
)
def test_every_search_of_ten_kilobytes_is_answered_and_what_is_longer_told_so(
    server: Server, letters: str, status: int
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", f"/systems/borg/?q={quote(letters)}")
    answer = connection.getresponse()
    assert answer.status == status
    connection.close()
