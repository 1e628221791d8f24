"""What the graph tells of each system, computed once for an Atlas; the words are in `tellings`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.errors import NotKnown
from explorer.frames import component_of, place_of
from explorer.graph import Atlas
from explorer.playback.kept import Kept
from explorer.simulation import scripts, topology_of

if TYPE_CHECKING:
    from explorer.graph.insight.cuts import Separation
    from explorer.graph.insight.findings import Findings

_ROLES = {
    "borg": ("borgcfg", "borglet", "task", "paxos-store"),
    "kubernetes": ("kubectl", "container-runtime", "pod", "etcd"),
}
"""System to its client, the part that starts programs, the program, and the store."""

_found: Kept[Findings] = Kept(8)


def has_insights(atlas: Atlas, system: str) -> bool:
    """Whether the system has a graph of which it is known who is who."""
    return all((system, slug) in atlas.components for slug in _ROLES.get(system, ("",)))


def findings(atlas: Atlas, system: str) -> Findings:
    """The findings of a system that has insights. KeyError for one that has none."""
    from explorer.graph.insight.findings import Roles, find  # networkx takes long to import

    client, starter, program, store = _ROLES[system]
    roles = Roles(client=client, starter=starter, program=program, store=store)
    return _found.made((atlas.version, system), lambda: find(atlas, system, roles, places_of(atlas, system)))


def places_of(atlas: Atlas, system: str) -> dict[str, tuple[str, ...]]:
    """Where the copies of each component stand, as the topology of the system's first simulation says.

    What stands on every machine stands on each machine of that topology; a part stands where its process
    does. A component that is not in it has one copy: how many there are is then not known.
    """
    scenario = next(iter(scripts().get(system, {})), "")
    if not scenario:
        return {}
    topology = topology_of(atlas, system, scenario, {})
    places: dict[str, list[str]] = {}
    for instance in topology.instances:
        place = place_of(instance)
        if place is not None:
            places.setdefault(component_of(instance), []).append(place)
    found: dict[str, tuple[str, ...]] = {}
    for component in atlas.components_of(system):
        if component.zone == "node":
            if component.kind != "boundary":
                found[component.slug] = topology.machines
            continue
        line = atlas.lineage(system, component.slug)
        known = next((places[slug] for slug in line if slug in places), None)
        if known is not None:
            found[component.slug] = tuple(known)
    return found


def separated(atlas: Atlas, system: str, cut: str, without: str) -> Separation | None:
    """What comes apart without a link and a component ("" for none), None when nothing is asked.

    Raises NotKnown, the nearest first, for a link or a component that the system has not.
    """
    from explorer.graph.insight.cuts import separation

    if not cut and not without:
        return None
    found = findings(atlas, system)
    if cut:
        found.wiring.link(cut)
    if without:
        atlas.component(system, without)
    return separation(found.wiring, found.clients, found.roles.store, cut=cut, without=without)


def require_none(system: str, cut: str, without: str) -> None:
    """Refuse questions about a system that has no graph: it has neither links nor components."""
    if cut:
        raise NotKnown(f"link of {system}", cut)
    if without:
        raise NotKnown(f"component of {system}", without)
