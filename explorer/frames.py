"""Frames: the one value that producers make and everything else consumes.

A frame says that instance `source` sent `message` over `link` to `target`, when its outcome was
known, and what changed by it. Simulations, storyboards and recordings all produce frames; players,
comparisons, quizzes and exports only read them. The keys and laws stand in `docs/frames.md`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

type Outcome = Literal["delivered", "refused", "timeout", "rejected", "internal"]
type Fields = Mapping[str, Any]

OUTCOMES: tuple[Outcome, ...] = ("delivered", "refused", "timeout", "rejected", "internal")
MICROSECONDS = 1_000_000
"""How many of the clock's units make a simulated second."""


class Effect(NamedTuple):
    """One change: of the stored state (`where` is "store") or of an instance's own memory.

    `before` and `after` hold changed field paths only; None stands for an absent field.
    """

    where: str
    object: str
    before: Fields
    after: Fields

    def as_dict(self) -> dict[str, Any]:
        return {
            "where": self.where,
            "object": self.object,
            "before": dict(self.before),
            "after": dict(self.after),
        }


class Frame(NamedTuple):
    """One exchange or act of a run. Times are integer microseconds of the simulated clock."""

    index: int  # type: ignore[assignment]  # its place in the run; nobody searches a frame as a tuple
    sent: int
    at: int
    phase: str
    source: str
    target: str
    link: str | None
    message: str
    narration: str
    params: Fields
    effects: tuple[Effect, ...]
    outcome: Outcome
    background: bool
    cause: int | None
    request: str | None
    api: Fields | None

    def line(self) -> str:
        """The frame's one canonical JSON line: keys in the documented order, no spaces."""
        body = (
            f'"phase":{_json(self.phase)},"source":{_json(self.source)},"target":{_json(self.target)},'
            f'"link":{_json(self.link)},"message":{_json(self.message)},'
            f'"narration":{_json(self.narration)},"params":{_json(self.params)},'
            f'"effects":{_json([effect.as_dict() for effect in self.effects])},'
            f'"outcome":{_json(self.outcome)},"background":{_json(self.background)},'
            f'"cause":{_json(self.cause)},"request":{_json(self.request)},"api":{_json(self.api)}'
        )
        return f'{{"index":{self.index},"sent":{seconds(self.sent)},"at":{seconds(self.at)},{body}}}'

    @property
    def internal(self) -> bool:
        return self.source == self.target


def seconds(microseconds: int) -> str:
    """Simulated seconds with six decimals, exact.

    >>> seconds(45_000)
    '0.045000'
    """
    whole, rest = divmod(microseconds, MICROSECONDS)
    return f"{whole}.{rest:06d}"


def microseconds(text: str) -> int:
    """The reverse of `seconds`, for up to six decimals; ValueError on anything else.

    >>> microseconds("12.5")
    12500000
    """
    whole, _, rest = text.partition(".")
    if not whole.isascii() or not whole.isdigit() or (rest and not (rest.isascii() and rest.isdigit())):
        raise ValueError(text)
    if len(rest) > 6 or len(whole) > 9 or text.endswith("."):
        raise ValueError(text)
    return int(whole) * MICROSECONDS + int((rest + "000000")[:6])


def component_of(instance: str) -> str:
    """The component an instance is a copy of.

    >>> component_of("kubelet@node-1"), component_of("pod:web-1@node-1"), component_of("kubectl")
    ('kubelet', 'pod', 'kubectl')
    """
    return instance.partition("@")[0].partition(":")[0]


def place_of(instance: str) -> str | None:
    """The machine or replica an instance runs on, or None for one of its kind.

    >>> place_of("kubelet@node-1"), place_of("kubectl")
    ('node-1', None)
    """
    return instance.partition("@")[2] or None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
