"""What a visitor chooses and a cookie remembers: the language and the theme."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_supported_language_variant
from django.views.decorators.http import require_POST

from explorer.errors import NotAllowed
from explorer.web.errors import bad_request

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


def theme_of(request: HttpRequest) -> str:
    """The theme that the visitor chose; "" for what the device prefers, and for what is no theme."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


class ChosenLanguageMiddleware:
    """Lets `?lang=` decide the language of this page and of the next ones; stands before LocaleMiddleware.

    One that the site does not speak is a 400 that names those it does, in the language that the cookie or
    `Accept-Language` decides on as ever.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the language it names."""
        chosen = _spoken(request.GET.get("lang", ""))
        if chosen:
            request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = chosen
        response = self.get_response(request)
        if chosen:
            _remember_language(response, chosen)
        return response

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        """Refuse a language that the site does not speak, once LocaleMiddleware has chosen another."""
        wanted = request.GET.get("lang", "")
        return bad_request(request, _not_spoken("lang", wanted)) if wanted and not _spoken(wanted) else None


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the field `language` and go back to the field `next`."""
    chosen = _spoken(request.POST.get("language", ""))
    if not chosen:
        raise _not_spoken("language", request.POST.get("language", ""))
    response = HttpResponseRedirect(_way_back(request))
    _remember_language(response, chosen)
    return response


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the field `theme` (empty: what the device prefers) and go back to the field `next`."""
    chosen = request.POST.get("theme", "")
    if chosen not in {"", *THEMES}:
        raise NotAllowed("theme", chosen, "light, dark or nothing")
    response = HttpResponseRedirect(_way_back(request))
    if chosen:
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


def _spoken(code: str) -> str:
    if not code:
        return ""
    try:
        return get_supported_language_variant(code.lower())
    except LookupError:
        return ""


def _not_spoken(field: str, wanted: str) -> NotAllowed:
    return NotAllowed(
        field, wanted, "one of {known}", known=", ".join(code for code, _ in settings.LANGUAGES)
    )


def _remember_language(response: HttpResponse, code: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )


def _way_back(request: HttpRequest) -> str:
    """Return a page of this site to go back to, without its `lang`, which would undo the choice."""
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(wanted)
    query = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "lang"
    ]
    # Browsers take a path that begins with two slashes, or a slash and a backslash, for another site's name.
    path = "/" + parts.path.lstrip("/\\")
    return urlunsplit(("", "", path, urlencode(query), parts.fragment))
