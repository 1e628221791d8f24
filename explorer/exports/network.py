"""The graph of a system for programs: GraphML and node-link JSON, as networkx reads them."""

from __future__ import annotations

import json
from typing import Any

from explorer.exports.plain import plain
from explorer.graph import Atlas
from explorer.graph.atlas import Citation

LICENCE = "Apache-2.0"


def network(atlas: Atlas, system: str) -> Any:
    """Every component and every link of a system as a directed graph (`networkx.MultiDiGraph`).

    A node is a component's slug, an edge's key a link's slug, and an edge runs from the end that opens the
    connection. All attributes are texts or truth values; `cited` holds sources by slug, each with the place
    in it. Links that exist only in somebody's telling are left out.
    """
    import networkx as nx  # it takes long to import, and most pages do without

    told = atlas.systems[system]
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(
        system=system,
        name_en=plain(told.name["en"]),
        name_zh_hans=plain(told.name["zh-hans"]),
        described_en=plain(told.described["en"]),
        described_zh_hans=plain(told.described["zh-hans"]),
        version=atlas.version,
        generator="Orrery",
        license=LICENCE,
    )
    for component in atlas.components_of(system):
        graph.add_node(
            component.slug,
            name_en=plain(component.name["en"]),
            name_zh_hans=plain(component.name["zh-hans"]),
            zone=component.zone,
            kind=component.kind,
            tier=component.tier,
            part_of=component.part_of or "",
            ports=plain(component.ports),
            cited=_cited(component.citations),
            mark=component.mark,
        )
    for link in atlas.links.values():
        if link.system == system and not link.told:
            graph.add_edge(
                link.opener,
                link.accepter,
                key=link.slug,
                protocol=plain(link.protocol),
                port=plain(link.port),
                mode=link.mode,
                carries_data=link.carries_data,
                why_en=plain(link.why["en"]),
                why_zh_hans=plain(link.why["zh-hans"]),
                cited=_cited(link.citations),
                mark=link.mark,
            )
    return graph


def graphml(atlas: Atlas, system: str) -> str:
    """The graph as GraphML; `networkx.read_graphml` makes the same graph of it."""
    import networkx as nx

    lines = nx.generate_graphml(network(atlas, system))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(lines) + "\n"


def node_link(atlas: Atlas, system: str) -> str:
    """The graph as JSON; `networkx.node_link_graph(data, edges="links")` makes the same graph of it."""
    import networkx as nx

    data = nx.node_link_data(network(atlas, system), edges="links")
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _cited(citations: tuple[Citation, ...]) -> str:
    return plain("; ".join(f"{cite.source} {cite.section}".strip() for cite in citations))
