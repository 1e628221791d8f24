"""Following a shared run: the sharer's page, and what followers and projectors see. None of it commands."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from explorer.errors import NotKnown
from explorer.playback import following
from explorer.playback.atlas import atlas_from_models
from explorer.playback.place import Place
from explorer.playback.runs import CODE, SHARE, place_of_run, place_of_share, share, share_of_run, unshare
from explorer.web import compare, walkthrough
from explorer.web.alike import alike_page
from explorer.web.errors import shown
from explorer.web.pages import kept_page
from explorer.web.qr import qr
from explorer.web.reach import reach

DOES = ("start", "stop")


@require_POST
def share_walkthrough(request: HttpRequest, system: str, scenario: str) -> HttpResponse:
    """Share what the page at this address shows; without a Run one is made there first."""
    return _shared(walkthrough.place_at(request, system, scenario))


@require_POST
def share_comparison(request: HttpRequest, scenario: str) -> HttpResponse:
    """The same for two runs side by side."""
    return _shared(compare.place_at(request, scenario))


@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest, run: str) -> HttpResponse:
    """The sharer's own page: link, QR code, projector; share and stop are forms."""
    place = place_of_run(run) if re.fullmatch(CODE, run) else None
    if place is None:
        raise NotKnown("run", run)
    if request.method == "POST":
        return _told(place, request.POST.get("do", ""))
    code = share_of_run(run)
    at = reach(request)
    links = _links(at.base, code)

    def context(language: str) -> dict[str, Any]:
        told = {
            "code": spoken(code),
            "host": at.host,
            "alone": at.alone,
            "qr": qr(links["follow"]) if code and not at.alone else None,
            **links,
        }
        return {"share": told, "run": following.summary(place, language)}

    return kept_page(request, "follow/share.html", (atlas_from_models().version, place, code, at), context)


@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    """Where a code is typed that stands on a screen in front."""
    typed = request.GET.get("code", "")
    code = re.sub(r"[\s-]", "", typed).lower()
    if not code:
        return render(request, "follow/enter.html", {"typed": ""})
    if re.fullmatch(SHARE, code) and place_of_share(code) is not None:
        return HttpResponseRedirect(reverse("follow", args=[code]))
    return _nobody(request, typed)


@require_safe
def follow(request: HttpRequest, share: str) -> HttpResponse:
    """A follower's page, at the step where everybody is."""
    return _watched(request, share, "follow/show.html", "")


@require_safe
def screen(request: HttpRequest, share: str) -> HttpResponse:
    """The same for a projector: full screen, big type, and (unless `?qr=0`) the code for those who come."""
    at = reach(request)
    bare = at.alone or request.GET.get("qr") == "0"
    return _watched(request, share, "follow/screen.html", "" if bare else at.base)


def spoken(code: str) -> str:
    """A share code as people read it out: in two groups, in capitals."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}".upper().strip()


def _shared(place: Place) -> HttpResponse:
    place, _ = share(place)
    return _see(reverse("sharing", args=[place.code]))


def _told(place: Place, do: str) -> HttpResponse:
    if do == "stop":
        unshare(place.code)
    elif do == "start":
        share(place)
    else:
        raise NotKnown("command", do, DOES)
    return _see(reverse("sharing", args=[place.code]))


def _see(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _links(base: str, code: str) -> dict[str, str]:
    if not code:
        return {"follow": "", "screen": ""}
    return {
        "follow": base + reverse("follow", args=[code]),
        "screen": reverse("projector", args=[code]),
    }


def _watched(request: HttpRequest, code: str, template: str, base: str) -> HttpResponse:
    place = place_of_share(code) if re.fullmatch(SHARE, code) else None
    if place is None:
        return _nobody(request, code)
    seen = following.onlooker(place)
    links = _links(base, code)

    def context(language: str) -> dict[str, Any]:
        told = {
            "code": spoken(code),
            "slug": code,
            "path": reverse("follow", args=[code]),
            "socket": following.socket_of(code, seen, language),
            "qr": qr(links["follow"]) if base else None,
            "host": base.partition("://")[2],
            **links,
        }
        return {"share": told, "view": following.view_for(seen, language)}

    return alike_page(request, template, (atlas_from_models().version, seen, base), context)


def _nobody(request: HttpRequest, typed: str) -> HttpResponse:
    return render(request, "follow/enter.html", {"typed": shown(typed), "unknown": True}, status=404)
