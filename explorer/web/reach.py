"""Under which address other people's devices reach this site."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

_PATIENCE_S = 0.3


@dataclass(frozen=True, slots=True)
class Reach:
    """`base` begins every link that others get, as `http://192.168.1.5:8000`; `alone`: none but this machine
    reaches it."""

    base: str
    alone: bool

    @property
    def host(self) -> str:
        """What people type."""
        return urlsplit(self.base).netloc


def reach(request: HttpRequest) -> Reach:
    """How others reach what this request has reached.

    The name it came by, unless that means this machine to each who says it: then an address of the local
    network, if the server listens there.
    """
    asked = f"{request.scheme}://{request.get_host()}"
    parts = urlsplit(asked)
    if not _means_oneself(parts.hostname or ""):
        return Reach(asked, alone=False)
    port = parts.port or (443 if request.is_secure() else 80)
    for address in settings.LAN_ADDRESSES:
        if _answers(address, port):
            return Reach(
                f"{request.scheme}://{address}" + (f":{parts.port}" if parts.port else ""), alone=False
            )
    return Reach(asked, alone=True)


def _means_oneself(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _answers(address: str, port: int) -> bool:
    """Whether this machine listens at an address of its own: it alone knows what it was started with."""
    try:
        socket.create_connection((address, port), _PATIENCE_S).close()
    except OSError:
        return False
    return True
