"""What holds for every page, seen in a real browser."""

from playwright.sync_api import Page

from tests.live_server import Server


def test_the_policy_stops_what_was_slipped_into_a_page(
    server: Server, page: Page, complaints: list[str]
) -> None:
    page.goto(f"{server.url}/walkthroughs/")
    assert not complaints
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.slipped = true";
            document.body.append(script);
        }"""
    )
    assert page.evaluate("window.slipped") is None
    assert "Content Security Policy" in complaints.pop()


def test_nothing_is_asked_of_another_machine(server: Server, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/walkthroughs/")
    page.wait_for_load_state("networkidle")
    assert asked
    assert [url for url in asked if not url.startswith(server.url)] == []
