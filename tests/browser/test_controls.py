"""The player's controls, by hand and by key, beyond stepping."""

import re

from playwright.sync_api import Page, expect

from explorer.playback.steps import BEFORE
from tests.browser.player import at_step, drawn, expected, title
from tests.live_server import Server

DEPLOY = "/walkthroughs/kubernetes/deploy/"


def test_a_setting_that_is_a_switch_can_be_turned_on_and_off(page: Page, server: Server) -> None:
    page.goto(f"{server.url}{DEPLOY}")
    for wanted in (True, False):
        page.locator(".settings summary").click()
        page.locator("#p-cached").set_checked(wanted)
        page.locator(".settings button").click()
        expect(page.locator("#p-cached")).to_be_checked(checked=wanted)


def test_the_other_language_shows_the_same_step(page: Page, server: Server) -> None:
    of = expected("kubernetes")
    page.goto(f"{server.url}{DEPLOY}")
    for step in of.steps[:3]:
        page.keyboard.press("ArrowRight")
        at_step(page, step.index)
    page.locator("#language").click()
    at_step(page, of.steps[2].index)
    expect(page.locator("#step h2.title")).to_have_text(title(of, 3, "zh-hans"))


def test_play_begins_at_once_and_again_at_the_end(page: Page, server: Server) -> None:
    of = expected("kubernetes")
    page.goto(f"{server.url}{DEPLOY}")
    at_step(page, BEFORE)
    page.locator("#play").click()
    at_step(page, of.steps[0].index, timeout=2_500)
    expect(page.locator("#play")).to_have_attribute("value", "pause")
    page.locator("#play").click()
    expect(page.locator("#play")).to_have_attribute("value", "play")
    page.keyboard.press("End")
    at_step(page, of.steps[-1].index)
    page.locator("#play").click()
    at_step(page, of.steps[0].index, timeout=2_500)


def test_a_pressed_switch_stays_where_it_is_and_is_told(page: Page, server: Server) -> None:
    of = expected("kubernetes")
    page.goto(f"{server.url}{DEPLOY}?step={of.steps[7].index}")
    third = page.locator('#faults [role="switch"]').nth(2)
    label = third.text_content() or ""
    third.click()
    expect(third).to_have_attribute("aria-checked", "true")
    expect(third).to_contain_text(label)
    expect(third).to_be_focused()
    expect(page.locator("#live")).to_contain_text(label)


def test_the_decision_table_ends_with_the_score_in_sight(page: Page, server: Server) -> None:
    of = expected("kubernetes")
    decided = next(step for step in of.steps if of.frames[step.index].params.get("table") == "filter-score")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{server.url}{DEPLOY}?step={decided.index}")
    score = page.locator(".decision th").last.bounding_box()
    rail = page.locator("#rail").bounding_box()
    assert score is not None
    assert rail is not None
    assert score["x"] + score["width"] <= rail["x"] + rail["width"]
    assert page.locator(".scroll").evaluate("box => box.scrollWidth <= box.clientWidth")


def test_a_part_of_the_drawing_opens_the_menu_that_breaks_it(page: Page, server: Server) -> None:
    of = expected("kubernetes")
    page.goto(f"{server.url}{DEPLOY}?step={of.steps[7].index}")
    menu, target = page.locator("details.menu.more"), page.locator("#f-target")
    page.locator('.drawing:visible [data-part="etcd"] .nm').click()
    expect(target).to_have_value("etcd@etcd-0")
    expect(menu.locator("button")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    page.locator('.drawing:visible [data-part="etcd"] .nm').click()
    page.keyboard.press("Enter")
    expect(page.locator("#faults")).to_contain_text("since")
    expect(page).to_have_url(re.compile("fault=etcd(@|%40)etcd-0(:|%3A)down"))
    drawn(page)
    line = page.locator('.drawing:visible [data-link="K12@1"]').bounding_box()
    assert line is not None
    page.mouse.click(line["x"] + 5, line["y"] + line["height"] / 2)
    expect(target).to_have_value(re.compile("^K12/kubelet@node-1~kube-apiserver@"))
    expect(page.locator("#f-kind")).to_have_value("cut")


def test_enter_in_the_diagram_opens_the_same_menu(page: Page, server: Server) -> None:
    of = expected("kubernetes")
    page.goto(f"{server.url}{DEPLOY}?step={of.steps[7].index}")
    page.keyboard.press("d")
    said = page.locator("#probe b")
    expect(said).to_be_visible()
    name = said.text_content()
    page.keyboard.press("Enter")
    expect(page.locator("details.menu.more button")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#stage")).to_be_focused()
    expect(said).to_have_text(name or "")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("fault="))
    expect(page.locator("#faults")).to_contain_text("since")


def test_keys_pressed_on_a_cold_page_are_answered_in_their_order(page: Page, server: Server) -> None:
    page.goto(f"{server.url}{DEPLOY}?step={expected('kubernetes').steps[7].index}")
    page.keyboard.press("f")
    page.keyboard.press("Space")
    expect(page.locator('#faults [role="switch"]').first).to_have_attribute("aria-checked", "true")
    expect(page.locator("#play")).to_have_attribute("value", "play")
