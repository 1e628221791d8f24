"""The map of a system as a file: every format by its extension."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils import translation

from explorer.errors import NotAllowed, NotKnown
from explorer.exports.drawing import SCALES, png_file, svg_file
from explorer.exports.network import LICENCE, graphml, node_link
from explorer.exports.sources import d2, mermaid
from explorer.graph import Atlas
from explorer.playback.kept import Kept
from explorer.playback.narrate import LANGUAGES

TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "graphml": "application/graphml+xml; charset=utf-8",
    "json": "application/json",
    "mmd": "text/vnd.mermaid; charset=utf-8",
    "d2": "text/plain; charset=utf-8",
}
"""Extension to the type that the file is sent as."""

THEMES = ("light", "dark")

_files: Kept[bytes] = Kept(16 * 1024 * 1024, len)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which file: of a system, with an extension out of TYPES. Theme and scale count for drawings only."""

    system: str
    extension: str
    language: str = "en"
    theme: str = "light"
    scale: int = 1

    @property
    def name(self) -> str:
        """The name that the file is saved under."""
        drawn = self.extension in ("svg", "png")
        parts = [
            "orrery",
            self.system,
            "map",
            *([self.language] if self.extension in ("svg", "png", "mmd", "d2") else []),
            *(["dark"] if drawn and self.theme == "dark" else []),
            *([f"{self.scale}x"] if self.extension == "png" and self.scale > 1 else []),
        ]
        return f"{'-'.join(parts)}.{self.extension}"


def wanted(
    atlas: Atlas, system: str, extension: str, language: str, theme: str = "", scale: str = ""
) -> Wanted:
    """What is asked for, checked. Raises NotKnown for a system without a map or an unknown extension, and
    NotAllowed for a language, theme or scale that there is not."""
    drawn = [slug for slug in atlas.systems if atlas.components_of(slug)]
    if system not in drawn:
        raise NotKnown("map", system, drawn)
    if extension not in TYPES:
        raise NotKnown("format", extension, TYPES)
    if language not in LANGUAGES:
        raise NotAllowed("lang", language, "one of {known}", known=", ".join(LANGUAGES))
    if theme and theme not in THEMES:
        raise NotAllowed("theme", theme, "one of {known}", known=", ".join(THEMES))
    low, high = SCALES
    if scale and scale not in map(str, range(low, high + 1)):
        raise NotAllowed("scale", scale, "whole numbers from {low} to {high}", low=low, high=high)
    return Wanted(system, extension, language, theme or "light", int(scale or 1))


def file_of(atlas: Atlas, of: Wanted) -> bytes:
    """The file: the same bytes for the same Atlas and the same wish.

    Raises NoFont for a picture with Han characters on a machine that has no font with them.
    """
    return _files.made((atlas.version, of), lambda: _made(atlas, of))


def _made(atlas: Atlas, of: Wanted) -> bytes:
    with translation.override(of.language):
        name = atlas.systems[of.system].name[of.language]
        label = translation.gettext("Map of %(name)s") % {"name": name}
        note = f"{label}. Orrery, {atlas.version}. {LICENCE}."
        texts: dict[str, Callable[[], str]] = {
            "svg": lambda: svg_file(atlas, of.system, of.language, of.theme, _sheets(), label, note),
            "graphml": lambda: graphml(atlas, of.system),
            "json": lambda: node_link(atlas, of.system),
            "mmd": lambda: mermaid(atlas, of.system, of.language),
            "d2": lambda: d2(atlas, of.system, of.language),
        }
        if of.extension == "png":
            return png_file(atlas, of.system, of.language, of.theme, of.scale, _sheets(), label)
        return texts[of.extension]().encode()


def _sheets() -> tuple[str, str]:
    """The texts of the token sheet and of the drawing's sheet."""
    paths = [finders.find(name) for name in ("css/tokens.css", "css/diagram.css")]
    tokens, drawing = (Path(str(path)).read_text(encoding="utf-8") for path in paths)
    return tokens, drawing
