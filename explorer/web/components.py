"""The page of one component: what it is, whom it talks to, what answers to it elsewhere, where it acts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from explorer.playback.atlas import atlas_from_models
from explorer.playback.maps import component_svg
from explorer.playback.portrait import portrait
from explorer.web.pages import kept_page
from explorer.web.systems import heading, require_system


@require_safe
def show(request: HttpRequest, system: str, component: str) -> HttpResponse:
    """One component. Raises NotKnown, with the nearest, for a system or a component that is not there."""
    atlas = atlas_from_models()
    require_system(atlas, system)
    told = atlas.component(system, component)

    def context(language: str) -> dict[str, Any]:
        label = _("Where %(name)s stands in the diagram") % {"name": told.name[language]}
        drawn = component_svg(atlas, told, language, label)
        return {
            "system": heading(atlas, system, language),
            "part": portrait(atlas, told, language),
            "drawing": mark_safe(drawn),  # noqa: S308  # the drawing escapes every name it prints
            "tall": " tall" in drawn[:160],
        }

    return kept_page(request, "systems/component.html", atlas.version, context)
