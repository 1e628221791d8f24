"""The machines: which ones have a column, what stands in a column, and the room for units."""

from __future__ import annotations

import math

from explorer.diagram.layout import Column, Kind, Layout, Part, Place, UnitSlot
from explorer.diagram.measure import SPARE, width
from explorer.diagram.moment import Cast, Moment, instance
from explorer.diagram.placements import Component, Drawing, MachineRow
from explorer.diagram.shapes import Box
from explorer.diagram.words import pick


def base_machines(cast: Cast, row: MachineRow) -> tuple[str, ...]:
    """The machines that have the columns of a run: all, or those that act most, in index order."""
    if len(cast.machines) <= row.cap:
        return cast.machines
    with_units = [machine for machine, units in cast.units.items() if units]
    wanted = [m for m in (*cast.acting, *with_units, *cast.machines) if m in cast.machines]
    chosen = set(tuple(dict.fromkeys(wanted))[: row.fold])
    return tuple(machine for machine in cast.machines if machine in chosen)


def columns_at(layout: Layout, moment: Moment) -> tuple[str, ...]:
    """The machine of every column at a moment.

    A folded machine on which the step acts takes the last column that the step does not need itself.
    """
    if not layout.folded:
        return layout.base
    needed = _machines_of_step(layout, moment)
    guests = [machine for machine in layout.cast.machines if machine in needed - set(layout.base)]
    free = [k for k, machine in enumerate(layout.base) if machine not in needed]
    columns = list(layout.base)
    for k, guest in zip(free[len(free) - len(guests) :], guests, strict=False):
        columns[k] = guest
    return tuple(columns)


def _machines_of_step(layout: Layout, moment: Moment) -> set[str]:
    """The machines a step has to show: its ends, or else the one whose unit it changed.

    A message to many asks for none: those that are drawn get theirs. If none of them is drawn, the first is.
    """
    machines = set(layout.cast.machines)
    ends = [*moment.sources, *moment.targets, *(end for hop in moment.hops for end in hop)]
    found = [place for place in dict.fromkeys(instance(end).place for end in ends) if place in machines]
    if len(found) > 2:
        return set() if set(found) & set(layout.base) else {found[0]}
    if found:
        return set(found)
    changed = {moment.units[unit][0] for unit in moment.changed if unit in moment.units}
    return changed & machines if len(changed) == 1 else set()


def place_machines(layout: Layout) -> None:
    """Columns, the boxes in them, their cells of units, and the tabs under the hub."""
    d, cast = layout.drawing, layout.cast
    row = d.machine
    layout.base = base_machines(cast, row)
    layout.folded = len(cast.machines) - len(layout.base)
    count = len(layout.base)
    if not count:
        return
    left, right = d.edge
    w = min(row.stretch, (right - left - (count - 1) * row.gutter) / count)
    x0 = left + (right - left - count * w - (count - 1) * row.gutter) / 2
    layout.narrow = d.wide and w < 280
    boxes = [Box(x0 + k * (w + row.gutter), row.y, w, row.h) for k in range(count)]
    layout.icons_on_machines = _room_for_icons(layout, boxes[0])
    for k, box in enumerate(boxes):
        layout.zones.append((f"machine@{k + 1}", box))
        column = _column(layout, k + 1, box)
        layout.columns.append(column)
        rooms = cells_of(layout, box)
        for key, cell in layout.cells.items():
            component = layout.system.components[key]
            if not component.machine or (component.tier == "stage" and key not in layout.touched):
                continue
            if component.units:
                _place_units(layout, column, component, rooms[cell])
            else:
                kind: Kind = "strip" if cell[0] == "C" else "box"
                layout.add(Part(f"{key}@{k + 1}", key, kind, rooms[cell], component, k + 1))
    _place_tabs(layout)


def cells_of(layout: Layout, box: Box) -> dict[str, Box]:
    """The cells inside one machine: rows A, B and C; left, right and whole."""
    d, row, wide = layout.drawing, layout.drawing.machine, layout.drawing.wide
    pad = 10 if layout.narrow else row.pad
    gap = 10 if layout.narrow else row.colgap
    inner = box.w - 2 * pad
    half = (inner - gap) / 2
    lw = half if wide else min(half * 1.23, inner - gap - 43)
    rw = inner - gap - lw
    left, right = box.x + pad, box.x + pad + lw + gap
    (ya, ha), (yb, hb), (yc, hc) = d.rows["A"], d.rows["B"], d.rows["C"]
    part = (lw - 12) / 2
    inset = 4 if wide else 0
    return {
        "A.l": Box(left, ya, lw, ha),
        "A.r": Box(right, ya, rw, ha),
        "A.w": Box(left, ya, inner, ha),
        "B.l": Box(left, yb + inset, lw, hb - 2 * inset),
        "B.r": Box(right, yb, rw, hb),
        "B.w": Box(left, yb, inner, hb),
        "C.l1": Box(left, yc, part, hc),
        "C.l2": Box(left + part + 12, yc, part, hc),
        "C.l": Box(left, yc, lw, hc),
        "C.r": Box(right, yc, rw, hc),
        "C.w": Box(left, yc, inner, hc),
    }


def _room_for_icons(layout: Layout, box: Box) -> bool:
    """Icons on machines, if every name beside one fits: all machines have them or none has."""
    d = layout.drawing
    if not d.icons or layout.narrow:
        return False
    rooms = cells_of(layout, box)
    for component in layout.system.components.values():
        if component.machine and component.icon:
            cell = rooms["A.w" if component.cells.get(d.name) == "A.w" else "A.l"]
            if 33 + width(layout.name(component), d.type.name, True) * SPARE > cell.w - 2:
                return False
    return True


def _column(layout: Layout, number: int, box: Box) -> Column:
    """Where a machine's words stand: titles keep clear of the links that enter from above."""
    d = layout.drawing
    row, wide = d.machine, d.wide
    pad = 10 if layout.narrow else row.pad
    inset = 12 if wide else 7
    side: Place | None = None
    aside: Place | None = None
    agent_left = any(
        cell == "A.l" and layout.system.components[key].machine for key, cell in layout.cells.items()
    )
    if layout.narrow and agent_left:
        title = Place(box.cx, row.title, "middle")
    elif wide or layout.system.title_side[d.name] == "left":
        title = Place(box.x + inset, row.title, "start")
        if not layout.narrow:
            side = Place(box.right - inset, row.title, "end")
    else:
        title = Place(box.right - inset, row.title, "end")
        side = Place(box.x + inset, row.title, "start")
        aside = Place(cells_of(layout, box)["A.r"].cx - 5, row.title, "end")
    low = _foot_is_used(layout)
    foot = Place(box.x + pad, d.rows["C"][0] + 15, "start") if wide else None
    if wide and low:
        foot = _foot_between_rows(layout, box)
    return Column(number, box, title, side, foot, wide and not low and not layout.narrow, aside)


def _foot_is_used(layout: Layout) -> bool:
    """Whether parts or links of the run need the foot of the machines."""
    components = layout.system.components
    if any(cell.startswith("C.") and key in layout.touched for key, cell in layout.cells.items()):
        return True
    return any(
        not link.core and not link.told and link.opener in components and components[link.opener].machine
        for link in layout.specs
    )


def _foot_between_rows(layout: Layout, box: Box) -> Place:
    """With the foot in use, "stopped at" stands between rows A and B, beside the link that runs there."""
    rooms = cells_of(layout, box)
    (ya, ha), (yb, _) = layout.drawing.rows["A"], layout.drawing.rows["B"]
    left = rooms["A.w" if any(c == "A.w" for c in layout.cells.values()) else "A.r"].x
    return Place(left, (ya + ha + yb) / 2 + 4, "start")


def _place_units(layout: Layout, column: Column, component: Component, room: Box) -> None:
    """The cell of Pods or tasks, and room for 1, 2 or 4 of them, as many as the run ever needs."""
    part_id = f"{component.key}@{column.number}"
    label = pick(component.frame, layout.language)
    layout.add(Part(part_id, component.key, "cell", room, component, column.number, label))
    column.cell = part_id
    most = _most_units(layout, column.number)
    for of in (1, 2, 4) if layout.drawing.wide else (1, 2):
        if of == 1 or most >= of - (of == 4):
            column.slots[of] = unit_slots(layout.drawing, column.number, room, of, bool(label))


def _most_units(layout: Layout, number: int) -> int:
    """The most units that any machine of this column ever has; the last column may show any machine."""
    units = layout.cast.units
    if layout.folded:
        return max((len(names) for names in units.values()), default=0)
    return len(units.get(layout.base[number - 1], ()))


def unit_slots(d: Drawing, column: int, room: Box, of: int, framed: bool) -> tuple[UnitSlot, ...]:
    """The places of a cell's layout for 1, 2 or 4 units."""
    inner = Box(room.x + 6, room.y + 18, room.w - 12, room.h - 23) if framed and d.wide else room
    gap = 4 if framed and d.wide else 6
    across = min(of, 2) if not d.wide or inner.w > 200 or framed or of != 2 else 1
    down = math.ceil(of / across)
    w, h = (inner.w - (across - 1) * gap) / across, (inner.h - (down - 1) * gap) / down
    if of == 1 and d.wide and not framed:
        w, h = min(w, 160), min(h, 48)
        inner = Box(inner.cx - w / 2, inner.cy - h / 2, w, h)
    return tuple(
        UnitSlot(
            f"{of}.{k + 1}@{column}",
            column,
            of,
            k,
            Box(inner.x + (k % across) * (w + gap), inner.y + (k // across) * (h + gap), w, h),
            h > 38,
        )
        for k in range(of)
    )


def short_unit(name: str, w: float, size: float) -> str:
    """As much of a unit's name as its place has room for: all, the last part, or its beginning."""
    room, letter = w - 24, size * 0.61
    if len(name) * letter > room:
        for mark, kept in (("-", ""), ("/", "/"), (".", ".")):
            if mark in name:
                name = kept + name.rpartition(mark)[2]
                break
    if len(name) * letter > room + 2:
        name = name[: max(1, int((w - 20) / letter))]
    return name


def _place_tabs(layout: Layout) -> None:
    """What is docked under the hub: a tab over every machine, or one along the whole hub."""
    tabs, d = layout.system.tabs, layout.drawing
    if tabs is None:
        return
    if not tabs.per_machine:
        hub = d.hub
        label = pick(tabs.name if d.wide else tabs.short, layout.language)
        box = Box(hub.x + 10, d.tab.y, hub.w - 20, d.tab.h)
        layout.add(Part(tabs.part, tabs.part, "tab", box, label=label))
        return
    agent = next(
        key
        for key, cell in layout.cells.items()
        if cell in ("A.w", "A.l") and layout.system.components[key].machine
    )
    for column in layout.columns:
        box = layout.parts[f"{agent}@{column.number}"].box
        w = min(148 if d.wide else 84, box.w)
        room = Box(box.cx - w / 2, d.tab.y, w, d.tab.h)
        part_id = f"{tabs.part}@{column.number}"
        layout.add(Part(part_id, tabs.part, "tab", room, column=column.number))
