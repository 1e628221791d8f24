"""The one text that page and push share: a whole state of a run, in one language, stamped with its number."""

from __future__ import annotations

import json
import re

from django.template.loader import render_to_string
from django.utils.translation import override

from explorer.graph import Atlas
from explorer.playback import versus
from explorer.playback.atlas import atlas_from_models
from explorer.playback.engine import play
from explorer.playback.kept import Kept
from explorer.playback.place import Place
from explorer.playback.unnumbered import text_of
from explorer.playback.view import view_of

_KEPT = 512
_BARE_WORD = re.compile(r"""="([^\s"'=<>`]*[^\s"'=<>`/])"(?=[\s>])""")
"""An attribute that HTML takes without quotes: each pair of them is four bytes of a pushed text."""
_BETWEEN = re.compile(r">\n+<")
_texts: Kept[str] = Kept(_KEPT)


def fragment(place: Place, language: str) -> str:
    """The pushed HTML of a place: rendered once a language, the same for everybody.

    The answer to a command and the push ask for it at the same moment, in two threads.
    """
    atlas = atlas_from_models()
    return text_of(_texts, (atlas.version, language), place, lambda bare: _rendered(atlas, bare, language))


def _rendered(atlas: Atlas, place: Place, language: str) -> str:
    if place.right is None:
        return render(view_of(atlas, place, language, drawings=False), language)
    view = versus.view_of(atlas, place, language, drawings=False)
    return render(view, language, "partials/compare_fragment.html")


def render(view: dict[str, object], language: str, template: str = "partials/fragment.html") -> str:
    """One view as the pushed HTML. Runs no query."""
    with override(language):
        text = render_to_string(template, {"view": view})
    return _BETWEEN.sub("><", _BARE_WORD.sub(r"=\1", text))


def envelope(place: Place, language: str) -> str:
    """The text a socket brings: number and content."""
    return json.dumps(
        {"epoch": place.epoch, "seq": place.seq, "content": fragment(place, language)},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def reading_seconds_at(place: Place) -> float:
    """How long the step's words take to read, in the language that takes longer."""
    atlas = atlas_from_models()
    if place.right is not None:
        return versus.reading_seconds_at(atlas, place)
    of = play(atlas, place.inputs)
    step = of.step(place.cursor)
    return of.reading_seconds(step.index) if step is not None else 0.0
