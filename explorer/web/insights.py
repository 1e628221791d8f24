"""What the graph of a system tells: its hub, its weak points, distances, and what a cut would separate."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from explorer.graph import Atlas
from explorer.playback.atlas import atlas_from_models
from explorer.playback.insights import findings, has_insights, require_none, separated
from explorer.playback.maps import broken_map_svg
from explorer.playback.tellings import Teller, side_by_side
from explorer.web.pages import kept_page
from explorer.web.systems import heading, require_system


@require_safe
def show(request: HttpRequest, system: str) -> HttpResponse:
    """The insights of one system. `cut` cuts a link and `without` takes a component away.

    Raises NotKnown, with the nearest, for a system, a link or a component that is not there.
    """
    atlas = atlas_from_models()
    require_system(atlas, system)
    cut, without = request.GET.get("cut", ""), request.GET.get("without", "")
    if not has_insights(atlas, system):
        require_none(system, cut, without)
        return kept_page(
            request,
            "systems/insights_later.html",
            atlas.version,
            lambda language: {
                "system": heading(atlas, system, language),
                "switch": _switch(atlas, system, language),
            },
        )
    separated(atlas, system, cut, without)  # refused here: a page that is kept is not made again
    return kept_page(
        request,
        "systems/insights.html",
        atlas.version,
        lambda language: _insights(atlas, system, language, cut, without),
    )


def _insights(atlas: Atlas, system: str, language: str, cut: str, without: str) -> dict[str, Any]:
    teller = Teller(atlas, findings(atlas, system), language)
    apart = separated(atlas, system, cut, without)
    others = [slug for slug in atlas.systems if has_insights(atlas, slug)]
    drawing = ""
    if apart:
        label = _("Map of %(system)s with what is cut") % {"system": atlas.systems[system].name[language]}
        drawing = broken_map_svg(atlas, system, "wide", language, label, without, cut)
    return {
        "system": heading(atlas, system, language),
        "switch": _switch(atlas, system, language),
        "menu": teller.menu(cut, without),
        "apart": teller.separation(apart, cut, without) if apart else None,
        "drawing": mark_safe(drawing),  # noqa: S308  # the drawing escapes every name it prints
        "versus": {
            "systems": [heading(atlas, slug, language) for slug in others],
            "rows": side_by_side([Teller(atlas, findings(atlas, slug), language) for slug in others]),
        },
        **teller.everything(),
    }


def _switch(atlas: Atlas, system: str, language: str) -> list[dict[str, Any]]:
    """The way to the insights of the other systems."""
    return [
        {
            "slug": slug,
            "name": told.name[language],
            "href": f"/systems/{slug}/insights/",
            "current": slug == system,
        }
        for slug, told in atlas.systems.items()
    ]
