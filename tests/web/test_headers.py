"""What every answer tells the browser."""

import gzip

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>a line of a page</p>\n" * 200)


urlpatterns = [path("", page)]


@pytest.fixture(autouse=True)
def these_addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


def test_the_policy_lets_nothing_inline_and_nothing_from_elsewhere_in(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'self'"
    assert {word for rule in rules.values() for word in rule.split()} == {"'self'", "'none'", "data:"}
    assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == "'none'"


def test_a_page_travels_compressed(client: Client) -> None:
    response = client.get("/", headers={"accept-encoding": "gzip, br"})
    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < 1000
    assert gzip.decompress(response.content) == client.get("/").content


def test_no_other_site_may_frame_it_or_guess_its_types(client: Client) -> None:
    response = client.get("/")
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


def test_over_plain_http_there_is_no_header_that_browsers_complain_about(client: Client) -> None:
    response = client.get("/")
    assert "Cross-Origin-Opener-Policy" not in response
    assert "Strict-Transport-Security" not in response
