"""Places every part of a run: the top row and the hub, the machines, the bottom row, and replicas."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.diagram.layout import CHIP_TEXT, Kind, Layout, Part, Text, assign_cells, cast_keys
from explorer.diagram.machines import place_machines
from explorer.diagram.measure import SPARE, mono, width
from explorer.diagram.moment import Cast
from explorer.diagram.placements import Drawing, System
from explorer.diagram.shapes import Box
from explorer.diagram.words import pick


def lay_out(system: System, drawing: Drawing, cast: Cast, language: str) -> Layout:
    """Places every part of a run. The same input gives the same picture."""
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
