"""Pages that are the same for everybody: rendered once and kept, each visitor's form token put in."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import get_language

from explorer.playback.kept import Kept
from explorer.playback.narrate import LANGUAGES
from explorer.web.preferences import THEME_COOKIE

_TOKEN_HERE = "token-of-the-visitor"  # noqa: S105  # the place where the visitor's own token is written
_pages: Kept[str] = Kept(256)


def kept_page(
    request: HttpRequest, template: str, key: Hashable, context: Callable[[str], dict[str, Any]]
) -> HttpResponse:
    """The page of a template. `context` is asked, with the language, only when nothing is kept for `key`.

    `key` stands for everything the context depends on; language, theme and address are added to it.
    """
    language = language_of(request)
    whole = (template, key, language, request.COOKIES.get(THEME_COOKIE, ""), request.get_full_path())

    def rendered() -> str:
        return render_to_string(template, {**context(language), "csrf_token": _TOKEN_HERE}, request)

    text = _pages.made(whole, rendered)
    return HttpResponse(text.replace(_TOKEN_HERE, get_token(request)))


def language_of(request: HttpRequest) -> str:
    """The language of this answer, as fixtures spell it."""
    code = (get_language() or "en").lower()
    return code if code in LANGUAGES else "en"
