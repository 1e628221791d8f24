"""Two systems side by side in a real Chromium: in step by phase, broken together, pushed to whoever looks."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from explorer.playback.align import Cursors, Meeting
from explorer.playback.engine import Play
from explorer.playback.looking import phase_name
from explorer.playback.picture import moment, scene
from explorer.playback.steps import BEFORE
from tests.browser.looking import Theme, violations, visit, wide
from tests.browser.player import title, watch
from tests.live_server import Server
from tests.pages import LANGUAGES
from tests.playback import pairs

COMPARE = "/compare/deploy/"
SIDES = ("left", "right")
MOST_SHIFT = 0.02

FAR = "?cached=true&left-step=50&right-step=191"


@pytest.fixture(scope="module")
def plays() -> tuple[Play, Play]:
    return pairs.plays(pairs.compared(cached="true"))


@pytest.fixture(scope="module")
def meetings() -> tuple[Meeting, ...]:
    return pairs.at(pairs.compared(cached="true")).meetings.meetings


@pytest.fixture
def reader(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A visitor of the language that the test is for, at a desk."""
    locale = LANGUAGES[getattr(request, "param", "en")]
    context = browser.new_context(locale=locale, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(10_000)  # milliseconds
    yield context
    context.close()


def at_cursors(page: Page, cursors: Cursors, *, timeout: float = 20_000) -> None:
    """Wait until both sides stand there."""
    wanted = [str(index) if index >= 0 else "" for index in cursors]
    page.wait_for_function(
        """wanted => {
            const { alone } = document.getElementById("diagram-state").dataset;
            const at = new URL(alone, location.href).searchParams;
            return ["left", "right"].every((side, k) => (at.get(`${side}-step`) ?? "") === wanted[k]);
        }""",
        arg=wanted,
        timeout=timeout,
    )


def open_both(page: Page, server: Server, query: str = "?cached=true") -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{server.url}{COMPARE}{query}")


def numbers(page: Page) -> list[int]:
    """Which of its own steps each side shows, as the page says it."""
    told = [page.locator(f"#{side}-head .num").first.inner_text() for side in SIDES]
    return [int(text.split("/")[0]) for text in told]


def lit(page: Page, side: str) -> set[str]:
    css = f'.drawing[data-side="{side}"] .c.target[data-part]'
    found: list[str] = page.eval_on_selector_all(css, "parts => parts.map(part => part.dataset.part)")
    return set(found)


def targets(of: Play, number: int) -> set[str]:
    step = of.steps[number - 1]
    parts = scene(of, "compact", "en").state(moment(of, step, "en"))["parts"]
    return {key for key, css in parts.items() if "target" in css.split()}


def faults_in(address: str) -> list[str]:
    query = parse_qs(urlsplit(address).query)
    return [fault for side in SIDES for fault in query.get(f"{side}-fault", [])]


@pytest.mark.parametrize(("reader", "language"), [(code, code) for code in LANGUAGES], indirect=["reader"])
def test_both_play_in_step_by_phase_to_the_end_by_keyboard(
    reader: BrowserContext,
    language: str,
    server: Server,
    plays: tuple[Play, Play],
    meetings: tuple[Meeting, ...],
) -> None:
    page = reader.new_page()
    heard = watch(page)
    open_both(page, server)
    at_cursors(page, (BEFORE, BEFORE))
    for count, meeting in enumerate(meetings, start=1):
        page.keyboard.press("ArrowRight")
        at_cursors(page, meeting.cursors)
        now = phase_name(plays[0].phases[meeting.phase], language)
        expect(page.locator('#scrub [aria-current="step"] span').first).to_have_text(now)
        for side, of, number in zip(SIDES, plays, numbers(page), strict=True):
            step = of.steps[number - 1]
            assert step.index == getattr(meeting, side)
            expect(page.locator(f"#{side}-step .title")).to_have_text(title(of, number, language))
            assert lit(page, side) == targets(of, number), f"meeting {count}, {side}"
            own = of.phases[step.block]
            holds = page.locator(f"#{side}-step .holding")
            assert phase_name(own, language) == now or holds.inner_text(), f"meeting {count}, {side}: {own}"
        if count > 1:
            heard.wait_for(page, count)
    assert heard.lines == 1
    page.wait_for_selector("#figures table", state="visible")
    rows = page.locator("#figures tbody tr:not(.group)")
    told = rows.first.locator("td").all_inner_texts()
    assert told == [str(len(of.steps)) for of in plays]


def test_autoplay_plays_both_to_the_end_and_nothing_jumps(
    page: Page, server: Server, meetings: tuple[Meeting, ...]
) -> None:
    open_both(page, server)
    page.evaluate(
        """() => { window.shift = 0; new PerformanceObserver(list => {
            for (const one of list.getEntries()) if (!one.hadRecentInput) window.shift += one.value;
        }).observe({ type: "layout-shift", buffered: true }); }"""
    )
    page.locator("#pace").select_option("4")
    page.keyboard.press("Escape")
    page.locator("#play").click()
    at_cursors(page, meetings[-1].cursors, timeout=90_000)
    expect(page.locator("#play")).to_have_attribute("value", "play")
    assert page.evaluate("window.shift") <= MOST_SHIFT


def test_the_same_fault_goes_into_both_by_one_control_and_out_again(
    page: Page, server: Server, plays: tuple[Play, Play], meetings: tuple[Meeting, ...]
) -> None:
    open_both(page, server)
    for meeting in meetings[:6]:
        page.keyboard.press("ArrowRight")
        at_cursors(page, meeting.cursors)
    page.keyboard.press("f")
    switch = page.locator('#faults [role="switch"]').first
    expect(switch).to_be_focused()
    page.keyboard.press("Enter")
    on = page.locator('#faults [role="switch"][aria-checked="true"]')
    expect(on).to_have_count(1)
    left, right = faults_in(page.url)
    assert [fault.partition("@")[0] for fault in (left, right)] == [
        f"machine/{of.machines[-1]}:down" for of in plays
    ]
    assert on.get_attribute("value") == f"{left} {right}"
    expect(page.locator(".marks text")).to_have_count(2)
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    page.wait_for_selector("#figures table", state="visible")
    assert faults_in(page.url) == [left, right]
    page.keyboard.press("f")
    on.focus()
    page.keyboard.press("Enter")
    expect(page.locator('#faults [role="switch"][aria-checked="true"]')).to_have_count(0)
    assert faults_in(page.url) == []


def test_one_side_steps_alone_and_both_find_together_again(
    page: Page, server: Server, plays: tuple[Play, Play], meetings: tuple[Meeting, ...]
) -> None:
    open_both(page, server)
    left, right = (of.steps for of in plays)
    page.keyboard.press("r")
    at_cursors(page, (BEFORE, right[0].index))
    page.keyboard.press("r")
    at_cursors(page, (BEFORE, right[1].index))
    page.keyboard.press("Shift+R")
    at_cursors(page, (BEFORE, right[0].index))
    page.keyboard.press("l")
    at_cursors(page, (left[0].index, right[0].index))
    page.keyboard.press("ArrowRight")
    at_cursors(page, meetings[1].cursors)
    page.locator("#left-next").click()
    at_cursors(page, (left[2].index, meetings[1].right))
    page.keyboard.press("Home")
    at_cursors(page, meetings[0].cursors)


def test_a_second_tab_follows_by_push(page: Page, server: Server, meetings: tuple[Meeting, ...]) -> None:
    open_both(page, server)
    page.keyboard.press("ArrowRight")
    at_cursors(page, meetings[0].cursors)
    other = page.context.new_page()
    other.goto(page.url)
    at_cursors(other, meetings[0].cursors)
    page.keyboard.press("]")
    second = next(meeting for meeting in meetings if meeting.phase == 1)
    at_cursors(page, second.cursors)
    at_cursors(other, second.cursors)
    other.keyboard.press("ArrowRight")
    at_cursors(page, meetings[meetings.index(second) + 1].cursors)
    other.close()


def test_counterparts_are_explained_by_keyboard_and_by_pointer(page: Page, server: Server) -> None:
    open_both(page, server, FAR)
    page.keyboard.press("d")
    pair = page.locator("#pairs summary")
    expect(pair.nth(0)).to_be_focused()
    expect(page.locator("#pair-1")).to_have_attribute("open", "")
    for _ in range(1 + page.locator("#pair-1 a").count()):
        page.keyboard.press("Tab")
    expect(pair.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#pair-2")).to_have_attribute("open", "")
    expect(page.locator('.tie[data-pair="pair-2"] .ring').first).to_be_visible()
    tie = page.locator("#ties .tie").first
    assert tie.get_attribute("data-pair") == "pair-1"
    tie.locator("text").first.hover(force=True)
    expect(page.locator("#pair-1")).to_have_attribute("open", "")


def test_a_walkthrough_leads_to_the_same_step_beside_the_other_system(
    page: Page, server: Server, plays: tuple[Play, Play], meetings: tuple[Meeting, ...]
) -> None:
    step = plays[0].steps[8].index
    page.goto(f"{server.url}/walkthroughs/borg/deploy/?cached=true&step={step}")
    page.keyboard.press("c")
    page.wait_for_url("**/compare/deploy/**")
    at_cursors(page, next(meeting.cursors for meeting in meetings if meeting.left == step))


def test_without_script_every_moment_is_a_page(
    browser: Browser, server: Server, plays: tuple[Play, Play], meetings: tuple[Meeting, ...]
) -> None:
    visitor = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = visitor.new_page()
    page.goto(f"{server.url}{COMPARE}?cached=true")
    for meeting in meetings[:3]:
        page.locator("#next").click()
        shown = [of.position(at) + 1 for of, at in zip(plays, meeting.cursors, strict=True)]
        assert numbers(page) == shown
    page.locator("#back").click()
    page.locator("#right-next").click()
    assert numbers(page)[1] == plays[1].position(meetings[1].right) + 2
    page.locator("#break summary").click()
    page.locator('#faults [role="switch"]').first.click()
    assert len(faults_in(page.url)) == len(SIDES)
    page.locator("#to-figures").click()
    expect(page.locator("table.figures tbody tr").first).to_be_visible()
    visitor.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_moment_is_accessible(browser: Browser, server: Server, theme: Theme, language: str) -> None:
    visitor = visit(browser, theme, language)
    page = visitor.new_page()
    page.goto(f"{server.url}{COMPARE}{FAR}")
    assert violations(page) == []
    page.keyboard.press("f")
    expect(page.locator('#faults [role="switch"]').first).to_be_visible()
    assert violations(page) == []
    visitor.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_nothing_sticks_out(browser: Browser, server: Server, width: int, language: str) -> None:
    visitor = visit(browser, "light", language, width, 844 if width < 721 else 800)
    page = visitor.new_page()
    page.goto(f"{server.url}{COMPARE}{FAR}")
    assert wide(page) <= width
    inside = """width => [...document.querySelectorAll(".transport :is(a, button, select, summary)")]
        .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > width)
        .map(one => one.outerHTML.slice(0, 90))"""
    assert page.evaluate(inside, width) == []
    for side in SIDES:
        expect(page.locator(f"#{side}-head .clk")).to_be_visible()
    visitor.close()
