"""Every address of the site."""

from django.contrib import admin
from django.urls import path

from explorer.web import errors, health, preferences, walkthrough
from explorer.web.home import home

urlpatterns = [
    path("", home, name="home"),
    path("walkthroughs/", walkthrough.index, name="walkthroughs"),
    path("walkthroughs/<slug:system>/<slug:scenario>/", walkthrough.show, name="walkthrough"),
    path("walkthroughs/<slug:system>/<slug:scenario>/do/", walkthrough.command, name="walkthrough-command"),
    path("language/", preferences.language, name="language"),
    path("theme/", preferences.theme, name="theme"),
    path("healthz", health.healthz, name="healthz"),
    path("admin/", admin.site.urls),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
