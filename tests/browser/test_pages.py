"""What holds while pages are used: nothing comes from elsewhere, and the first load is small."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tests.browser.player import at_step, expected
from tests.live_server import Server
from tests.pages import LANGUAGES

DEPLOY = "/walkthroughs/kubernetes/deploy/"
MOST_KILOBYTES = 60
MOST_REQUESTS = 8


def test_no_request_leaves_the_host_while_a_run_is_stepped(page: Page, server: Server) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("websocket", lambda line: hosts.add(urlsplit(line.url).netloc))
    page.goto(f"{server.url}{DEPLOY}")
    for step in expected("kubernetes").steps[:3]:
        page.keyboard.press("ArrowRight")
        at_step(page, step.index)
    assert {host for host in hosts if host} == {server.url.removeprefix("http://")}


def test_the_first_load_of_every_page_is_small(browser: Browser, server: Server, paths: list[str]) -> None:
    """Everything over the wire, compressed, cold cache: pages, styles, scripts, pictures, data."""
    wrong: dict[str, str] = {}
    loads: list[float] = []
    for locale in LANGUAGES.values():
        context = browser.new_context(locale=locale)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: loads.append(event["encodedDataLength"]))
        for path in paths:
            session.send("Network.clearBrowserCache")
            loads.clear()
            page.goto(server.url + path)
            if len(loads) > MOST_REQUESTS or sum(loads) > MOST_KILOBYTES * 1024:
                wrong[f"{path} ({locale})"] = f"{sum(loads) / 1024:.1f} KB in {len(loads)} requests"
        context.close()
    assert not wrong, json.dumps(wrong, indent=1)
