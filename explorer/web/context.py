"""What every page knows beside its own subject."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from explorer.web.preferences import theme_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Return `language`, `other_language`, `theme`, `path` and `site_menu`, plain values all."""
    spoken = get_language() or settings.LANGUAGE_CODE
    code, name = next((code, name) for code, name in settings.LANGUAGES if code != spoken)
    query = request.GET.copy()
    query["lang"] = code
    return {
        "language": spoken,
        "other_language": {"code": code, "name": name, "href": f"{request.path}?{query.urlencode()}"},
        "theme": theme_of(request),
        "path": request.path,
        "site_menu": _site_menu(request.path),
    }


def _site_menu(path: str) -> list[dict[str, str]]:
    """The site's parts; `current` is what `aria-current` says: "page" on it, "true" below it."""
    parts = {
        "/walkthroughs/": _("Walkthroughs"),
        "/compare/": _("Compare"),
        "/systems/": _("Systems"),
        "/concepts/": _("Concepts"),
        "/misconceptions/": _("Misconceptions"),
        "/glossary/": _("Glossary"),
    }
    return [
        {
            "href": href,
            "name": name,
            "current": "page" if path == href else "true" if path.startswith(href) else "",
        }
        for href, name in parts.items()
    ]
