"""The map of a system as a file to keep."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.csp import CSP
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from explorer.exports.fonts import NoFont
from explorer.exports.maps import TYPES, Wanted, file_of, wanted
from explorer.graph import Atlas
from explorer.playback.atlas import atlas_from_models
from explorer.web.pages import language_of
from explorer.web.systems import require_system

# A drawing brings its own style with it, and nothing else.
_ALONE = {"default-src": [CSP.NONE], "style-src": [CSP.UNSAFE_INLINE]}


@csp_override(_ALONE)
@require_safe
def show(request: HttpRequest, system: str, ext: str) -> HttpResponse:
    """A file with the map; `lang`, `theme` and `scale` say how it looks.

    Raises NotKnown for a system or an extension that there is not, NotAllowed for the rest. Answers 503
    where this machine has no font for the picture.
    """
    atlas = atlas_from_models()
    require_system(atlas, system)
    given = request.GET
    of = wanted(atlas, system, ext, language_of(request), given.get("theme", ""), given.get("scale", ""))
    tag = _tag(atlas, of)
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    if tag in (one.removeprefix("W/") for one in asked):
        answer: HttpResponse = HttpResponseNotModified()
    else:
        try:
            answer = HttpResponse(file_of(atlas, of), content_type=TYPES[ext])
        except NoFont:
            text = _(
                "This server has no font with Chinese characters, so it draws no picture with them."
                " The SVG shows the same, in the fonts of your own device."
            )
            return HttpResponse(f"{text}\n", status=503, content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{of.name}"'
    answer["ETag"] = tag
    answer["Cache-Control"] = "no-cache"  # kept by browsers, and asked for anew: a graph may be edited
    patch_vary_headers(answer, ("Accept-Language", "Cookie"))
    return answer


def _tag(atlas: Atlas, of: Wanted) -> str:
    return quote_etag(f"{atlas.version}-{of.name}-{of.language}")
