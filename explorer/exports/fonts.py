"""The fonts of pictures: Inter, in which the layout is measured, from a package; Han from the system.

Every file is named here, so that the same picture has the same bytes on every machine with the same fonts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from explorer.errors import OrreryError

LATIN = "Inter"
MONO = "JetBrains Mono"
_PACKAGES = ("fontpkg_inter", "fontpkg_jetbrains_mono")

_HAN = (
    ("Noto Sans CJK SC", ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc")),
    ("Noto Sans CJK SC", ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf")),
    ("Noto Sans SC", ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf")),
    ("Noto Sans SC", ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")),
    ("Noto Sans SC", ("NotoSansSC[wght].ttf",)),
    ("Source Han Sans SC", ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf")),
    ("PingFang SC", ("PingFang.ttc",)),
    ("Hiragino Sans GB", ("Hiragino Sans GB.ttc",)),
    ("Heiti SC", ("STHeiti Medium.ttc", "STHeiti Light.ttc")),
    ("Microsoft YaHei", ("msyh.ttc", "msyhbd.ttc")),
    ("WenQuanYi Micro Hei", ("wqy-microhei.ttc",)),
    ("WenQuanYi Zen Hei", ("wqy-zenhei.ttc",)),
    ("Droid Sans Fallback", ("DroidSansFallbackFull.ttf",)),
)
"""Families with simplified Han characters and the names of their files, the best first."""

FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
    "/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip


class NoFont(OrreryError):
    """This machine has no font with Han characters, so a picture with them would show empty boxes."""


class Family(NamedTuple):
    """A font family by name, and its files."""

    name: str
    files: tuple[str, ...]


@lru_cache(maxsize=1)
def latin() -> tuple[str, ...]:
    """The files of Inter and of the monospaced font, upright ones only."""
    roots = (Path(import_module(name).ROOT) for name in _PACKAGES)
    files = (file for root in roots for file in sorted(root.rglob("*.ttf")))
    return tuple(str(file) for file in files if "Italic" not in file.name)


def needs_han(text: str) -> bool:
    """Whether a text has characters that Inter has not.

    >>> needs_han("控制平面"), needs_han("control plane")
    (True, False)
    """
    return any(ord(letter) > 0x2E80 for letter in text)


@lru_cache(maxsize=4)
def han(folders: tuple[str, ...] = FOLDERS) -> Family:
    """The best family with Han characters below the folders. Raises NoFont when there is none."""
    there = {file.name: str(file) for file in sorted(_files(folders), reverse=True)}
    for name, files in _HAN:
        if files[0] in there:
            return Family(name, tuple(there[file] for file in files if file in there))
    raise NoFont("no font with Chinese characters is installed, for example Noto Sans CJK")


def _files(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        for at, _below, names in os.walk(Path(folder).expanduser()):
            yield from (Path(at) / name for name in names)
