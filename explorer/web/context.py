"""What every page knows beside its own subject."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from explorer.web.preferences import THEME_COOKIE, THEMES


def page(request: HttpRequest) -> dict[str, Any]:
    """Return `language`, `other_language`, `theme` and `path`, plain values all."""
    spoken = get_language() or settings.LANGUAGE_CODE
    code, name = next((code, name) for code, name in settings.LANGUAGES if code != spoken)
    query = request.GET.copy()
    query["lang"] = code
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "language": spoken,
        "other_language": {"code": code, "name": name, "href": f"{request.path}?{query.urlencode()}"},
        "theme": theme if theme in THEMES else "",
        "path": request.path,
    }
