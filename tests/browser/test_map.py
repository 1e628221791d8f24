"""The map and the component pages as people use them: by keyboard, by pointer, on a phone, without script."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.player import expected
from tests.live_server import Server

DEPLOY = "/walkthroughs/kubernetes/deploy/"


def test_search_by_keyboard_leads_to_a_component(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/systems/kubernetes/")
    page.locator("#q").focus()
    page.keyboard.type("api servr")
    expect(page.locator("#found-h")).to_contain_text("in Kubernetes")
    expect(page.locator("#live")).to_contain_text("in Kubernetes")
    expect(page.locator("#found li").first).to_contain_text("kube-apiserver")
    expect(page).to_have_url(re.compile(r"\?q=api\+servr$"))
    assert page.locator('.board .wide [data-part="kube-apiserver"].on').count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/systems/kubernetes/kube-apiserver/$"))
    expect(page.locator("h1")).to_have_text("kube-apiserver")
    page.locator(".steps a").first.click()
    expect(page).to_have_url(re.compile("/walkthroughs/kubernetes/deploy/.*step="))


def test_arrows_lead_through_the_drawing_and_enter_opens_a_part(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/systems/kubernetes/")
    page.locator('.board .wide a[data-part="kube-scheduler"]').focus()
    expect(page.locator("#hint b")).to_have_text("kube-scheduler")
    assert page.locator('.board .wide [data-part="kube-apiserver"].near').count() == 1
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#hint b")).to_have_text("etcd")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#hint b")).to_have_text("kube-apiserver")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/systems/kubernetes/[a-z-]+/$"))


def test_a_pointer_shows_the_links_of_a_part_and_a_click_opens_it(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/systems/borg/")
    part = page.locator('.board .wide a[data-part="paxos-store"]')
    expect(page.get_by_role("link", name="Paxos-based store").first).to_be_visible()
    part.hover()
    expect(page.locator("#hint")).to_contain_text("Paxos-based store")
    assert page.locator(".board .wide .link.near").count() == 1
    part.click()
    expect(page).to_have_url(re.compile("/systems/borg/paxos-store/$"))


def test_without_script_search_is_a_form(browser: Browser, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{server.url}/systems/kubernetes/")
    page.locator("#q").fill("调度器")
    page.locator("#q").press("Enter")
    expect(page.locator("#found li").first).to_contain_text("kube-scheduler")
    page.locator('.board .wide a[data-part="etcd"]').click()
    expect(page).to_have_url(re.compile("/systems/kubernetes/etcd/$"))
    context.close()


def test_a_part_of_the_walkthrough_leads_to_its_page(page: Page, server: Server) -> None:
    page.goto(f"{server.url}{DEPLOY}?step={expected('kubernetes').steps[7].index}")
    page.locator('.drawing:visible [data-part="kubelet@2"] .nm').click()
    expect(page.locator("#f-page")).to_have_attribute("href", "/systems/kubernetes/kubelet/")
    page.locator("#f-target").select_option("machine/node-1")
    expect(page.locator("#f-page")).to_be_hidden()
    page.goto(f"{server.url}/walkthroughs/borg/as-the-article-tells/?step=3")
    page.keyboard.press("d")
    expect(page.locator("#probe b")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/systems/borg/[a-z-]+/$"))
    expect(page.locator("article.part h1")).to_be_visible()


def test_nothing_shifts_while_answers_come(page: Page, server: Server) -> None:
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "entry => entry.hadRecentInput || (shift += entry.value)))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(f"{server.url}/systems/kubernetes/")
    page.locator('.board .wide a[data-part="kubelet@2"]').focus()
    expect(page.locator("#hint b")).to_have_text("kubelet")
    assert page.evaluate("shift") <= 0.02
