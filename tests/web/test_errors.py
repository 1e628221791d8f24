"""Pages that say what went wrong and what would be right."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from explorer.config.urls import handler400, handler403, handler404, handler500
from explorer.config.urls import urlpatterns as site
from explorer.errors import NotAllowed, NotKnown
from explorer.models import Scenario, Source, Staging, System

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def raising(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


urlpatterns = [
    path("unknown/", raising(NotKnown("scenario", "depoy", ["deploy", "request"]))),
    path("refused/", raising(NotAllowed("replicas", 51, "0 to 50"))),
    path("markup/", raising(NotAllowed("q", "<script>", "letters"))),
    path("gone/", raising(Http404())),
    path("closed/", raising(PermissionDenied())),
    path("broken/", raising(RuntimeError("a bug"))),
    *site,
]


@pytest.fixture(autouse=True)
def these_addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def staging(system: str, scenario: str, title: str) -> None:
    source, _ = Source.objects.get_or_create(slug="paper", defaults={"title": "A paper", "kind": "paper"})
    named = {"name": system, "source": source, "mark": "verified"}
    Staging.objects.create(
        system=System.objects.get_or_create(slug=system, defaults=named)[0],
        scenario=Scenario.objects.get_or_create(slug=scenario, defaults={"title": scenario})[0],
        title=title,
    )


@pytest.mark.django_db
def test_a_mistyped_address_offers_the_walkthroughs_most_like_it(visitor: Client) -> None:
    for system in ("borg", "kubernetes"):
        for scenario in ("deploy", "machine-failure", "leader-failover", "delete"):
            staging(system, scenario, f"{scenario} in {system}")
    response = visitor.get("/walkthrough/kuberntes/machine-falure/")
    assert response.status_code == 404
    offered = [offer.href for offer in response.context["offers"]]
    assert offered[0] == "/walkthroughs/kubernetes/machine-failure/"
    assert len(offered) == 5
    assert f'href="{offered[0]}"' in response.text
    assert "machine-failure in kubernetes" in response.text


@pytest.mark.django_db
def test_an_unknown_name_is_answered_with_those_that_are_known(visitor: Client) -> None:
    response = visitor.get("/unknown/")
    assert response.status_code == 404
    assert "There is no “depoy” here." in response.text
    assert response.text.index("<code>deploy</code>") < response.text.index("<code>request</code>")


@pytest.mark.django_db
def test_a_page_that_is_gone_is_not_found(visitor: Client) -> None:
    assert visitor.get("/gone/").status_code == 404


def test_a_refused_value_is_answered_with_its_field_and_what_is_allowed(visitor: Client) -> None:
    response = visitor.get("/refused/")
    assert response.status_code == 400
    for part in ("replicas", "cannot be 51", "0 to 50"):
        assert part in response.text


def test_what_a_visitor_sent_is_shown_as_text(visitor: Client) -> None:
    response = visitor.get("/markup/")
    assert "cannot be &lt;script&gt;" in response.text


def test_a_closed_page_says_for_whom_it_is(visitor: Client) -> None:
    assert visitor.get("/closed/").status_code == 403


def test_a_bug_shows_a_page_of_this_site_and_no_detail(visitor: Client) -> None:
    response = visitor.get("/broken/")
    assert response.status_code == 500
    assert "Something broke here." in response.text
    assert "a bug" not in response.text


def test_a_bug_in_the_frame_itself_shows_a_bare_page(visitor: Client, settings: Settings) -> None:
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [], "APP_DIRS": False}]
    response = visitor.get("/broken/")
    assert response.status_code == 500
    assert "服务器出错了" in response.text


def test_a_form_without_its_token_is_told_what_to_do() -> None:
    response = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert response.status_code == 403
    assert "load the page again" in response.text


def test_a_host_that_is_not_ours_is_refused_without_its_name(visitor: Client) -> None:
    response = visitor.get("/closed/", HTTP_HOST="evil.example")
    assert response.status_code == 400
    assert "evil.example" not in response.text


@pytest.mark.parametrize("address", ["/refused/", "/closed/", "/broken/"])
def test_each_of_them_speaks_chinese(visitor: Client, address: str) -> None:
    response = visitor.get(address, headers={"accept-language": "zh-CN"})
    assert '<html lang="zh-Hans"' in response.text
