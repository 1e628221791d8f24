"""The Atlas: everything that exists, as frozen values, from fixtures or from database rows alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from explorer.errors import NotKnown
from explorer.graph.fixtures import FOLDER, read_sound
from explorer.graph.schema import LANGUAGES, Row, rows_hash

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

type Words = dict[str, str]
"""The same words in each language: `{"en": …, "zh-hans": …}`."""


class Citation(NamedTuple):
    """Where a fact is written: a source's slug and the place in it ("§3.3")."""

    source: str
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document that can be cited; `slug` is what citations name it by, `short` its name on a chip."""

    slug: str
    title: Words
    short: Words
    authors: str
    year: int | None
    publisher: str
    url: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What every fact has: where it is written, and how sure we are (`mark`, one of schema.MARKS)."""

    citations: tuple[Citation, ...]
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class System(Fact):
    """A cluster manager; `described` says which of its ages: "Borg as of 2015"."""

    slug: str
    name: Words
    tagline: Words
    described: Words
    summary: Words
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Component(Fact):
    """A kind of part of one system. `part_of` is the slug of the component it lives in, or None."""

    system: str
    slug: str
    kind: str
    part_of: str | None
    zone: str
    tier: str
    name: Words
    summary: Words
    replicas: Words
    ports: str
    unreachable: Words
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Fact):
    """Who opens a connection to whom; `opener` and `accepter` are component slugs of `system`.

    `told` links exist in a storyboard's telling only; `carries_data` marks users' own traffic.
    """

    slug: str
    system: str
    opener: str
    accepter: str
    protocol: str
    port: str
    mode: str
    carries_data: bool
    told: bool
    why: Words
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden(Fact):
    """A link that must not exist in a system, and why."""

    system: str
    opener: str
    accepter: str
    reason: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart(Fact):
    """Two components, each `(system, slug)`, that answer to one another."""

    slug: str
    left: tuple[str, str]
    right: tuple[str, str]
    same: Words
    different: Words
    why: Words
    phase: str
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Fact):
    """A word of the field; `forms` are what it looks like in texts, by language."""

    slug: str
    word: Words
    meaning: Words
    forms: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The question a run answers, and its phases in order."""

    slug: str
    title: Words
    question: Words
    phases: tuple[str, ...]
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """One system's scenario; `teaches` is what a viewer has understood afterwards."""

    scenario: str
    system: str
    title: Words
    summary: Words
    teaches: Words
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Narration(Fact):
    """The words for a kind of frame; `{name}` in them stands for a value of the frame."""

    system: str
    key: str
    title: Words
    what: Words
    why: Words
    label: Words
    short: Words
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept(Fact):
    """An idea of one system and the idea of another that answers to it; `lesson` is what to learn from it.

    `components` are the parts it is about, each `(system, slug)`.
    """

    slug: str
    left_system: str
    right_system: str
    subject: str
    left: Words
    right: Words
    same: Words
    different: Words
    lesson: Words
    components: tuple[tuple[str, str], ...]
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconception(Fact):
    """What is often told and what the sources say; `components` are the parts it is about.

    `row` is its number among the claims of the seed article ("S58"), "" for what others tell. The step that
    shows the truth is the first of the play of `scenario` in `system` that tells `narration`; where no run
    shows it, the three are None, None and "", and `concept` or `term` may say where to read on.
    """

    slug: str
    row: str
    origin: str
    subject: str
    verdict: str
    claim: Words
    correction: Words
    components: tuple[tuple[str, str], ...]
    system: str | None
    scenario: str | None
    narration: str
    concept: str | None
    term: str | None
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a storyboard; `source` and `target` are instances, `effects` plain maps as in frames."""

    order: int
    phase: str
    source: str
    target: str
    link: str | None
    message: str
    effects: tuple[Mapping[str, Any], ...]
    outcome: str
    title: Words
    what: Words
    why: Words
    label: Words
    short: Words
    told: bool
    correction: Words
    beside: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Storyboard(Fact):
    """Steps an author wrote over a system's graph, in order; the scenario gives the phases."""

    slug: str
    system: str
    scenario: str
    title: Words
    summary: Words
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Values:
    systems: dict[str, System]
    components: dict[tuple[str, str], Component]
    links: dict[str, Link]
    forbidden: tuple[Forbidden, ...]
    counterparts: dict[str, Counterpart]
    sources: dict[str, Source]
    terms: dict[str, Term]
    scenarios: dict[str, Scenario]
    stagings: dict[tuple[str, str], Staging]
    narrations: dict[tuple[str, str], Narration]
    concepts: dict[str, Concept]
    misconceptions: dict[str, Misconception]
    storyboards: dict[str, Storyboard]
    version: str


@dataclass(frozen=True, kw_only=True)
class Atlas(_Values):
    """Everything that exists. Dicts are in the order of the rows' `order`, then of the file; change none.

    `components` and `narrations` are keyed by `(system, slug)` and `(system, key)`, `stagings` by
    `(scenario, system)`, everything else by slug. `version` is a short hash of all rows: two Atlases with
    the same version say the same, wherever their rows came from.
    """

    _parents: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_rows(cls, rows: Mapping[str, Iterable[Row]]) -> Atlas:
        """An Atlas of rows as `explorer.graph.schema.normal` makes them, by model name."""
        kept = {model: list(some) for model, some in rows.items()}

        def ordered(model: str) -> list[Row]:
            return sorted(kept.get(model, ()), key=lambda row: row.get("order") or 0)

        steps: dict[str, list[Step]] = {}
        for row in ordered("storyboardstep"):
            steps.setdefault(row["storyboard"], []).append(_step(row))
        return cls(
            sources={row["slug"]: _made(Source, row) for row in ordered("source")},
            systems={row["slug"]: _made(System, row) for row in ordered("system")},
            components={
                (row["system"], row["slug"]): _made(
                    Component, row, part_of=row["part_of"][1] if row["part_of"] else None
                )
                for row in ordered("component")
            },
            links={
                row["slug"]: _made(Link, row, opener=row["opener"][1], accepter=row["accepter"][1])
                for row in ordered("link")
            },
            forbidden=tuple(_made(Forbidden, row) for row in ordered("forbiddenlink")),
            counterparts={row["slug"]: _made(Counterpart, row) for row in ordered("counterpart")},
            terms={row["slug"]: _made(Term, row, forms=_forms(row)) for row in ordered("term")},
            scenarios={
                row["slug"]: _made(Scenario, row, phases=tuple(row["phases"])) for row in ordered("scenario")
            },
            stagings={(row["scenario"], row["system"]): _made(Staging, row) for row in ordered("staging")},
            narrations={(row["system"], row["key"]): _made(Narration, row) for row in ordered("narration")},
            concepts={
                row["slug"]: _made(Concept, row, components=_components(row)) for row in ordered("concept")
            },
            misconceptions={
                row["slug"]: _made(Misconception, row, components=_components(row))
                for row in ordered("misconception")
            },
            storyboards={
                row["slug"]: _made(Storyboard, row, steps=tuple(steps.get(row["slug"], ())))
                for row in ordered("storyboard")
            },
            version=rows_hash(kept),
        )

    @classmethod
    def from_fixtures(cls, folder: Path = FOLDER) -> Atlas:
        """An Atlas of the YAML files below `folder`, without a database.

        Raises BrokenFixtures when a file or a row has not the shape asked for. The rules about what the
        rows say (`explorer.graph.check`) are not asked here.
        """
        return cls.from_rows(read_sound(folder).rows)

    def component(self, system: str, slug: str) -> Component:
        """The component of that system and slug; NotKnown names the most alike otherwise."""
        found = self.components.get((system, slug))
        if found is None:
            raise NotKnown(
                f"component of {system}", slug, [key[1] for key in self.components if key[0] == system]
            )
        return found

    def components_of(self, system: str) -> list[Component]:
        return [component for component in self.components.values() if component.system == system]

    def lineage(self, system: str, slug: str) -> tuple[str, ...]:
        """The component itself, what it is part of, what that is part of, and so on."""
        key = (system, slug)
        if key not in self._parents:
            line: list[str] = []
            here: str | None = slug
            while here is not None and here not in line:
                line.append(here)
                component = self.components.get((system, here))
                here = component.part_of if component else None
            self._parents[key] = tuple(line)
        return self._parents[key]

    def joins(self, link: Link, one: str, other: str) -> bool:
        """Whether a message between the two components of the link's system may go over it.

        A link is used in both directions (an answer goes back), and a part may use its parent's links.
        """
        ones, others = self.lineage(link.system, one), self.lineage(link.system, other)
        return (link.opener in ones and link.accepter in others) or (
            link.opener in others and link.accepter in ones
        )

    def links_between(self, system: str, one: str, other: str, told: bool = False) -> Iterator[Link]:
        """Links that join two components, those told in storyboards only when asked for."""
        for link in self._links_by_system.get(system, ()):
            if (told or not link.told) and self.joins(link, one, other):
                yield link

    @cached_property
    def _links_by_system(self) -> dict[str, list[Link]]:
        by_system: dict[str, list[Link]] = {}
        for link in self.links.values():
            by_system.setdefault(link.system, []).append(link)
        return by_system


def words(row: Mapping[str, Any], name: str) -> Words:
    """A row's words of that name, by language code."""
    return {code: row[f"{name}_{suffix}"] or "" for code, suffix in LANGUAGES.items()}


def _made[T: DataclassInstance](kind: type[T], row: Row, **given: Any) -> T:
    """A value of `kind`: what is given, else the row's column, words and citations put together."""
    values: dict[str, Any] = {}
    for name in (column.name for column in fields(kind)):
        if name in given:
            values[name] = given[name]
        elif name == "citations":
            values[name] = _citations(row)
        elif f"{name}_en" in row:
            values[name] = words(row, name)
        else:
            values[name] = row[name]
    return kind(**values)


def _citations(row: Row) -> tuple[Citation, ...]:
    more = (Citation(item["source"], item["section"]) for item in row["more_sources"])
    return (Citation(row["source"], row["section"]), *more)


def _components(row: Row) -> tuple[tuple[str, str], ...]:
    return tuple((system, slug) for system, slug in row["components"])


def _forms(row: Row) -> dict[str, tuple[str, ...]]:
    return {code: tuple(row[f"forms_{suffix}"]) for code, suffix in LANGUAGES.items()}


def _step(row: Row) -> Step:
    return _made(Step, row, effects=tuple(row["effects"]))
