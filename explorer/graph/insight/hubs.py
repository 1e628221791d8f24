"""Through whom the shortest paths lie."""

from __future__ import annotations

from typing import NamedTuple

import networkx as nx


class Hub(NamedTuple):
    """A component and the share, from 0 to 1, of the shortest paths between all others that lie through it.

    Where two components have several shortest paths, each counts in proportion (Freeman's betweenness).
    """

    slug: str
    share: float


def hubs(graph: nx.Graph[str], most: int = 6) -> list[Hub]:
    """The components with the greatest betweenness, the greatest first; none that lies on no path.

    >>> hubs(nx.star_graph(["hub", "a", "b", "c"]))
    [Hub(slug='hub', share=1.0)]
    """
    shares = nx.betweenness_centrality(graph)
    ranked = sorted(shares.items(), key=lambda item: (-round(item[1], 9), item[0]))
    return [Hub(slug, share) for slug, share in ranked[:most] if share > 0]
