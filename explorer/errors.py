"""The few errors that edges translate into status codes, exit codes and close codes."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class OrreryError(Exception):
    """Base of everything this project raises on purpose; its text may be shown to a person."""


class NotKnown(OrreryError):
    """A name that nothing has. `nearest` lists what is there, the most alike first (404, exit 2)."""

    def __init__(self, kind: str, value: str, known: Iterable[str] = ()) -> None:
        self.kind, self.value = kind, value
        self.nearest = nearest(value, known)
        allowed = ", ".join(self.nearest) or "nothing"
        super().__init__(f"unknown {kind} {value!r}; known: {allowed}")


class NotAllowed(OrreryError):
    """A value outside what its field takes; `allowed` says in words what would be right (400, exit 2).

    `wants` are the words with names in braces for what `values` holds: so they can be said in any language.
    """

    def __init__(self, field: str, value: object, wants: str, **values: object) -> None:
        self.field, self.value, self.wants, self.values = field, value, wants, values
        self.allowed = wants.format(**values) if values else wants
        super().__init__(f"{field}={value} is not allowed; {field} takes {self.allowed}")


def nearest(value: str, known: Iterable[str], most: int = 12) -> list[str]:
    """What is known, the most alike first, then the rest in its own order.

    >>> nearest("kubelt", ["etcd", "kubelet"])
    ['kubelet', 'etcd']
    """
    names = list(dict.fromkeys(known))
    alike = get_close_matches(value.lower(), names, n=5, cutoff=0.4)
    return [*alike, *(name for name in names if name not in alike)][:most]
