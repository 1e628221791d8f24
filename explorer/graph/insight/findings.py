"""Everything that is found out about one system, computed together."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.graph.atlas import Atlas
from explorer.graph.insight.cuts import Bridge, bridges
from explorer.graph.insight.directions import Crossing, Degree, crossing, degrees
from explorer.graph.insight.falls import Fall, Places, falls
from explorer.graph.insight.hubs import Hub, hubs
from explorer.graph.insight.routes import Hop, hops, route
from explorer.graph.insight.stores import Access, access
from explorer.graph.insight.wiring import Wiring


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Who is who in a system: the client that asks, the part that starts programs, the program, the store."""

    client: str
    starter: str
    program: str
    store: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the graph of one system tells. `body` is the largest piece, `islands` what hangs together apart.

    `far` is the component farthest from the client and its distance in steps.
    """

    wiring: Wiring
    roles: Roles
    places: Places
    clients: tuple[str, ...]
    body: tuple[str, ...]
    islands: tuple[tuple[str, ...], ...]
    hubs: tuple[Hub, ...]
    falls: tuple[Fall, ...]
    to_starter: tuple[Hop, ...]
    to_store: tuple[Hop, ...]
    spread: tuple[tuple[int, int], ...]
    access: Access
    bridges: tuple[Bridge, ...]
    degrees: tuple[Degree, ...]
    crossing: Crossing


def find(atlas: Atlas, system: str, roles: Roles, places: Places) -> Findings:
    """Ask the graph of a system everything. `places` says where copies stand.

    Raises NotKnown when the system has no component of one of the roles.
    """
    for role in (roles.client, roles.starter, roles.program, roles.store):
        atlas.component(system, role)
    wiring = Wiring.of(atlas, system)
    body, *islands = wiring.pieces() or [[]]
    clients = tuple(slug for slug in wiring.nodes if atlas.components[system, slug].zone == "client")
    distances = [distance for distance in hops(wiring, roles.client).values() if distance]
    return Findings(
        wiring=wiring,
        roles=roles,
        places=places,
        clients=clients,
        body=tuple(body),
        islands=tuple(tuple(island) for island in islands),
        hubs=tuple(hubs(wiring.graph().subgraph(body))),
        falls=tuple(falls(wiring, places)),
        to_starter=tuple(route(wiring, roles.client, roles.starter)),
        to_store=tuple(route(wiring, roles.client, roles.store)),
        spread=tuple((steps, distances.count(steps)) for steps in sorted(set(distances))),
        access=access(wiring, roles.store, clients),
        bridges=tuple(bridges(wiring)),
        degrees=tuple(degrees(wiring)),
        crossing=crossing(atlas, wiring),
    )
