"""autobahn words its debug lines whether or not somebody reads them: a third of what a joining phone costs.

At each connection it lays out all of its settings for one. Here they are worded only when a line is written:
with `daphne -v 3` it says what it always said.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import autobahn.twisted.websocket
import autobahn.websocket.protocol

WORDED = {
    autobahn.websocket.protocol: ("pformat", "hltype"),
    autobahn.twisted.websocket: ("hltype", "hlval"),
}


class Later:
    """A text that is made when somebody asks for it."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make

    def __str__(self) -> str:
        return self._make()


class Wording:
    """Stands for one of autobahn's functions that word something."""

    def __init__(self, make: Callable[..., str]) -> None:
        self._make = make

    def __call__(self, *of: Any, **how: Any) -> Later:
        return Later(partial(self._make, *of, **how))


def word_later() -> None:
    """Let autobahn word its debug lines when these are written. What is not there is left alone."""
    for module, names in WORDED.items():
        for name in names:
            make = getattr(module, name, None)
            if make is not None and not isinstance(make, Wording):
                setattr(module, name, Wording(make))
