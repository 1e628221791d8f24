"""Every address of the site."""

from django.contrib import admin
from django.urls import path

from explorer.web import (
    compare,
    components,
    downloads,
    errors,
    follow,
    health,
    insights,
    preferences,
    quorum,
    reporting,
    systems,
    walkthrough,
    words,
)
from explorer.web.home import home

urlpatterns = [
    path("", home, name="home"),
    path("walkthroughs/", walkthrough.index, name="walkthroughs"),
    path("walkthroughs/<slug:system>/<slug:scenario>/", walkthrough.show, name="walkthrough"),
    path("walkthroughs/<slug:system>/<slug:scenario>/do/", walkthrough.command, name="walkthrough-command"),
    path("compare/", compare.index, name="comparisons"),
    path("compare/<slug:scenario>/", compare.show, name="comparison"),
    path("compare/<slug:scenario>/do/", compare.command, name="comparison-command"),
    path("compare/<slug:scenario>/figures/", compare.figures, name="comparison-figures"),
    path("walkthroughs/<slug:system>/<slug:scenario>/share/", follow.share_walkthrough, name="share"),
    path("compare/<slug:scenario>/share/", follow.share_comparison, name="share-comparison"),
    path("share/<slug:run>/", follow.sharing, name="sharing"),
    path("follow/", follow.enter, name="enter"),
    path("follow/<slug:share>/", follow.follow, name="follow"),
    path("follow/<slug:share>/screen/", follow.screen, name="projector"),
    path("concepts/", words.concepts, name="concepts"),
    path("misconceptions/", words.misconceptions, name="misconceptions"),
    path("glossary/", words.glossary, name="glossary"),
    path("report/", reporting.report, name="report"),
    path("systems/", systems.index, name="systems"),
    path("systems/<slug:system>/", systems.show, name="system"),
    path("systems/<slug:system>/map.<ext>", downloads.show, name="download"),
    path("systems/<slug:system>/insights/", insights.show, name="insights"),
    path("quorum/", quorum.show, name="quorum"),
    path("systems/<slug:system>/<slug:component>/", components.show, name="component"),
    path("language/", preferences.language, name="language"),
    path("theme/", preferences.theme, name="theme"),
    path("healthz", health.healthz, name="healthz"),
    path("admin/", admin.site.urls),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
