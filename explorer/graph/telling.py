"""Rules about scenarios, counterparts and storyboards: what is told keeps to what exists."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.frames import component_of
from explorer.graph.fixtures import Entry, Fixtures
from explorer.graph.problem import Problem, one_of, said


def scenario_problems(fixtures: Fixtures) -> Iterator[Problem]:
    """Phases are named once a scenario; a counterpart's phase is one of some scenario."""
    phases: list[str] = []
    for entry in fixtures.of("scenario"):
        if fixtures.sound(entry, "phases"):
            own = entry.row["phases"]
            phases += own
            for phase in sorted({phase for phase in own if own.count(phase) > 1}):
                yield entry.problem(
                    "phases", said("'{phase}' is there twice", phase=phase), said("each phase once, in order")
                )
    for entry in fixtures.of("counterpart"):
        phase = entry.row["phase"]
        if phase and fixtures.sound(entry, "phase") and phase not in phases:
            yield entry.problem(
                "phase", said("no scenario has the phase '{phase}'", phase=phase), one_of(phase, phases)
            )


def counterpart_problems(fixtures: Fixtures) -> Iterator[Problem]:
    """A counterpart joins two systems."""
    for entry in fixtures.of("counterpart"):
        if fixtures.sound(entry, "left", "right") and entry.row["left"][0] == entry.row["right"][0]:
            says = said("both are of {system}", system=entry.row["left"][0])
            yield entry.problem("right", says, said("a component of another system than left's"))


def storyboard_problems(fixtures: Fixtures) -> Iterator[Problem]:
    """Every step's parts exist in its system, its link joins them, its phase is its scenario's."""
    told = set()
    for entry in fixtures.of("storyboardstep"):
        told.add(entry.row["storyboard"] if fixtures.sound(entry, "storyboard") else None)
        yield from _step_problems(fixtures, entry)
    for entry in fixtures.of("storyboard"):
        if entry.row["slug"] not in told:
            yield entry.problem("", said("has no steps"), said("at least one explorer.storyboardstep of it"))


def _step_problems(fixtures: Fixtures, entry: Entry) -> Iterator[Problem]:
    row = entry.row
    board = fixtures.find("storyboard", (row["storyboard"],)) if fixtures.sound(entry, "storyboard") else None
    if row["told"] and not row["correction_en"] and fixtures.sound(entry, "told", "correction_en"):
        yield entry.problem(
            "correction_en", said("is empty on a told step"), said("what the sources say instead")
        )
    if row["correction_en"] and row["told"] is False:
        yield entry.problem(
            "told", said("is false, while there is a correction"), said("true, or no correction")
        )
    if board is None or not fixtures.sound(board, "system", "scenario"):
        return  # the missing storyboard is told by its reference
    system = board.row["system"]
    scenario = fixtures.find("scenario", (board.row["scenario"],))
    if scenario is not None and fixtures.sound(scenario, "phases") and fixtures.sound(entry, "phase"):
        phases = scenario.row["phases"]
        if row["phase"] not in phases:
            says = said("'{phase}' is not a phase of {scenario}", phase=row["phase"], scenario=scenario.name)
            yield entry.problem("phase", says, one_of(row["phase"], phases, most=12))
    beside = row["beside"]
    if beside and fixtures.sound(entry, "beside") and fixtures.find("narration", (system, beside)) is None:
        keys = [other.row["key"] for other in fixtures.of("narration") if other.row["system"] == system]
        yield entry.problem(
            "beside",
            said("{system} has no {model} '{slug}'", system=system, model="narration", slug=beside),
            one_of(beside, keys),
        )
    ends = [name for name in ("source", "target") if fixtures.sound(entry, name)]
    known = [name for name in ends if fixtures.find("component", (system, component_of(row[name])))]
    slugs = [other.row["slug"] for other in fixtures.of("component") if other.row["system"] == system]
    for name in ends:
        if name not in known:
            slug = component_of(row[name])
            yield entry.problem(
                name,
                said("{system} has no {model} '{slug}'", system=system, model="component", slug=slug),
                one_of(slug, slugs),
            )
    if fixtures.sound(entry, "effects"):
        for effect in row["effects"]:
            where = effect["where"]
            if where != "store" and component_of(where) not in slugs:
                says = said(
                    "'{where}' is neither the store nor an instance of {system}", where=where, system=system
                )
                yield entry.problem("effects", says, one_of(component_of(where), ["store", *slugs]))
    if len(known) == 2:
        yield from _step_link_problems(fixtures, entry, system)


def _step_link_problems(fixtures: Fixtures, entry: Entry, system: str) -> Iterator[Problem]:
    row = entry.row
    ends = (component_of(row["source"]), component_of(row["target"]))
    fitting = [
        link.row["slug"]
        for link in fixtures.of("link")
        if link.row["system"] == system
        and fixtures.sound(link, "opener", "accepter")
        and _joins(fixtures, link, *ends)
    ]
    if row["link"] is None:
        if row["source"] != row["target"]:
            wants = (
                said("{links}, or the same source and target", links=one_of("", fitting))
                if fitting
                else said("a link that joins them")
            )
            yield entry.problem(
                "link",
                said("is missing between {source} and {target}", source=row["source"], target=row["target"]),
                wants,
            )
        return
    link = fixtures.find("link", (row["link"],)) if fixtures.sound(entry, "link") else None
    if link is None or not has_ends(fixtures, link, "opener", "accepter"):
        return  # told by a reference
    if link.row["slug"] not in fitting:
        says = said(
            "{link} does not join {source} and {target}", link=row["link"], source=ends[0], target=ends[1]
        )
        yield entry.problem(
            "link", says, one_of(row["link"], fitting) if fitting else said("a link that joins them")
        )
    if link.row["told"] is True and row["told"] is False:
        says = said("{link} exists only as told, while the step is not told", link=row["link"])
        yield entry.problem("told", says, said("true, with a correction; or a link that exists"))


def _joins(fixtures: Fixtures, link: Entry, one: str, other: str) -> bool:
    ones, others = lineage(fixtures, link.row["system"], one), lineage(fixtures, link.row["system"], other)
    opener, accepter = link.row["opener"][1], link.row["accepter"][1]
    return (opener in ones and accepter in others) or (opener in others and accepter in ones)


def has_ends(fixtures: Fixtures, entry: Entry, *columns: str) -> bool:
    """Whether the components that a row's columns point at are there; a column may be empty."""
    return fixtures.sound(entry, *columns) and all(
        fixtures.find("component", entry.row[column]) is not None for column in columns if entry.row[column]
    )


def lineage(fixtures: Fixtures, system: str, slug: str) -> list[str]:
    """The component itself, what it is part of, and so on; ends where rows are missing or go in a circle."""
    line: list[str] = []
    here: str | None = slug
    while here is not None and here not in line:
        line.append(here)
        entry = fixtures.find("component", (system, here))
        whole = entry.row["part_of"] if entry and fixtures.sound(entry, "part_of") else None
        here = whole[1] if whole else None
    return line
