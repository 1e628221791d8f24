"""What tests of bad input share: whom they ask, and how they read the answer."""

from __future__ import annotations

from html import unescape
from typing import Any

from django.test import Client

DEPLOY = "/walkthroughs/kubernetes/deploy/"
LONG = "x" * 9000


def said(answer: Any) -> str:
    """The page's text, as a reader sees it."""
    return unescape(answer.text)


def a_run(client: Client, **fields: str) -> str:
    made = client.post(f"{DEPLOY}do/", {"do": "goto", "index": "5", **fields}, headers={"hx-request": "true"})
    assert made.status_code == 200
    return str(made["Orrery-Run"])
