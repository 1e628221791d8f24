"""The pages to read, in a real browser: they lead to the step that shows it, and a step to its report."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

from tests.browser.player import at_step, expected
from tests.live_server import Server


def test_a_report_is_about_the_step_that_is_shown(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/walkthroughs/kubernetes/deploy/")
    for step in expected("kubernetes").steps[:3]:
        page.keyboard.press("ArrowRight")
        at_step(page, step.index)
    title = page.locator("#step .title").inner_text()
    page.locator(".narr .report").click()
    page.wait_for_url("**/report/**")
    about = parse_qs(urlsplit(page.url).query)["about"][0]
    assert f"step={step.index}" in about
    text = page.locator("#report-text").input_value()
    assert text.startswith(f"{title}\n{server.url}{about}")
    page.get_by_role("link", name="Back").click()
    at_step(page, step.index)


def test_a_misconception_leads_to_its_step_by_keyboard(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/misconceptions/#borglets-listen-on-paxos")
    link = page.locator("#borglets-listen-on-paxos .see a")
    title = link.locator("b").inner_text()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/walkthroughs/borg/deploy/**")
    assert page.locator("#step .title").inner_text() == title
