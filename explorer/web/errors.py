"""The pages that say what went wrong and what would be right."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import requires_csrf_token

from explorer.errors import NotAllowed, NotKnown
from explorer.web.offers import offers

SHOWN = 200  # letters of what a visitor sent that an answer repeats

# What refusals say would be right, for the translators: the pure rooms, which say it, know no languages.
ALLOWED = (
    gettext_noop("whole numbers from {low} to {high}"),
    gettext_noop("true or false"),
    gettext_noop("at most {most}"),
    gettext_noop("one of {known}"),
    gettext_noop("light, dark or nothing"),
    gettext_noop("an address of this site, from its first slash on"),
    gettext_noop("a target out of {known}"),
    gettext_noop("a KIND out of {kinds}"),
    gettext_noop("times from 0 to {latest} seconds"),
    gettext_noop("times in seconds with at most six decimals, as 12.5"),
    gettext_noop("an UNTIL after its FROM"),
    gettext_noop("no VALUE for {kind}"),
    gettext_noop("slow=MS with 1 to {most} milliseconds"),
    gettext_noop("TARGET:KIND[=VALUE]@FROM[-UNTIL], for example kubelet@node-2:down@12.5-40"),
    gettext_noop("no fault here: a telling cannot be broken, only a simulation"),
    gettext_noop("nothing: no fault is on"),
    gettext_noop("n or f, not both"),
    gettext_noop("two faults with a space between them, the left side's first, and - where a side has none"),
)

# Shown when even the frame of the page cannot be drawn; both languages, since neither can be asked for then.
_BARE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Orrery</title>
<h1>Something broke here</h1><p>It is written in the server's log. <a href="/">Home</a></p>
<p lang="zh-Hans">服务器出错了，详情已写入日志。<a href="/">首页</a></p></html>"""


class AnswerKnownErrorsMiddleware:
    """Turns the errors that pages raise on purpose into their status: NotKnown is 404, NotAllowed is 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page for an error that is ours, None for any other."""
        if isinstance(error, NotKnown):
            return not_found(request, error)
        if isinstance(error, NotAllowed):
            return bad_request(request, error)
        return None


@requires_csrf_token
def not_found(request: HttpRequest, exception: NotKnown | Http404) -> HttpResponse:
    """404: names what is not known and offers the pages most like the address."""
    unknown = exception if isinstance(exception, NotKnown) else None
    asked = unknown is not None and unknown.value in request.GET.values()
    if unknown is not None:
        unknown.value = shown(unknown.value)
    context = {
        "unknown": unknown,
        "address": shown(request.path),
        "asked": asked,  # the address itself is right, only its query is not
        "offers": offers(request.path),
    }
    return render(request, "404.html", context, status=404)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: names the field, its value and what it takes. Other errors of this kind stay unexplained."""
    refused = exception if isinstance(exception, NotAllowed) else None
    if refused is not None:
        refused.value = shown(str(refused.value))
    try:
        return render(
            request, "400.html", {"refused": refused, "allowed": allowed_words(refused)}, status=400
        )
    except Exception:  # of a host that is not ours not even the address can be written into a page
        return HttpResponse("400 Bad Request\n", status=400, content_type="text/plain")


def shown(text: str) -> str:
    """As much of a visitor's own text as an answer repeats."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def allowed_words(refused: NotAllowed | None) -> str:
    """What would be right, in the language of this answer."""
    if refused is None:
        return ""
    return _(refused.wants).format(**refused.values) if refused.values else _(refused.wants)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: this page is for others."""
    return render(request, "403.html", {}, status=403)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500: in the frame of every page, or bare where that is what broke."""
    try:
        return render(request, "500.html", {}, status=500)
    except Exception:  # whatever broke the page may break its frame as well
        return HttpResponse(_BARE, status=500)
