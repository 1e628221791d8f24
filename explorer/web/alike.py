"""Pages without a form are the same bytes for everybody: compressed once, and no cookie goes with them.

A class that arrives by QR code asks for one of them within seconds: compressing it anew for each phone would
cost a third of the whole answer. Nothing in them is secret, so their length tells nothing (BREACH).
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Hashable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from explorer.playback.kept import Kept
from explorer.web.pages import kept_text

_packed: Kept[bytes] = Kept(256)


def alike_page(
    request: HttpRequest, template: str, key: Hashable, context: Callable[[str], dict[str, Any]]
) -> HttpResponse:
    """The page of a template that has no form, as `kept_page` does for those that have."""
    text = kept_text(request, template, key, context)
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(text)
    else:
        packed = _packed.made(text, lambda: gzip.compress(text.encode(), 6, mtime=0))
        response = HttpResponse(packed, headers={"Content-Encoding": "gzip"})
    patch_vary_headers(response, ("Accept-Encoding", "Cookie"))  # cookies hold language and theme
    return response
