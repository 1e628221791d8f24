"""A system's components as its map lists them: by zone, of one kind, or as answers to a question."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from explorer.errors import NotAllowed, nearest
from explorer.graph import Atlas, Component
from explorer.graph.schema import COMPONENT_KINDS, ZONES
from explorer.graph.search import LONGEST, Hit, Index, question
from explorer.playback.kept import Kept
from explorer.playback.maps import fitting, is_drawn

_indexes: Kept[Index] = Kept(2)
AROUND = 48
"""Letters of a summary that are shown on either side of what was found in it."""


def href_of(system: str, slug: str = "") -> str:
    """The address of a system's map, or of a component's page."""
    return f"/systems/{system}/{slug}/" if slug else f"/systems/{system}/"


def zone_name(zone: str) -> str:
    """A zone's name as a heading."""
    return {
        "client": pgettext("zone", "Clients"),
        "control-plane": pgettext("zone", "Control plane"),
        "node": pgettext("zone", "On every machine"),
        "add-on": pgettext("zone", "Add-ons"),
        "ecosystem": pgettext("zone", "Outside"),
        "service": pgettext("zone", "Services around it"),
    }[zone]


def kind_name(kind: str) -> str:
    """What kind of thing a component is, in one or two words."""
    return {
        "process": pgettext("kind", "process"),
        "part": pgettext("kind", "part of a process"),
        "object": pgettext("kind", "stored object"),
        "boundary": pgettext("kind", "boundary"),
        "file": pgettext("kind", "file"),
    }[kind]


def tier_name(component: Component) -> str:
    """Why a component is not to be seen on the map; "" where it is."""
    if component.tier == "reference":
        return _("no box of its own")
    if component.tier == "stage" and is_drawn(component.system):
        shown = component.slug in fitting(component.system, "wide")
        return "" if shown else _("drawn when a run uses it")
    return ""


def chosen(field: str, value: str, known: Sequence[str]) -> str:
    """A filter's value. Raises NotAllowed, the nearest first, for one that the system has not."""
    if value and value not in known:
        raise NotAllowed(field, value, "one of {known}", known=", ".join(nearest(value, known)))
    return value


def zones_of(atlas: Atlas, system: str) -> list[str]:
    """The zones in which a system has components, from the clients inwards."""
    there = {component.zone for component in atlas.components_of(system)}
    return [zone for zone in ZONES if zone in there]


def kinds_of(atlas: Atlas, system: str) -> list[str]:
    """The kinds of which a system has components."""
    there = {component.kind for component in atlas.components_of(system)}
    return [kind for kind in COMPONENT_KINDS if kind in there]


def filters(atlas: Atlas, system: str, zone: str, kind: str) -> list[dict[str, Any]]:
    """The two rows of filters as links. Each keeps the other; counts are what a click would show."""
    every = atlas.components_of(system)

    def row(title: str, field: str, names: Sequence[str], now: str, other: tuple[str, str]) -> dict[str, Any]:
        within = [c for c in every if not other[1] or getattr(c, other[0]) == other[1]]
        named = zone_name if field == "zone" else kind_name
        options = [("", _("all"), len(within))]
        options += [(name, named(name), sum(getattr(c, field) == name for c in within)) for name in names]
        return {
            "title": title,
            "options": [
                {
                    "name": label,
                    "count": count,
                    "current": value == now,
                    "href": href_of(system) + _query({field: value, other[0]: other[1]}),
                }
                for value, label, count in options
                if count or value == now
            ],
        }

    return [
        row(_("Zone"), "zone", zones_of(atlas, system), zone, ("kind", kind)),
        row(_("Kind"), "kind", kinds_of(atlas, system), kind, ("zone", zone)),
    ]


def cards(atlas: Atlas, components: Sequence[Component], language: str) -> list[dict[str, Any]]:
    """Components by zone, each zone with its cards."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for component in components:
        groups.setdefault(component.zone, []).append(card(atlas, component, language))
    return [
        {"zone": zone, "name": zone_name(zone), "cards": groups[zone]} for zone in ZONES if zone in groups
    ]


def card(atlas: Atlas, component: Component, language: str) -> dict[str, Any]:
    """One component in short."""
    parent = atlas.components.get((component.system, component.part_of or ""))
    return {
        "slug": component.slug,
        "name": component.name[language],
        "href": href_of(component.system, component.slug),
        "kind": "" if parent and component.kind == "part" else kind_name(component.kind),
        "part_of": parent.name[language] if parent else "",
        "summary": component.summary[language],
        "tier": tier_name(component),
    }


def answers(atlas: Atlas, system: str, asked: str, language: str) -> dict[str, Any]:
    """What a question finds: in this system, in the others, or the nearest names where it finds nothing."""
    index = _indexes.made(atlas.version, lambda: Index(atlas))
    hits = index.find(asked, language)
    here = [hit for hit in hits if hit.component.system == system]
    elsewhere = [hit for hit in hits if hit.component.system != system]
    return {
        "question": question(asked),
        "cut": len(" ".join(asked.split())) > LONGEST,
        "longest": LONGEST,
        "here": [_answer(atlas, hit, language) for hit in here],
        "elsewhere": [_answer(atlas, hit, language) for hit in elsewhere],
        "nearest": []
        if hits or not question(asked)
        else [_near(atlas, component, language) for component in index.nearest(asked, language)],
        "lit": [hit.component.slug for hit in here],
    }


def _answer(atlas: Atlas, hit: Hit, language: str) -> dict[str, Any]:
    component = hit.component
    marked = _marked(hit)
    named = hit.where == "name" and hit.said == component.name[language]
    return card(atlas, component, language) | {
        "system": atlas.systems[component.system].name[language],
        "system_slug": component.system,
        "marked_name": marked if named else component.name[language],
        "because": "" if named else marked,
        "reason": _reason(hit),
        "slip": hit.slip,
    }


def _reason(hit: Hit) -> str:
    if hit.where == "summary":
        return _("in its description:")
    if hit.where == "alias":
        return _("also called:")
    return _("its name:")


def _near(atlas: Atlas, component: Component, language: str) -> dict[str, Any]:
    return {
        "name": component.name[language],
        "href": href_of(component.system, component.slug),
        "system": atlas.systems[component.system].name[language],
        "system_slug": component.system,
    }


def _marked(hit: Hit) -> SafeString:
    """The text that was found, the letters that match marked; of a long one only what stands around them."""
    said, begin, end = hit.said, 0, len(hit.said)
    if hit.where == "summary" and hit.spans:
        begin = max(0, hit.spans[0][0] - AROUND)
        end = min(len(said), hit.spans[-1][1] + AROUND)
        if begin:
            begin = said.find(" ", begin, hit.spans[0][0]) + 1 or begin
        if end < len(said):
            end = max(said.rfind(" ", hit.spans[-1][1], end), 0) or end
    pieces, last = ["…" if begin else ""], begin
    for start, stop in hit.spans:
        pieces += [escape(said[last:start]), "<mark>", escape(said[start:stop]), "</mark>"]
        last = stop
    pieces += [escape(said[last:end]), "…" if end < len(said) else ""]
    return mark_safe("".join(pieces))  # noqa: S308  # every piece of text is escaped


def _query(values: dict[str, str]) -> str:
    given = {name: value for name, value in values.items() if value}
    return f"?{urlencode(given)}" if given else ""
