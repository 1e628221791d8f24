"""Single points of failure: who falls off when one copy of a part is lost, and when all are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations, product
from typing import NamedTuple

import networkx as nx

from explorer.graph.insight.wiring import Wiring, sorted_pieces

type Places = Mapping[str, tuple[str, ...]]
"""Component to where its copies stand ("etcd-0", "node-1"); a component that is not in it has one copy."""


class Fall(NamedTuple):
    """A component with `copies` copies, and the components that lose every path to the rest without it.

    `by_one` are instances ("csi-node@node-1"): what the loss of one copy, the first that matters, cuts off.
    `by_all` are components: what the loss of all copies cuts off.
    """

    slug: str
    copies: int
    by_one: tuple[str, ...]
    by_all: tuple[str, ...]


def falls(wiring: Wiring, places: Places) -> list[Fall]:
    """The components whose loss cuts something off, those that cut off most first.

    These are the articulation points of the largest piece, but that a component takes the parts that live in
    it along: those are gone and not cut off.
    """
    pieces = wiring.pieces()
    if not pieces:
        return []
    body = wiring.graph().subgraph(pieces[0])
    copies = replicated(wiring, places).subgraph(
        name for slug in pieces[0] for name in _instances(slug, places)
    )
    order = list(copies)
    by_all: dict[str, tuple[str, ...]] = {}
    by_one: dict[str, tuple[str, ...]] = {}
    for slug in pieces[0]:
        gone = wiring.whole(slug)
        by_all[slug] = _cut_off(body, gone, wiring.nodes)
        for name in _instances(slug, places):
            at = _place(name)
            with_it = [
                name,
                *(f"{part}@{at}" for part in gone if at in places.get(part, ()) and part != slug),
            ]
            if lost := _cut_off(copies, with_it, order):
                by_one[slug] = lost
                break
    found = [
        Fall(slug, len(_instances(slug, places)), by_one.get(slug, ()), by_all.get(slug, ()))
        for slug in wiring.nodes
        if by_one.get(slug) or by_all.get(slug)
    ]
    return sorted(found, key=lambda fall: -len(fall.by_all))


def replicated(wiring: Wiring, places: Places) -> nx.Graph[str]:
    """The graph of instances. Parts that stand at the same place talk there; all others with every copy.

    A link of a component to itself joins its copies with one another.
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(name for slug in wiring.nodes for name in _instances(slug, places))
    for joint in wiring.joints:
        ones, others = _instances(joint.one, places), _instances(joint.other, places)
        if joint.one == joint.other:
            graph.add_edges_from(combinations(ones, 2))
            continue
        here = [(one, other) for one, other in product(ones, others) if _place(one) == _place(other) != ""]
        graph.add_edges_from(here or product(ones, others))
    return graph


def _instances(slug: str, places: Places) -> list[str]:
    return [f"{slug}@{place}" for place in places.get(slug, ())] or [slug]


def _place(instance: str) -> str:
    return instance.partition("@")[2]


def _cut_off(graph: nx.Graph[str], lost: Iterable[str], order: Iterable[str]) -> tuple[str, ...]:
    """What is no longer in the largest piece once `lost` has gone."""
    left: nx.Graph[str] = graph.copy()
    left.remove_nodes_from(lost)
    listed = list(order)
    apart = {slug for piece in sorted_pieces(left, listed)[1:] for slug in piece}
    return tuple(slug for slug in listed if slug in apart)
