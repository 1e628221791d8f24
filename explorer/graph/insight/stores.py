"""Who reaches the store: directly, and through whom all others."""

from __future__ import annotations

from typing import NamedTuple

import networkx as nx

from explorer.graph.insight.wiring import Wiring


class Access(NamedTuple):
    """The ways to a store.

    `direct` are the components joined to it; `gates` those without which the clients named in `clients` lose
    every path to it, the nearest to the store first; `behind` how many components reach it in any way.
    Links that carry users' traffic are no way to it.
    """

    store: str
    direct: tuple[str, ...]
    gates: tuple[str, ...]
    clients: tuple[str, ...]
    behind: int


def access(wiring: Wiring, store: str, clients: tuple[str, ...]) -> Access:
    """Who reaches `store`. KeyError when the store has no link."""
    graph = wiring.graph(data=False)
    if store not in graph:
        raise KeyError(store)
    reached = nx.single_source_shortest_path_length(graph, store)
    asking = tuple(client for client in clients if client in reached and client != store)
    gates = []
    for slug in sorted(set(reached) - {store, *asking}, key=lambda slug: (reached[slug], slug)):
        left: nx.Graph[str] = graph.copy()
        left.remove_node(slug)
        near: set[str] = nx.node_connected_component(left, store)
        if asking and near.isdisjoint(asking):
            gates.append(slug)
    direct = tuple(slug for slug in wiring.nodes if slug in graph[store])
    return Access(store, direct, tuple(gates), asking, len(reached) - 1)
