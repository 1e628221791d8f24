"""The pages of what the graph tells and of majorities, as people see and use them."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.live_server import Server


def test_a_part_is_taken_away_and_put_back_by_the_form(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/systems/kubernetes/insights/")
    page.get_by_label("Take this part away").select_option("etcd")
    page.get_by_role("button", name="See what comes apart").click()
    expect(page).to_have_url(re.compile(r"\?cut=&without=etcd#cut$"))
    expect(page.locator(".result .find")).to_contain_text("The store is gone")
    expect(page.locator('.result [data-part="etcd"]')).to_have_class(re.compile("down"))
    page.get_by_role("link", name="Make it whole").click()
    expect(page.locator(".result")).to_have_count(0)


def test_replicas_are_lost_one_by_one_until_writes_stop(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/quorum/?n=3")
    page.get_by_role("link", name="Lose one more").click()
    expect(page.locator(".verdict")).to_contain_text("Writes go on")
    page.get_by_role("link", name="Lose one more").click()
    expect(page.locator(".verdict")).to_contain_text("No write counts any more")
    expect(page.locator(".ring .lost")).to_have_count(2)
    page.get_by_label("Or: failures to bear").fill("2")
    page.get_by_role("button", name="How many replicas?").click()
    expect(page.locator(".find")).to_contain_text("3 of 5 replicas are a majority")


def test_the_svg_opens_by_itself_in_its_own_colours(page: Page, server: Server, tmp_path: Path) -> None:
    answer = page.request.get(f"{server.url}/systems/kubernetes/map.svg?theme=dark")
    file = tmp_path / "map.svg"
    file.write_bytes(answer.body())
    page.goto(file.as_uri())
    fill = page.evaluate("getComputedStyle(document.querySelector('.c .box')).fill")
    weight = page.evaluate("getComputedStyle(document.querySelector('.nm')).fontWeight")
    assert (fill, weight) == ("rgb(27, 32, 41)", "600")
    box = page.evaluate(
        "(({width, height}) => [width, height])(document.documentElement.getBoundingClientRect())"
    )
    assert box == [1048, 688]
