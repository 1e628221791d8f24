"""How many steps it is from one part to another, and which."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import networkx as nx

from explorer.graph.insight.wiring import Wiring


class Hop(NamedTuple):
    """One step of a path, from a component to the next; `inside` where both are one program.

    `forward` says whether the end that the path comes from opens the connection, None where both open some.
    """

    source: str
    target: str
    links: tuple[str, ...]
    inside: bool
    forward: bool | None


def route(wiring: Wiring, start: str, end: str) -> list[Hop]:
    """The shortest path between two components, over links that carry no users' traffic.

    Of several the first in the order of their names. Empty where no path joins them.
    """
    graph = wiring.graph(data=False)
    if start not in graph or end not in graph or not nx.has_path(graph, start, end):
        return []
    path = min(nx.all_shortest_paths(graph, start, end))
    return [_hop(wiring, one, other) for one, other in itertools.pairwise(path)]


def hops(wiring: Wiring, start: str) -> dict[str, int]:
    """Component to its distance in steps from `start`, over links that carry no users' traffic."""
    return dict(nx.single_source_shortest_path_length(wiring.graph(data=False), start))


def _hop(wiring: Wiring, source: str, target: str) -> Hop:
    joint = wiring.between(source, target)
    openers = {link.opener for link in wiring.links if link.slug in joint.links}
    forward = None if len(openers) != 1 else openers == {source}
    return Hop(source, target, joint.links, joint.inside, forward)
