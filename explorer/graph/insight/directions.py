"""Who opens the connections."""

from __future__ import annotations

from typing import NamedTuple

from explorer.graph.atlas import Atlas
from explorer.graph.insight.wiring import Wiring


class Degree(NamedTuple):
    """How many links a component opens (out-degree) and accepts (in-degree), users' traffic left out."""

    slug: str
    opens: int
    accepts: int


class Crossing(NamedTuple):
    """The links between the control plane and the machines, by who opens them."""

    from_control: tuple[str, ...]
    from_machines: tuple[str, ...]


def degrees(wiring: Wiring, most: int = 8) -> list[Degree]:
    """The components with most links, the most first. Links among a component's own replicas do not count."""
    opens, accepts = dict.fromkeys(wiring.nodes, 0), dict.fromkeys(wiring.nodes, 0)
    for link in wiring.links:
        if not link.carries_data and link.opener != link.accepter:
            opens[link.opener] += 1
            accepts[link.accepter] += 1
    every = [Degree(slug, opens[slug], accepts[slug]) for slug in wiring.nodes]
    ranked = sorted(every, key=lambda degree: -(degree.opens + degree.accepts))
    return [degree for degree in ranked[:most] if degree.opens + degree.accepts > 1]


def crossing(atlas: Atlas, wiring: Wiring) -> Crossing:
    """Who calls whom between the control plane and the machines."""

    def zone(slug: str) -> str:
        return atlas.components[wiring.system, slug].zone

    pairs = [(link.slug, zone(link.opener), zone(link.accepter)) for link in wiring.links]
    return Crossing(
        tuple(slug for slug, one, other in pairs if (one, other) == ("control-plane", "node")),
        tuple(slug for slug, one, other in pairs if (one, other) == ("node", "control-plane")),
    )
