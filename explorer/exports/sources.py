"""The map of a system as the source of other people's diagrams: Mermaid and D2, one box for each zone."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.exports.plain import plain
from explorer.graph import Atlas, Component, Link
from explorer.graph.schema import ZONES
from explorer.playback.survey import zone_name

_ARROWS = {"local": "-.->", "push": "==>"}
"""How Mermaid draws a link by its mode; all others are plain arrows."""


def mermaid(atlas: Atlas, system: str, language: str) -> str:
    """A flowchart with a subgraph for each zone; arrows run from the end that opens the connection.

    Names are those of the language; zones are in the language that Django speaks now.
    """
    return "\n".join(_mermaid(atlas, system, language)) + "\n"


def d2(atlas: Atlas, system: str, language: str) -> str:
    """The same for D2: a container for each zone."""
    return "\n".join(_d2(atlas, system, language)) + "\n"


def _mermaid(atlas: Atlas, system: str, language: str) -> Iterator[str]:
    told = atlas.systems[system]
    yield "---"
    yield f"title: {_quoted_yaml(_title(told.name[language], told.described[language]))}"
    yield "---"
    yield f"%% Orrery, {atlas.version}"
    yield "flowchart TB"
    ids = _ids(atlas, system)
    for zone, parts in _zones(atlas, system):
        yield f"  subgraph z_{zone.replace('-', '_')}[{_quoted_mermaid(zone_name(zone))}]"
        for part in parts:
            yield f"    {ids[part.slug]}[{_quoted_mermaid(part.name[language])}]"
        yield "  end"
    for link in _links(atlas, system):
        arrow = _ARROWS.get(link.mode, "-->")
        yield f"  {ids[link.opener]} {arrow}|{_quoted_mermaid(_label(link))}| {ids[link.accepter]}"


def _d2(atlas: Atlas, system: str, language: str) -> Iterator[str]:
    told = atlas.systems[system]
    yield f"# Orrery, {atlas.version}"
    yield "direction: down"
    yield f"title: {_quoted_d2(_title(told.name[language], told.described[language]))} {{"
    yield "  near: top-center"
    yield "  shape: text"
    yield "}"
    ids = _ids(atlas, system)
    where: dict[str, str] = {}
    for zone, parts in _zones(atlas, system):
        box = f"z_{zone.replace('-', '_')}"
        yield f"{box}: {_quoted_d2(zone_name(zone))} {{"
        for part in parts:
            where[part.slug] = f"{box}.{ids[part.slug]}"
            yield f"  {ids[part.slug]}: {_quoted_d2(part.name[language])}"
        yield "}"
    for link in _links(atlas, system):
        dashed = " {style.stroke-dash: 3}" if link.mode == "local" else ""
        yield f"{where[link.opener]} -> {where[link.accepter]}: {_quoted_d2(_label(link))}{dashed}"


def _ids(atlas: Atlas, system: str) -> dict[str, str]:
    """Component to a name that is no word of either language."""
    return {part.slug: f"c{number}" for number, part in enumerate(atlas.components_of(system))}


def _zones(atlas: Atlas, system: str) -> Iterator[tuple[str, list[Component]]]:
    """The zones that have a component with links, from the clients inwards, and these components."""
    ends = {end for link in _links(atlas, system) for end in (link.opener, link.accepter)}
    for zone in ZONES:
        parts = [c for c in atlas.components_of(system) if c.zone == zone and c.slug in ends]
        if parts:
            yield zone, parts


def _links(atlas: Atlas, system: str) -> list[Link]:
    return [link for link in atlas.links.values() if link.system == system and not link.told]


def _label(link: Link) -> str:
    port = f":{link.port}" if link.port else ""
    return " ".join(text for text in (link.slug, link.protocol, port) if text)


def _title(name: str, described: str) -> str:
    return f"{name} · {described}"


def _quoted_mermaid(text: str) -> str:
    """A label in quotes; what Mermaid or the page around it might read as more than text is an entity."""
    kept = plain(text)
    for letter in '&#"<>`|\\;':
        kept = kept.replace(letter, f"\x00{ord(letter)}\x01")
    return '"' + (kept.replace("\x00", "#").replace("\x01", ";") or " ") + '"'


def _quoted_yaml(text: str) -> str:
    return '"' + plain(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _quoted_d2(text: str) -> str:
    """A text in double quotes: D2 replaces `${…}` in them, so the dollar sign is escaped as well."""
    kept = plain(text).replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return f'"{kept}"'
