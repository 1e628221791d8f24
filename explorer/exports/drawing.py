"""The map of a system as an SVG file that needs nothing else, and as a PNG picture."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from explorer.exports.fonts import LATIN, MONO, han, latin, needs_han
from explorer.exports.raster import raster
from explorer.exports.sheet import standalone, theme_colours
from explorer.graph import Atlas
from explorer.playback.maps import map_svg

MARGIN = 24
SCALES = (1, 4)


def svg_file(
    atlas: Atlas, system: str, language: str, theme: str, sheets: tuple[str, str], label: str, note: str
) -> str:
    """The wide map with its own style. `sheets` are the texts of the token sheet and of the drawing's.

    `note` goes into a comment at the head: where the drawing comes from and under which licence.
    """
    return _file(atlas, system, language, theme, sheets, label, note, pictured=False)


def png_file(
    atlas: Atlas, system: str, language: str, theme: str, scale: int, sheets: tuple[str, str], label: str
) -> bytes:
    """The same as a picture, `scale` times as large. Raises NoFont for Han without a font.

    The fonts are those of `explorer.exports.fonts`, so nothing depends on what else is installed.
    """
    text = _file(atlas, system, language, theme, sheets, label, "", pictured=True)
    return raster(text, scale, [*latin(), *(han().files if needs_han(text) else ())])


def _file(
    atlas: Atlas, system: str, language: str, theme: str, sheets: tuple[str, str], label: str, note: str,
    *, pictured: bool,
) -> str:  # fmt: skip
    tokens, drawing = sheets
    dark = theme == "dark"
    text = map_svg(atlas, system, "wide", language, {}, label)
    picture = _picture_font(text) if pictured else None
    style = standalone(tokens, drawing, text, dark, picture)
    page = theme_colours(tokens, dark)["--page"]
    view = re.search(r'viewBox="0 0 (\d+) (\d+)"', text)
    assert view is not None
    width, height = int(view[1]) + 2 * MARGIN, int(view[2]) + 2 * MARGIN
    head, _end, body = text.partition(">")
    head = re.sub(r' data-[\w-]+="[^"]*"', "", head)
    frame = f'viewBox="{-MARGIN} {-MARGIN} {width} {height}" width="{width}" height="{height}"'
    head = head.replace(view[0], frame)
    comment = f"<!-- {note.replace('--', '- -')} -->\n" if note else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{comment}{head} xml:lang="{_lang(language)}">'
        f"<title>{escape(label, quote=False)}</title>"
        f"<style>{escape(style, quote=False)}</style>"
        f'<rect x="{-MARGIN}" y="{-MARGIN}" width="{width}" height="{height}" fill="{page}"/>{_clean(body)}\n'
    )


def _picture_font(text: str) -> Callable[[str], str]:
    """What a picture is set in: one family for all words where some are Han, so that they fit together."""
    words = han().name if needs_han(text) else LATIN
    return lambda families: f'"{MONO if "mono" in families.lower() else words}"'


def _lang(language: str) -> str:
    return "zh-Hans" if language == "zh-hans" else language


def _clean(text: str) -> str:
    """Text that XML allows: some control characters may not be in a file, not even escaped."""
    return "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and not 0xFFFE <= ord(c) <= 0xFFFF))
