"""Pages that are kept are the same for everybody but for the visitor's own form token."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from explorer.web import pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def test_two_visitors_get_one_page_with_a_token_of_their_own() -> None:
    ada, linus = (Client().get("/glossary/").text for _ in "ab")
    tokens = [set(TOKEN.findall(text)) for text in (ada, linus)]
    assert all(len(some) == 1 for some in tokens)
    assert tokens[0] != tokens[1]
    assert TOKEN.sub("", ada) == TOKEN.sub("", linus)


def test_no_query_can_call_the_token_into_an_address() -> None:
    asked = urlencode({"q": "token-of-the-visitor csrf_token csrfmiddlewaretoken"})
    text = Client().get(f"/glossary/?{asked}").text
    token = TOKEN.findall(text)[0]
    assert token not in TOKEN.sub("", text)
    assert re.fullmatch(r"[0-9a-f]{32}", pages._TOKEN_HERE)


def test_a_theme_that_is_none_is_no_page_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    client.get("/glossary/")
    monkeypatch.setattr(pages, "render_to_string", None)  # what is kept is not made again
    client.cookies["theme"] = "<b>"
    assert client.get("/glossary/").status_code == 200
