"""Every address of the site."""

from collections.abc import Callable
from importlib import import_module

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path

from explorer.web import errors, health, preferences


def _page(module: str, name: str) -> Callable[..., HttpResponseBase]:
    try:
        return getattr(import_module(f"explorer.web.{module}"), name)  # type: ignore[no-any-return]
    except (ImportError, AttributeError):
        pass

    def not_there(request: HttpRequest, **_: str) -> HttpResponse:
        return HttpResponse(f"{module}.{name} is not there yet", status=503)

    return not_there


urlpatterns = [
    path("", _page("home", "home"), name="home"),
    path("walkthroughs/", _page("walkthrough", "index"), name="walkthroughs"),
    path("walkthroughs/<slug:system>/<slug:scenario>/", _page("walkthrough", "show"), name="walkthrough"),
    path(
        "walkthroughs/<slug:system>/<slug:scenario>/do/",
        _page("walkthrough", "command"),
        name="walkthrough-command",
    ),
    path("language/", preferences.language, name="language"),
    path("theme/", preferences.theme, name="theme"),
    path("healthz", health.healthz, name="healthz"),
    path("admin/", admin.site.urls),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
