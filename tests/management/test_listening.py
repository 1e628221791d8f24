"""Where the server may listen, and the sentence that says why not."""

import socket
from collections.abc import Iterator

import pytest

from explorer.errors import NotAllowed
from explorer.management.listening import CannotListen, Place, free_place
from tests.live_server import free_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_named_with_the_next_one(taken: int) -> None:
    with pytest.raises(CannotListen, match=f"^Port {taken} on 127.0.0.1 is taken.* PORT={taken + 1}.$"):
        free_place("127.0.0.1", str(taken))


@pytest.mark.parametrize("port", ["0", "65536", "-1", "eighty", "8000 ", "²"])
def test_what_is_no_port_is_refused_with_the_range(port: str) -> None:
    with pytest.raises(NotAllowed, match="PORT takes a number from 1 to 65535"):
        free_place("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(CannotListen, match=r"HOST=192\.0\.2\.1 is not an address of this machine"):
        free_place("192.0.2.1", str(free_port()))


def test_a_name_becomes_the_address_it_stands_for() -> None:
    assert free_place("localhost", str(free_port())).host in {"127.0.0.1", "::1"}


def test_the_endpoint_has_room_for_a_class_that_arrives_at_once() -> None:
    assert Place("127.0.0.1", 8000).endpoint == "tcp:port=8000:interface=127.0.0.1:backlog=4096"
    assert Place("::1", 8000).endpoint == r"tcp:port=8000:interface=\:\:1:backlog=4096"


def test_listening_everywhere_names_the_addresses_for_others() -> None:
    assert Place("0.0.0.0", 80).addresses(["10.1.2.3"]) == ["http://localhost:80/", "http://10.1.2.3:80/"]
    assert Place("::1", 80).addresses(["10.1.2.3"]) == ["http://[::1]:80/"]
