"""Two systems side by side: every comparison listed, one at a pair of steps, its commands, its figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_POST, require_safe

from explorer.errors import NotAllowed
from explorer.graph import Atlas
from explorer.playback.align import align
from explorer.playback.atlas import atlas_from_models
from explorer.playback.engine import goto, play, revision
from explorer.playback.inputs import Inputs
from explorer.playback.pairing import MEET, SIDES, names_of, pair_of, read_pair
from explorer.playback.place import Place
from explorer.playback.runs import CODE, obey, place_of_run
from explorer.playback.steering import short_enough
from explorer.playback.steps import BEFORE
from explorer.playback.versus import figures_of, listing, view_of
from explorer.web.command_answer import command_answer
from explorer.web.pages import kept_page


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every scenario that two systems play, with the pairs there are."""
    atlas = atlas_from_models()

    def context(language: str) -> dict[str, Any]:
        return {"index": listing(atlas, language)}

    return kept_page(request, "compare/index.html", atlas.version, context)


@require_safe
def show(request: HttpRequest, scenario: str) -> HttpResponse:
    """One comparison at a pair of steps. Writes nothing: without `run` it is the visitor's own view."""
    atlas = atlas_from_models()
    place = _place(atlas, scenario, request.GET, "fault")
    rev = request.GET.get("rev", "")
    stale = bool(rev) and rev != revision(atlas)

    def context(language: str) -> dict[str, Any]:
        return {"view": view_of(atlas, place, language) | {"stale": stale}}

    return kept_page(request, "compare/show.html", (atlas.version, place, stale), context)


@require_safe
def figures(request: HttpRequest, scenario: str) -> HttpResponse:
    """The table after both runs, as a page of its own."""
    atlas = atlas_from_models()
    place = _place(atlas, scenario, request.GET, "fault")

    def context(language: str) -> dict[str, Any]:
        return {"view": figures_of(atlas, place, language)}

    return kept_page(request, "compare/figures.html", (atlas.version, place), context)


@require_POST
def command(request: HttpRequest, scenario: str) -> HttpResponse:
    """Carry out one command."""
    atlas = atlas_from_models()
    place = obey(
        _place(atlas, scenario, request.POST, "kept"), request.POST.get("do", ""), request.POST.dict()
    )
    address = pair_of(atlas, place).address(
        place.cursor, place.right_cursor, rev=revision(atlas), run=place.code
    )
    return command_answer(request, place, address)


def place_at(request: HttpRequest, scenario: str) -> Place:
    """The place that the request's address spells, a Run's or one of its own. Raises NotKnown, NotAllowed."""
    return _place(atlas_from_models(), scenario, request.GET, "fault")


def _place(atlas: Atlas, scenario: str, given: QueryDict, faults: str) -> Place:
    """Where an address or a form stands. Its faults are in fields of that name, `left-fault` or `left-kept`.

    Raises NotKnown, NotAllowed.
    """
    place = _run_for(given.get("run", ""), scenario)
    if place is not None:
        return place
    names = [*SIDES, *names_of(atlas, scenario)]
    state = {name: str(given[name]) for name in names if given.get(name) not in (None, "")}
    left_faults, right_faults = (_faults(given.getlist(f"{side}-{faults}")) for side in SIDES)
    left, right = read_pair(atlas, scenario, state, (left_faults, right_faults))
    fields = [given.get(f"{side}-step", "") for side in SIDES]
    cursors = [
        _cursor(atlas, inputs, f"{side}-step", "" if text == MEET else text)
        for side, inputs, text in zip(SIDES, (left, right), fields, strict=True)
    ]
    if MEET in fields and max(cursors) != BEFORE:
        side = fields.index(MEET)
        meetings = align(play(atlas, left), play(atlas, right))
        cursors[side] = meetings.reached(1 - side, cursors[1 - side])[side]
    return Place(left, cursors[0], right=right, right_cursor=cursors[1])


def _faults(texts: Sequence[str]) -> list[str]:
    return [short_enough(text) for text in texts]


def _run_for(code: str, scenario: str) -> Place | None:
    """The Run that is named, if it is there and compares in this scenario."""
    if not re.fullmatch(CODE, code):
        return None
    place = place_of_run(code)
    if place is None or place.right is None or place.inputs.scenario != scenario:
        return None
    return place


def _cursor(atlas: Atlas, inputs: Inputs, field: str, text: str) -> int:
    if text == "":
        return BEFORE
    of = play(atlas, inputs)
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) < len(of.frames):
        return goto(of, int(text))
    raise NotAllowed(field, text, "whole numbers from {low} to {high}", low=0, high=len(of.frames) - 1)
