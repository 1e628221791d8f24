"""What is written in a box: lines, where they start, and the icon's place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from explorer.diagram.layout import Layout, Part
from explorer.diagram.measure import SPARE, width
from explorer.diagram.placements import Component, Drawing
from explorer.diagram.shapes import Box, Point
from explorer.diagram.words import electing, pick

Role = Literal["name", "sub", "organs"]
SEPARATOR = " › "


@dataclass(frozen=True)
class Line:
    """One line in a box. `room` is how wide it may get where its words change (0: they never do)."""

    css: str
    x: float
    y: float
    text: str
    anchor: str
    size: float
    bold: bool
    role: Role = "name"
    room: float = 0

    @property
    def box(self) -> Box:
        """The room the line takes with letters 15 % wider than Inter's."""
        w = width(self.text, self.size, self.bold) * SPARE
        left = self.x - (w if self.anchor == "end" else w / 2 if self.anchor == "middle" else 0)
        return Box(left, self.y - self.size * 0.75, w, self.size * 0.9)


@dataclass(frozen=True)
class Lettering:
    """The lines of a box, and where its icon stands, if it has one."""

    lines: tuple[Line, ...]
    icon: Point | None = None


def letter(layout: Layout, part: Part) -> Lettering:
    """What is written in a part: the same lines are drawn and checked."""
    if part.component is None or part.kind in ("cell", "chip", "pip", "tab"):
        return Lettering(())
    if part.kind == "slot":
        return Lettering(tuple(_slot_lines(layout, part, part.component)))
    if part.kind == "hub":
        return _hub(layout, part, part.component)
    return _box(layout, part, part.component)


def leader_line(component: Component, language: str, leader: str | None, compact: bool) -> str:
    """The hub's second line, which may name the elected replica."""
    words = component.sub if not compact else component.compact_sub or component.sub
    text = pick(words, language)
    if "{leader}" not in text:
        return text
    return text.format(leader=leader) if leader else electing(language)


def _slot_lines(layout: Layout, part: Part, component: Component) -> list[Line]:
    d, box = layout.drawing, part.box
    lines = layout.name(component).split("|")
    step = 16 if d.wide else 15
    return [
        Line("sb", box.cx, box.cy + 4 + (k - (len(lines) - 1) / 2) * step, text, "middle", d.type.sub, False)
        for k, text in enumerate(lines)
    ]


def _hub(layout: Layout, part: Part, component: Component) -> Lettering:
    d, box, language = layout.drawing, part.box, layout.language
    name, chips = layout.name(component), layout.members_of(part.id)
    first_chip = min((chip.box.x for chip in chips), default=box.right)
    # Replicas' names are equally long, so whoever leads, the line has the same room.
    who = component.members.names[0] if component.members and component.members.leader is not None else None
    if d.wide:
        sub = leader_line(component, language, who, False)
        organs = SEPARATOR.join(component.organs[language]) if component.organs else ""
        return Lettering(
            (
                Line("nm", box.x + 33, box.y + 25, name, "start", d.type.name, True),
                Line("sb", box.x + 33, box.y + 42, sub, "start", d.type.sub, False, "sub"),
                Line("sb", first_chip - 18, box.cy + 4, organs, "end", d.type.sub, False, "organs"),
            ),
            (box.x + 10, box.cy - 8),
        )
    lines = [Line("nm", box.x + 12, box.cy + 5, name, "start", d.type.name, True)]
    if chips:
        sub = leader_line(component, language, who, False)
        x = box.x + 12 + width(name, d.type.name, True) * SPARE + 8
        if x + width(sub, d.type.sub) * SPARE <= first_chip - 4:
            lines.append(Line("sb", x, box.cy + 5, sub, "start", d.type.sub, False, "sub"))
    else:
        sub = leader_line(component, language, who, True)
        lines.append(Line("sb", box.right - 12, box.cy + 5, sub, "end", d.type.sub, False, "sub"))
    return Lettering(tuple(lines))


def _box(layout: Layout, part: Part, component: Component) -> Lettering:
    d, box, language = layout.drawing, part.box, layout.language
    names = layout.name(component).split("|")
    if layout.narrow and component.machine and (component.narrow or component.short):
        names = [pick(component.narrow or component.short, language)]
    members = layout.members_of(part.id)
    has_row = any(member.kind == "chip" for member in members)
    pips = [member.box.x for member in members if member.kind == "pip"]
    size = _name_size(d, layout.narrow, part, component)
    rows = [("nm", name, size, True) for name in names]
    sub = pick(component.sub, language)
    if sub and d.wide and not has_row and part.kind in ("box", "service") and not component.machine:
        rows.append(("sb", sub, d.type.sub if part.kind == "box" else 11.5, False))
    step = 17 if part.kind == "box" else 14
    y0 = box.cy - 5 if has_row else box.cy + 5 - (len(rows) - 1) * step / 2
    if part.kind == "strip":
        y0 -= 0.8
    has_icon = bool(
        component.icon
        and d.icons
        and part.kind == "box"
        and (layout.icons_on_machines or not component.machine)
    )
    right = min(pips) - 4 if pips else box.right - 6
    lines = []
    for k, (css, text, letters, bold) in enumerate(rows):
        if has_icon:
            x, anchor, room = box.x + 33, "start", right - box.x - 33
        elif pips:
            x, anchor, room = (box.x + right) / 2, "middle", right - box.x - 4
        else:
            x, anchor, room = box.cx, "middle", box.w - 4
        role: Role = "sub" if css == "sb" else "name"
        lines.append(Line(css, x, y0 + k * step, text, anchor, letters, bold, role, room))
    return Lettering(tuple(lines), (box.x + 10, box.cy - 8) if has_icon else None)


def _name_size(d: Drawing, narrow: bool, part: Part, component: Component) -> float:
    if part.kind == "strip":
        size = d.type.strip
    elif part.kind == "service":
        size = d.type.service
    else:
        size = d.type.name
    small = not d.wide and component.cells.get(d.name) == "A.r"
    if small or (narrow and component.machine and part.kind == "box"):
        return 12.5
    return size
