"""What must hold for every drawing: nothing overlaps, is cut off, or crosses what it must not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from explorer.diagram import Moment, Scene
from explorer.diagram.captions import caption_boxes
from explorer.diagram.layout import CHIP_TEXT, SOLID, Part
from explorer.diagram.machines import short_unit
from explorer.diagram.measure import SPARE, mono, width
from explorer.diagram.shapes import Box, cross, segments, square, through
from explorer.diagram.wiring import WALL, Wire
from explorer.diagram.words import unit_state


def faults(scene: Scene, moment: Moment) -> list[str]:
    """Everything that is wrong with a scene and one moment of it; empty when all laws hold."""
    found = [*boxes(scene), *zones(scene), *lettering(scene), *texts(scene), *units(scene, moment)]
    return sorted({*found, *links(scene, moment), *labels(scene, moment), *step(scene, moment)})


def solid(scene: Scene) -> list[Part]:
    return [part for part in scene.parts.values() if part.kind in SOLID]


def boxes(scene: Scene) -> Iterator[str]:
    w, h = scene.drawing.view
    for p, q in combinations(solid(scene), 2):
        if p.box.hits(q.box, 0.01):
            yield f"boxes {p.id} and {q.id} overlap"
    for part in scene.parts.values():
        if not Box(0, 0, w, h).holds(part.box):
            yield f"{part.id} leaves the drawing"
        if part.owner and not scene.parts[part.owner].box.holds(part.box):
            yield f"member {part.id} leaves its box"
        if part.kind == "chip" and mono(part.label, CHIP_TEXT) * SPARE > part.box.w - 2:
            yield f"chip {part.label} is too wide"


def zones(scene: Scene) -> Iterator[str]:
    d, layout = scene.drawing, scene.layout
    for (name, box), (other, there) in combinations(layout.zones, 2):
        if box.hits(there, 0.01):
            yield f"zones {name} and {other} overlap"
    left, right = d.edge
    rooms = [box for _, box in layout.zones]
    rooms.append(Box(layout.view.notch, 0, right - layout.view.notch, d.floor_of_control))
    rooms.append(Box(left, d.arm, right - left, d.floor_of_control - d.arm))
    for part in solid(scene):
        if not any(room.holds(part.box, 0.01) for room in rooms):
            yield f"{part.id} stands in no zone"


def lettering(scene: Scene) -> Iterator[str]:
    for part in solid(scene):
        box = part.box
        if part.kind == "tab":
            words = part.label or "link shard · bm-4"
            if scene.drawing.wide and width(words, 12) * SPARE > box.w - 6:
                yield f"tab {words} is too wide"
        lines = scene.lettering[part.id].lines
        members = scene.layout.members_of(part.id)
        for line in lines:
            margin = 2 if part.kind == "slot" else 1
            if line.box.x < box.x + margin or line.box.right > box.right - margin:
                yield f'{part.id}: "{line.text}" needs {line.box.w:.0f} of {box.w:.0f}'
            if line.y > box.bottom - 1 or line.box.y < box.y:
                yield f'{part.id}: "{line.text}" leaves its box vertically'
            if any(line.box.hits(member.box, 0.5) for member in members):
                yield f'{part.id}: "{line.text}" lies on a member'
        for one, other in combinations(lines, 2):
            if part.kind != "slot" and one.box.hits(other.box, 2.5):
                yield f'{part.id}: "{one.text}" lies on "{other.text}"'


def text_boxes(scene: Scene) -> list[Box]:
    return [text.box for text in scene.layout.texts] + caption_boxes(scene.layout)


def texts(scene: Scene) -> Iterator[str]:
    everywhere = text_boxes(scene)
    for one, other in combinations(everywhere, 2):
        if one.hits(other, 0.5):
            yield "texts of zones overlap"
    for box in everywhere:
        if box.x < 0 or box.right > scene.drawing.view[0]:
            yield "a text of a zone leaves the drawing"
        for part in solid(scene):
            if box.hits(part.box, 0.5):
                yield f"a text of a zone lies under {part.id}"


def units(scene: Scene, moment: Moment) -> Iterator[str]:
    size = scene.drawing.type.unit
    names = {name for units in scene.cast.units.values() for name in units}
    words = [unit_state(state, scene.language) for _, state in moment.units.values()]
    for column in scene.layout.columns:
        for slots in column.slots.values():
            for slot in slots:
                box = slot.box
                if not scene.parts[column.cell].box.holds(box, 0.1):
                    yield f"unit {slot.id} leaves its cell"
                left = 26 if box.w > 80 else 18
                for word in words if slot.two_lines else ():
                    if left + width(word, CHIP_TEXT) * SPARE > box.w - 2:
                        yield f'"{word}" does not fit in {box.w:.0f}'
                for name in names:
                    short = short_unit(name, box.w, size)
                    if left - 1 + mono(short, size) > box.w - 1:
                        yield f"unit {short} does not fit in {box.w:.0f}"
        for one, other in (pair for slots in column.slots.values() for pair in combinations(slots, 2)):
            if one.box.hits(other.box, 0.01):
                yield f"units {one.id} and {other.id} overlap"


def shown(scene: Scene, moment: Moment) -> tuple[list[Wire], list[Wire]]:
    """The wires that stand still at a moment, and those that are travelled."""
    state = scene.state(moment)
    still = [scene.wires[key] for key, css in state["links"].items() if css != "off"]
    return still, [scene.wires[item["path"]] for item in state["travel"]]


def links(scene: Scene, moment: Moment) -> Iterator[str]:
    still, moving = shown(scene, moment)
    w, h = scene.drawing.view
    for wire in (*still, *moving):
        if wire.cost >= WALL and not (wire.spec.told or wire in moving):
            yield f"link {wire.key} runs over something"
        for path in filter(None, (wire.path, wire.one)):
            yield from _walls(scene, wire, path)
            if not all(0 <= x <= w and 0 <= y <= h for x, y in path):
                yield f"link {wire.key} leaves the drawing"
            if wire.spec.data and min(y for _, y in path) < scene.drawing.machine.y:
                yield f"traffic {wire.key} rises above the machines"
    for one, other in combinations((*still, *moving), 2):
        if one.spec.id == other.spec.id:
            continue
        for s in segments(one.path):
            for t in segments(other.path):
                loose = not one.spec.core and not other.spec.core
                if cross(s, t) and not (loose and square(s, t)):
                    yield f"links {one.key} and {other.key} cross or run together"


def _walls(scene: Scene, wire: Wire, path: tuple[tuple[float, float], ...]) -> Iterator[str]:
    hub = scene.system.hub
    on_rail = wire.spec.routes[scene.drawing.name] == "members"
    titles = [text.box for text in scene.layout.texts]
    titles += caption_boxes(scene.layout, movable=wire.always)
    for s in segments(path):
        for box in titles:
            if through(s, box):
                yield f"link {wire.key} runs through a text of a zone"
        for part in solid(scene):
            mine = part.id in (wire.a.id, wire.b.id) or (part.kind == "hub" and on_rail)
            docked = part.kind == "tab" and hub in (wire.spec.opener, wire.spec.accepter)
            if not mine and not docked and through(s, part.box):
                yield f"link {wire.key} runs through {part.id}"


def labels(scene: Scene, moment: Moment) -> Iterator[str]:
    """Every link has room for some words of its usual message; traffic where this run uses it."""
    _, moving = shown(scene, moment)
    for wire in scene.wires.values():
        spec = wire.spec
        if spec.data and not wire.always and wire not in moving:
            continue
        words = (spec.message, spec.short) if scene.drawing.wide else (spec.short,)
        found = scene.label(wire, True, False, (*words, words[-1].split(" ")[0]))
        if found.pill is None:
            yield f'the pill of {wire.key} "{words[0]}" finds no room'


def step(scene: Scene, moment: Moment) -> Iterator[str]:
    """The step can be seen: an end lights up, and if the link is drawn, the message is on it."""
    if not moment.sources:
        return
    state = scene.state(moment)
    lit = [css for css in (*state["parts"].values(), *state["units"].values()) if " on" in css]
    if not lit:
        yield "no end of the step is drawn"
    words = (moment.label, moment.short)
    for item in state["travel"][:1]:
        if item["pill"] is None and any(words):
            yield f"the message on {item['path']} has no words"
