"""What a visitor chooses and a cookie remembers."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils.translation import get_language
from pytest_django import Settings

from explorer.config.urls import urlpatterns as site


def spoken(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_language())


urlpatterns = [path("spoken/", spoken), *site]


@pytest.fixture(autouse=True)
def these_addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr,en;q=0.5", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("zh", "zh-hans"),
        ("de;q=0.9,zh-Hans-CN;q=0.5", "zh-hans"),
    ],
)
def test_the_browsers_own_language_is_spoken_where_we_can(
    client: Client, accepted: str, language: str
) -> None:
    response = client.get("/spoken/", headers={"accept-language": accepted})
    assert response.text == language
    assert "Accept-Language" in response["Vary"]


def test_a_link_with_lang_decides_and_is_remembered(client: Client) -> None:
    assert client.get("/spoken/?lang=zh-hans", headers={"accept-language": "en"}).text == "zh-hans"
    assert client.get("/spoken/", headers={"accept-language": "en"}).text == "zh-hans"
    assert client.get("/spoken/?lang=en").text == "en"
    assert client.get("/spoken/").text == "en"


def test_a_link_with_an_empty_lang_changes_nothing(client: Client) -> None:
    response = client.get("/spoken/?lang=", headers={"accept-language": "zh-CN"})
    assert response.text == "zh-hans"
    assert "language" not in response.cookies


@pytest.mark.parametrize("code", ["fr", "<b>", "x" * 600])
@pytest.mark.parametrize(
    ("accepted", "allowed"), [("en", "one of en, zh-hans"), ("zh-CN", "以下之一：en, zh-hans")]
)
def test_a_link_with_another_lang_is_refused_with_those_we_speak(
    client: Client, code: str, accepted: str, allowed: str
) -> None:
    response = client.get("/spoken/", {"lang": code}, headers={"accept-language": accepted})
    assert response.status_code == 400
    assert allowed in response.text
    assert "language" not in response.cookies


def test_a_form_changes_the_language_and_goes_back_without_the_lang_that_would_undo_it(
    client: Client,
) -> None:
    response = client.post("/language/", {"language": "zh-hans", "next": "/spoken/?lang=en&step=3"})
    assert (response.status_code, response["Location"]) == (302, "/spoken/?step=3")
    assert client.get(response["Location"]).text == "zh-hans"


def test_a_language_we_do_not_speak_is_refused_with_those_we_do(client: Client) -> None:
    response = client.post("/language/", {"language": "fr"})
    assert response.status_code == 400
    assert "one of en, zh-hans" in response.text


def test_the_theme_is_remembered_and_can_be_given_back_to_the_device(client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": "/walkthroughs/?a=1"})
    assert (response.status_code, response["Location"]) == (302, "/walkthroughs/?a=1")
    assert client.cookies["theme"].value == "dark"
    client.post("/theme/", {"theme": ""})
    assert client.cookies["theme"].value == ""


def test_another_theme_is_refused_with_those_there_are(client: Client) -> None:
    response = client.post("/theme/", {"theme": "<b>"})
    assert response.status_code == 400
    assert "light, dark or nothing" in response.text


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_way_back_stays_on_this_site(client: Client, where: str) -> None:
    assert client.post("/theme/", {"theme": "light", "next": where})["Location"] == "/"


def test_looking_around_leaves_no_session(client: Client) -> None:
    response = client.get("/spoken/")
    assert response.cookies == {}
    assert "sessionid" not in client.post("/theme/", {"theme": "dark"}).cookies


@pytest.mark.parametrize("address", ["/theme/", "/language/"])
def test_a_choice_is_made_by_posting(client: Client, address: str) -> None:
    assert client.get(address).status_code == 405
