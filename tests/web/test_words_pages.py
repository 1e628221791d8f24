"""Concepts, misconceptions, glossary and report: every row in both languages, every link, any input."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from pytest_django import Settings

from explorer.graph import Atlas
from explorer.playback.atlas import atlas_from_models
from explorer.playback.evidence import first_step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]

ATLAS = Atlas.from_fixtures()
LANGUAGES = {"en": "en-GB", "zh-hans": "zh-CN"}
PAGES = ("/concepts/", "/misconceptions/", "/glossary/")
SHOWN = {(row.system, row.scenario, row.narration) for row in ATLAS.misconceptions.values() if row.narration}


def page(client: Client, address: str, language: str = "en") -> str:
    """The page as a reader sees it, without its elements."""
    answer = client.get(address, headers={"accept-language": LANGUAGES[language]})
    assert answer.status_code == 200
    return unescape(re.sub(r"<[^>]+>", "", answer.text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_concept_is_told_whole(client: Client, language: str) -> None:
    text = page(client, "/concepts/", language)
    for row in ATLAS.concepts.values():
        for words in (row.left, row.right, row.same, row.different, row.lesson):
            assert words[language] in text, row.slug


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_misconception_is_told_with_what_is_true(client: Client, language: str) -> None:
    text = page(client, "/misconceptions/", language)
    for row in ATLAS.misconceptions.values():
        assert row.claim[language] in text, row.slug
        assert row.correction[language] in text, row.slug
        assert row.row in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_stands_in_both_languages_with_its_meaning(client: Client, language: str) -> None:
    text = page(client, "/glossary/", language)
    for term in ATLAS.terms.values():
        for words in (*term.word.values(), term.meaning[language]):
            assert words in text, term.slug


def test_every_row_has_its_own_place(client: Client) -> None:
    every = (list(ATLAS.concepts), list(ATLAS.misconceptions), list(ATLAS.terms))
    for address, slugs in zip(PAGES, every, strict=True):
        found = re.findall(r'\bid="([^"]+)"', client.get(address).text)
        assert len(found) == len(set(found)), address
        assert set(slugs) <= set(found), address


def test_places_on_these_pages_that_links_name_are_there(client: Client) -> None:
    texts = {address: client.get(address).text for address in PAGES}
    for text in texts.values():
        for address, place in re.findall(r'href="(/[a-z]*/)#([^"]+)"', text):
            assert f'id="{place}"' in texts[address], place


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("system", "scenario", "narration"), sorted(SHOWN))
def test_a_linked_step_tells_what_it_is_linked_for(
    client: Client, system: str, scenario: str, narration: str, language: str
) -> None:
    atlas = atlas_from_models()
    step = first_step(atlas, system, scenario, narration, language)
    assert step is not None
    overview = client.get("/misconceptions/", headers={"accept-language": LANGUAGES[language]}).text
    assert f'href="{step.href.replace("&", "&amp;")}"' in overview
    assert f'<h2 class="title">{step.title}</h2>' in re.sub(
        r"</?bdi>", "", unescape(client.get(step.href, headers={"accept-language": LANGUAGES[language]}).text)
    )


def test_parts_lead_to_their_components(client: Client) -> None:
    for address in PAGES:
        for system, slug in re.findall(r'href="/systems/([^/"]+)/([^/"]+)/"', client.get(address).text):
            assert (system, slug) in ATLAS.components


@pytest.mark.parametrize("address", [*PAGES, "/misconceptions/?verdict=wrong", "/glossary/?q=pod"])
def test_a_page_asks_the_database_once(client: Client, address: str, django_assert_num_queries: Any) -> None:
    client.get(address)
    with django_assert_num_queries(1):
        client.get(address)


@pytest.mark.parametrize(
    "verdict", ["Wrong", "rong", "%00", "x" * 10_000, "<script>alert(1)</script>", "wrong "]
)
def test_an_unknown_verdict_is_answered_with_those_there_are(client: Client, verdict: str) -> None:
    answer = client.get(f"/misconceptions/?{urlencode({'verdict': verdict})}")
    assert answer.status_code == 400
    assert "wrong, outdated, simplified" in unescape(answer.text)
    assert "<script>alert" not in answer.text
    assert len(answer.content) < 30_000


@pytest.mark.parametrize(
    "asked",
    [
        "",
        " ",
        "\x00",
        "\x1b[31m",
        "<script>alert(1)</script>",
        '"><img src=x>',
        "x" * 10_000,
        "调" * 5000,
        "%",
    ],
)
def test_whatever_is_looked_for_gets_a_page(client: Client, asked: str) -> None:
    answer = client.get(f"/glossary/?{urlencode({'q': asked})}")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "<img src" not in answer.text
    assert len(answer.content) < 100_000


def test_these_pages_write_nothing_and_take_no_forms(client: Client) -> None:
    for address in (*PAGES, "/report/?about=/"):
        assert client.post(address).status_code == 405


class TestReport:
    ABOUT = "/walkthroughs/borg/deploy/?step=64&detail=full"

    def report(self, client: Client, about: str, **more: str) -> Any:
        return client.get(f"/report/?{urlencode({'about': about, **more})}")

    def test_names_the_exact_state(self, client: Client) -> None:
        text = unescape(self.report(client, self.ABOUT, what="The poll").text)
        assert f"The poll\nhttp://testserver{self.ABOUT}" in text

    def test_leads_where_the_setting_says(self, client: Client, settings: Settings) -> None:
        settings.REPORT_URL = "https://forge.example.org/new?title={title}&body={text}&at={address}"
        text = unescape(self.report(client, self.ABOUT, what="A & B").text)
        assert (
            'href="https://forge.example.org/new?title=A%20%26%20B&body=A%20%26%20B%0Ahttp%3A%2F%2F' in text
        )
        assert f"&at={quote('http://testserver' + self.ABOUT, safe='')}" in text

    def test_leads_nowhere_without_a_setting(self, client: Client, settings: Settings) -> None:
        settings.REPORT_URL = ""
        assert "Copy it" in self.report(client, self.ABOUT).text

    @pytest.mark.parametrize(
        "about",
        [
            "",
            "x",
            "https://example.org/",
            "//example.org/",
            "/\\example.org",
            "javascript:alert(1)",
            "/\n",
            "/" + "x" * 10_000,
        ],
    )
    def test_of_another_place_is_refused(self, client: Client, about: str) -> None:
        answer = self.report(client, about)
        assert answer.status_code == 400
        assert "an address of this site" in unescape(answer.text)
        assert len(answer.content) < 30_000

    def test_of_a_page_with_anything_in_its_address_is_escaped(self, client: Client) -> None:
        answer = self.report(client, "/glossary/?q=<script>", what="</textarea><script>")
        assert answer.status_code == 200
        assert "<script>" not in answer.text.replace('<script type="module"', "")

    def test_is_linked_from_every_step(self, client: Client) -> None:
        text = client.get(self.ABOUT).text
        found = re.search(r'class="report" href="/report/\?about=([^"]+)"', text)
        assert found is not None
        address = unescape(found[1])
        assert address.startswith(quote("/walkthroughs/borg/deploy/?detail=full&step=64", safe="/"))
        assert client.get(f"/report/?about={address}").status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_article_is_named(client: Client, language: str) -> None:
    text = page(client, "/misconceptions/", language)
    assert ATLAS.sources["seed"].title[language] in text
    assert "不吃小白菜" in text
    assert "2020" in text
