"""Scene and Moment to one SVG text.

A scene's SVG is written once, with holes where a state says what stands there; a picture is that sheet
with its holes filled. So a picture of a moment and the state of that moment cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from explorer.diagram.captions import is_last
from explorer.diagram.icons import ICONS
from explorer.diagram.layout import Column, Part, Place, UnitSlot
from explorer.diagram.lettering import SEPARATOR, Lettering, Line
from explorer.diagram.moment import REST, Moment
from explorer.diagram.scene import Scene
from explorer.diagram.shapes import Box
from explorer.diagram.shapes import number as n

SIZES = {11.5: "f115", 12: "f12", 12.5: "f125", 13: "f13", 14: "f14", 14.5: "f145"}
"""Font sizes have classes: a size in an attribute would lose against the style sheet."""

_sheets: WeakKeyDictionary[Scene, _Sheet] = WeakKeyDictionary()


class Way(NamedTuple):
    """Where a part of a linked drawing leads, and the name a link to it has."""

    href: str
    name: str


def svg(scene: Scene, moment: Moment | None = None) -> str:
    """The whole `<svg>` with a moment drawn in, its token at rest; without one, the drawing at rest."""
    moment = moment or REST
    if scene not in _sheets:
        _sheets[scene] = _Sheet(scene)
    return _sheets[scene].fill(scene.state(moment))


def linked_svg(scene: Scene, ways: Mapping[str, Way], moment: Moment, label: str) -> str:
    """The drawing as a group of links: every box and unit leads where `ways` says, by component slug.

    The first box of a component is in the order of the keyboard; its likes on other machines are not.
    """
    return _Sheet(scene, ways).fill(scene.state(moment) | {"label": label})


class _Sheet:
    """The SVG of a scene as text pieces; `holes` says which pieces a state fills, and how."""

    def __init__(self, scene: Scene, ways: Mapping[str, Way] | None = None) -> None:
        self.scene = scene
        self.ways, self.reached = ways or {}, set[str]()
        self.pieces: list[str] = []
        self.holes: list[tuple[int, str, str]] = []
        self._write()

    def fill(self, state: Mapping[str, Any]) -> str:
        pieces = self.pieces.copy()
        texts = state["texts"]
        for at, group, key in self.holes:
            if group == "text":
                css, text = texts[key]
                pieces[at] = f'{css}">{escape(text, quote=False)}' if text else f'{css}">'
            elif group == "layer":
                pieces[at] = layer(key, state[key], self.scene.drawing.token)
            elif group == "own":
                pieces[at] = escape(state[key])
            else:
                pieces[at] = state[group][key]
        return "".join(pieces)

    # Pieces and holes.

    def _put(self, text: str) -> None:
        self.pieces.append(text)

    def _hole(self, group: str, key: str = "") -> None:
        self.holes.append((len(self.pieces), group, key))
        self.pieces.append("")

    def _text(self, key: str, x: float, y: float, anchor: str) -> None:
        """A text of changing words: the hole takes its class and its words."""
        self._put(f'<text data-text="{key}" x="{n(x)}" y="{n(y)}"{_anchor(anchor)} class="')
        self._hole("text", key)
        self._put("</text>")

    def _write(self) -> None:
        scene = self.scene
        w, h = scene.drawing.view
        self._put('<svg xmlns="http://www.w3.org/2000/svg" class="')
        self._hole("own", "root")
        self._put(f'" viewBox="0 0 {w} {h}" role="{"group" if self.ways else "img"}" aria-label="')
        self._hole("own", "label")
        self._put(
            f'" data-drawing="{scene.drawing.name}" data-sheet="{scene.sheet}">{hatches(scene.drawing.wide)}'
        )
        self._zones()
        self._links()
        for text in scene.layout.texts:
            self._put(
                f'<text class="{text.css}" x="{n(text.x)}" y="{n(text.y)}"{_anchor(text.anchor)}>'
                f"{escape(text.text, quote=False)}</text>"
            )
        for column in scene.layout.columns:
            self._captions(column)
        for part in scene.parts.values():
            self._part(part)
        for column in scene.layout.columns:
            for slots in column.slots.values():
                for slot in slots:
                    self._unit(slot)
        for name in ("badges", "travel"):
            self._put(f'<g data-layer="{name}">')
            self._hole("layer", name)
            self._put("</g>")
        self._put("</svg>")

    # What stands behind everything.

    def _zones(self) -> None:
        layout, wide = self.scene.layout, self.scene.drawing.wide
        columns = {f"machine@{column.number}": column for column in layout.columns}
        for name, box in layout.zones:
            if name not in columns:
                self._put(_rect(box, "zone", 14))
                if name == "clients":
                    self._put(f'<path class="zone sys" d="{control_outline(self.scene)}"/>')
                continue
            radius = 14 if wide else 12
            if is_last(layout, columns[name]):
                for dx, dy in ((8, 12), (4, 6)) if wide else ((6, 10), (3, 5)):
                    plate = Box(box.x + dx, box.y + dy, box.w, box.h - 2 * dy)
                    self._put(_rect(plate, "zone plate", radius))
            self._put(f'<rect data-zone="{name}"{_at(box)} rx="{radius}" class="')
            self._hole("zones", name)
            self._put('"/>')

    def _links(self) -> None:
        scene = self.scene
        for key, wire in scene.wires.items():
            ends = f' data-ends="{wire.a.id} {wire.b.id}"' if self.ways else ""
            self._put(f'<path data-link="{key}"{ends} class="')
            self._hole("links", key)
            if wire.one or key in scene.crossings:
                self._put('" d="')
                self._hole("paths", key)
                self._put('"/>')
            else:
                self._put(f'" d="{scene.shape(wire, False, frozenset(), frozenset())}"/>')

    def _captions(self, column: Column) -> None:
        places: dict[str, Place | None] = {
            "title": column.title,
            "aside": column.aside,
            "side": column.side,
            "foot": column.foot,
        }
        for name, place in places.items():
            if place:
                self._text(f"{name}@{column.number}", place.x, place.y, place.anchor)
        if column.cell:
            box = self.scene.parts[column.cell].box
            self._text(f"none@{column.number}", box.cx, box.cy + 4, "middle")

    # Boxes.

    def _part(self, part: Part) -> None:
        way, name = self._way(part.key if part.kind not in ("chip", "pip", "slot", "cell") else "")
        self._put(f'<{"a" if way else "g"} data-part="{escape(part.id)}"{way} class="')
        self._hole("parts", part.id)
        self._put(f'">{name}')
        if part.kind == "pip":
            box = part.box
            self._put(f'<circle class="pip" cx="{n(box.cx)}" cy="{n(box.cy)}" r="{n(box.w / 2)}"/>')
        elif part.kind == "chip":
            self._put(_rect(part.box, "box chip", 6))
            self._put(_words("ch", part.box.cx, part.box.cy + 4, part.label, "middle"))
        elif part.kind == "cell":
            self._put(_rect(part.box, "frame box", 9))
            if part.label and self.scene.drawing.wide:
                self._put(_words("tb", part.box.x + 8, part.box.y + 13.5, part.label, "start"))
        elif part.kind == "tab":
            self._tab(part)
        else:
            self._box(part)
        self._put("</a>" if way else "</g>")

    def _way(self, key: str) -> tuple[str, str]:
        """The attributes of a link to a component and the element with its name; "" where none leads."""
        component = self.scene.system.components.get(key)
        slug = component.slug if component else key
        way = self.ways.get(slug)
        if way is None:
            return "", ""
        again = ' tabindex="-1"' if slug in self.reached else ""
        self.reached.add(slug)
        return f' href="{escape(way.href)}"{again}', f"<title>{escape(way.name)}</title>"

    def _tab(self, part: Part) -> None:
        box = part.box
        self._put(_rect(box.grown(3), "halo", 9))
        self._put(
            f'<path class="box" d="M{n(box.x)} {n(box.y)}h{n(box.w)}v{n(box.h - 8)}'
            f'a8 8 0 0 1-8 8h-{n(box.w - 16)}a8 8 0 0 1-8-8z"/>'
        )
        if part.column:
            self._text(f"tab@{part.column}", box.cx, box.cy + 4, "middle")
        else:
            self._put(_words("tb", box.cx, box.cy + 4, part.label, "middle"))

    def _box(self, part: Part) -> None:
        component, box = part.component, part.box
        if component is None:
            return
        if part.kind == "slot":
            self._put(_rect(box, "slot", 8))
        else:
            self._put(_rect(box.grown(3), "halo", 11))
            stacked = ""
            if component.stack:
                self._put(_rect(box._replace(x=box.x + 5, y=box.y + 5), "back", 8))
                stacked = " stacked"
            self._put(_rect(box, f"box{' strip' if part.kind == 'strip' else ''}{stacked}", 8))
        lettering: Lettering = self.scene.lettering[part.id]
        if lettering.icon:
            x, y = lettering.icon
            self._put(f'<g class="ic" transform="translate({n(x)} {n(y)})">{ICONS[component.icon]}</g>')
        for line in lettering.lines:
            self._line(part, line)

    def _line(self, part: Part, line: Line) -> None:
        if line.role == "sub":
            self._text(f"{part.id}.sub", line.x, line.y, line.anchor)
            return
        css = f"{line.css} {SIZES[line.size]}"
        if line.role == "name":
            self._put(_words(css, line.x, line.y, line.text, line.anchor))
            return
        self._put(f'<text class="{css}" x="{n(line.x)}" y="{n(line.y)}"{_anchor(line.anchor)}>')
        for k, _ in enumerate(self.scene.organs):
            self._put(f'{SEPARATOR if k else ""}<tspan data-text="organ.{k}" class="')
            self._hole("text", f"organ.{k}")
            self._put("</tspan>")
        self._put("</text>")

    def _unit(self, slot: UnitSlot) -> None:
        box = slot.box
        cell = self.scene.layout.columns[slot.column - 1].cell
        way, name = self._way(self.scene.parts[cell].key if cell else "")
        self._put(f'<{"a" if way else "g"} data-unit="{slot.id}"{way} class="')
        self._hole("units", slot.id)
        y = box.cy - 7 if slot.two_lines else box.cy
        dot, left = (15, 26) if box.w > 80 else (10, 18)
        radius = 4 if box.w > 40 else 3
        self._put(
            f'">{name}{_rect(box, "", 8 if slot.two_lines else 7)}'
            f'<circle class="st" cx="{n(box.x + dot)}" cy="{n(y)}" r="{radius}"/>'
        )
        self._text(f"{slot.id}.name", box.x + left, y + 4, "start")
        if slot.two_lines:
            self._text(f"{slot.id}.word", box.x + left, y + 20, "start")
        self._text(f"{slot.id}.more", box.cx, box.cy + 4, "middle")
        self._put("</a>" if way else "</g>")


def hatches(wide: bool) -> str:
    """The patterns of what does not run. Each drawing has its own: one in a hidden drawing paints nothing."""
    name = "wide" if wide else "tall"

    def pattern(prefix: str, size: int, pale: str) -> str:
        return (
            f'<pattern id="{prefix}-{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect class="hatch-ground{pale}" width="{size}" height="{size}"/>'
            f'<path class="hatch-line{pale}" d="M0 0V{size}"/></pattern>'
        )

    return f"<defs>{pattern('hatch', 8, '')}{pattern('hatch-zone', 10, ' pale')}</defs>"


def control_outline(scene: Scene) -> str:
    """The L of the control plane: its arm above the notch, its foot along the whole drawing."""
    d = scene.drawing
    left, right = d.edge
    notch, arm, bottom = scene.layout.view.notch, d.arm, d.floor_of_control
    return (
        f"M{n(notch + 14)} 0H{n(right - 14)}a14 14 0 0 1 14 14V{n(bottom - 14)}a14 14 0 0 1-14 14"
        f"H{n(left + 14)}a14 14 0 0 1-14-14V{n(arm + 14)}a14 14 0 0 1 14-14H{n(notch - 8)}"
        f"a8 8 0 0 0 8-8V14a14 14 0 0 1 14-14Z"
    )


def layer(name: str, items: list[dict[str, Any]], token: float) -> str:
    """The elements of a layer that a state describes whole: badges, or what travels."""
    return "".join(_badge(item) if name == "badges" else _travel(item, token) for item in items)


def _badge(item: Mapping[str, Any]) -> str:
    words = (
        f'<text x="{n(item["r"] + 5)}" y="4">{escape(item["text"], quote=False)}</text>'
        if item["text"]
        else ""
    )
    return (
        f'<g class="{item["class"]}" transform="translate({n(item["x"])} {n(item["y"])})">'
        f'<circle r="{n(item["r"])}"/><path d="{item["d"]}"/>{words}</g>'
    )


def _travel(item: Mapping[str, Any], token: float) -> str:
    x, y = item["rest"]
    pill, words = item["pill"], ""
    if pill:
        words = (
            f'<g class="msg"><rect x="{n(pill["x"])}" y="{n(pill["y"])}" width="{n(pill["w"])}" '
            f'height="{n(pill["h"])}" rx="6"/><text x="{n(pill["x"] + pill["pad"])}" '
            f'y="{n(pill["y"] + pill["h"] / 2 + 4.3)}">{escape(pill["text"], quote=False)}</text></g>'
        )
    return (
        f'<g data-travel="{item["path"]}" class="{item["class"]}"><path class="track" d="{item["d"]}"/>'
        f'<path class="trail" d="{item["d"]}" pathLength="100" stroke-dasharray="{n(item["fraction"])} 300"/>'
        f'<circle class="token" cx="{n(x)}" cy="{n(y)}" r="{n(token)}"/>'
        f'<circle class="token-core" cx="{n(x)}" cy="{n(y)}" r="2.7"/>{words}</g>'
    )


def _rect(box: Box, css: str, radius: float) -> str:
    shown = f' class="{css}"' if css else ""
    return f'<rect{shown}{_at(box)} rx="{n(radius)}"/>'


def _at(box: Box) -> str:
    return f' x="{n(box.x)}" y="{n(box.y)}" width="{n(box.w)}" height="{n(box.h)}"'


def _words(css: str, x: float, y: float, text: str, anchor: str) -> str:
    return f'<text class="{css}" x="{n(x)}" y="{n(y)}"{_anchor(anchor)}>{escape(text, quote=False)}</text>'


def _anchor(anchor: str) -> str:
    return "" if anchor == "start" else f' text-anchor="{anchor}"'
