"""Reads the text of placements.yaml and refuses what a drawing could not be made of.

Every complaint is a NotAllowed whose field is the path in the file, such as `borg.links.L6.route`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

from explorer.diagram.placements import (
    CELLS_OF_A_MACHINE,
    DRAWINGS,
    ROUTES,
    TIERS,
    Band,
    BottomZone,
    Component,
    Drawing,
    LinkSpec,
    MachineRow,
    Members,
    Mode,
    Pill,
    Placements,
    Sizes,
    Span,
    System,
    Tabs,
    View,
)
from explorer.diagram.words import HAN, Words
from explorer.errors import NotAllowed

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Raw = Mapping[str, Any]

_COMPONENT_KEYS = """
name short shortzh namec narrow sub subc frame organs members icon machine strip units slot stack tier wide
compact also rest component
"""
COMPONENT_KEYS = frozenset(_COMPONENT_KEYS.split())
_LINK_KEYS = "id from to route tier msg short carries show compact narrow data told same_as port"
LINK_KEYS = frozenset(_LINK_KEYS.split())


def read(data: Raw) -> Placements:
    """The whole file as values."""
    drawings = {name: _drawing(name, data["drawings"][name]) for name in DRAWINGS}
    return Placements(drawings, {slug: _system(slug, raw) for slug, raw in data["systems"].items()})


def _plain[T: DataclassInstance](cls: type[T], raw: Raw, where: str) -> T:
    """A value whose fields are named as in the file."""
    names = {f.name for f in fields(cls)}
    needed = {f.name for f in fields(cls) if f.default is MISSING}
    if not needed <= raw.keys() <= names:
        raise NotAllowed(where, sorted(raw), f"exactly {', '.join(sorted(names))}")
    return cls(**raw)


def _drawing(name: str, raw: Raw) -> Drawing:
    at = f"drawings.{name}"
    return Drawing(
        name=name,
        view=_span(raw["view"], at),
        edge=_span(raw["edge"], at),
        outer=_span(raw["outer"], at),
        clients=_plain(Band, raw["clients"], f"{at}.clients"),
        arm=raw["control"]["arm"],
        floor_of_control=raw["control"]["bottom"],
        title=raw["title"],
        over=raw["over"],
        top=_plain(Band, raw["top"], f"{at}.top"),
        hub=_plain(Band, raw["hub"], f"{at}.hub"),
        tab=_plain(Band, raw["tab"], f"{at}.tab"),
        machine=_plain(MachineRow, raw["machine"], f"{at}.machine"),
        rows={row: _span(span, f"{at}.rows.{row}") for row, span in raw["rows"].items()},
        lanes=_span(raw["lanes"], f"{at}.lanes"),
        bottom=_plain(Band, raw["bottom"], f"{at}.bottom"),
        service=_plain(Band, raw["service"], f"{at}.service"),
        floor=raw["floor"],
        band=raw["band"],
        token=raw["token"],
        pill=_plain(Pill, raw["pill"], f"{at}.pill"),
        type=_plain(Sizes, raw["type"], f"{at}.type"),
        icons=raw["icons"],
        radius=raw["radius"],
    )


def _system(slug: str, raw: Raw) -> System:
    views = {drawing: _view(raw[drawing], f"{slug}.{drawing}") for drawing in DRAWINGS}
    components = {
        key: _component(key, value, views, f"{slug}.components.{key}")
        for key, value in raw["components"].items()
    }
    tabs = _tabs(raw.get("tabs"))
    ends = set(components) | ({tabs.part} if tabs else set())
    links = tuple(_link(value, ends, f"{slug}.links.{value.get('id')}") for value in raw["links"])
    if raw["hub"] not in components:
        raise NotAllowed(f"{slug}.hub", raw["hub"], "one of its components")
    for part in components.values():
        for other in part.shown_on.values():
            if other not in components:
                raise NotAllowed(f"{slug}.components.{part.key}", other, "the key of a component")
    machine = raw["machine"]
    return System(
        slug=slug,
        unit=_words(raw["unit"]),
        hub=raw["hub"],
        machine_name=machine["name"],
        title_side=machine["title_side"],
        status=_words(machine["status"]),
        foot=_some_words(machine.get("foot")),
        tabs=tabs,
        views=views,
        components=components,
        links=links,
        keys={part.slug: key for key, part in components.items()} | {key: key for key in ends},
        by_slug={other: link for link in reversed(links) for other in (*link.carries, link.id)},
    )


def _view(raw: Raw, where: str) -> View:
    zones = raw["zones"]
    return View(
        clients=_span(zones["clients"]["x"], where),
        clients_title=_words(zones["clients"]["title"]),
        notch=zones["control"]["notch"],
        control_title=_words(zones["control"]["title"]),
        bottom=tuple(
            BottomZone(
                _span(zone["x"], where),
                _some_words(zone.get("title")),
                zone.get("tx"),
                zone.get("anchor", "start"),
            )
            for zone in zones["bottom"]
        ),
        cells={name: _span(span, f"{where}.cells.{name}") for name, span in raw["cells"].items()},
    )


def _component(key: str, raw: Raw, views: Mapping[str, View], where: str) -> Component:
    _known(raw, COMPONENT_KEYS, where)
    tier = raw.get("tier")
    if tier not in TIERS:
        raise NotAllowed(f"{where}.tier", tier, " or ".join(TIERS))
    cells: dict[str, str] = {}
    shown_on: dict[str, str] = {}
    for drawing in DRAWINGS if tier != "reference" else ():
        place = raw.get(drawing)
        if isinstance(place, dict):
            shown_on[drawing] = place["in"]
        elif place != "none":
            cells[drawing] = _cell(place, views[drawing], bool(raw.get("machine")), f"{where}.{drawing}")
    also = {
        drawing: tuple(_cell(cell, views[drawing], False, f"{where}.also") for cell in more)
        for drawing, more in raw.get("also", {}).items()
    }
    rest = raw.get("rest", {})
    compact_name = _some_words(raw.get("namec"))
    if compact_name is None and "shortzh" in raw:
        compact_name = {"en": raw["short"], HAN: raw["shortzh"]}
    return Component(
        key=key,
        slug=raw.get("component", key),
        tier=tier,
        cells=cells,
        shown_on=shown_on,
        also=also,
        away_at_rest=frozenset(d for d in DRAWINGS if rest.get(d) == "none"),
        name=_words(raw.get("name", "")),
        short=_some_words(raw.get("short")),
        compact_name=compact_name,
        narrow=_some_words(raw.get("narrow")),
        sub=_some_words(raw.get("sub")),
        compact_sub=_some_words(raw.get("subc")),
        frame=_some_words(raw.get("frame")),
        organs=_organs(raw.get("organs")),
        members=_members(raw.get("members"), f"{where}.members"),
        icon=raw.get("icon", ""),
        machine=raw.get("machine", False),
        strip=raw.get("strip", False),
        units=raw.get("units", False),
        slot=raw.get("slot", False),
        stack=bool(raw.get("stack")),
    )


def _cell(name: Any, view: View, machine: bool, where: str) -> str:
    """A cell's name; it must exist in that drawing."""
    known = CELLS_OF_A_MACHINE if machine else {*view.cells, "hub"}
    if name not in known:
        raise NotAllowed(where, name, f"none, {{in: part}} or one of {', '.join(sorted(known))}")
    return str(name)


def _members(raw: Raw | None, where: str) -> Members | None:
    if raw is None:
        return None
    show = raw.get("show")
    if show not in ("chips", "pips", "addressed"):
        raise NotAllowed(f"{where}.show", show, "chips, pips or addressed")
    return Members(tuple(raw["names"]), show, raw.get("leader"), raw.get("all_active", False))


def _organs(raw: Raw | None) -> Mapping[str, tuple[str, ...]] | None:
    return {"en": tuple(raw["en"]), HAN: tuple(raw["zh"])} if raw else None


def _tabs(raw: Raw | None) -> Tabs | None:
    if raw is None:
        return None
    owners = tuple(raw.get("owners", ()))
    return Tabs(raw["part"], raw["per"] == "machine", _words(raw["name"]), _words(raw["short"]), owners)


def _link(raw: Raw, ends: set[str], where: str) -> LinkSpec:
    _known(raw, LINK_KEYS, where)
    for end in ("from", "to"):
        if raw[end] not in ends:
            raise NotAllowed(f"{where}.{end}", raw[end], "the key of a component")
    route = raw["route"]
    routes = dict.fromkeys(DRAWINGS, route) if isinstance(route, str) else dict(route)
    for name in routes.values():
        if name not in ROUTES:
            raise NotAllowed(f"{where}.route", name, ", ".join(sorted(ROUTES)))
    if raw["tier"] not in ("core", "stage"):
        raise NotAllowed(f"{where}.tier", raw["tier"], "core or stage")
    return LinkSpec(
        id=raw["id"],
        opener=raw["from"],
        accepter=raw["to"],
        routes=routes,
        tier=raw["tier"],
        message=raw["msg"],
        short=raw["short"],
        carries=tuple(raw.get("carries", ())),
        show=_mode(raw, "show", where),
        compact=_mode(raw, "compact", where),
        narrow=_mode(raw, "narrow", where),
        data=raw.get("data", False),
        told=raw.get("told", False),
        same_as=raw.get("same_as", ""),
        ports=raw.get("port", {}),
    )


def _mode(raw: Raw, key: str, where: str) -> Mode:
    value = raw.get(key, "always")
    if value == "step":
        return "step"
    if value == "none":
        return "none"
    if value != "always":
        raise NotAllowed(f"{where}.{key}", value, "step or none")
    return "always"


def _known(raw: Raw, keys: Iterable[str], where: str) -> None:
    for key in raw:
        if key not in keys:
            raise NotAllowed(where, key, ", ".join(sorted(keys)))


def _words(raw: Any) -> Words:
    """A text in every language; a plain one is the same in all."""
    if isinstance(raw, dict):
        return {"en": raw["en"], HAN: raw.get("zh", raw["en"])}
    return {"en": str(raw), HAN: str(raw)}


def _some_words(raw: Any) -> Words | None:
    return None if raw is None else _words(raw)


def _span(raw: Any, where: str) -> Span:
    if not isinstance(raw, list) or len(raw) != 2:
        raise NotAllowed(where, raw, "a list of two numbers")
    return raw[0], raw[1]
