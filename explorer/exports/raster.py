"""A drawing as pixels, by a program of its own: `python raster.py ZOOM FONT… < drawing.svg > picture.png`.

The renderer keeps Python's lock while it draws, for the better part of a second where a picture is large. In
the server's own process every live line would stand still for as long.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence

PATIENCE = 60
"""Seconds; a picture takes one on a machine that has nothing else to do."""
_turn = threading.Lock()
"""One picture at a time: many at once would take every processor from the live lines."""


def raster(svg: str, zoom: int, fonts: Sequence[str]) -> bytes:
    """The drawing as PNG, `zoom` times as large, set in the fonts of these files and in no others.

    Raises OSError when the renderer does not end well, with what it said.
    """
    command = [sys.executable, "-I", __file__, str(zoom), *fonts]
    try:
        with _turn:
            done = subprocess.run(  # noqa: S603  # this file, by this Python; the drawing goes in as data
                command, input=svg.encode(), capture_output=True, timeout=PATIENCE, check=False
            )
    except subprocess.TimeoutExpired as error:
        raise OSError(f"no picture after {PATIENCE} s") from error
    if done.returncode or not done.stdout:
        raise OSError(f"no picture: {done.stderr.decode(errors='replace')[-400:]}")
    return done.stdout


def main() -> None:
    """Draw what comes in."""
    import resvg_py

    zoom, *fonts = sys.argv[1:]
    text = sys.stdin.buffer.read().decode()
    picture = resvg_py.svg_to_bytes(svg_string=text, zoom=int(zoom), skip_system_fonts=True, font_files=fonts)
    sys.stdout.buffer.write(bytes(picture))


if __name__ == "__main__":
    main()
