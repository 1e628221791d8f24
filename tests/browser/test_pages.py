"""What holds for every page: accessible, within its bounds, from this host alone, and small."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.player import at_step, expected
from tests.live_server import Server

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe" / "axe.min.js"
DEPLOY = "/walkthroughs/kubernetes/deploy/"
PAGES = {
    "home": "/",
    "list": "/walkthroughs/",
    "before the first step": DEPLOY,
    "a step": f"{DEPLOY}?step=130",
    "a broken run": f"{DEPLOY}?step=400&fault=machine/node-2:down@0.1",
    "Borg": "/walkthroughs/borg/deploy/?step=60",
    "the storyboard": "/walkthroughs/borg/as-the-article-tells/?step=5",
    "404": "/walkthroughs/kubernets/deploy/",
    "400": f"{DEPLOY}?replicas=0",
}
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}


def visit(
    browser: Browser, theme: str, language: str, width: int = 1440, height: int = 900
) -> BrowserContext:
    return browser.new_context(
        locale=LANGUAGES[language],
        color_scheme=theme,  # type: ignore[arg-type]  # light or dark
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        bypass_csp=False,
    )


def violations(page: Page) -> list[str]:
    """What axe-core finds, one line each."""
    # Through the debugger, as a developer's tool would: the page's own policy lets no foreign script in.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, server: Server, theme: str, language: str) -> None:
    context = visit(browser, theme, language)
    page = context.new_page()
    found = {}
    for name, path in PAGES.items():
        page.goto(f"{server.url}{path}")
        if problems := violations(page):
            found[name] = problems
    context.close()
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_a_phone_and_nothing_sticks_out(
    browser: Browser, server: Server, language: str
) -> None:
    context = visit(browser, "light", language, 390, 844)
    page = context.new_page()
    found = {}
    for name, path in PAGES.items():
        page.goto(f"{server.url}{path}")
        width = page.evaluate("document.documentElement.scrollWidth")
        if problems := violations(page) + ([f"{width} px wide"] if width > 390 else []):
            found[name] = problems
    context.close()
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


def test_no_request_leaves_the_host_and_the_console_stays_silent(browser: Browser, server: Server) -> None:
    context = visit(browser, "light", "en")
    page = context.new_page()
    hosts: set[str] = set()
    said: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("websocket", lambda line: hosts.add(urlsplit(line.url).netloc))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name, path in PAGES.items():
        page.goto(f"{server.url}{path}")
        if name not in ("404", "400"):
            assert not said, (name, said)
        said.clear()
    page.goto(f"{server.url}{DEPLOY}")
    for step in expected("kubernetes").steps[:3]:
        page.keyboard.press("ArrowRight")
        at_step(page, step.index)
    context.close()
    assert not said
    assert {host for host in hosts if host} == {server.url.removeprefix("http://")}


@pytest.mark.parametrize(
    ("path", "most"),
    [("/", 50), (DEPLOY, 60), (f"{DEPLOY}?step=400", 60), ("/walkthroughs/borg/deploy/", 60)],
)
def test_the_first_load_is_small(browser: Browser, server: Server, path: str, most: int) -> None:
    """Everything over the wire, compressed, cold cache: at most ten requests and `most` KB."""
    context = visit(browser, "light", "en")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    loads: list[float] = []
    session.on("Network.loadingFinished", lambda event: loads.append(event["encodedDataLength"]))
    page.goto(f"{server.url}{path}", wait_until="networkidle")
    context.close()
    assert len(loads) <= 10, loads
    assert sum(loads) <= most * 1024, loads
