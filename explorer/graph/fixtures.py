"""Reads the fixtures' YAML files into rows, and remembers where each row stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from explorer.graph.problem import BrokenFixtures, Problem
from explorer.graph.schema import FIELDS, KEYS, Key, Row, Rows, key_of, name_of, normal
from explorer.graph.shape import entry_problems, faults

FOLDER = Path(__file__).resolve().parents[2] / "fixtures"
"""The project's own fixtures."""

FILES = (
    "sources.yaml",
    "sources/*.yaml",
    "systems.yaml",
    "scenarios.yaml",
    "components/*.yaml",
    "links/*.yaml",
    "counterparts.yaml",
    "terms.yaml",
    "narrations/*.yaml",
    "concepts.yaml",
    "misconceptions.yaml",
    "storyboards/*.yaml",
)
"""The order in which files are read and in which Django's own `loaddata` takes them."""

# PyYAML without libyaml is slower, with the same result.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Entry(NamedTuple):
    """One row and where it stands: `file` below the fixtures' folder, `line` from 1 (0: not from a file)."""

    model: str
    row: Row
    file: str
    line: int

    @property
    def key(self) -> Key:
        return key_of(self.model, self.row)

    @property
    def name(self) -> str:
        return name_of(self.model, self.row)

    def problem(self, column: str, says: str, wants: str) -> Problem:
        """A problem with this row's `column` ("" for the whole row)."""
        return Problem(self.file, self.name, column, says, wants, self.line)


@dataclass(frozen=True, slots=True)
class Fixtures:
    """All rows in file order, and what is wrong with their shape."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    _first: dict[tuple[str, Key], Entry] = field(default_factory=dict, compare=False, repr=False)
    _faulty: set[tuple[str, str, str]] = field(default_factory=set, compare=False, repr=False)

    def __post_init__(self) -> None:
        for entry in self.entries:
            self._first.setdefault((entry.model, entry.key), entry)
        self._faulty.update((problem.file, problem.object, problem.field) for problem in self.problems)

    @classmethod
    def of_rows(cls, rows: Mapping[str, Iterable[Row]], file: str = "database") -> Fixtures:
        """The same for rows that come from elsewhere, so that one set of checks serves both."""
        entries = tuple(Entry(model, row, file, 0) for model in FIELDS for row in rows.get(model, ()))
        return cls(
            entries,
            tuple(
                entry.problem(*fault)
                for entry in entries
                for fault in faults(entry.model, entry.row, references=False)
            ),
        )

    @property
    def rows(self) -> Rows:
        """Model to its rows, in file order."""
        rows: Rows = {model: [] for model in FIELDS}
        for entry in self.entries:
            rows[entry.model].append(entry.row)
        return rows

    def of(self, model: str) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.model == model)

    def sound(self, entry: Entry, *names: str) -> bool:
        """Whether these columns of a row have the shape asked for, so that rules may look at them."""
        return not any((entry.file, entry.name, name) in self._faulty for name in names)

    def find(self, model: str, key: Key) -> Entry | None:
        """The first row of that name."""
        return self._first.get((model, key))


def read(folder: Path = FOLDER) -> Fixtures:
    """Every fixture below `folder`, in the order of `FILES`.

    Nothing is raised for a bad file: `problems` holds what is wrong with the shape of rows (unknown
    model or field, missing field, wrong type, a row twice), and rows that could be read are there.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []
    for path in paths(folder):
        entries += _read_file(path.relative_to(folder).as_posix(), path.read_bytes(), problems)
    problems += _twice(entries)
    if not entries and not problems:
        problems.append(
            Problem(str(folder), "fixtures", "", "no fixture is here", "sources.yaml and the rest")
        )
    return Fixtures(tuple(entries), tuple(problems))


def read_sound(folder: Path = FOLDER) -> Fixtures:
    """The same; BrokenFixtures where the shape of anything is wrong."""
    fixtures = read(folder)
    if fixtures.problems:
        raise BrokenFixtures(fixtures.problems)
    return fixtures


def paths(folder: Path = FOLDER) -> list[Path]:
    """The fixture files in the order they are read; files of no known place come last."""
    known = [path for pattern in FILES for path in sorted(folder.glob(pattern))]
    others = sorted(set(folder.rglob("*.yaml")) - set(known))
    return known + others


def content_hash(folder: Path = FOLDER) -> str:
    """Sixteen hexadecimal digits that change with any byte of any fixture, or with a file's name."""
    content = hashlib.sha256()
    for path in paths(folder):
        text = path.read_bytes()
        content.update(f"{path.relative_to(folder).as_posix()}\0{len(text)}\0".encode() + text)
    return content.hexdigest()[:16]


def _read_file(file: str, text: bytes, problems: list[Problem]) -> Iterator[Entry]:
    try:
        loader = _Loader(text)
        top = loader.get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        says = f"is not YAML: {getattr(error, 'problem', None) or error}"
        problems.append(Problem(file, "file", "", says, "valid YAML", mark.line + 1 if mark else 0))
        return
    if top is None:
        return
    if not isinstance(top, yaml.SequenceNode):
        wants = "a list of '- model: … fields: …'"
        problems.append(Problem(file, "file", "", "is not a list of rows", wants, 1))
        return
    for node in top.value:
        line = node.start_mark.line + 1
        twice = list(_keys_twice(node))
        try:
            raw: Any = loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError) as error:
            problems.append(
                Problem(file, f"row at line {line}", "", f"cannot be read: {error}", "plain values", line)
            )
            continue
        found, model = entry_problems(file, line, raw)
        if model:
            row = normal(model, raw["fields"])
            found += [
                Problem(file, name_of(model, row), key, "is given twice in one row", "each field once", at)
                for key, at in twice
            ]
            yield Entry(model, row, file, line)
        problems += found


def _keys_twice(node: yaml.Node) -> Iterator[tuple[str, int]]:
    """YAML keeps the last of two equal keys without a word; an author wants to know."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                yield name, key.start_mark.line + 1
            seen.add(name)
            yield from _keys_twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _keys_twice(item)


def _twice(entries: Iterable[Entry]) -> Iterator[Problem]:
    first: dict[tuple[str, Key], Entry] = {}
    for entry in entries:
        other = first.setdefault((entry.model, entry.key), entry)
        if other is not entry:
            key = " and ".join(KEYS.get(entry.model, ("slug",)))
            says = f"is there already ({other.file}:{other.line})"
            yield entry.problem(
                KEYS.get(entry.model, ("slug",))[-1], says, f"another {key}, or one row of the two"
            )
