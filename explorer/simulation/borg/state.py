"""The cell's state as the elected master keeps it: named objects with flat fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from explorer.frames import Effect

type Fields = Mapping[str, Any]
type Changes = Mapping[str, Fields]

NO_FIELDS: Fields = {}


def difference(where: str, name: str, before: Fields, fields: Fields) -> Effect | None:
    """What setting `fields` changes of an object that now holds `before`; None when nothing.

    A field of None is an absent one.
    """
    changed = {key: value for key, value in fields.items() if before.get(key) != value}
    if not changed:
        return None
    return Effect(where, name, {key: before.get(key) for key in changed}, changed)


class CellState:
    """Objects by name ("jobs/jfoo", "tasks/jfoo/0", "machines/m-1", "cell/cc")."""

    __slots__ = ("objects",)

    def __init__(self, objects: Mapping[str, Fields]) -> None:
        self.objects: dict[str, dict[str, Any]] = {name: dict(fields) for name, fields in objects.items()}

    def get(self, name: str) -> Fields:
        return self.objects.get(name, NO_FIELDS)

    def apply(self, changes: Changes) -> list[Effect]:
        """Set the fields (None removes one) and say what that changed in the stored state."""
        effects = []
        for name, fields in changes.items():
            held = self.objects.setdefault(name, {})
            effect = difference("store", name, held, fields)
            if effect is None:
                continue
            effects.append(effect)
            for key, value in effect.after.items():
                if value is None:
                    held.pop(key, None)
                else:
                    held[key] = value
        return effects

    def named(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Objects of a kind ("tasks/"), with the rest of their name, in the order they came."""
        for name, fields in self.objects.items():
            if name.startswith(kind):
                yield name[len(kind) :], fields
