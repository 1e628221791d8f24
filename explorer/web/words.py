"""The pages to read: concepts side by side, what is told wrongly, and the glossary."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from explorer.errors import NotAllowed
from explorer.graph.schema import VERDICTS
from explorer.graph.search import question
from explorer.playback import lessons
from explorer.playback.atlas import atlas_from_models
from explorer.playback.glossary import glossary as glossary_of
from explorer.web.pages import kept_page


@require_safe
def concepts(request: HttpRequest) -> HttpResponse:
    """The counterpart table of concepts: what is the same, what differs, what to learn from it."""
    atlas = atlas_from_models()
    return kept_page(
        request,
        "words/concepts.html",
        atlas.version,
        lambda language: {"concepts": lessons.concepts(atlas, language)},
    )


@require_safe
def misconceptions(request: HttpRequest) -> HttpResponse:
    """What is often told against what the sources say; `?verdict=` shows one kind only."""
    verdict = request.GET.get("verdict", "")
    if verdict not in ("", *VERDICTS):
        raise NotAllowed("verdict", verdict, "one of {known}", known=", ".join(VERDICTS))
    atlas = atlas_from_models()
    return kept_page(
        request,
        "words/misconceptions.html",
        (atlas.version, verdict),
        lambda language: {"misconceptions": lessons.misconceptions(atlas, language, verdict)},
    )


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """The words of the field; `?q=` shows those that answer. Whatever is asked gets an answer."""
    asked = question(request.GET.get("q", ""))
    atlas = atlas_from_models()
    return kept_page(
        request,
        "words/glossary.html",
        (atlas.version, asked),
        lambda language: {"glossary": glossary_of(atlas, language, asked)},
    )
