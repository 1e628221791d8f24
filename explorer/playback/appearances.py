"""Where a component takes part: the steps of every walkthrough, as it opens, in which the component acts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from django.utils.translation import gettext as _

from explorer.frames import Frame, component_of
from explorer.graph import Atlas
from explorer.playback.catalogue import first_play
from explorer.playback.engine import Play
from explorer.playback.inputs import walkthroughs
from explorer.playback.kept import Kept
from explorer.playback.looking import clock, title_of
from explorer.playback.stored import STORE

FIRST_SHOWN = 8
"""Steps of a walkthrough that a page lists before "show all"."""

type Role = Literal["sends", "receives", "acts", "stored"]


@dataclass(frozen=True, slots=True)
class Appearance:
    """One frame in which a component acts. `via` is the part of it that does, "" where it does so itself.

    `folded` frames end no step of the story: they are steps of their own in full detail only.
    """

    index: int
    role: Role
    via: str
    folded: bool


type Cast = Mapping[str, tuple[Appearance, ...]]
"""Component to its appearances in one play, one for each step of the story at most."""

_casts: Kept[Cast] = Kept(64)


def appearances(atlas: Atlas, system: str, slug: str, language: str) -> list[dict[str, Any]]:
    """The walkthroughs of a system in which a component takes part, each with its steps."""
    found = []
    for of in _plays(atlas, system):
        cast = _casts.made((atlas.version, of.inputs), partial(_cast_of, of))
        steps = [_told(of, one, language) for one in cast.get(slug, ())]
        if steps:
            found.append(
                {
                    "title": title_of(atlas, system, of.inputs.scenario, language),
                    "href": of.inputs.path,
                    "kind": "storyboard" if of.storyboard else "simulation",
                    "count": len(steps),
                    "first": steps[:FIRST_SHOWN],
                    "more": steps[FIRST_SHOWN:],
                }
            )
    return found


def acts_in(atlas: Atlas, system: str, frame: Frame) -> dict[str, tuple[Role, str]]:
    """Every component that a frame concerns: its ends, what they are part of, and the objects it writes."""
    found: dict[str, tuple[Role, str]] = {}
    ends: tuple[tuple[str, Role], ...] = (
        ((frame.source, "acts"),) if frame.internal else ((frame.source, "sends"), (frame.target, "receives"))
    )
    for instance, role in ends:
        own = component_of(instance)
        for slug in atlas.lineage(system, own):
            found.setdefault(slug, (role, "" if slug == own else own))
    for effect in frame.effects:
        kind = effect.object.partition("/")[0].removesuffix("s")
        component = atlas.components.get((system, kind))
        if effect.where == STORE and component is not None:
            for slug in (kind,) if component.kind == "object" else ():
                found.setdefault(slug, ("stored", ""))
    return found


def _plays(atlas: Atlas, system: str) -> Iterator[Play]:
    for one, scenario in walkthroughs(atlas):
        if one == system:
            yield first_play(atlas, system, scenario)


def _cast_of(of: Play) -> Cast:
    cast: dict[str, dict[int, Appearance]] = {}

    def note(step: int, frame: Frame, folded: bool) -> None:
        for slug, (role, via) in acts_in(of.atlas, of.system, frame).items():
            cast.setdefault(slug, {}).setdefault(step, Appearance(frame.index, role, via, folded))

    for step in of.steps:
        note(step.number, of.frames[step.index], False)
        for frame in of.frames[step.first : step.index]:
            if not frame.background:
                note(step.number, frame, True)
    return {slug: tuple(steps[number] for number in sorted(steps)) for slug, steps in cast.items()}


def _told(of: Play, one: Appearance, language: str) -> dict[str, Any]:
    detail = "full" if one.folded else of.inputs.detail
    via = of.atlas.components.get((of.system, one.via))
    return {
        "title": of.words(one.index, language).title,
        "href": of.inputs.address(step=one.index, detail=detail),
        "clock": "" if of.storyboard else clock(of.frames[one.index].at),
        "role": _role(one.role),
        "via": via.name[language] if via else "",
        "folded": one.folded,
    }


def _role(role: Role) -> str:
    return {
        "sends": _("sends"),
        "receives": _("receives"),
        "acts": _("acts by itself"),
        "stored": _("is written"),
    }[role]
