"""Questions to the graph of a system's links, answered with networkx."""

from __future__ import annotations

from collections.abc import Collection, Iterable

type Pair = tuple[str, str]


def out_of_reach(
    components: Collection[str], links: Iterable[Pair], parts: Iterable[Pair], starts: Collection[str]
) -> set[str]:
    """The components that no path joins to any of `starts`.

    A path follows links in either direction (whoever opens a connection, both ends then speak) and goes
    between a part and what it is part of.

    >>> out_of_reach(["cli", "api", "gate", "island"], [("cli", "api")], [("gate", "api")], ["cli"])
    {'island'}
    """
    import networkx as nx  # here: a server that comes back is waited for, and it asks this only when loading

    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(components)
    graph.add_edges_from(pair for pair in [*links, *parts] if pair[0] in graph and pair[1] in graph)
    reached: set[str] = set()
    for start in starts:
        if start in graph and start not in reached:
            reached |= nx.node_connected_component(graph, start)
    return set(components) - reached
