"""Every rule that the fixtures keep; each tells all rows that break it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from explorer.graph.drawn import PLACEMENTS, drawing_problems
from explorer.graph.fixtures import Entry, Fixtures
from explorer.graph.insight import out_of_reach
from explorer.graph.lessons import concept_problems, misconception_problems
from explorer.graph.problem import Problem, one_of, said
from explorer.graph.schema import FIELDS, KEYS, Kind
from explorer.graph.telling import counterpart_problems, has_ends, scenario_problems, storyboard_problems
from explorer.graph.words import language_problems, template_problems, term_problems


def check(fixtures: Fixtures, placements: Path = PLACEMENTS) -> list[Problem]:
    """Everything that is wrong, in the order of the files; empty when all is as it should be.

    >>> check(Fixtures.of_rows({}))
    []
    """
    found = [
        *fixtures.problems,
        *reference_problems(fixtures),
        *component_problems(fixtures),
        *link_problems(fixtures),
        *reach_problems(fixtures),
        *counterpart_problems(fixtures),
        *scenario_problems(fixtures),
        *concept_problems(fixtures),
        *misconception_problems(fixtures),
        *storyboard_problems(fixtures),
        *language_problems(fixtures),
        *template_problems(fixtures),
        *term_problems(fixtures),
        *drawing_problems(fixtures, placements),
    ]
    files = list(dict.fromkeys(entry.file for entry in fixtures.entries))
    place = {file: number for number, file in enumerate(files)}
    return sorted(
        dict.fromkeys(found), key=lambda problem: (place.get(problem.file, len(files)), problem.line)
    )


def reference_problems(fixtures: Fixtures) -> Iterator[Problem]:
    """Everything that is pointed at exists."""
    for entry in fixtures.entries:
        for field in FIELDS[entry.model]:
            if not fixtures.sound(entry, field.name):
                continue
            value = entry.row.get(field.name)
            if field.kind is Kind.REFERENCE and value:
                yield from _missing(fixtures, entry, field.name, field.to, value)
            elif field.kind is Kind.CITATIONS:
                for item in value or ():
                    yield from _missing(fixtures, entry, field.name, "source", item["source"])
            elif field.kind is Kind.COMPONENTS:
                for pair in value or ():
                    yield from _missing(fixtures, entry, field.name, "component", tuple(pair))


def _missing(
    fixtures: Fixtures, entry: Entry, column: str, model: str, value: str | tuple[str, ...]
) -> Iterator[Problem]:
    key = value if isinstance(value, tuple) else (value,)
    if fixtures.find(model, key) is not None:
        return
    others = [other.key for other in fixtures.of(model)]
    if len(key) == 2 and any(other[0] == key[0] for other in others):
        slugs = [other[1] for other in others if other[0] == key[0]]
        yield entry.problem(
            column,
            said("{system} has no {model} '{slug}'", system=key[0], model=model, slug=key[1]),
            one_of(key[1], slugs),
        )
    else:
        names = ["/".join(other) for other in others]
        yield entry.problem(
            column,
            said("there is no {model} '{slug}'", model=model, slug="/".join(key)),
            one_of("/".join(key), names),
        )


def component_problems(fixtures: Fixtures) -> Iterator[Problem]:
    """A part is part of a component of its own system, and not of itself by any way round."""
    for entry in fixtures.of("component"):
        whole = entry.row["part_of"]
        if not whole or not fixtures.sound(entry, "part_of", "system"):
            continue
        if whole[0] != entry.row["system"]:
            yield entry.problem(
                "part_of",
                said("is of {system}", system=whole[0]),
                said("a component of {system}", system=entry.row["system"]),
            )
        seen = {entry.key}
        while whole and whole not in seen:
            seen.add(whole)
            above = fixtures.find("component", whole)
            whole = above.row["part_of"] if above and fixtures.sound(above, "part_of") else None
        if whole == entry.key:
            yield entry.problem(
                "part_of",
                said("goes in a circle back to the component itself"),
                said("what it lives in, or nothing"),
            )


def link_problems(fixtures: Fixtures) -> Iterator[Problem]:
    """A link joins two components of its own system, and no link is one of the forbidden."""
    forbidden: dict[tuple[str, ...], Entry] = {entry.key: entry for entry in fixtures.of("forbiddenlink")}
    for entry in fixtures.of("link"):
        system = entry.row["system"]
        for end in ("opener", "accepter"):
            if fixtures.sound(entry, end, "system") and entry.row[end][0] != system:
                yield entry.problem(
                    end,
                    said("is of {system}", system=entry.row[end][0]),
                    said("a component of {system}, as the link", system=system),
                )
        if not fixtures.sound(entry, "opener", "accepter") or entry.row["told"] is True:
            continue
        opener, accepter = entry.row["opener"][1], entry.row["accepter"][1]
        rule = forbidden.get((system, opener, accepter))
        if rule is not None:
            says = said(
                "{opener} → {accepter} must not exist: {reason}",
                opener=opener,
                accepter=accepter,
                reason=rule.row["reason_en"],
            )
            yield entry.problem("accepter", says, said("other ends, or told: true in a storyboard's telling"))
    for entry in forbidden.values():
        system = entry.row["system"]
        slugs = [other.row["slug"] for other in fixtures.of("component") if other.row["system"] == system]
        for end in KEYS["forbiddenlink"][1:]:
            if fixtures.sound(entry, end) and entry.row[end] not in slugs:
                says = said(
                    "{system} has no {model} '{slug}'", system=system, model="component", slug=entry.row[end]
                )
                yield entry.problem(end, says, one_of(entry.row[end], slugs))


def reach_problems(fixtures: Fixtures) -> Iterator[Problem]:
    """A client reaches every process over links and parts, or its row says why not.

    A system whose links or parts point at nothing is not asked: that is told already, and all that
    follows from it would only be noise.
    """
    for system in dict.fromkeys(str(entry.row["system"]) for entry in fixtures.of("component")):
        everything = [entry for entry in fixtures.of("component") if entry.row["system"] == system]
        # A boundary encloses and connects nothing: being in one cell is no path.
        entries = {entry.row["slug"]: entry for entry in everything if entry.row["kind"] != "boundary"}
        joining = [
            link for link in fixtures.of("link") if link.row["system"] == system and not link.row["told"]
        ]
        lost_ends = [link for link in joining if not has_ends(fixtures, link, "opener", "accepter")]
        if lost_ends or not all(has_ends(fixtures, entry, "part_of") for entry in everything):
            continue
        links = [(link.row["opener"][1], link.row["accepter"][1]) for link in joining]
        parts = [(slug, entry.row["part_of"][1]) for slug, entry in entries.items() if entry.row["part_of"]]
        clients = [slug for slug, entry in entries.items() if entry.row["zone"] == "client"]
        lost = out_of_reach(entries, links, parts, clients)
        for slug, entry in entries.items():
            if slug in lost and entry.row["kind"] == "process" and not entry.row["unreachable_en"]:
                says = said("is empty, and no path of links joins it to a client")
                yield entry.problem("unreachable_en", says, said("a link to it, or the reason in words"))
