"""Where running text must not be broken: inside names, and between a Term and the mark after it."""

from __future__ import annotations

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_LONGEST = 28
"""Letters; a longer name may break, or it would leave half a line of a phone empty."""

_TAG_OR_NAME = re.compile(
    r"<button.*?</button>[.,;:!?)’”，。；：！？）、]*|<[^>]*>"
    r"|(?<![A-Za-z0-9-])[A-Za-z0-9][A-Za-z0-9._]*(?:-[A-Za-z0-9._]*[A-Za-z0-9])+"
)


def whole(html: str) -> SafeString:
    """Safe HTML with its hyphenated names kept whole, and each Term's button with the mark that follows.

    >>> whole("m-3 is read-only.")
    '<bdi>m-3</bdi> is read-only.'
    """
    return mark_safe(_TAG_OR_NAME.sub(_kept, html))  # noqa: S308  # only elements around what was safe before


def whole_text(text: str) -> SafeString:
    """Plain text as safe HTML with its names kept whole."""
    return whole(escape(text))


def _kept(match: re.Match[str]) -> str:
    found = match[0]
    if found.startswith("<button") and not found.endswith(">"):
        return f"<bdi>{found}</bdi>"
    named = found.startswith("kube-") or any(letter.isdigit() for letter in found)
    if found.startswith("<") or not named or len(found) > _LONGEST:
        return found
    return f"<bdi>{found}</bdi>"
