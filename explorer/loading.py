"""Brings the fixtures into the database: everything is checked first, then one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction

from explorer.graph import fixtures
from explorer.graph.check import check
from explorer.graph.problem import BrokenFixtures, Problem
from explorer.graph.schema import FIELDS, Key, Row, columns, key_of, row_hash
from explorer.models import Component, FixtureLoad, GraphStamp
from explorer.models.rows import model_of, read_model, read_rows, reference_columns

type Name = tuple[str, Key]
"""Model and natural key."""


class Kept(NamedTuple):
    """A row that is not as the fixtures have it, and stayed so; `why` in words."""

    name: str
    why: str


@dataclass(slots=True)
class Loaded:
    """What a load did: rows made, changed and removed, and those kept as they were edited.

    `doubts` are rules that the kept rows break together with the fixtures.
    """

    skipped: bool = False
    made: int = 0
    changed: int = 0
    removed: int = 0
    kept: list[Kept] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)


def load(folder: Path = fixtures.FOLDER, *, overwrite: bool = False) -> Loaded:
    """Loads the fixtures below `folder`, and says what that did.

    Nothing is done when the files' content is the one loaded last. Otherwise everything is checked, then
    rows are made, changed, and removed where the fixtures no longer have them, in one transaction. Rows
    edited since the last load stay as they are, unless `overwrite`; rows that people made stay always.

    Raises BrokenFixtures with every problem found, having written nothing.
    """
    content = fixtures.content_hash(folder)
    if not overwrite and FixtureLoad.objects.filter(pk=1, content=content).exists():
        return Loaded(skipped=True)
    found = fixtures.read(folder)
    problems = check(found)
    if problems:
        raise BrokenFixtures(problems)
    with transaction.atomic():
        # Two processes that start at once: the second waits here, then finds the work done.
        FixtureLoad.objects.get_or_create(pk=1)
        last = FixtureLoad.objects.select_for_update().get(pk=1)
        if not overwrite and last.content == content:
            return Loaded(skipped=True)
        work = _Work(found, last.rows, overwrite)
        work.write()
        last.content = content
        last.rows = {_mark(entry.model, entry.key): row_hash(entry.row) for entry in found.entries}
        last.save()
        GraphStamp.renew()
    if work.loaded.kept:
        work.loaded.doubts = check(fixtures.Fixtures.of_rows(read_rows()))
    return work.loaded


def _mark(model: str, key: Key) -> str:
    return " ".join((model, *key))


class _Work:
    """One load: what the fixtures have, what the database has, and what it had when loaded last."""

    def __init__(self, found: fixtures.Fixtures, base: Mapping[str, str], overwrite: bool) -> None:
        self.base = base
        self.overwrite = overwrite
        self.loaded = Loaded()
        self.wanted: dict[Name, Row] = {(entry.model, entry.key): entry.row for entry in found.entries}
        self.there: dict[Name, Row] = {}
        self.ids: dict[Name, int] = {}
        for model in FIELDS:
            for pk, row in read_model(model):
                name = (model, key_of(model, row))
                self.there[name], self.ids[name] = row, pk

    def write(self) -> None:
        absent = self._kept_absent()
        make: dict[str, list[Row]] = {model: [] for model in FIELDS}
        change: dict[str, list[Row]] = {model: [] for model in FIELDS}
        for name, row in self.wanted.items():
            model = name[0]
            if name in absent:
                self._keep(name, "was deleted here")
            elif name not in self.there:
                make[model].append(row)
            elif row_hash(self.there[name]) == row_hash(row):
                continue
            elif self._edited(name):
                self._keep(name, f"edited here: {', '.join(_differing(self.there[name], row))}")
            else:
                change[model].append(row)
        vanished = self._vanished()
        for model in FIELDS:
            self._make(model, make[model])
            self._change(model, change[model])
        for model in reversed(FIELDS):
            gone = [self.ids[name] for name in vanished if name[0] == model]
            if gone:
                if model == "component":  # a part and its whole may go together
                    Component.objects.filter(pk__in=gone).update(part_of=None)
                model_of(model)._default_manager.filter(pk__in=gone).delete()
                self.loaded.removed += len(gone)

    def _edited(self, name: Name) -> bool:
        """Whether the database's row is another than the one loaded last; never when overwriting."""
        return not self.overwrite and self.base.get(_mark(*name)) != row_hash(self.there[name])

    def _keep(self, name: Name, why: str) -> None:
        self.loaded.kept.append(Kept(f"{name[0]} {'/'.join(name[1])}", why))

    def _kept_absent(self) -> set[Name]:
        """Rows deleted here that stay deleted: loaded once, gone now, and nothing wanted points at them."""
        if self.overwrite:
            return set()
        absent = {name for name in self.wanted if name not in self.there and _mark(*name) in self.base}
        while True:
            needed = {
                target
                for name, row in self.wanted.items()
                if name not in absent
                for target in _targets(name[0], row)
                if target in absent
            }
            if not needed:
                return absent
            absent -= needed

    def _vanished(self) -> set[Name]:
        """Rows that came from fixtures and are in them no more; edited ones stay, and what they point at."""
        gone: set[Name] = set()
        for name in self.there:
            if name not in self.wanted and _mark(*name) in self.base:
                if self._edited(name):
                    self._keep(name, "edited here; the fixtures no longer have it")
                else:
                    gone.add(name)
        while True:
            held = {
                target: name
                for name in self.there
                if name not in gone
                for target in _targets(name[0], self._future(name))
                if target in gone
            }
            if not held:
                return gone
            for target, holder in held.items():
                self._keep(
                    target, f"the fixtures no longer have it, but {holder[0]} {'/'.join(holder[1])} needs it"
                )
            gone -= set(held)

    def _future(self, name: Name) -> Row:
        """The row as it will be: what the fixtures want, unless the edited one stays."""
        if name in self.wanted and not self._edited(name):
            return self.wanted[name]
        return self.there[name]

    def _make(self, model: str, rows: list[Row]) -> None:
        """Inserts rows; a part's whole is set once both are there."""
        kind = model_of(model)
        made = kind._default_manager.bulk_create(
            [kind(**self._values(model, row, later=("part_of",))) for row in rows]
        )
        for row, instance in zip(rows, made, strict=True):
            self.ids[model, key_of(model, row)] = instance.pk
        for row, instance in zip(rows, made, strict=True):
            if isinstance(instance, Component) and row["part_of"]:
                Component.objects.filter(pk=instance.pk).update(part_of=self.ids["component", row["part_of"]])
        self.loaded.made += len(rows)

    def _change(self, model: str, rows: Iterable[Row]) -> None:
        for row in rows:
            instance = model_of(model)._default_manager.get(pk=self.ids[model, key_of(model, row)])
            for attribute, value in self._values(model, row).items():
                setattr(instance, attribute, value)
            instance.save()
            self.loaded.changed += 1

    def _values(self, model: str, row: Row, later: tuple[str, ...] = ()) -> dict[str, Any]:
        """A row's columns as a model instance takes them; references become primary keys."""
        values = {column: row[column] for column in columns(model)}
        for column, to in reference_columns(model).items():
            target = values.pop(column)
            pk = None if target is None or column in later else self.ids[to, _as_key(target)]
            values[f"{column}_id"] = pk
        return values


def _as_key(target: Any) -> Key:
    return target if isinstance(target, tuple) else (target,)


def _targets(model: str, row: Row) -> list[Name]:
    """What a row points at."""
    return [(to, _as_key(row[column])) for column, to in reference_columns(model).items() if row[column]]


def _differing(one: Row, other: Row) -> list[str]:
    return [column for column in one if one[column] != other[column]]
