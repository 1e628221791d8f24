"""Rules about concepts and misconceptions: they compare two systems, and lead to what shows the truth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from explorer.graph.fixtures import Entry, Fixtures
from explorer.graph.problem import Problem, one_of, said

CLAIM = re.compile(r"S[1-9][0-9]?\Z")
_STEP = ("system", "scenario", "narration")


def concept_problems(fixtures: Fixtures) -> Iterator[Problem]:
    """A concept joins two systems, and its parts are of them."""
    for entry in fixtures.of("concept"):
        if not fixtures.sound(entry, "left_system", "right_system"):
            continue
        left, right = entry.row["left_system"], entry.row["right_system"]
        if left == right:
            yield entry.problem(
                "right_system",
                said("both are {system}", system=left),
                said("another system than left_system"),
            )
        if fixtures.sound(entry, "components"):
            for system, slug in entry.row["components"]:
                if system not in (left, right):
                    says = said(
                        "{component} is of neither {left} nor {right}",
                        component=f"{system}/{slug}",
                        left=left,
                        right=right,
                    )
                    yield entry.problem(
                        "components", says, said("components of {left} or {right}", left=left, right=right)
                    )


def misconception_problems(fixtures: Fixtures) -> Iterator[Problem]:
    """What the article tells has its number there, once; a step is named whole and can be found."""
    owners: dict[str, Entry] = {}
    for entry in fixtures.of("misconception"):
        if fixtures.sound(entry, "row", "origin"):
            yield from _row_problems(entry, owners)
        if fixtures.sound(entry, *_STEP):
            yield from _step_problems(fixtures, entry)


def _row_problems(entry: Entry, owners: dict[str, Entry]) -> Iterator[Problem]:
    row, origin = entry.row["row"], entry.row["origin"]
    if origin == "common":
        if row:
            yield entry.problem(
                "row",
                said("'{row}' is a number of the article's claims", row=row),
                said("empty for common ones"),
            )
        return
    if not CLAIM.match(row):
        says = (
            said("'{row}' is no number of a claim", row=row)
            if row
            else said("is empty, while the article tells it")
        )
        yield entry.problem("row", says, said("S1 to S99"))
        return
    owner = owners.setdefault(row, entry)
    if owner is not entry:
        yield entry.problem(
            "row",
            said("'{row}' is the row of {owner} too", row=row, owner=owner.name),
            said("one misconception a claim"),
        )


def _step_problems(fixtures: Fixtures, entry: Entry) -> Iterator[Problem]:
    given = [name for name in _STEP if entry.row[name]]
    if not given:
        return
    if len(given) < len(_STEP):
        for name in _STEP:
            if name not in given:
                yield entry.problem(
                    name,
                    said("is empty, while {other} is given", other=given[0]),
                    said("{fields}, or none", fields=", ".join(_STEP)),
                )
        return
    system, scenario, key = (entry.row[name] for name in _STEP)
    if fixtures.find("system", (system,)) is None or fixtures.find("scenario", (scenario,)) is None:
        return  # told by a reference
    if fixtures.find("staging", (scenario, system)) is None:
        staged = [other.row["scenario"] for other in fixtures.of("staging") if other.row["system"] == system]
        yield entry.problem(
            "scenario",
            said("{system} does not stage '{scenario}'", system=system, scenario=scenario),
            one_of(scenario, staged),
        )
    if fixtures.find("narration", (system, key)) is None:
        keys = [other.row["key"] for other in fixtures.of("narration") if other.row["system"] == system]
        yield entry.problem(
            "narration",
            said("{system} has no {model} '{slug}'", system=system, model="narration", slug=key),
            one_of(key, keys),
        )
