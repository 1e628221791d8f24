"""Every page in both languages: it is there, in its language to the last word, and leads nowhere in vain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from explorer.graph import Atlas
from explorer.models import Run
from explorer.playback.kept import Kept
from tests.pages import ERRORS, LANGUAGES, NO_PAGES, QUERIES, SPECIAL, Visit, names, visits
from tests.reading import Reading, read_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ORIGIN = "http://testserver"


def test_every_address_is_a_page_with_variants_or_said_to_be_none() -> None:
    assert set(names()) == {*QUERIES, *NO_PAGES}
    assert not {name: some for name, some in QUERIES.items() if len(some) > 3}


@pytest.fixture
def everything() -> list[Visit]:
    """All pages, those of a shared Run among them."""
    from explorer.playback.atlas import atlas_from_models
    from explorer.playback.inputs import read_inputs
    from explorer.playback.place import Place
    from explorer.playback.runs import obey, share

    place = obey(
        Place(read_inputs(atlas_from_models(), "kubernetes", "deploy", {})), "goto", {"index": "130"}
    )
    _, code = share(place)
    run = Run.objects.get(share=code)
    made = {"run": run.code, "share": code}
    return [*visits(Atlas.from_fixtures(), made), *(Visit("special", path, False) for path in SPECIAL)]


def ask(client: Client, path: str, language: str) -> Any:
    return client.get(path, headers={"accept-language": LANGUAGES[language]})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_and_speaks_its_language(
    client: Client, everything: list[Visit], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of a page that was kept before, nothing tells which templates it is made from.
    monkeypatch.setattr("explorer.web.pages._pages", Kept(256))
    wrong: dict[str, Any] = {}
    used: set[str] = set()
    for visit in everything:
        answer = ask(client, visit.path, language)
        used |= {template.name for template in answer.templates if template.name}
        if answer.status_code not in (200, 302):
            wrong[visit.path] = answer.status_code
        elif left := wrong_words(page_of(answer)):
            wrong[visit.path] = left
    assert not wrong, listed(wrong)
    assert not set(pages()) - used, "no visit shows these"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", [*ERRORS, "/follow/zzzzzzzz/", "/report/?about=x"])
def test_every_refusal_speaks_the_language_too(client: Client, path: str, language: str) -> None:
    answer = ask(client, path, language)
    assert answer.status_code in (400, 404)
    assert not wrong_words(page_of(answer))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/walkthroughs/borg/deploy/", "borgmaster@bm-0"),
        ("/walkthroughs/kubernetes/deploy/", "etcd@etcd-0"),
        ("/compare/deploy/", ""),
    ],
)
def test_every_push_speaks_the_language(client: Client, path: str, fault: str, language: str) -> None:
    headers = {"accept-language": LANGUAGES[language], "hx-request": "true"}
    run, wrong = "", set()
    for number in range(26):
        breaks = {"do": "fault", "target": fault, "kind": "down"} if fault and number == 4 else {"do": "next"}
        answer = client.post(f"{path}do/", {**breaks, "run": run}, headers=headers)
        assert answer.status_code == 200
        run = answer["Orrery-Run"]
        wrong |= set(wrong_words(read_page(f'<html lang="{language}"><body>{answer.text}')))
    assert not wrong


def pages() -> Iterator[str]:
    """The templates that are whole pages, but for those of errors."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        if re.search(r"\{% extends \"base", path.read_text(encoding="utf-8")) and not name[0].isdigit():
            yield name


def test_every_link_and_asset_leads_somewhere(client: Client, everything: list[Visit]) -> None:
    addresses: set[str] = set()
    for visit in everything:
        if (page := page_of(ask(client, visit.path, "en"))) is not None:
            addresses |= {plain(address) for address in page.addresses(ORIGIN + visit.path)}
    wrong = {}
    for address in sorted(addresses - {visit.path for visit in everything}):
        path = urlsplit(address).path
        if path.startswith("/static/"):
            if finders.find(unquote(path.removeprefix("/static/"))) is None:
                wrong[address] = "no such file"
        elif (status := client.get(address).status_code) not in (200, 302):
            wrong[address] = str(status)
    assert not wrong, listed(wrong)
    assert len(addresses) > 100


def wrong_words(page: Reading | None) -> list[str]:
    """Texts that are not in the language they claim to be in, and slips of Chinese typography."""
    return sorted({*page.foreign("en"), *page.foreign("zh-hans"), *page.slips()}) if page is not None else []


def page_of(answer: Any) -> Reading | None:
    """What an answer holds, if it is a page."""
    html = answer.content and answer["Content-Type"].startswith("text/html")
    return read_page(answer.text) if html else None


def listed(wrong: dict[str, Any]) -> str:
    """What was found, a line each, so that a person can work it off."""
    lines = [(path, some if isinstance(some, list) else [some]) for path, some in wrong.items()]
    return "\n".join(f"{path}: {one}" for path, some in lines for one in some)


def plain(address: str) -> str:
    """Path and query without the language: what the switch of a page leads to is crawled anyway."""
    parts = urlsplit(address)
    query = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "lang"
    ]
    return f"{parts.path}?{urlencode(query)}" if query else parts.path
