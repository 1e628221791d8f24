"""What comes apart when a link is cut or a part is gone."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import networkx as nx

from explorer.graph.insight.wiring import Joint, Wiring, sorted_pieces


class Bridge(NamedTuple):
    """A joint whose loss cuts `behind` off from the rest."""

    joint: Joint
    behind: tuple[str, ...]


class Separation(NamedTuple):
    """What a cut separates. A component that had no path before is not in any of the lists.

    `from_clients` have lost every path to a client, `from_store` every path to the store; `pieces` are what
    the largest piece has lost, each a list of components that still hang together. `gone` are the component
    that was taken away and the parts that live in it. `still` are links that join the ends of a cut link all
    the same, `inside` says that its ends are one program.
    """

    from_clients: tuple[str, ...]
    from_store: tuple[str, ...]
    pieces: tuple[tuple[str, ...], ...]
    gone: tuple[str, ...]
    still: tuple[str, ...]
    inside: bool


def bridges(wiring: Wiring) -> list[Bridge]:
    """Every joint of links whose loss separates something, those that cut off most first.

    All links between two components count as one joint: that is what one bad cable takes away.
    """
    pieces = wiring.pieces()
    if not pieces:
        return []
    graph = wiring.graph().subgraph(pieces[0])
    found = []
    for edge in nx.bridges(graph):
        one, other = tuple(edge)
        if graph.edges[one, other]["inside"]:
            continue
        left: nx.Graph[str] = graph.copy()
        left.remove_edge(one, other)
        behind = sorted_pieces(left, wiring.nodes)[1]
        found.append(Bridge(wiring.between(one, other), tuple(behind)))
    order = {slug: place for place, slug in enumerate(wiring.nodes)}
    return sorted(found, key=lambda bridge: (-len(bridge.behind), order[bridge.behind[0]]))


def separation(
    wiring: Wiring, clients: Collection[str], store: str | None, *, cut: str = "", without: str = ""
) -> Separation:
    """What is apart once the link `cut` and the component `without` have gone ("" for none).

    Raises NotKnown for a link that is not there. A component that has no link takes nothing with it.
    """
    before = wiring.graph()
    after = wiring.graph(without=(cut,) if cut else ())
    still: tuple[str, ...] = ()
    inside = False
    if cut:
        link = wiring.link(cut)
        joint = wiring.between(link.opener, link.accepter)
        still, inside = tuple(slug for slug in joint.links if slug != cut), joint.inside
    gone = wiring.whole(without)
    after.remove_nodes_from(gone)

    def lost(goals: Collection[str]) -> tuple[str, ...]:
        had, have = _joined(before, goals), _joined(after, goals)
        return tuple(slug for slug in wiring.nodes if slug in had - have and slug not in gone)

    whole = set(wiring.pieces()[0]) if wiring.nodes else set()
    pieces = sorted_pieces(after.subgraph(whole), wiring.nodes)
    return Separation(
        lost(clients),
        lost([store] if store else []),
        tuple(tuple(piece) for piece in pieces[1:]),
        gone,
        still,
        inside,
    )


def _joined(graph: nx.Graph[str], goals: Collection[str]) -> set[str]:
    """The components with a path to one of the goals other than themselves; a goal that is alone has none."""
    joined: set[str] = set()
    for piece in nx.connected_components(graph):
        there = piece & set(goals)
        if len(there) > 1 or (there and len(goals) == 1):
            joined |= piece
        elif there:
            joined |= piece - there
    return joined
