"""Where the server listens: from what was asked to an address that is free, or a sentence saying why not."""

import errno
import socket
from dataclasses import dataclass
from ipaddress import ip_address

from explorer.errors import NotAllowed, OrreryError

BACKLOG = 4096  # connections waiting to be accepted: a class arrives in the same second


class CannotListen(OrreryError):
    """Nobody can listen at the place asked for; the text says what to do."""


@dataclass(frozen=True)
class Place:
    """An address of this machine and a port, free when it was looked at."""

    host: str
    port: int

    @property
    def endpoint(self) -> str:
        """Twisted's description of the place, with a queue long enough for a class."""
        interface = self.host.replace(":", r"\:")
        return f"tcp:port={self.port}:interface={interface}:backlog={BACKLOG}"

    def addresses(self, lan: list[str]) -> list[str]:
        """Return the URLs that lead here; `lan` are this machine's addresses for others."""
        address = ip_address(self.host)
        if not address.is_unspecified:
            hosts = [f"[{self.host}]" if address.version == 6 else self.host]
        else:
            hosts = ["localhost", *lan]
        return [f"http://{host}:{self.port}/" for host in hosts]


def free_place(host: str, port: str) -> Place:
    """Return the place for what HOST and PORT say.

    Raises NotAllowed when PORT is no port number; CannotListen when the place is taken, forbidden, or not on
    this machine.
    """
    if not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise NotAllowed("PORT", port, "a number from 1 to 65535")
    number = int(port)
    try:
        family, kind, protocol, _, name = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise CannotListen(
            f"HOST={host} is not an address of this machine: try 127.0.0.1 or 0.0.0.0."
        ) from error
    with socket.socket(family, kind, protocol) as probe:
        # As the server itself does: a port that its last owner left a minute ago is not taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(name)
        except OSError as error:
            raise CannotListen(_why_not(error, host, number)) from error
    return Place(str(name[0]), number)


def _why_not(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} on {host} is taken: stop what listens there or take another, PORT={port + 1}."
            )
        case errno.EACCES:
            return f"Port {port} is reserved for the system: choose one above 1023 with PORT=8000."
        case errno.EADDRNOTAVAIL:
            return f"HOST={host} is not an address of this machine: try 127.0.0.1 or 0.0.0.0."
    return f"Cannot listen on {host}, port {port}: {error.strerror}."
