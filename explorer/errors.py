"""The few errors that edges translate into status codes, exit codes and close codes."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

MOST = 12
"""How many suggestions an answer lists; "…" says that there are more."""


class OrreryError(Exception):
    """Base of everything this project raises on purpose; its text may be shown to a person."""


class NotKnown(OrreryError):
    """A name that nothing has. `nearest` lists what is there, the most alike first (404, exit 2).

    `ranked` says that `known` comes in that order already. `listed` is the list as text: it ends with
    "…" when there is more.
    """

    def __init__(self, kind: str, value: str, known: Iterable[str] = (), *, ranked: bool = False) -> None:
        self.kind, self.value = kind, value
        names = list(dict.fromkeys(known)) if ranked else nearest(value, known, MOST + 1)
        self.nearest = names[:MOST]
        self.listed = ", ".join([*self.nearest, *(["…"] if len(names) > MOST else [])])
        super().__init__(one_line(f"unknown {kind} {value!r}; known: {self.listed or 'nothing'}"))


class NotAllowed(OrreryError):
    """A value outside what its field takes; `allowed` says in words what would be right (400, exit 2).

    `wants` are the words with names in braces for what `values` holds: so they can be said in any language.
    """

    def __init__(self, field: str, value: object, wants: str, **values: object) -> None:
        self.field, self.value, self.wants, self.values = field, value, wants, values
        self.allowed = wants.format(**values) if values else wants
        super().__init__(one_line(f"{field}={value} is not allowed; {field} takes {self.allowed}"))


def nearest(value: str, known: Iterable[str], most: int = MOST) -> list[str]:
    """What is known, the most alike first, then the rest in its own order.

    >>> nearest("kubelt", ["etcd", "kubelet"])
    ['kubelet', 'etcd']
    """
    names = list(dict.fromkeys(known))
    scores = likeness(value, names)
    alike = sorted((name for name in names if scores[name] >= 0.4), key=lambda name: -scores[name])[:5]
    return [*alike, *(name for name in names if name not in alike)][:most]


def likeness(value: str, names: Iterable[str]) -> dict[str, float]:
    """How alike each name is to `value`, from 0 to 1; capitals do not matter."""
    matcher = SequenceMatcher(b=value.lower())
    scores = {}
    for name in names:
        matcher.set_seq1(name.lower())
        scores[name] = matcher.ratio()
    return scores


def one_line(text: str) -> str:
    """The text with everything that does not print, line ends above all, escaped.

    >>> print(one_line("a\\nb c"))
    a\\nb c
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
