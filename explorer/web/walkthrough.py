"""The player's pages: every walkthrough listed, one shown at a step, and the commands that move it."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from explorer.errors import NotAllowed
from explorer.graph import Atlas
from explorer.playback.atlas import atlas_from_models
from explorer.playback.catalogue import catalogue
from explorer.playback.engine import goto, play, revision
from explorer.playback.inputs import Inputs, parameters_of, read_inputs, require_walkthrough
from explorer.playback.place import Place
from explorer.playback.runs import CODE, obey, place_of_run
from explorer.playback.steering import short_enough
from explorer.playback.steps import BEFORE
from explorer.playback.view import view_of
from explorer.web.command_answer import command_answer
from explorer.web.pages import kept_page

_STATE = ("detail", "seed")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every walkthrough there is, by system."""
    atlas = atlas_from_models()

    def context(language: str) -> dict[str, Any]:
        return {"index": {"groups": catalogue(atlas, language)}}

    return kept_page(request, "walkthrough/index.html", atlas.version, context)


@require_safe
def show(request: HttpRequest, system: str, scenario: str) -> HttpResponse:
    """One walkthrough at one step. Writes nothing: without `run` it is the visitor's own view."""
    atlas = atlas_from_models()
    place = place_at(request, system, scenario)
    rev = request.GET.get("rev", "")
    stale = bool(rev) and rev != revision(atlas)

    def context(language: str) -> dict[str, Any]:
        return {"view": view_of(atlas, place, language) | {"stale": stale}}

    return kept_page(request, "walkthrough/show.html", (atlas.version, place, stale), context)


def place_at(request: HttpRequest, system: str, scenario: str) -> Place:
    """The place that the request's address spells, a Run's or one of its own. Raises NotKnown, NotAllowed."""
    atlas = atlas_from_models()
    require_walkthrough(atlas, system, scenario)
    place = _run_for(request.GET.get("run", ""), system, scenario)
    if place is None:
        place = _own_view(atlas, system, scenario, request.GET.dict(), request.GET.getlist("fault"))
    return place


@require_POST
def command(request: HttpRequest, system: str, scenario: str) -> HttpResponse:
    """Carry out one command."""
    atlas = atlas_from_models()
    require_walkthrough(atlas, system, scenario)
    place = _run_for(request.POST.get("run", ""), system, scenario)
    if place is None:
        place = _own_view(atlas, system, scenario, request.POST.dict(), request.POST.getlist("kept"))
    place = obey(place, request.POST.get("do", ""), request.POST.dict())
    address = place.inputs.address(step=place.cursor, rev=revision(atlas), run=place.code)
    return command_answer(request, place, address)


def _run_for(code: str, system: str, scenario: str) -> Place | None:
    """The Run that is named, if it is there and plays this walkthrough."""
    if not re.fullmatch(CODE, code):
        return None
    place = place_of_run(code)
    if place is None or place.right is not None:
        return None
    if (place.inputs.system, place.inputs.scenario) != (system, scenario):
        return None
    return place


def _own_view(atlas: Atlas, system: str, scenario: str, given: dict[str, Any], faults: list[str]) -> Place:
    """The place that an address or a form without a Run spells. Raises NotKnown, NotAllowed."""
    names = [parameter.name for parameter in parameters_of(atlas, system, scenario)]
    state = {name: str(given[name]) for name in (*names, *_STATE) if given.get(name) not in (None, "")}
    inputs = read_inputs(atlas, system, scenario, state, [short_enough(fault) for fault in faults])
    return Place(inputs, _cursor(atlas, inputs, str(given.get("step", ""))))


def _cursor(atlas: Atlas, inputs: Inputs, text: str) -> int:
    if text == "":
        return BEFORE
    of = play(atlas, inputs)
    if text.isascii() and text.isdigit() and len(text) < 10:
        return goto(of, int(text))
    raise NotAllowed("step", text, "whole numbers from {low} to {high}", low=0, high=len(of.frames) - 1)
