"""One page of each kind, both languages, both themes: accessible, in bounds, silent, from this host alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.looking import THEMES, violations, visit, wide
from tests.live_server import Server
from tests.pages import ERRORS, LANGUAGES

SIZES = {"desk": (1440, 900), "phone": (390, 844)}


@pytest.fixture(
    scope="module", params=[(size, language) for size in SIZES for language in LANGUAGES], ids="-".join
)
def visitor(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[str, BrowserContext]]:
    """A visitor of one language with one device; pages keep their caches from one to the next."""
    size, language = request.param
    width, height = SIZES[size]
    context = visit(browser, "light", language, width, height)
    yield size, context
    context.close()


def test_every_kind_of_page(visitor: tuple[str, BrowserContext], server: Server, paths: list[str]) -> None:
    size, context = visitor
    page = context.new_page()
    said: list[str] = []
    hosts: set[str] = set()
    page.on(
        "console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("websocket", lambda line: hosts.add(urlsplit(line.url).netloc))
    wrong: dict[str, list[str]] = {}
    for path in paths:
        page.emulate_media(color_scheme="light")
        page.goto(server.url + path)
        found = [f"{width} px wide"] if (width := wide(page)) > SIZES[size][0] else []
        for theme in THEMES if size == "desk" else THEMES[:1]:
            page.emulate_media(color_scheme=theme)
            found += [f"{theme}: {problem}" for problem in violations(page)]
        # The browser itself notes that a page is an error page.
        found += [text for text in said if not (path in ERRORS and "Failed to load resource" in text)]
        said.clear()
        if found:
            wrong[path] = found
    page.close()
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)
    assert {host for host in hosts if host} == {server.url.removeprefix("http://")}
