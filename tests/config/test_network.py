"""Which of this machine's addresses others are told first."""

import pytest

from explorer.config import network


@pytest.mark.parametrize(
    ("interfaces", "outward", "told"),
    [
        (["127.0.0.1", "172.17.0.1", "192.168.1.5", "10.8.0.2"], ["192.168.1.5"],
         ["192.168.1.5", "10.8.0.2", "172.17.0.1"]),
        (["127.0.0.1"], [], []),
        ([], ["192.168.1.5"], ["192.168.1.5"]),
        (["127.0.0.1", "192.168.1.5"], [], ["192.168.1.5"]),
    ],
)  # fmt: skip
def test_the_address_of_the_way_out_comes_first(
    monkeypatch: pytest.MonkeyPatch, interfaces: list[str], outward: list[str], told: list[str]
) -> None:
    monkeypatch.setattr(network, "_interface_addresses", lambda: interfaces)
    monkeypatch.setattr(network, "_outward_address", lambda: outward)
    assert network.lan_addresses() == told
