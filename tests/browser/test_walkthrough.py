"""The main job in a real Chromium: watch a deploy, step by step, pushed over a WebSocket."""

import pytest
from playwright.sync_api import Browser, Page, expect

from explorer.playback.steps import BEFORE
from tests.browser.player import at_step, drawn, expected, lit, seq, targets, title, watch
from tests.live_server import Server

WARM = "?replicas=3&machines=3&cached=true&seed=7"
DEPLOY = "/walkthroughs/kubernetes/deploy/"


def open_deploy(page: Page, server: Server, query: str = WARM) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{server.url}{DEPLOY}{query}")
    at_step(page, BEFORE)


def test_the_whole_walkthrough_by_keyboard(page: Page, server: Server) -> None:
    of = expected("kubernetes", cached="true")
    heard = watch(page)
    open_deploy(page, server)
    for step in of.steps:
        page.keyboard.press("ArrowRight")
        at_step(page, step.index)
        expect(page.locator("#step h2.title")).to_have_text(title(of, step.number))
        expect(page.locator("#step .num").first).to_have_text(f"Step {step.number} of {len(of.steps)}")
        assert lit(page) == targets(of, step.number), f"step {step.number}"
        assert seq(page) == step.number
        if step.number == 1:
            # The first press made the Run; from here on the line is open.
            page.wait_for_selector("#line[hx-ws\\:connect]", state="attached")
            heard.wait_for_line(page)
        else:
            heard.wait_for(page, step.number)
    assert heard.lines == 1
    assert "run=" in page.url
    assert f"step={of.steps[-1].index}" in page.url


def test_autoplay_plays_to_the_end_by_itself(page: Page, server: Server) -> None:
    of = expected("kubernetes", cached="true")
    heard = watch(page)
    open_deploy(page, server)
    page.locator('#do-speed button[value="4"]').click()
    expect(page.locator('#do-speed button[value="4"]')).to_have_attribute("aria-pressed", "true")
    page.locator("#play").click()
    last = of.steps[-1]
    at_step(page, last.index, timeout=90_000)
    expect(page.locator("#step h2.title")).to_have_text(title(of, last.number))
    assert len(set(heard.numbers)) >= len(of.steps) - 2
    expect(page.locator("#play")).to_have_attribute("value", "play")


def test_the_page_carries_on_when_the_server_comes_back(
    page: Page, server: Server, complaints: list[str]
) -> None:
    of = expected("kubernetes", cached="true")
    open_deploy(page, server)
    for step in of.steps[:4]:
        page.keyboard.press("ArrowRight")
        at_step(page, step.index)
    server.kill()
    expect(page.locator("#wire .lost")).to_be_visible(timeout=15_000)
    server.start()
    expect(page.locator("#wire .lost")).to_be_hidden(timeout=20_000)
    at_step(page, of.steps[3].index)
    page.keyboard.press("ArrowRight")
    at_step(page, of.steps[4].index)
    expect(page.locator("#step h2.title")).to_have_text(title(of, 5))
    complaints[:] = [text for text in complaints if not _of_the_outage(text)]


def _of_the_outage(text: str) -> bool:
    return "WebSocket" in text or "ERR_" in text or text.startswith("htmx:")


def test_a_fault_by_keyboard_changes_only_what_comes_after(page: Page, server: Server) -> None:
    calm = expected("kubernetes", cached="true")
    open_deploy(page, server)
    for step in calm.steps[:6]:
        page.keyboard.press("ArrowRight")
        at_step(page, step.index)
    page.keyboard.press("f")
    page.locator('#faults [role="switch"]', has_text="scheduler").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator('#faults [role="switch"][aria-checked="true"]')).to_have_count(1)
    fault = page.locator('#faults [role="switch"][aria-checked="true"]').get_attribute("value") or ""
    assert "fault=" in page.url
    broken = expected("kubernetes", cached="true", faults=(fault,))
    assert [s.index for s in broken.steps[:6]] == [s.index for s in calm.steps[:6]]
    assert [f.line() for f in broken.frames] != [f.line() for f in calm.frames]
    page.keyboard.press("ArrowLeft")
    at_step(page, calm.steps[4].index)
    expect(page.locator("#step h2.title")).to_have_text(title(calm, 5))
    page.keyboard.press("End")
    at_step(page, broken.steps[-1].index)
    expect(page.locator("#step h2.title")).to_have_text(title(broken, len(broken.steps)))
    expect(page.locator(".marks text")).to_have_count(1)


def test_after_a_fault_the_drawing_is_the_one_of_a_fresh_page(page: Page, server: Server) -> None:
    holds = """() => [...document.querySelectorAll(".drawing > svg")].map(svg => [
        svg.dataset.sheet, ...[...svg.querySelectorAll("[data-part], [data-unit]")].map(one =>
            one.dataset.part ?? one.dataset.unit)])"""
    calm = expected("borg", cached="true")
    page.goto(f"{server.url}/walkthroughs/borg/deploy/?cached=true")
    page.keyboard.press("ArrowRight")
    at_step(page, calm.steps[0].index)
    before = page.evaluate(holds)
    page.keyboard.press("f")
    page.locator('#faults [role="switch"]', has_text="Borgmaster").first.focus()
    page.keyboard.press("Enter")
    chosen = page.locator('#faults [role="switch"][aria-checked="true"]')
    expect(chosen).to_have_count(1)
    broken = expected("borg", cached="true", faults=(chosen.get_attribute("value") or "",))
    page.keyboard.press("End")
    at_step(page, broken.steps[-1].index)
    drawn(page)
    pushed = page.evaluate(holds)
    page.reload()
    assert pushed == page.evaluate(holds)
    assert pushed != before


def test_two_tabs_on_one_run_stay_together(page: Page, server: Server) -> None:
    of = expected("kubernetes", cached="true")
    open_deploy(page, server)
    page.keyboard.press("ArrowRight")
    at_step(page, of.steps[0].index)
    other = page.context.new_page()
    other.goto(page.url)
    at_step(other, of.steps[0].index)
    page.keyboard.press("ArrowRight")
    at_step(other, of.steps[1].index)
    other.keyboard.press("ArrowRight")
    at_step(page, of.steps[2].index)
    other.close()


def test_back_leaves_the_page_and_forward_returns_to_the_step(page: Page, server: Server) -> None:
    of = expected("kubernetes", cached="true")
    page.goto(f"{server.url}/")
    open_deploy(page, server)
    for step in of.steps[:3]:
        page.keyboard.press("ArrowRight")
        at_step(page, step.index)
    page.go_back()
    expect(page).to_have_url(f"{server.url}/")
    page.go_forward()
    at_step(page, of.steps[2].index)


def test_a_copied_link_opens_the_same_step_in_another_browser(
    page: Page, server: Server, browser: Browser
) -> None:
    of = expected("kubernetes", cached="true")
    open_deploy(page, server)
    for step in of.steps[:5]:
        page.keyboard.press("ArrowRight")
        at_step(page, step.index)
    link = page.locator("#copy").get_attribute("href") or ""
    assert "run=" not in link
    visitor = browser.new_context(locale="zh-CN")
    tab = visitor.new_page()
    tab.goto(link)
    at_step(tab, of.steps[4].index)
    expect(tab.locator("#step h2.title")).to_have_text(title(of, 5, "zh-hans"))
    visitor.close()


@pytest.mark.parametrize("system", ["kubernetes", "borg"])
def test_without_script_every_step_is_a_page(browser: Browser, server: Server, system: str) -> None:
    of = expected(system, cached="true")
    visitor = browser.new_context(java_script_enabled=False, locale="en-GB")
    tab = visitor.new_page()
    tab.goto(f"{server.url}/walkthroughs/{system}/deploy/{WARM}")
    for step in of.steps[:4]:
        tab.locator("#next").click()
        at_step(tab, step.index)
        expect(tab.locator("#step h2.title")).to_have_text(title(of, step.number))
    tab.locator("#back").click()
    at_step(tab, of.steps[2].index)
    tab.locator('#faults [role="switch"]').first.click()
    expect(tab.locator('#faults [role="switch"][aria-checked="true"]')).to_have_count(1)
    assert "fault=" in tab.url
    visitor.close()


def test_a_term_is_explained_on_focus(page: Page, server: Server) -> None:
    of = expected("kubernetes", cached="true")
    page.goto(f"{server.url}{DEPLOY}{WARM}&step={of.steps[7].index}")
    term = page.locator("#step button.term[data-term]").first
    term.focus()
    expect(page.locator("#meaning")).to_be_visible()
