"""Every walkthrough there is, told in one language: for the home page and the list."""

from __future__ import annotations

from typing import Any

from explorer.graph import Atlas
from explorer.playback.engine import Play, play
from explorer.playback.inputs import Inputs, parameters_of, subject_of, walkthroughs


def first_play(atlas: Atlas, system: str, scenario: str) -> Play:
    """The play of a walkthrough as it opens: all its defaults."""
    values = tuple(
        (parameter.name, parameter.default)
        for parameter in parameters_of(atlas, system, scenario)
        if parameter.name != "seed"
    )
    return play(atlas, Inputs(system, scenario, values))


def catalogue(atlas: Atlas, language: str) -> list[dict[str, Any]]:
    """Systems that can be played, each with its walkthroughs."""
    groups: dict[str, dict[str, Any]] = {}
    for system, scenario in walkthroughs(atlas):
        told = atlas.systems[system]
        group = groups.setdefault(
            system,
            {
                "system": {
                    "slug": system,
                    "name": told.name[language],
                    "described": told.described[language],
                    "summary": told.summary[language],
                },
                "walkthroughs": [],
            },
        )
        group["walkthroughs"].append(entry(atlas, system, scenario, language))
    order = list(atlas.systems)
    return [groups[system] for system in sorted(groups, key=order.index)]


def entry(atlas: Atlas, system: str, scenario: str, language: str) -> dict[str, Any]:
    """One walkthrough: title, summary, address, number of steps, minutes to watch."""
    of = first_play(atlas, system, scenario)
    told = subject_of(atlas, system, scenario)
    system_told = atlas.systems[system]
    return {
        "system": {
            "slug": system,
            "name": system_told.name[language],
            "described": system_told.described[language],
        },
        "title": told.title[language],
        "summary": told.summary[language],
        "href": of.inputs.path,
        "steps": len(of.steps),
        "minutes": max(1, round(of.watching_seconds / 60)),
        "kind": "storyboard" if of.storyboard else "simulation",
    }
