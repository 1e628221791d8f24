"""What is wrong with a fixture, said so that its author can put it right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from explorer.errors import OrreryError, nearest


class Said(str):
    """A sentence that remembers its `template` and `values`: so it can be said in any language.

    >>> said("is of {system}", system="borg")
    'is of borg'
    """

    template: str
    values: dict[str, object]

    def told(self, translate: Callable[[str], str]) -> str:
        """The sentence with its template, and those of its values that are sentences, translated."""
        told = {name: tell(value, translate) for name, value in self.values.items()}
        return translate(self.template).format(**told)


def said(template: str, **values: object) -> Said:
    """The sentence that a template with values in it makes."""
    sentence = Said(template.format(**values))
    sentence.template, sentence.values = template, values
    return sentence


def tell(sentence: object, translate: Callable[[str], str]) -> object:
    """A sentence of a problem, told by `translate`; anything else as it is."""
    return sentence.told(translate) if isinstance(sentence, Said) else sentence


class Problem(NamedTuple):
    """One thing wrong: `file` (below the fixtures' folder), `object` ("component kubernetes/kubelet"),
    `field` ("" for the whole object), what it `says` now and what it `wants`. `line` is 0 where unknown."""

    file: str
    object: str
    field: str
    says: str
    wants: str
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        field = f", {self.field}" if self.field else ""
        return f"{place}: {self.object}{field}: {self.says}; wants {self.wants}"


class BrokenFixtures(OrreryError):
    """Fixtures that must not be used; `problems` holds every one found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        heading = f"{count} problem{'' if count == 1 else 's'} in the fixtures; nothing was loaded"
        super().__init__("\n".join([heading, *map(str, self.problems)]))


def one_of(value: object, known: Iterable[str], most: int = 6) -> str:
    """What a field may be, the names most like `value` first.

    >>> one_of("kubelt", ["etcd", "kubelet"])
    "'kubelet' or 'etcd'"
    """
    names = [f"'{name}'" for name in nearest(str(value), list(known), most)]
    if not names:
        return said("something that exists (there is nothing of the kind yet)")
    return (
        names[0]
        if len(names) == 1
        else said("{names} or {last}", names=", ".join(names[:-1]), last=names[-1])
    )
