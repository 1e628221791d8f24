"""One drives, others follow: a phone in Chinese and a projector, by a host's name over plain http."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from explorer.playback.engine import Play
from tests.browser.conftest import launched
from tests.browser.looking import violations
from tests.browser.player import at_step, expected, title
from tests.live.visitor import Visitor, a_run, shared
from tests.live_server import Server

DEPLOY = "/walkthroughs/kubernetes/deploy/"
HOST = "orrery.local"
LEAST_PX = 22


@pytest.fixture(scope="module")
def named(browser: Browser) -> Iterator[Browser]:
    """A browser to which a name that is not localhost leads to this machine."""
    with launched(browser.browser_type, f"--host-resolver-rules=MAP {HOST} 127.0.0.1") as chromium:
        yield chromium


@pytest.fixture
def phone(named: Browser) -> Iterator[BrowserContext]:
    context = named.new_context(
        locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    yield context
    context.close()


@pytest.fixture
def wall(named: Browser) -> Iterator[BrowserContext]:
    context = named.new_context(locale="en-GB", viewport={"width": 1280, "height": 720})
    yield context
    context.close()


def address(server: Server, path: str) -> str:
    return f"http://{HOST}:{server.port}{path}"


def share_from(page: Page) -> str:
    """Press Share; the code, and back in the run."""
    page.locator("#share button").click()
    link = page.locator("#link").get_attribute("href") or ""
    page.locator("#back").click()
    page.wait_for_selector("#line[hx-ws\\:connect]", state="attached")
    return link.rstrip("/").rpartition("/")[2]


def at(pages: dict[str, Page], of: Play, number: int) -> None:
    """Every page shows that step, each in its own language."""
    for language, page in pages.items():
        at_step(page, of.steps[number - 1].index)
        expect(page.locator("#step .title")).to_have_text(title(of, number, language))


def test_driver_phone_and_projector_agree_through_a_restart(
    page: Page, phone: BrowserContext, wall: BrowserContext, server: Server, complaints: list[str]
) -> None:
    of = expected("kubernetes", cached="true")
    page.goto(f"{server.url}{DEPLOY}?cached=true")
    for step in of.steps[:3]:
        page.keyboard.press("ArrowRight")
        at_step(page, step.index)
    share = share_from(page)
    at_step(page, of.steps[2].index)
    follower, projector = phone.new_page(), wall.new_page()
    follower.goto(address(server, f"/follow/{share}/"))
    projector.goto(address(server, f"/follow/{share}/screen/"))
    at({"zh-hans": follower, "en": projector}, of, 3)
    expect(follower.locator("#wire .on")).to_be_visible()
    for number in (4, 5, 6):
        page.keyboard.press("ArrowRight")
        at({"zh-hans": follower, "en": projector}, of, number)
    server.kill()
    expect(follower.locator("#wire .lost")).to_be_visible(timeout=15_000)
    server.start()
    expect(follower.locator("#wire .lost")).to_be_hidden(timeout=20_000)
    expect(projector.locator("#wire .lost")).to_be_hidden(timeout=20_000)
    expect(page.locator("#wire .lost")).to_be_hidden(timeout=20_000)
    at({"zh-hans": follower, "en": projector}, of, 6)
    page.keyboard.press("ArrowLeft")
    at({"zh-hans": follower, "en": projector}, of, 5)
    at_step(page, of.steps[4].index)
    complaints.clear()  # of the outage


@pytest.fixture
def run(server: Server) -> tuple[Visitor, str, int, str]:
    """A driver without a browser, the run and its number, and the code that others follow it by."""
    grace = Visitor(server)
    code, seq = a_run(grace)
    return grace, code, seq, shared(grace, code)


def test_a_fault_and_a_new_drawing_reach_followers(page: Page, server: Server, run: Any) -> None:
    grace, code, _, share = run
    page.goto(f"{server.url}/follow/{share}/")
    grace.command("fault", run=code, fault="machine/node-2:down@0")
    expect(page.locator("#step .chip.fault")).to_be_visible()
    page.wait_for_function(
        """() => { const rest = JSON.parse(document.getElementById("diagram-rest").textContent);
            return ["wide", "compact"].every(name =>
                document.querySelector(`.drawing.${name} > svg`).dataset.sheet === rest[name].sheet); }"""
    )
    expect(page.locator(".drawing .down").first).to_be_attached()


def test_each_step_is_said_once_and_politely(page: Page, server: Server, run: Any) -> None:
    grace, code, seq, share = run
    page.goto(f"{server.url}/follow/{share}/")
    expect(page.locator("#wire .on")).to_be_visible()
    page.evaluate(
        """() => { window.said = []; new MutationObserver(() => said.push(live.textContent))
            .observe(live, {childList: true, characterData: true, subtree: true}); }"""
    )
    for number in range(3):
        grace.command("next", run=code, seen=seq + number)
        page.wait_for_selector(f'#diagram-state[data-seq="{seq + number + 1}"]', state="attached")
    page.wait_for_function("said.length === 3")
    said = page.evaluate("said")
    assert [text.split(" of ")[0] for text in said] == ["Step 2", "Step 3", "Step 4"]
    assert page.locator("#live").get_attribute("aria-live") == "polite"


def test_what_a_reader_has_opened_stays_open(page: Page, server: Server, run: Any) -> None:
    grace, code, seq, share = run
    page.goto(f"{server.url}/follow/{share}/")
    page.locator(".kept summary").click()
    grace.command("next", run=code, seen=seq)
    page.wait_for_selector(f'#diagram-state[data-seq="{seq + 1}"]', state="attached")
    expect(page.locator("#state")).to_be_visible()


def test_looking_around_alone_and_coming_back(page: Page, server: Server, run: Any) -> None:
    of = expected("kubernetes")
    grace, code, _, share = run
    page.goto(f"{server.url}/follow/{share}/")
    expect(page.locator("#wire .on")).to_be_visible()
    grace.command("goto", run=code, index=of.steps[4].index)
    at_step(page, of.steps[4].index)
    page.locator("#alone").click()
    at_step(page, of.steps[4].index)
    page.keyboard.press("ArrowRight")
    at_step(page, of.steps[5].index)
    page.keyboard.press("ArrowRight")
    at_step(page, of.steps[6].index)
    grace.command("goto", run=code, index=of.steps[9].index)
    page.reload()
    at_step(page, of.steps[6].index)  # nothing pulls anybody back
    page.locator("#follow-back").click()
    at_step(page, of.steps[9].index)
    page.go_back()
    at_step(page, of.steps[6].index)


def test_a_page_that_was_left_and_comes_back_is_in_step_again(page: Page, server: Server, run: Any) -> None:
    of = expected("kubernetes")
    grace, code, _, share = run
    page.goto(f"{server.url}/follow/{share}/")
    expect(page.locator("#wire .on")).to_be_visible()
    page.goto(f"{server.url}/walkthroughs/")
    grace.command("goto", run=code, index=of.steps[4].index)
    page.go_back()
    at_step(page, of.steps[4].index)


def test_whoever_stops_sharing_lets_the_last_step_stay(page: Page, server: Server, run: Any) -> None:
    grace, code, _, share = run
    page.goto(f"{server.url}/follow/{share}/")
    expect(page.locator("#wire .on")).to_be_visible()
    grace.post(f"/share/{code}/", do="stop")
    expect(page.locator("#stopped")).to_be_visible()
    expect(page.locator("#wire .ended")).to_be_visible()
    expect(page.locator("#step .title")).to_be_visible()


def test_without_script_the_current_step_is_there_and_can_be_asked_for_again(
    browser: Browser, server: Server, run: Any
) -> None:
    of = expected("kubernetes")
    grace, code, _, share = run
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    tab = context.new_page()
    tab.goto(f"{server.url}/follow/{share}/")
    at_step(tab, of.steps[0].index)
    grace.command("goto", run=code, index=of.steps[3].index)
    tab.locator(".reload").click()
    at_step(tab, of.steps[3].index)
    expect(tab.locator("#step .title")).to_have_text(title(of, 4))
    context.close()


@pytest.mark.parametrize("system", ["kubernetes", "borg"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_step_fits_a_projector_and_can_be_read_from_the_back(
    wall: BrowserContext, server: Server, system: str, language: str
) -> None:
    """At 1280 × 720 no words are smaller than 22 px, and none are cut off."""
    of = expected(system)
    path = f"/walkthroughs/{system}/deploy/"
    grace = Visitor(server)
    code, seq = a_run(grace, path)
    share = shared(grace, code, path)
    screen = wall.new_page()
    screen.goto(address(server, f"/follow/{share}/screen/?lang={language}"))
    found = []
    for step in of.steps:
        answer = grace.command("goto", path, run=code, index=step.index)
        screen.wait_for_selector(
            f'#diagram-state[data-seq="{answer.headers["Orrery-Seq"]}"]', state="attached"
        )
        at_step(screen, step.index)
        found += [(step.number, one) for one in screen.evaluate(TOO_SMALL, LEAST_PX)]
    assert seq
    assert not found


TOO_SMALL = """least => {
    const found = [];
    const seen = item => item.checkVisibility() && item.getBoundingClientRect().width > 2;
    for (const item of document.querySelectorAll("main *")) {
        const own = [...item.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
        if (!own || !seen(item) || item.closest("svg, .vh, small")) continue;
        const size = parseFloat(getComputedStyle(item).fontSize);
        const { bottom, right } = item.getBoundingClientRect();
        if (size < least) found.push([item.className, item.textContent, size]);
        const off = bottom > innerHeight + 1 || right > innerWidth + 1;
        if (off) found.push([item.className, item.textContent, "off"]);
    }
    const words = document.getElementById("words");
    const [needs, has] = [words.scrollHeight, words.clientHeight];
    if (needs > has + 1) found.push(["words", needs, has]);
    const svg = document.querySelector(".drawing.compact > svg");
    const scale = svg.getScreenCTM().a;
    for (const name of svg.querySelectorAll(".nm:not(.f125, .f13)")) {
        const size = parseFloat(getComputedStyle(name).fontSize) * scale;
        if (size < least - 0.5) found.push(["name", name.textContent, size]);
    }
    return found;
}"""


def test_the_projectors_keys(wall: BrowserContext, server: Server, run: Any) -> None:
    screen = wall.new_page()
    screen.goto(address(server, f"/follow/{run[3]}/screen/"))
    expect(screen.locator("#join")).to_be_visible()
    screen.keyboard.press("q")
    expect(screen.locator("#join")).to_be_hidden()
    screen.keyboard.press("f")
    screen.wait_for_function("document.fullscreenElement !== null")
    screen.goto(address(server, f"/follow/{run[3]}/screen/?qr=0"))
    expect(screen.locator("#join")).to_have_count(0)


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    named: Browser, server: Server, run: Any, theme: Any, language: str
) -> None:
    grace, code, _, share = run
    grace.command("goto", run=code, index=expected("kubernetes").steps[-2].index)
    two = grace.command("goto", "/compare/deploy/", meeting=9).headers["Orrery-Run"]
    both = shared(grace, two, "/compare/deploy/")
    found = {}
    for width, height in ((1440, 900), (390, 844), (844, 390), (320, 600)):
        context = named.new_context(
            locale=language, color_scheme=theme, viewport={"width": width, "height": height},
            reduced_motion="reduce",
        )  # fmt: skip
        tab = context.new_page()
        paths = [
            f"/follow/{share}/",
            f"/follow/{both}/",
            f"/share/{code}/",
            "/follow/",
            "/follow/?code=x",
            "/follow/zzzzzzzz/",
        ]
        if width >= 1280:
            paths += [f"/follow/{share}/screen/", f"/follow/{both}/screen/"]
        for path in paths:
            tab.goto(address(server, path))
            wide = tab.evaluate("document.documentElement.scrollWidth")
            if problems := violations(tab) + ([f"{wide} px wide"] if wide > width else []):
                found[f"{path} {width}"] = problems
        context.close()
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


def test_without_script_one_can_share_stop_and_drive_on(browser: Browser, server: Server) -> None:
    of = expected("kubernetes")
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    tab = context.new_page()
    tab.goto(f"{server.url}{DEPLOY}?step={of.steps[4].index}")
    tab.locator("#share button").click()
    link = tab.locator("#link").get_attribute("href") or ""
    tab.locator("#back").click()
    at_step(tab, of.steps[4].index)
    tab.locator("#next").click()
    at_step(tab, of.steps[5].index)
    tab.go_back()
    tab.go_back()
    tab.get_by_role("button", name="Stop sharing").click()
    expect(tab.get_by_role("button", name="Share this run")).to_be_visible()
    tab.goto(link)
    expect(tab.locator("h1")).to_have_text("No run is shared under this code")
    context.close()


def test_a_followers_first_load_is_small(browser: Browser, server: Server, run: Any) -> None:
    """A class that arrives by QR code: at most 40 KB and eight requests a phone."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    tab = context.new_page()
    session = context.new_cdp_session(tab)
    session.send("Network.enable")
    loads: list[float] = []
    session.on("Network.loadingFinished", lambda event: loads.append(event["encodedDataLength"]))
    tab.goto(f"{server.url}/follow/{run[3]}/")
    expect(tab.locator("#wire .on")).to_be_visible()
    context.close()
    assert len(loads) <= 8, loads
    assert sum(loads) <= 40 * 1024, loads


def test_a_comparison_moves_on_both_sides_and_fits_a_projector(
    wall: BrowserContext, phone: BrowserContext, server: Server
) -> None:
    path = "/compare/deploy/"
    grace = Visitor(server)
    made = grace.command("goto", path, meeting=0)
    code, seq = made.headers["Orrery-Run"], int(made.headers["Orrery-Seq"])
    share = shared(grace, code, path)
    screen, follower = wall.new_page(), phone.new_page()
    screen.goto(address(server, f"/follow/{share}/screen/"))
    follower.goto(address(server, f"/follow/{share}/"))
    expect(follower.locator("#wire .on")).to_be_visible()
    found = []
    for number in range(1, 29):
        grace.command("next", path, run=code, seen=seq + number - 1)
        for tab in (screen, follower):
            tab.wait_for_selector(f'#diagram-state[data-seq="{seq + number}"]', state="attached")
        found += [(number, one) for one in screen.evaluate(TOO_SMALL_OF_TWO, LEAST_PX)]
    assert not found
    shown = "() => [...document.querySelectorAll('.half .title')].map(item => item.textContent)"
    lit = (
        "() => [...document.querySelectorAll('.drawing [data-part]')].map(item => item.getAttribute('class'))"
    )
    pushed = follower.evaluate(shown), follower.evaluate(lit)
    follower.reload()
    assert pushed == (follower.evaluate(shown), follower.evaluate(lit))


TOO_SMALL_OF_TWO = (
    TOO_SMALL[: TOO_SMALL.index("    const words")]
    + """
    for (const words of document.querySelectorAll(".half .narr")) {
        const [needs, has] = [words.scrollHeight, words.clientHeight];
        if (needs > has + 1) found.push([words.id, needs, has]);
    }
    return found;
}"""
)
