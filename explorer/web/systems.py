"""The systems: their list, and the map of each with every component, its filters and its search."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from explorer.diagram import Way
from explorer.errors import NotKnown
from explorer.graph import Atlas
from explorer.graph.search import LONGEST
from explorer.playback import survey
from explorer.playback.atlas import atlas_from_models
from explorer.playback.catalogue import entry
from explorer.playback.inputs import walkthroughs
from explorer.playback.maps import map_svg
from explorer.web.pages import kept_page

DRAWINGS = ("wide", "compact")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every system: those with a map drawn small, the others as what they are."""
    atlas = atlas_from_models()

    def context(language: str) -> dict[str, Any]:
        return {"systems": [_listed(atlas, slug, language) for slug in atlas.systems]}

    return kept_page(request, "systems/index.html", atlas.version, context)


@require_safe
def show(request: HttpRequest, system: str) -> HttpResponse:
    """The map of one system. `q` searches it, `zone` and `kind` filter it."""
    atlas = atlas_from_models()
    require_system(atlas, system)
    if not atlas.components_of(system):
        return kept_page(
            request,
            "systems/later.html",
            atlas.version,
            lambda language: {
                "system": heading(atlas, system, language),
                "switch": switch(atlas, system, language),
            },
        )
    zone = survey.chosen("zone", request.GET.get("zone", ""), survey.zones_of(atlas, system))
    kind = survey.chosen("kind", request.GET.get("kind", ""), survey.kinds_of(atlas, system))
    asked = request.GET.get("q", "")
    return kept_page(
        request,
        "systems/show.html",
        atlas.version,
        lambda language: _map(atlas, system, language, asked, zone, kind),
    )


def require_system(atlas: Atlas, system: str) -> None:
    """Raise NotKnown, with the nearest there are, for a system that nobody has heard of."""
    if system not in atlas.systems:
        raise NotKnown("system", system, atlas.systems)


def heading(atlas: Atlas, system: str, language: str) -> dict[str, str]:
    """What the head of each page of a system says of it."""
    told = atlas.systems[system]
    return {
        "slug": system,
        "name": told.name[language],
        "described": told.described[language],
        "tagline": told.tagline[language],
        "summary": told.summary[language],
        "href": survey.href_of(system),
    }


def switch(atlas: Atlas, system: str, language: str) -> list[dict[str, Any]]:
    """The way to the other systems' maps."""
    return [
        {"slug": slug, "name": told.name[language], "href": survey.href_of(slug), "current": slug == system}
        for slug, told in atlas.systems.items()
    ]


def _listed(atlas: Atlas, slug: str, language: str) -> dict[str, Any]:
    components = atlas.components_of(slug)
    listed: dict[str, Any] = {**heading(atlas, slug, language), "count": len(components), "svg": ""}
    if components:
        label = _("Diagram of %(system)s at rest") % {"system": listed["name"]}
        listed["svg"] = mark_safe(map_svg(atlas, slug, "compact", language, {}, label))  # noqa: S308  # escaped there
        listed["links"] = sum(link.system == slug and not link.told for link in atlas.links.values())
    return listed


def _map(atlas: Atlas, system: str, language: str, asked: str, zone: str, kind: str) -> dict[str, Any]:
    every = atlas.components_of(system)
    found = survey.answers(atlas, system, asked, language) if asked.strip() else None
    chosen = [c for c in every if (not zone or c.zone == zone) and (not kind or c.kind == kind)]
    lit = found["lit"] if found else [c.slug for c in chosen] if zone or kind else []
    told = heading(atlas, system, language)
    label = _("Map of %(system)s. Each part is a link to its page.") % {"system": told["name"]}
    ways = {c.slug: Way(survey.href_of(system, c.slug), c.name[language]) for c in every}
    return {
        "system": told,
        "switch": switch(atlas, system, language),
        "drawings": {
            drawing: mark_safe(map_svg(atlas, system, drawing, language, ways, label, lit))  # noqa: S308  # escaped there
            for drawing in DRAWINGS
        },
        "filters": survey.filters(atlas, system, zone, kind),
        "filtered": bool(zone or kind),
        "zone": zone,
        "kind": kind,
        "found": found,
        "most": LONGEST,
        "groups": survey.cards(atlas, chosen, language),
        "count": len(chosen),
        "total": len(every),
        "links": sum(link.system == system and not link.told for link in atlas.links.values()),
        "walkthroughs": [
            entry(atlas, one, scenario, language) for one, scenario in walkthroughs(atlas) if one == system
        ],
    }
