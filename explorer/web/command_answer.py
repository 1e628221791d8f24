"""What a command is answered with, of one run or two: a fragment for a script, a redirect for a browser."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from explorer.playback.fragment import fragment
from explorer.playback.looking import socket_of
from explorer.playback.place import Place
from explorer.web.leaving import way_back
from explorer.web.pages import language_of


def command_answer(request: HttpRequest, place: Place, address: str) -> HttpResponse:
    """The answer that shows `place`, which stands at `address`, an address with a query."""
    address += way_back(request)
    if request.headers.get("HX-Request") != "true":
        response: HttpResponse = HttpResponseRedirect(address)
        response.status_code = 303
        return response
    language = language_of(request)
    response = HttpResponse(fragment(place, language))
    response["Orrery-Run"] = place.code
    response["Orrery-Epoch"] = str(place.epoch)
    response["Orrery-Seq"] = str(place.seq)
    response["Orrery-Socket"] = socket_of(place, language)
    response["Orrery-Address"] = address
    return response
