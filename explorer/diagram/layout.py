"""From cells to boxes: which parts of a run are drawn, and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from explorer.diagram.measure import SPARE, mono, width
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


def lay_out(system: System, drawing: Drawing, cast: Cast, language: str) -> Layout:
    """Places every part of a run. The same input gives the same picture."""
    from explorer.diagram.machines import place_machines

    touched, specs = cast_keys(system, cast)
    cells = assign_cells(system, drawing.name, touched)
    layout = Layout(system, drawing, language, cast, specs, touched, cells)
    _place_top(layout)
    place_machines(layout)
    _place_bottom(layout)
    return layout


def _place_top(layout: Layout) -> None:
    d, view, language = layout.drawing, layout.view, layout.language
    left, right = view.clients
    layout.zones.append(("clients", Box(left, d.clients.y, right - left, d.clients.h)))
    pad = 12 if d.wide else 10
    size = d.type.title
    layout.texts += [
        Text("zt", left + pad, d.title, pick(view.clients_title, language), "start", size),
        Text("zt sys", view.notch + pad + 2, d.title, pick(view.control_title, language), "start", size),
    ]
    for key, cell in layout.cells.items():
        component = layout.system.components[key]
        if cell[0] in "ct" and cell in view.cells:
            x, w = view.cells[cell]
            kind: Kind = "slot" if component.slot else "box"
            layout.add(Part(key, key, kind, Box(x, d.top.y, w, d.top.h), component))
    hub = layout.system.components[layout.system.hub]
    layout.add(Part(hub.key, hub.key, "hub", Box(d.hub.x, d.hub.y, d.hub.w, d.hub.h), hub))
    for part in list(layout.parts.values()):
        _place_members(layout, part)


def _place_bottom(layout: Layout) -> None:
    d, view = layout.drawing, layout.view
    pad = 12 if d.wide else 8
    for zone in view.bottom:
        left, right = zone.x
        layout.zones.append(("bottom", Box(left, d.bottom.y, right - left, d.bottom.h)))
        if zone.title:
            x = left + pad if zone.tx is None else zone.tx
            title = pick(zone.title, layout.language)
            layout.texts.append(Text("zt", x, d.bottom.title, title, zone.anchor, d.type.title))
    for key, cell in layout.cells.items():
        if cell[0] == "s" and cell in view.cells:
            component = layout.system.components[key]
            x, w = view.cells[cell]
            kind: Kind = "slot" if component.slot else "service"
            part = Part(key, key, kind, Box(x, d.service.y, w, d.service.h), component)
            layout.add(part)
            _place_members(layout, part)


def _place_members(layout: Layout, part: Part) -> None:
    """The replicas of a part: chips in the hub, pips in a store, a row of chips where a run names one."""
    members = part.component.members if part.component else None
    if members is None:
        return
    wide = layout.drawing.wide
    if members.show == "addressed" and len(layout.cast.members & set(members.names)) < 2:
        return  # one of its kind: the box is the replica
    if part.kind == "hub":
        boxes = _chips_of_hub(part.box, members.names, wide)
        kind: Kind = "chip"
    elif members.show == "pips":
        boxes, kind = list(_pips(layout, part, len(members.names))), "pip"
    else:
        boxes, kind = list(_chips_in_row(part.box, len(members.names), wide)), "chip"
    for place, box in zip(members.names, boxes, strict=False):
        label = place if part.kind == "hub" and wide else place[-1]
        layout.add(Part(f"{part.id}/{place}", part.key, kind, box, part.component, 0, label, part.id, place))


def _chips_of_hub(hub: Box, names: tuple[str, ...], wide: bool) -> list[Box]:
    if wide:
        w: float = max(52, *(int(mono(name, CHIP_TEXT) * SPARE + 7) for name in names))
        h, gap, end, top = 22, 8, 14, 14
    else:
        w, h, gap, end, top = 19, 19, 5, 10, 7
    x = hub.right - end - len(names) * (w + gap) + gap
    return [Box(x + k * (w + gap), hub.y + top, w, h) for k in range(len(names))]


def _chips_in_row(box: Box, count: int, wide: bool) -> Iterator[Box]:
    if wide:
        for k in range(count):
            yield Box(box.x + 33 + k * 29, box.cy + 4, 24, 17)


def _pips(layout: Layout, part: Part, count: int) -> Iterator[Box]:
    """A column of dots at the right edge; none where they would leave no room for the name."""
    box, wide = part.box, layout.drawing.wide
    if not wide and part.component is not None:
        name = width(layout.name(part.component), layout.drawing.type.name, True) * SPARE
        if count > 3 or name + 18 > box.w:
            return
    pitch = min(14, (box.h - 6) / count)
    r = min(4.5, pitch / 2 - 0.9)
    x = box.right - (13 if wide else 9)
    for k in range(count):
        y = box.cy + (k - (count - 1) / 2) * pitch
        yield Box(x - r, y - r, 2 * r, 2 * r)
