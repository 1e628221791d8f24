"""The changing words at a machine: its name, its state or "+47 more", and its foot."""

from __future__ import annotations

import re

from explorer.diagram.layout import Column, Layout, Place, text_box
from explorer.diagram.measure import width
from explorer.diagram.shapes import Box
from explorer.diagram.words import more, pick

NUMBER = re.compile(r"(\d+)$")


def index_of(layout: Layout, machine: str) -> int:
    """The number in a machine's name, else its place among the machines, from 1."""
    found = NUMBER.search(machine)
    if found:
        return int(found.group())
    return layout.cast.machines.index(machine) + 1 if machine in layout.cast.machines else 0


def foot_text(layout: Layout, machine: str) -> str:
    """What stands at the foot of a machine that runs."""
    number = index_of(layout, machine)
    rack = "abc"[(number - 1) % 3]
    return pick(layout.system.foot, layout.language).format(i=number, r=rack)


def caption_boxes(layout: Layout, movable: bool = True) -> list[Box]:
    """The room of all words at machines, at their longest; without titles that can step aside, if asked."""
    boxes = []
    d, size = layout.drawing, layout.drawing.type.title
    longest = max(layout.base, key=len, default="")
    status = pick(layout.system.status, layout.language) if d.wide else "✕"
    for column in layout.columns:
        if movable or column.aside is None:
            boxes.append(title_box(layout, column, longest))
        last = layout.folded and column.number == len(layout.columns)
        if column.side and (d.wide or last):
            words = more(layout.folded, layout.language, d.wide) if last else status
            boxes.append(_box(column.side, words, size, False))
        if column.foot and column.shows_foot and layout.system.foot:
            boxes.append(_box(column.foot, foot_text(layout, longest), size, False))
    return boxes


def title_box(layout: Layout, column: Column, machine: str) -> Box:
    """The room of a machine's name at its usual place."""
    return _box(column.title, machine, layout.drawing.type.title, True)


def _box(place: Place, text: str, size: float, bold: bool) -> Box:
    return text_box(place.x, place.y, width(text, size, bold), place.anchor, size)


def is_last(layout: Layout, column: Column) -> bool:
    """Whether a column stands for the machines that have none."""
    return bool(layout.folded) and column.number == len(layout.columns)
