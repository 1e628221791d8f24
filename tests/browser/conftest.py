"""A real Chromium for the pages as people see them."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, sync_playwright

from explorer.graph import Atlas
from tests.live_server import Server
from tests.pages import ERRORS, SPECIAL, visits

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
INSTALL = "deploy/chromium.sh"
SHARED = "/walkthroughs/kubernetes/deploy/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def installed_chromium() -> str | None:
    """Return the Chromium of this machine; what the variable CHROMIUM names comes first."""
    names = (os.environ.get("CHROMIUM") or "", *NAMES)
    return next((found for name in names if name and (found := shutil.which(name))), None)


@contextmanager
def launched(kind: BrowserType, *flags: str) -> Iterator[Browser]:
    """A Chromium of one's own, until the block ends."""
    path = installed_chromium() or kind.executable_path
    if not Path(path).exists():
        pytest.fail(f"There is no Chromium for the browser tests. Install one: {INSTALL}", pytrace=False)
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []
    chromium = kind.launch(executable_path=path, args=[*FLAGS, *alone, *flags])
    yield chromium
    chromium.close()


# For the package, not the session: Playwright keeps an event loop running in the main thread, and while it
# does, neither consumers nor Django's database can be tested.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this folder."""
    with sync_playwright() as playwright, launched(playwright.chromium) as chromium:
        yield chromium


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor who has never been here: no cookies, English, 1280 × 800."""
    visitor = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    visitor.set_default_timeout(10_000)  # milliseconds
    yield visitor
    visitor.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the console and the page's scripts complained about; a test that expects some clears it."""
    return []


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Iterator[Page]:
    """A tab of that visitor. The test fails when anything was complained about in it, CSP included."""
    tab = context.new_page()
    tab.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    assert not complaints, "the browser complained:\n" + "\n".join(complaints)


@pytest.fixture(scope="package")
def paths(browser: Browser, server: Server) -> list[str]:
    """The first page of each kind with its variants, a shared Run's among them; special ones; errors."""
    visitor = browser.new_context()
    visitor.request.get(server.url + SHARED)
    token = next(cookie["value"] for cookie in visitor.cookies() if cookie["name"] == "csrftoken")
    page = visitor.request.post(
        f"{server.url}{SHARED}share/", form={"csrfmiddlewaretoken": token, "step": "130"}
    )
    run = urlsplit(page.url).path.split("/")[2]
    share = re.search(r"/follow/([a-z0-9]+)/", page.text())
    visitor.close()
    assert share is not None, page.text()
    made = {"run": run, "share": share[1]}
    # The admin has a test of its own; what is downloaded has no looks.
    seen = [
        visit.path
        for visit in visits(Atlas.from_fixtures(), made)
        if visit.first and visit.name not in ("admin", "healthz", "download")
    ]
    return list(dict.fromkeys([*seen, *SPECIAL, *ERRORS]))
