"""What Chromium itself counts: bytes and requests of a first load, shifts and long tasks while steps play."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import Page as Tab

from tests.bench.addresses import PAGES, Page, a_share
from tests.bench.telling import tell
from tests.browser.conftest import launched
from tests.live.visitor import DEPLOY, Visitor
from tests.live_server import Server

pytestmark = pytest.mark.bench
PLAYS_FOR_MS = 20_000
OBSERVE = """
Object.assign(window, {shift: 0, longest: 0, shifted: []});
const each = (type, act) =>
  new PerformanceObserver(list => list.getEntries().forEach(act)).observe({type, buffered: true});
each("layout-shift", entry => {
  if (entry.hadRecentInput) return;
  window.shift += entry.value;
  for (const {node} of entry.sources) window.shifted.push(node?.id || node?.className || node?.nodeName);
});
each("longtask", entry => { window.longest = Math.max(window.longest, entry.duration); });
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for this file."""
    with sync_playwright() as playwright, launched(playwright.chromium) as chromium:
        yield chromium


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody who has never been here."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    yield context
    context.close()


class Load:
    """What came over the wire for one page, headers included."""

    def __init__(self, visitor: BrowserContext, tab: Tab) -> None:
        self.bytes = self.requests = 0
        session = visitor.new_cdp_session(tab)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._finished)

    def _finished(self, event: dict[str, float]) -> None:
        self.bytes += int(event["encodedDataLength"])
        self.requests += event["encodedDataLength"] > 0


@pytest.mark.goal("12")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.address)
def test_the_weight_of_a_first_load(visitor: BrowserContext, server: Server, page: Page) -> None:
    share = a_share(Visitor(server)) if "{share}" in page.address else ""
    tab = visitor.new_page()
    load = Load(visitor, tab)
    answer = tab.goto(server.url + page.address.format(share=share), wait_until="networkidle")
    assert answer is not None
    assert answer.ok, f"{page.address} is answered with {answer.status}"
    kib = load.bytes / 1024
    tell(f"12 {page.address}", kib, f"≤ {page.kib}", f"{load.requests} requests (≤ 8)", unit="KiB")


@pytest.mark.goal("12")
def test_the_weight_of_a_second_page(visitor: BrowserContext, server: Server) -> None:
    tab = visitor.new_page()
    tab.goto(server.url, wait_until="networkidle")
    load = Load(visitor, tab)
    tab.goto(server.url + "/concepts/", wait_until="networkidle")
    tell(
        "12 a second page, /concepts/ after /",
        load.bytes / 1024,
        "≤ 15",
        f"{load.requests} requests",
        unit="KiB",
    )


@pytest.mark.goal("browser")
@pytest.mark.parametrize("address", [DEPLOY, "/compare/deploy/"])
@pytest.mark.parametrize("width", [1280, 390])
def test_what_moves_and_what_hangs_while_steps_play(
    visitor: BrowserContext, server: Server, address: str, width: int
) -> None:
    """Whoever plays has pressed a button: what moves within half a second of that does not count."""
    tab = visitor.new_page()
    tab.set_viewport_size({"width": width, "height": 844})
    tab.add_init_script(OBSERVE)
    tab.goto(server.url + address, wait_until="networkidle")
    loaded = float(tab.evaluate("window.shift"))
    hung = float(tab.evaluate("window.longest"))
    tab.evaluate("Object.assign(window, {shift: 0, longest: 0, shifted: []})")
    tab.locator("#play").click()
    tab.wait_for_timeout(PLAYS_FOR_MS)
    shift, longest = float(tab.evaluate("window.shift")), float(tab.evaluate("window.longest"))
    moved = ", ".join(sorted(set(map(str, tab.evaluate("window.shifted"))))[:6])
    what = f"{address} {width} wide"
    tell(f"   layout shift while it plays, {what}", shift, "≤ 0.02", f"{loaded:.3f} loading {moved}", unit="")
    tell(f"   longest task while it plays, {what}", longest, "≤ 200", f"{hung:.0f} loading", unit="ms")
