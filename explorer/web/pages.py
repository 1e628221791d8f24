"""Pages that are the same for everybody: rendered once and kept, each visitor's form token put in."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import get_language

from explorer.playback.kept import Kept
from explorer.playback.narrate import LANGUAGES
from explorer.web.preferences import theme_of

_TOKEN_HERE = secrets.token_hex(16)
"""Where the visitor's own token is written. Nobody knows it: whoever did could name it in a query, and the
token would stand in the links that repeat the query."""
_pages: Kept[str] = Kept(16 * 1024 * 1024, len)
"""Weighed by letters: an address, which its page repeats, may be as long as a page."""
_HAN = "\u3400-\u9fff"
_GAP = re.compile(
    rf"(<(?:input|textarea|option)\b[^>]*>|“[^”]*”)|(?<=[{_HAN}。，；：！？）]) (?=[{_HAN}（“])",
    re.IGNORECASE,
)


def kept_page(
    request: HttpRequest, template: str, key: Hashable, context: Callable[[str], dict[str, Any]]
) -> HttpResponse:
    """The page of a template. `context` is asked, with the language, only when nothing is kept for `key`.

    `key` stands for everything the context depends on; language, theme and address are added to it.
    """
    text = kept_text(request, template, key, context)
    return HttpResponse(text.replace(_TOKEN_HERE, get_token(request)))


def kept_text(
    request: HttpRequest, template: str, key: Hashable, context: Callable[[str], dict[str, Any]]
) -> str:
    """The text of such a page, the same object while it is kept; of a page without forms, all there is."""
    language = language_of(request)
    whole = (template, key, language, theme_of(request), request.get_full_path())

    def rendered() -> str:
        text = render_to_string(template, {**context(language), "csrf_token": _TOKEN_HERE}, request)
        return _closed_up(text) if language == "zh-hans" else text

    return _pages.made(whole, rendered)


def language_of(request: HttpRequest) -> str:
    """The language of this answer, as fixtures spell it."""
    code = (get_language() or "en").lower()
    return code if code in LANGUAGES else "en"


def _closed_up(html: str) -> str:
    """A Chinese page without spaces between Chinese characters.

    Sentences leave a space where a name is put in, for most names are Latin. What a visitor wrote (in fields,
    and cited in quotes) stays as it is.
    """
    return _GAP.sub(lambda found: found[1] or "", html)
