"""A QR code as the numbers that a template draws."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import segno

QUIET = 4
"""Light modules around the code, as ISO/IEC 18004 asks for."""


@dataclass(frozen=True, slots=True)
class Code:
    """`size` is the width in modules with the quiet zone, `path` the dark ones as an SVG path."""

    size: str
    path: str


def qr(text: str) -> Code:
    """The smallest code that holds the text and may lose an eighth of its area (level M or better)."""
    made = segno.make(text, error="m", micro=False)
    path: list[str] = []
    for y, row in enumerate(made.matrix):
        x = 0
        for dark, modules in groupby(row):
            length = len(list(modules))
            if dark:
                path.append(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z")
            x += length
    return Code(str(len(made.matrix) + 2 * QUIET), "".join(path))
