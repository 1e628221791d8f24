"""This machine's own addresses, asked of the kernel: no name is looked up, no packet is sent."""

import fcntl
import ipaddress
import socket
import struct

_SIOCGIFADDR = 0x8915  # <linux/sockios.h>: the IPv4 address of an interface


def lan_addresses() -> list[str]:
    """Return the IPv4 addresses under which other machines can reach this one, in a fixed order.

    The one that the way out begins at comes first: others may be bridges that only this machine is on.
    Empty where the kernel does not tell (no network, or not Linux and no route).
    """
    found = dict.fromkeys([*_outward_address(), *sorted(_interface_addresses())])
    return [address for address in found if not ipaddress.ip_address(address).is_loopback]


def _interface_addresses() -> list[str]:
    addresses = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(probe, _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:  # an interface without an IPv4 address, or a kernel with another request number
                continue
            addresses.append(socket.inet_ntoa(answer[20:24]))
    return addresses


def _outward_address() -> list[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # A documentation address: connecting a datagram socket only picks a route.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return []
        return [str(probe.getsockname()[0])]
