"""Text for files of other programs: one line, and nothing that does not print."""

from __future__ import annotations


def plain(text: str) -> str:
    """The text on one line, without control characters, which neither XML nor a diagram's source takes.

    >>> plain("a\\n b\\x00c")
    'a bc'
    """
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or c.isprintable())
    return " ".join(kept.split())
