"""The ledger: what is stored, and what each instance believes, after every frame of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from explorer.frames import Effect, Frame

type Object = Mapping[str, Any]
type Objects = dict[str, Object]

STORE = "store"
_EVERY = 400


class Change(NamedTuple):
    """What some frames did to one stored object: changed field paths only, None for absent."""

    object: str
    before: Object
    after: Object


class Ledger:
    """Objects by name at any frame. Snapshots every few hundred frames; the rest is replayed."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._writes = [
            (frame.index, effect) for frame in frames for effect in frame.effects if effect.where == STORE
        ]
        self._snapshots: list[tuple[int, Objects]] = [(0, {})]
        self._born: dict[str, int] = {}
        objects: Objects = {}
        for number, (index, effect) in enumerate(self._writes):
            if number % _EVERY == 0:
                self._snapshots.append((number, dict(objects)))
            self._born.setdefault(effect.object, index)
            apply(objects, effect)

    def objects(self, index: int) -> Objects:
        """Everything stored after frame `index`, in the order in which it came to be."""
        low, high = 0, len(self._writes)
        while low < high:
            middle = (low + high) // 2
            if self._writes[middle][0] <= index:
                low = middle + 1
            else:
                high = middle
        start, kept = max((snap for snap in self._snapshots if snap[0] <= low), key=lambda snap: snap[0])
        objects = dict(kept)
        for _, effect in self._writes[start:low]:
            apply(objects, effect)
        return objects

    def born(self, name: str) -> int:
        """The frame that first wrote the object."""
        return self._born.get(name, -1)


def changes(frames: Sequence[Frame], where: str = STORE) -> list[Change]:
    """What these frames together did, object by object, in the order of the first touch."""
    before: dict[str, dict[str, Any]] = {}
    after: dict[str, dict[str, Any]] = {}
    for frame in frames:
        for effect in frame.effects:
            if effect.where != where:
                continue
            first, last = before.setdefault(effect.object, {}), after.setdefault(effect.object, {})
            for path, value in effect.before.items():
                first.setdefault(path, value)
            last.update(effect.after)
    told = []
    for name, last in after.items():
        first = before[name]
        paths = [path for path in dict.fromkeys([*last, *first]) if first.get(path) != last.get(path)]
        if paths:
            told.append(Change(name, {p: first.get(p) for p in paths}, {p: last.get(p) for p in paths}))
    return told


def apply(objects: Objects, effect: Effect) -> None:
    """Let one effect happen to what is stored."""
    kept = {**objects.get(effect.object, {}), **effect.after}
    for path, value in effect.after.items():
        if value is None:
            del kept[path]
    for path in effect.before:
        if path not in effect.after:
            kept.pop(path, None)
    if kept:
        objects[effect.object] = kept
    else:
        objects.pop(effect.object, None)
