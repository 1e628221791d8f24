"""Topology: which instances a run has, where they stand, and which links may join them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from explorer.errors import NotKnown, OrreryError, likeness, nearest
from explorer.frames import component_of, place_of
from explorer.simulation.faults import Fault

if TYPE_CHECKING:
    from explorer.graph import Atlas


class NoSuchLink(OrreryError):
    """A behaviour tried to use a link that the graph does not have between these two."""


@dataclass(frozen=True)
class Graph:
    """One system's part of the Atlas, as far as a run needs it.

    `parents` maps a component to the one it is part of (or None); `links` maps a link's slug to the
    components that open and accept it. Links that exist only in somebody's telling are left out.
    `forbidden` are pairs that must not be joined by way of what they are part of.
    """

    system: str
    parents: Mapping[str, str | None]
    links: Mapping[str, tuple[str, str]]
    forbidden: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, atlas: Atlas, system: str) -> Graph:
        """The graph of one system. Raises NotKnown when the Atlas has no such system."""
        if system not in atlas.systems:
            raise NotKnown("system", system, atlas.systems)
        parents = {c.slug: c.part_of for c in atlas.components.values() if c.system == system}
        links = {
            link.slug: (link.opener, link.accepter)
            for link in atlas.links.values()
            if link.system == system and not link.told
        }
        forbidden = {(f.opener, f.accepter) for f in atlas.forbidden if f.system == system}
        return cls(system, parents, links, frozenset(forbidden))

    def kin(self, component: str) -> tuple[str, ...]:
        """The component and what it is part of, innermost first: a part may use its parent's links."""
        chain = [component]
        while (above := self.parents.get(chain[-1])) is not None and above not in chain:
            chain.append(above)
        return tuple(chain)

    def joins(self, link: str, one: str, other: str) -> bool:
        """Whether `link` runs between the components of two instances, in either direction."""
        ends = self.links.get(link)
        if ends is None:
            return False
        here, there = component_of(one), component_of(other)
        if set(ends) != {here, there} and {(here, there), (there, here)} & self.forbidden:
            return False
        a, b = self.kin(here), self.kin(there)
        return (ends[0] in a and ends[1] in b) or (ends[1] in a and ends[0] in b)


@dataclass
class Topology:
    """The instances and machines of one run.

    `machines` in order; `instances` maps a name to the machine it stands on (or None);
    `unit_components` are the components whose instances come and go during a run (pod, task);
    `hosts` maps a part to the process it lives in: what strikes the process strikes the part.
    """

    graph: Graph
    machines: tuple[str, ...]
    instances: dict[str, str | None]
    unit_components: frozenset[str] = frozenset()
    hosts: dict[str, str] = field(default_factory=dict)
    _joined: dict[tuple[str, str, str], bool] = field(default_factory=dict)

    @classmethod
    def build(
        cls,
        graph: Graph,
        machines: Iterable[str],
        instances: Iterable[str],
        unit_components: Iterable[str] = (),
        hosts: Mapping[str, str] | None = None,
    ) -> Topology:
        """A topology in which an instance stands on the machine its name gives as its place.

        A part whose parent component has an instance at the same place lives in that one; `hosts`
        adds what the graph's `part_of` does not say. Raises NotKnown for an unknown component.
        """
        places = tuple(machines)
        standing = {name: place if (place := place_of(name)) in places else None for name in instances}
        unknown = [name for name in standing if component_of(name) not in graph.parents]
        if unknown:
            raise NotKnown("component", component_of(unknown[0]), graph.parents)
        living = dict(hosts or {})
        for name in standing:
            for parent in graph.kin(component_of(name))[1:]:
                if (process := f"{parent}@{place_of(name)}") in standing:
                    living.setdefault(name, process)
        return cls(graph, places, standing, frozenset(unit_components), living)

    def add(self, unit: str) -> None:
        """Let a unit (a Pod, a task) appear on its machine."""
        self.instances[unit] = place_of(unit) if place_of(unit) in self.machines else None

    def require(self, link: str, source: str, target: str) -> None:
        """Raise NoSuchLink unless the graph joins these two instances by this link."""
        key = (link, component_of(source), component_of(target))
        known = self._joined.get(key)
        if known is None:
            known = self._joined[key] = self.graph.joins(link, source, target)
        if not known:
            raise NoSuchLink(f"the graph has no link {link} between {source} and {target}")

    def check(self, fault: Fault) -> None:
        """Raise NotKnown when nothing in this run answers to the fault's target.

        What it then calls known are whole targets that this method lets pass.
        """
        machine, pair = fault.machine, fault.pair
        if machine is not None:
            if machine not in self.machines:
                raise NotKnown("machine", fault.target, [f"machine/{name}" for name in self.machines])
        elif pair is not None:
            link, source, target = pair
            if not (self._stands(source) and self._stands(target) and self.graph.joins(link, source, target)):
                raise NotKnown("target", fault.target, self._pairs_like(fault.target), ranked=True)
        elif fault.target not in self.graph.links and not self._stands(fault.target):
            raise NotKnown("target", fault.target, [*self._units_like(fault.target), *self.targets()])

    def targets(self) -> list[str]:
        """Everything a fault may strike, in the order of a menu."""
        return [*self.instances, *(f"machine/{m}" for m in self.machines), *self.graph.links]

    def _stands(self, name: str) -> bool:
        unit = component_of(name) in self.unit_components and place_of(name) in self.machines
        return unit or name in self.instances

    def _units_like(self, name: str) -> list[str]:
        """The unit of this name on every machine; nothing when it is none."""
        if component_of(name) not in self.unit_components:
            return []
        return [f"{name.partition('@')[0]}@{machine}" for machine in self.machines]

    def _pairs_like(self, text: str) -> list[str]:
        """Targets that may be struck, those most like a pair that may not first.

        The same two ends by a link that joins them, then pairs of the same link and the whole link by
        how alike their ends are, then the other links.
        """
        link, slash, ends = text.partition("/")
        if not slash:
            link, ends = "", text
        source, _, target = ends.partition("~")
        links = nearest(link, self.graph.links, len(self.graph.links))
        found = []
        if self._stands(source) and self._stands(target):
            found = [f"{name}/{ends}" for name in links if self.graph.joins(name, source, target)]
        if link in self.graph.links:
            found += self._pairs_of(link, source, target)
        return [*found, *links]

    def _pairs_of(self, link: str, source: str, target: str) -> list[str]:
        """The pairs of a link and the link itself: it counts as a pair of which one end is right."""
        names = [*self._units_like(source), *self._units_like(target), *self.instances]
        opener, accepter = self.graph.links[link]
        openers = [name for name in names if opener in self.graph.kin(component_of(name))]
        accepters = [name for name in names if accepter in self.graph.kin(component_of(name))]
        to_source, to_target = likeness(source, names), likeness(target, names)
        scores = {link: 1.0}
        for one in openers:
            for other in accepters:
                if one == other or not self.graph.joins(link, one, other):
                    continue
                as_told = to_source[one] + to_target[other]
                turned = to_source[other] + to_target[one]
                pair = f"{other}~{one}" if turned > as_told else f"{one}~{other}"
                scores[f"{link}/{pair}"] = max(as_told, turned)
        return sorted(scores, key=lambda name: -scores[name])
