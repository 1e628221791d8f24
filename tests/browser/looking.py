"""Looking at a page as a visitor of some language, theme and device, and with the eyes of axe-core."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Page

from tests.pages import LANGUAGES

type Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe" / "axe.min.js"


def visit(
    browser: Browser, theme: Theme, language: str, width: int = 1440, height: int = 900
) -> BrowserContext:
    """A visitor who has never been here and wants nothing to move. `language`: "en" or "zh-hans"."""
    return browser.new_context(
        locale=LANGUAGES[language],
        color_scheme=theme,
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )


def violations(page: Page) -> list[str]:
    """What axe-core finds, one line each."""
    # Through the debugger, as a developer's tool would: the page's own policy lets no foreign script in.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def wide(page: Page) -> int:
    """How wide the page is, in CSS pixels: more than the window when something sticks out."""
    return int(page.evaluate("document.documentElement.scrollWidth"))


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")
