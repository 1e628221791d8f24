"""What a test expects of the player, worked out beside the server from the same fixtures."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, WebSocket

from explorer.graph import Atlas
from explorer.playback.engine import Play, play
from explorer.playback.inputs import read_inputs
from explorer.playback.narrate import narrate
from explorer.playback.picture import moment, scene

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def expected(system: str, scenario: str = "deploy", faults: tuple[str, ...] = (), **given: str) -> Play:
    atlas = Atlas.from_fixtures(FIXTURES)
    return play(atlas, read_inputs(atlas, system, scenario, given, faults))


def title(of: Play, number: int, language: str = "en") -> str:
    frame = of.frames[of.steps[number - 1].index]
    return narrate(of.atlas, of.system, frame, language).title


def targets(of: Play, number: int, language: str = "en") -> set[str]:
    """The wide drawing's parts that the step's message ends at."""
    step = of.steps[number - 1]
    parts = scene(of, "wide", language).state(moment(of, step, language))["parts"]
    return {key for key, css in parts.items() if "target" in css.split()}


@dataclass
class Heard:
    """What the page's live lines have brought."""

    numbers: list[int] = field(default_factory=list)
    lines: int = 0

    def listen(self, line: WebSocket) -> None:
        self.lines += 1
        line.on("framereceived", self._note)

    def wait_for_line(self, page: Page) -> None:
        """Wait until the page has a live line."""
        self._wait(page, lambda: self.lines > 0)

    def wait_for(self, page: Page, number: int) -> None:
        """Wait until the state of that number has come over the line."""
        self._wait(page, lambda: number in self.numbers)

    def _wait(self, page: Page, done: Callable[[], bool]) -> None:
        for _ in range(400):
            if done():
                return
            page.wait_for_timeout(25)  # lets Playwright hand over what the socket has received
        raise AssertionError(f"not heard; heard: {self.numbers}")

    def _note(self, payload: Any) -> None:
        news = json.loads(payload)
        if "content" in news:
            self.numbers.append(news["seq"])


def watch(page: Page) -> Heard:
    heard = Heard()
    page.on("websocket", heard.listen)
    return heard


def at_step(page: Page, index: int, *, timeout: float = 20_000) -> None:
    """Wait until the page shows the step with this frame."""
    page.wait_for_selector(f'#diagram-state[data-index="{index}"]', state="attached", timeout=timeout)


def drawn(page: Page) -> None:
    """Wait until the drawing is the one that the pushed state belongs to: a fault may call for another."""
    page.wait_for_function(
        """() => document.querySelector(".drawing.wide > svg").dataset.sheet ===
            JSON.parse(document.getElementById("diagram-state").textContent).wide.sheet"""
    )


def seq(page: Page) -> int:
    return int(page.get_attribute("#diagram-state", "data-seq") or 0)


def lit(page: Page) -> set[str]:
    found: list[str] = page.eval_on_selector_all(
        ".drawing.wide .c.target[data-part]", "parts => parts.map(part => part.dataset.part)"
    )
    return set(found)
