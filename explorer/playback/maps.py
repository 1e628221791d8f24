"""The map of a system: its drawing at rest with every part that has room, some parts perhaps lit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import lru_cache

from explorer.diagram import Cast, Moment, Scene, Way, linked_svg
from explorer.diagram.layout import assign_cells
from explorer.diagram.placements import Component as DrawnPart
from explorer.graph import Atlas, Component
from explorer.playback.kept import Kept
from explorer.playback.picture import placements

MACHINES = 3
_KEPT = 64
_ORDER = ("core", "resident", "stage")

_scenes: Kept[Scene] = Kept(_KEPT)


def is_drawn(system: str) -> bool:
    """Whether there is a drawing of this system that its fixtures fill."""
    return system in placements().systems


def map_svg(
    atlas: Atlas, system: str, drawing: str, language: str, ways: dict[str, Way], label: str,
    lit: Collection[str] = (),
) -> str:  # fmt: skip
    """The map as a group of links. `lit` are the components that it shows among all others."""
    scene = _scene(atlas, system, drawing, language, fitting(system, drawing, frozenset(lit)))
    return linked_svg(scene, ways, _moment(atlas, scene, lit, ()), label)


def component_svg(atlas: Atlas, component: Component, language: str, label: str) -> str:
    """A small drawing with one part, its links and the parts at their other ends; "" where it has no place.

    The compact drawing where it shows the part, else the wide one.
    """
    system, line = component.system, atlas.lineage(component.system, component.slug)
    if not is_drawn(system):
        return ""
    links = [
        link
        for link in atlas.links.values()
        if link.system == system and not link.told and {link.opener, link.accepter} & set(line)
    ]
    peers = {end for link in links for end in (link.opener, link.accepter)}
    for drawing in ("compact", "wide"):
        scene = _scene(
            atlas, system, drawing, language, fitting(system, drawing, frozenset({component.slug, *peers}))
        )
        if shown := next((slug for slug in line if _has_box(scene, slug)), None):
            seen = [*peers, *(link.slug for link in links)]
            return linked_svg(scene, {}, _moment(atlas, scene, (shown,), seen), label)
    return ""


@lru_cache(maxsize=256)
def fitting(system: str, drawing: str, first: frozenset[str] = frozenset()) -> frozenset[str]:
    """The drawn components that can stand in one drawing together, `first` before all others.

    Some cells are shared: what a run does not use gives way to what it uses.
    """
    drawn = placements().systems[system]
    parts = sorted(
        (part for part in drawn.components.values() if part.tier in _ORDER),
        key=lambda part: (part.slug not in first, _ORDER.index(part.tier)),
    )
    touched: set[str] = set()
    for part in parts:
        cells = assign_cells(drawn, drawing, frozenset({*touched, part.key}))
        if all(key in cells for key in {*touched, part.key} if drawing in drawn.components[key].cells):
            touched.add(part.key)
    return frozenset(drawn.components[key].slug for key in touched)


def _scene(atlas: Atlas, system: str, drawing: str, language: str, touched: frozenset[str]) -> Scene:
    key = (atlas.version, system, drawing, language, touched)
    return _scenes.made(
        key, lambda: Scene(placements(), system, drawing, _cast(atlas, system, touched), language)
    )


def _cast(atlas: Atlas, system: str, touched: frozenset[str]) -> Cast:
    machines = _machines(system)
    links = (link.slug for link in atlas.links.values() if _joins(atlas, system, link.slug, touched))
    return Cast(
        touched=touched,
        links=frozenset(links),
        units={machine: (name,) for machine, name in zip(machines, _units(system), strict=True)},
        machines=machines,
        acting=machines,
        parents={c.slug: c.part_of for c in atlas.components_of(system)},
    )


def _joins(atlas: Atlas, system: str, slug: str, touched: frozenset[str]) -> bool:
    """Whether a link of the system joins two parts that are drawn: a link brings its ends with it."""
    link = atlas.links[slug]
    if link.system != system or link.told:
        return False
    spec = placements().systems[system].link(slug)
    parts = placements().systems[system].components
    ends = (spec.opener, spec.accepter) if spec else ()
    return bool(ends) and all(end not in parts or parts[end].slug in touched for end in ends)


def _machines(system: str) -> tuple[str, ...]:
    name = placements().systems[system].machine_name
    return tuple(name.format(i=k + 1) for k in range(MACHINES))


def _units(system: str) -> Iterable[str]:
    pattern = "jfoo/{}" if system == "borg" else "web-{}"
    return [pattern.format(k if system == "borg" else k + 1) for k in range(MACHINES)]


def _moment(atlas: Atlas, scene: Scene, lit: Collection[str], seen: Collection[str]) -> Moment:
    system = scene.system.slug
    machines = _machines(system)
    units = {name: (machine, "running") for machine, name in zip(machines, _units(system), strict=True)}
    lights = tuple(text for slug in sorted(lit) for text in _instances(atlas, scene, slug))
    return Moment(
        sources=lights,
        targets=(),
        units=units,
        visited=frozenset(text for slug in seen for text in _instances(atlas, scene, slug)),
        acting=bool(lights),
    )


def _instances(atlas: Atlas, scene: Scene, slug: str) -> tuple[str, ...]:
    """A component's instances in the drawing: on every machine, at every replica of a tab, or alone."""
    if slug in atlas.links:
        return (slug,)
    drawn = scene.system
    if drawn.tabs and slug == drawn.tabs.part:
        return tuple(f"{slug}@{owner}" for owner in drawn.tabs.owners)
    part = _part(scene, slug)
    if part is not None and part.machine:
        return tuple(f"{slug}@{machine}" for machine in scene.cast.machines)
    return (slug,)


def _part(scene: Scene, slug: str) -> DrawnPart | None:
    return scene.system.components.get(scene.system.keys.get(slug, ""))


def _has_box(scene: Scene, slug: str) -> bool:
    if scene.system.tabs and slug == scene.system.tabs.part:
        return True
    part = _part(scene, slug)
    return part is not None and any(f"{part.key}{at}" in scene.parts for at in ("", "@1"))


def broken_map_svg(
    atlas: Atlas, system: str, drawing: str, language: str, label: str, without: str, cut: str
) -> str:
    """The map with all copies of a component down and a link cut ("" for none), with their signs."""
    first = frozenset({without} - {""})
    scene = _scene(atlas, system, drawing, language, fitting(system, drawing, first))
    gone = [text for slug in first for text in _instances(atlas, scene, slug)]
    moment = replace(
        _moment(atlas, scene, (), ()),
        # At a place that no replica has: so it is the box itself, and nothing that stands beside one replica.
        down={text if "@" in text else f"{text}@all": "" for text in gone},
        cut={cut: ""} if cut else {},
    )
    return linked_svg(scene, {}, moment, label)
