"""The fixtures' models and their fields: one table that reading, checking and the database rows keep.

A row here is a plain dict of columns. References are plain values: the slug of a source, a system, a
scenario, a link or a storyboard; `(system, slug)` for a component. Columns that hold words end in `_en`
and `_zh_hans`. The tables of `explorer.models` have the same columns; a test compares them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from explorer.frames import OUTCOMES

type Row = dict[str, Any]
type Rows = dict[str, list[Row]]
type Key = tuple[str, ...]

APP = "explorer"
LANGUAGES = {"en": "en", "zh-hans": "zh_hans"}
"""Language code to column suffix."""

COMPONENT_KINDS = ("process", "part", "object", "boundary", "file")
ZONES = ("client", "control-plane", "node", "add-on", "ecosystem", "service")
TIERS = ("core", "resident", "stage", "reference")
MODES = ("request", "watch", "poll", "push", "local")
MARKS = ("verified", "reported", "memory", "inference", "model", "log")
SOURCE_KINDS = ("paper", "documentation", "source-code", "log", "article", "book")
SUBJECTS = ("borg", "control", "node", "traffic", "around", "history", "cloud")
THEMES = ("asking", "naming", "deciding", "placing", "changing")
VERDICTS = ("wrong", "outdated", "simplified")
ORIGINS = ("article", "common")
STORIES = ("", "first", "complete", "each", "first-complete")


class Kind(StrEnum):
    """What a field holds. The text is how an author is told."""

    SLUG = "a short name of letters, digits, '-', '.' or '_'"
    TEXT = "text (numbers in quotes)"
    WORDS = "words in both languages"
    WHOLE = "a whole number"
    FLAG = "true or false"
    CHOICE = "one of a closed list"
    REFERENCE = "a reference"
    TEXTS = "a list of texts"
    COMPONENTS = "a list of [system, slug]"
    CITATIONS = "a list of {source: slug, section: text}"
    EFFECTS = "a list of {where, object, before, after}"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `required` fields are there and not empty; `most` is the longest text in characters (0:
    any); `to` is the model a reference points at; `term` words may be the same in both languages."""

    name: str
    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()
    to: str = ""
    most: int = 0
    term: bool = False
    nullable: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the field fills: one, or one a language."""
        if self.kind is Kind.WORDS:
            return tuple(f"{self.name}_{suffix}" for suffix in LANGUAGES.values())
        return (self.name,)

    @property
    def empty(self) -> Any:
        """What stands in a row that does not give the field."""
        if self.nullable:
            return None
        empties: dict[Kind, Any] = {Kind.WHOLE: 0, Kind.FLAG: False}
        if self.kind in (Kind.TEXTS, Kind.COMPONENTS, Kind.CITATIONS, Kind.EFFECTS):
            return []
        return empties.get(self.kind, "")


def _slug(name: str = "slug") -> Field:
    return Field(name, Kind.SLUG, required=True, most=80)


def _name(name: str, required: bool = True) -> Field:
    return Field(name, Kind.WORDS, required=required, most=200, term=True)


def _words(name: str, required: bool = True) -> Field:
    return Field(name, Kind.WORDS, required=required)


def _choice(name: str, choices: tuple[str, ...]) -> Field:
    return Field(name, Kind.CHOICE, required="" not in choices, choices=choices, most=20)


def _to(model: str, name: str = "", nullable: bool = False) -> Field:
    return Field(name or model, Kind.REFERENCE, required=not nullable, to=model, nullable=nullable)


_ORDER = Field("order", Kind.WHOLE)
_CITED = (
    _to("source"),
    Field("section", Kind.TEXT, most=300),
    _choice("mark", MARKS),
    Field("more_sources", Kind.CITATIONS),
)

FIELDS: dict[str, tuple[Field, ...]] = {
    "source": (
        _slug(),
        _name("title"),
        Field("short", Kind.WORDS, required=True, most=40, term=True),
        Field("authors", Kind.TEXT, most=500),
        Field("year", Kind.WHOLE, nullable=True),
        Field("publisher", Kind.TEXT, most=200),
        Field("url", Kind.TEXT, most=500),
        _choice("kind", SOURCE_KINDS),
    ),
    "system": (
        _slug(),
        _name("name"),
        _words("tagline"),
        Field("described", Kind.WORDS, required=True, most=200, term=True),
        _words("summary"),
        _ORDER,
        *_CITED,
    ),
    "component": (
        _to("system"),
        _slug(),
        _choice("kind", COMPONENT_KINDS),
        _to("component", "part_of", nullable=True),
        _choice("zone", ZONES),
        _choice("tier", TIERS),
        _name("name"),
        _words("summary"),
        _words("replicas", required=False),
        Field("ports", Kind.TEXT, most=200),
        _words("unreachable", required=False),
        _ORDER,
        *_CITED,
    ),
    "link": (
        _slug(),
        _to("system"),
        _to("component", "opener"),
        _to("component", "accepter"),
        Field("protocol", Kind.TEXT, most=200),
        Field("port", Kind.TEXT, most=80),
        _choice("mode", MODES),
        Field("carries_data", Kind.FLAG),
        Field("told", Kind.FLAG),
        _words("why"),
        _ORDER,
        *_CITED,
    ),
    "forbiddenlink": (
        _to("system"),
        _slug("opener"),
        _slug("accepter"),
        _words("reason"),
        *_CITED,
    ),
    "scenario": (
        _slug(),
        _name("title"),
        _words("question"),
        Field("phases", Kind.TEXTS, required=True),
        _ORDER,
    ),
    "staging": (
        _to("scenario"),
        _to("system"),
        _name("title"),
        _words("summary"),
        _words("teaches"),
        _ORDER,
    ),
    "counterpart": (
        _slug(),
        _to("component", "left"),
        _to("component", "right"),
        _words("same"),
        _words("different"),
        _words("why"),
        Field("phase", Kind.TEXT, most=40),
        _ORDER,
        *_CITED,
    ),
    "term": (
        _slug(),
        _name("word"),
        _words("meaning"),
        Field("forms_en", Kind.TEXTS, required=True),
        Field("forms_zh_hans", Kind.TEXTS, required=True),
        *_CITED,
    ),
    "narration": (
        _to("system"),
        Field("key", Kind.SLUG, required=True, most=120),
        _name("title"),
        _words("what"),
        _words("why"),
        _name("label", required=False),
        _name("short", required=False),
        _choice("story", STORIES),
        *_CITED,
    ),
    "concept": (
        _slug(),
        _to("system", "left_system"),
        _to("system", "right_system"),
        _choice("subject", THEMES),
        _name("left"),
        _name("right"),
        _words("same"),
        _words("different"),
        _words("lesson"),
        Field("components", Kind.COMPONENTS),
        _ORDER,
        *_CITED,
    ),
    "misconception": (
        _slug(),
        Field("row", Kind.TEXT, most=10),
        _choice("origin", ORIGINS),
        _choice("subject", SUBJECTS),
        _choice("verdict", VERDICTS),
        _words("claim"),
        _words("correction"),
        Field("components", Kind.COMPONENTS),
        _to("system", nullable=True),
        _to("scenario", nullable=True),
        Field("narration", Kind.TEXT, most=120),
        _to("concept", nullable=True),
        _to("term", nullable=True),
        _ORDER,
        *_CITED,
    ),
    "storyboard": (
        _slug(),
        _to("system"),
        _to("scenario"),
        _name("title"),
        _words("summary"),
        *_CITED,
    ),
    "storyboardstep": (
        _to("storyboard"),
        _ORDER,
        Field("phase", Kind.TEXT, required=True, most=40),
        Field("source", Kind.TEXT, required=True, most=200),
        Field("target", Kind.TEXT, required=True, most=200),
        _to("link", nullable=True),
        Field("message", Kind.TEXT, most=300),
        Field("effects", Kind.EFFECTS),
        _choice("outcome", OUTCOMES),
        _name("title"),
        _words("what"),
        _words("why", required=False),
        _name("label", required=False),
        _name("short", required=False),
        Field("told", Kind.FLAG),
        _words("correction", required=False),
        Field("beside", Kind.TEXT, most=120),
    ),
}
"""Every model in the order it is loaded: what is pointed at comes first."""

KEYS: dict[str, Key] = {
    "component": ("system", "slug"),
    "forbiddenlink": ("system", "opener", "accepter"),
    "staging": ("scenario", "system"),
    "narration": ("system", "key"),
    "storyboardstep": ("storyboard", "order"),
}
"""The fields that name a row; `slug` where a model is not listed."""

KEY_LENGTH = {"component": 2}
"""How many values a reference to a model has; one where it is not listed."""


def columns(model: str) -> list[str]:
    """The columns of a model's rows, in the order of the table above."""
    return [column for field in FIELDS[model] for column in field.columns]


def key_of(model: str, row: Mapping[str, Any]) -> Key:
    """The values that name a row: `("kubernetes", "kubelet")`."""
    return tuple(str(row.get(name, "")) for name in KEYS.get(model, ("slug",)))


def name_of(model: str, row: Mapping[str, Any]) -> str:
    """How people are told which row: `component kubernetes/kubelet`."""
    return f"{model} {'/'.join(key_of(model, row))}"


def plain_reference(value: Any) -> Any:
    """A reference as rows hold it: `["w32"]` is `"w32"`, `["borg", "task"]` is `("borg", "task")`."""
    if isinstance(value, list | tuple):
        return str(value[0]) if len(value) == 1 else tuple(str(part) for part in value)
    return value


def tidy(value: Any) -> Any:
    """Text without the line ends and edges that YAML blocks and web forms add."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def normal(model: str, fields: Mapping[str, Any]) -> Row:
    """The whole row that a fixture's `fields` mean: every column, defaults filled in, references plain.

    Values of a wrong type are kept as they are; `explorer.graph.shape` says what is wrong with them.
    """
    row: Row = {}
    for field in FIELDS[model]:
        for column in field.columns:
            value = tidy(fields.get(column))
            if value is None:
                value = field.empty
            row[column] = plain_reference(value) if field.kind is Kind.REFERENCE else value
    return row


def row_hash(row: Mapping[str, Any]) -> str:
    """Sixteen hexadecimal digits that change with any value of a row.

    Empty values count for nothing, so that a new column with its default leaves older hashes true.
    """
    filled = {column: value for column, value in row.items() if value}
    text = json.dumps(filled, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def rows_hash(rows: Mapping[str, Iterable[Row]]) -> str:
    """Twelve hexadecimal digits for all rows together, whatever order they come in."""
    marks = sorted(f"{model} {row_hash(row)}" for model, some in rows.items() for row in some)
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:12]
