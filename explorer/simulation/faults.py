"""Faults: something broken from a time on, until a time or for good.

One grammar for command line, URL and form: `TARGET:KIND[=VALUE]@FROM[-UNTIL]`, for example
`kubelet@node-2:down@12.5-40`, `machine/node-2:cut@3`, `K3:slow=200@0`,
`K12/kubelet@node-1~kube-apiserver@apiserver-0:cut@1.5`. FROM and UNTIL are simulated seconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

from explorer.errors import NotAllowed
from explorer.frames import MICROSECONDS, microseconds, seconds

type Kind = Literal["down", "cut", "slow"]

KINDS: tuple[Kind, ...] = ("down", "cut", "slow")
SLOWEST_MS = 60_000
LATEST_S = 86_400

# A unit's name has a colon of its own (`task:jfoo/0@m-3`), at either end of a pair.
_NAME = r"[^\s:~]+(?::[^\s:@~]+@[^\s:@~]+)?"
_GRAMMAR = re.compile(
    rf"(?P<target>{_NAME}(?:~{_NAME})*):(?P<kind>[a-z]+)(?:=(?P<value>[^@]*))?"
    r"@(?P<start>[0-9.]+)(?:-(?P<end>[0-9.]+))?"
)
_EXAMPLE = "TARGET:KIND[=VALUE]@FROM[-UNTIL], for example kubelet@node-2:down@12.5-40"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `value` is milliseconds for slow, else 0; `start` and `end` are microseconds."""

    target: str
    kind: Kind
    value: int
    start: int
    end: int | None

    def __str__(self) -> str:
        value = f"={self.value}" if self.kind == "slow" else ""
        until = f"-{_short(self.end)}" if self.end is not None else ""
        return f"{self.target}:{self.kind}{value}@{_short(self.start)}{until}"

    @property
    def machine(self) -> str | None:
        """The machine that is struck as a whole, or None."""
        return self.target.removeprefix("machine/") if self.target.startswith("machine/") else None

    @property
    def pair(self) -> tuple[str, str, str] | None:
        """(link, source, target) when one pair of a link is struck, else None."""
        if self.machine is not None or "~" not in self.target:
            return None
        link, _, ends = self.target.partition("/")
        source, _, target = ends.partition("~")
        return link, source, target


def parse_fault(text: str) -> Fault:
    """The fault that `text` spells.

    Raises NotAllowed with the grammar, or with the range, when it spells none. Whether the target
    exists is the topology's matter.

    >>> str(parse_fault("machine/node-2:cut@3.50"))
    'machine/node-2:cut@3.5'
    """
    match = _GRAMMAR.fullmatch(text)
    if match is None:
        raise NotAllowed("fault", text, _EXAMPLE)
    kind, value = match["kind"], match["value"]
    if kind not in KINDS:
        raise NotAllowed("fault", text, "a KIND out of {kinds}", kinds=", ".join(KINDS))
    try:
        start = microseconds(match["start"])
        end = microseconds(match["end"]) if match["end"] is not None else None
    except ValueError:
        raise NotAllowed("fault", text, "times in seconds with at most six decimals, as 12.5") from None
    if max(start, end or 0) > LATEST_S * MICROSECONDS:
        raise NotAllowed("fault", text, "times from 0 to {latest} seconds", latest=LATEST_S)
    if end is not None and end <= start:
        raise NotAllowed("fault", text, "an UNTIL after its FROM")
    return Fault(match["target"], cast(Kind, kind), _milliseconds(text, kind, value), start, end)


def _milliseconds(text: str, kind: str, value: str | None) -> int:
    if kind != "slow":
        if value is not None:
            raise NotAllowed("fault", text, "no VALUE for {kind}", kind=kind)
        return 0
    number = int(value) if value and len(value) < 10 and value.isascii() and value.isdigit() else 0
    if not 1 <= number <= SLOWEST_MS:
        raise NotAllowed("fault", text, "slow=MS with 1 to {most} milliseconds", most=SLOWEST_MS)
    return number


def _short(time: int) -> str:
    return seconds(time).rstrip("0").rstrip(".")
