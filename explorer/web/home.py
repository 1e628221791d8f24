"""The home page: what this is, one click into either system or both, and both side by side in ten lines."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from explorer.diagram import svg
from explorer.graph import Atlas
from explorer.playback import picture
from explorer.playback.atlas import atlas_from_models
from explorer.playback.catalogue import entry, first_play
from explorer.playback.glance import glance
from explorer.playback.inputs import walkthroughs
from explorer.web.pages import kept_page

FIRST = (("kubernetes", "deploy"), ("borg", "deploy"))


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first step of a deploy, drawn; three ways in; the two told phase by phase; the four systems."""
    atlas = atlas_from_models()
    return kept_page(request, "home.html", atlas.version, lambda language: {"home": _told(atlas, language)})


def _told(atlas: Atlas, language: str) -> dict[str, Any]:
    every = [entry(atlas, system, scenario, language) for system, scenario in walkthroughs(atlas)]
    order = list(atlas.systems)
    of = first_play(atlas, *FIRST[0])
    first = of.steps[0]
    drawn = svg(picture.scene(of, "compact", language), picture.moment(of, first, language))
    return {
        "hero_svg": mark_safe(drawn),  # noqa: S308  # the drawing escapes every name it prints
        "starts": [entry(atlas, system, scenario, language) for system, scenario in FIRST],
        "versus": glance(atlas, FIRST[0][1], language),
        "walkthroughs": sorted(every, key=lambda told: order.index(told["system"]["slug"])),
        "systems": [
            {
                "slug": slug,
                "name": system.name[language],
                "tagline": system.tagline[language],
                "count": sum(1 for told in every if told["system"]["slug"] == slug),
            }
            for slug, system in atlas.systems.items()
        ],
    }
