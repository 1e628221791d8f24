"""From cells to boxes: which parts of a run are drawn, and where each of them stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from explorer.diagram.measure import width
from explorer.diagram.moment import Cast, instance, link_key
from explorer.diagram.placements import Component, Drawing, LinkSpec, System, View
from explorer.diagram.shapes import Box
from explorer.diagram.words import pick

Kind = Literal["box", "hub", "slot", "service", "strip", "tab", "cell", "chip", "pip"]
SOLID: frozenset[Kind] = frozenset({"box", "hub", "slot", "service", "strip", "tab", "cell"})
"""Kinds that no link and no pill may run over."""

CHIP_TEXT = 11.5
"""Font size of replica chips and of unit names in the wide drawing."""


@dataclass(frozen=True, eq=False)
class Part:
    """One drawn thing. `column` is 1 for the first machine drawn, 0 outside of machines.

    `owner` is the id of the part a chip or pip belongs to, `place` the replica it stands for.
    """

    id: str
    key: str
    kind: Kind
    box: Box
    component: Component | None = None
    column: int = 0
    label: str = ""
    owner: str = ""
    place: str = ""


@dataclass(frozen=True)
class Text:
    """A text beside the boxes: class, baseline start (or middle, or end), words, font size."""

    css: str
    x: float
    y: float
    text: str
    anchor: str
    size: float

    @property
    def box(self) -> Box:
        return text_box(self.x, self.y, width(self.text, self.size, "zt" in self.css), self.anchor, self.size)


def text_box(x: float, y: float, w: float, anchor: str, size: float) -> Box:
    """The room of one line of text with its baseline at y."""
    left = x - (w if anchor == "end" else w / 2 if anchor == "middle" else 0)
    return Box(left, y - size * 0.78, w, size)


@dataclass(frozen=True)
class Place:
    """Where a text of changing words stands."""

    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class UnitSlot:
    """Room for one unit: the `index`-th of the layout for `of` units (1, 2 or 4) in a column's cell."""

    id: str
    column: int
    of: int
    index: int
    box: Box
    two_lines: bool


@dataclass
class Column:
    """One machine's place. `title`, `side` and `foot` are where its changing words go.

    `aside` is where the title stands while a message passes over its usual place.
    """

    number: int
    box: Box
    title: Place
    side: Place | None
    foot: Place | None
    shows_foot: bool
    aside: Place | None = None
    cell: str = ""
    slots: dict[int, tuple[UnitSlot, ...]] = field(default_factory=dict)


@dataclass
class Layout:
    """Everything of a run except its links. `base` are the machines of the columns at rest."""

    system: System
    drawing: Drawing
    language: str
    cast: Cast
    specs: tuple[LinkSpec, ...]
    touched: frozenset[str]
    cells: dict[str, str]
    base: tuple[str, ...] = ()
    folded: int = 0
    narrow: bool = False
    icons_on_machines: bool = False
    parts: dict[str, Part] = field(default_factory=dict)
    zones: list[tuple[str, Box]] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)

    @property
    def view(self) -> View:
        return self.system.views[self.drawing.name]

    @property
    def hub(self) -> Part:
        return self.parts[self.system.hub]

    def add(self, part: Part) -> None:
        self.parts[part.id] = part

    def members_of(self, owner: str) -> list[Part]:
        """The chips or pips of a part, in order."""
        return [part for part in self.parts.values() if part.owner == owner]

    def name(self, component: Component) -> str:
        """What is written in a box, lines separated by `|`."""
        words = component.name
        if not self.drawing.wide:
            words = component.compact_name or component.short or words
        return pick(words, self.language)

    def part_for(self, key: str, column: int = 0) -> Part | None:
        """The drawn part a component is shown on: its own box, or the one that stands for it."""
        seen: set[str] = set()
        while key not in seen:
            seen.add(key)
            for part_id in (f"{key}@{column}", key):
                if part_id in self.parts:
                    return self.parts[part_id]
            component = self.system.components.get(key)
            key = component.shown_on.get(self.drawing.name, key) if component else key
        return None


def key_of(system: System, slug: str, parents: Mapping[str, str | None]) -> str | None:
    """The key in placements for a component, or for the nearest part it belongs to."""
    seen: set[str] = set()
    now: str | None = slug
    while now and now not in seen:
        if now in system.keys:
            return system.keys[now]
        seen.add(now)
        now = parents.get(now)
    return None


def cast_keys(system: System, cast: Cast) -> tuple[frozenset[str], tuple[LinkSpec, ...]]:
    """What the cast touches, as keys of placements, and the stage links it uses, in the file's order."""
    used = {link_key(text).link for text in cast.links} | cast.told
    specs = tuple(link for link in system.links if used & {link.id, *link.carries})
    keys = {key_of(system, instance(slug).component, cast.parents) for slug in cast.touched}
    keys |= {end for link in specs for end in (link.opener, link.accepter)}
    return frozenset(key for key in keys if key), specs


def assign_cells(system: System, drawing: str, touched: frozenset[str]) -> dict[str, str]:
    """Which part stands in which cell: what the run touches first, then core and resident parts."""
    taken: set[str] = set()
    cells: dict[str, str] = {}
    drawn = [part for part in system.components.values() if part.tier != "reference"]
    resting = [
        part
        for part in drawn
        if part.key not in touched and part.tier in ("core", "resident") and drawing not in part.away_at_rest
    ]
    for part in [*(part for part in drawn if part.key in touched), *resting]:
        for cell in (part.cells.get(drawing), *part.also.get(drawing, ())):
            if cell and not taken & _room(cell):
                cells[part.key] = cell
                taken |= _room(cell)
                break
    return cells


def _room(cell: str) -> set[str]:
    """What a cell takes: `C.l` of a machine is the halves `C.l1` and `C.l2`, `C.w` is the whole row."""
    row, _, side = cell.partition(".")
    halves = {"": [""], "l": ["l1", "l2"], "w": ["l1", "l2", "r"]}
    return {f"{row}.{half}" for half in halves.get(side, [side])}
