"""Reporting a mistake: the exact address and what stands there, ready to be sent to whoever runs the site.

`templates/partials/report.html` is the link to here that pages show.
"""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from explorer.errors import NotAllowed, one_line

MOST_ADDRESS, MOST_TITLE = 2000, 200
"""Letters of an address and of a title that a report takes."""


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """The report as text to copy, and a link with it to the site's own place for reports, if there is one.

    `?about=` is an address of this site, `?what=` the title of what stands there. Writes nothing.
    """
    about, what = request.GET.get("about", ""), one_line(request.GET.get("what", ""))[:MOST_TITLE]
    if not _ours(about):
        raise NotAllowed("about", about, "an address of this site, from its first slash on")
    address = request.build_absolute_uri(about)
    text = "\n".join(
        [
            *([what] if what else []),
            address,
            "",
            _("What is wrong here:"),
            "",
            _("What is right, and where it is written:"),
            "",
        ]
    )
    context = {
        "report": {
            "about": about,
            "what": what,
            "text": text,
            "lines": text.count("\n") + 3,
            "href": _filled(settings.REPORT_URL, address=address, title=what or about, text=text),
        }
    }
    return render(request, "report.html", context)


def _ours(about: str) -> bool:
    """Whether this is a path of this site: nobody can be led elsewhere by a report."""
    return (
        about.startswith("/")
        and len(about) <= MOST_ADDRESS
        and about.isprintable()
        and url_has_allowed_host_and_scheme(about, allowed_hosts=None)
    )


def _filled(template: str, **values: str) -> str:
    """The address of the place for reports with the report in it; "" when none is set."""
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", quote(value, safe=""))
    return template
