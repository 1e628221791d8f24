"""The quorum calculator: how many replicas a store needs and how many it may lose."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from explorer.playback import quorums
from explorer.playback.atlas import atlas_from_models
from explorer.web.pages import kept_page


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The calculator for `n` replicas of which `lost` are lost, or for `f` failures to bear.

    Raises NotAllowed for what is no number in the range.
    """
    given = request.GET
    quorum = quorums.asked(given.get("n"), given.get("lost"), given.get("f"))
    atlas = atlas_from_models()
    return kept_page(
        request, "quorum.html", atlas.version, lambda language: quorums.page(atlas, quorum, language)
    )
