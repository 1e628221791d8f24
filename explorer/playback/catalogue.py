"""Every walkthrough there is, told in one language: for the home page and the list."""

from __future__ import annotations

from typing import Any

from explorer.graph import Atlas
from explorer.playback.engine import Play, play
from explorer.playback.inputs import Inputs, is_storyboard, parameters_of, walkthroughs
from explorer.playback.narrate import LANGUAGES
from explorer.playback.steps import dwell_seconds, reading_seconds


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
    storyboard = is_storyboard(atlas, system, scenario)
    told = atlas.storyboards[scenario] if storyboard else atlas.stagings[scenario, system]
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
        "minutes": max(1, round(_seconds(of) / 60)),
        "kind": "storyboard" if storyboard else "simulation",
    }


def _seconds(of: Play) -> float:
    kept: float | None = of.__dict__.get("_watching")
    if kept is None:
        kept = sum(max(_dwell(of, step.index, language) for language in LANGUAGES) for step in of.steps)
        of.__dict__["_watching"] = kept
    return kept


def _dwell(of: Play, index: int, language: str) -> float:
    words = of.words(index, language)
    return dwell_seconds(reading_seconds(words.title, words.what), 1.0)
