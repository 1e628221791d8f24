"""The graph that insights are computed on: a system's parts that have links, and what joins them."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import networkx as nx

from explorer.errors import NotKnown
from explorer.graph.atlas import Atlas, Link


class Joint(NamedTuple):
    """What joins two components: their links by slug, none where one is a part of the other.

    `data` says that nothing but users' own traffic goes over it.
    """

    one: str
    other: str
    links: tuple[str, ...]
    inside: bool
    data: bool


@dataclass(frozen=True)
class Wiring:
    """One system's components that open or accept a link, those they live in, and the joints between them.

    Links that exist only in somebody's telling are left out. A part is joined to what it lives in, since
    both are one program; a boundary (a machine, a cell) joins nothing, since what stands in it need not talk.
    `parents` maps a part to what it lives in.
    """

    system: str
    nodes: tuple[str, ...]
    joints: tuple[Joint, ...]
    links: tuple[Link, ...]
    parents: Mapping[str, str]

    @classmethod
    def of(cls, atlas: Atlas, system: str) -> Wiring:
        """The wiring of one system; without nodes for a system without links."""
        links = tuple(link for link in atlas.links.values() if link.system == system and not link.told)
        ends = {end for link in links for end in (link.opener, link.accepter)}
        parents: dict[str, str] = {}
        for end in sorted(ends):
            line = atlas.lineage(system, end)
            for part, whole in itertools.pairwise(line):
                if atlas.components[system, whole].kind == "boundary":
                    break
                parents[part] = whole
        inside = {frozenset(pair) for pair in parents.items()}
        known = ends.union(*inside)
        nodes = tuple(c.slug for c in atlas.components_of(system) if c.slug in known)
        between: dict[frozenset[str], list[Link]] = {pair: [] for pair in inside}
        for link in links:
            between.setdefault(frozenset((link.opener, link.accepter)), []).append(link)
        order = {slug: place for place, slug in enumerate(nodes)}
        joints = []
        for pair, some in between.items():
            one, *rest = sorted(pair, key=order.__getitem__)
            joints.append(
                Joint(
                    one,
                    rest[0] if rest else one,
                    tuple(link.slug for link in some),
                    pair in inside,
                    bool(some) and pair not in inside and all(link.carries_data for link in some),
                )
            )
        joints.sort(key=lambda joint: (order[joint.one], order[joint.other]))
        return cls(system, nodes, tuple(joints), links, parents)

    @cached_property
    def link_slugs(self) -> tuple[str, ...]:
        return tuple(link.slug for link in self.links)

    def link(self, slug: str) -> Link:
        """The link of that slug; NotKnown names the most alike otherwise."""
        for link in self.links:
            if link.slug == slug:
                return link
        raise NotKnown(f"link of {self.system}", slug, self.link_slugs)

    def graph(self, *, data: bool = True, without: Collection[str] = ()) -> nx.Graph[str]:
        """The undirected graph: once connected, both ends speak. Without `data`, no users' traffic.

        `without` are the slugs of links that are cut; two components whose last link goes are not joined.
        A link of a component to itself (among its replicas) joins nothing here.
        """
        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(self.nodes)
        for joint in self.joints:
            left = [slug for slug in joint.links if slug not in without]
            if joint.one != joint.other and (joint.inside or left) and (data or not joint.data):
                graph.add_edge(joint.one, joint.other, links=joint.links, inside=joint.inside)
        return graph

    def whole(self, slug: str) -> tuple[str, ...]:
        """A component and the parts that live in it: what goes when it goes."""

        def lives_in(part: str) -> bool:
            while part != slug and part in self.parents:
                part = self.parents[part]
            return part == slug

        return tuple(part for part in self.nodes if lives_in(part))

    def between(self, one: str, other: str) -> Joint:
        """What joins two components. KeyError when nothing does."""
        for joint in self.joints:
            if {joint.one, joint.other} == {one, other}:
                return joint
        raise KeyError((one, other))

    def pieces(self) -> list[list[str]]:
        """The parts that hang together, the largest piece first."""
        return sorted_pieces(self.graph(), self.nodes)


def sorted_pieces(graph: nx.Graph[str], order: Collection[str]) -> list[list[str]]:
    """A graph's connected pieces, the largest first, each in the given order; ties by that order."""
    place = {slug: number for number, slug in enumerate(order)}

    def listed() -> Iterator[list[str]]:
        for piece in nx.connected_components(graph):
            yield sorted(piece, key=lambda slug: place.get(slug, len(place)))

    return sorted(listed(), key=lambda piece: (-len(piece), place.get(piece[0], len(place))))
