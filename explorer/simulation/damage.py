"""Damage: what is broken at this moment of a run, and what that means for one exchange."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from explorer.frames import component_of, place_of
from explorer.simulation.faults import Fault
from explorer.simulation.topology import Topology

type Passage = Literal["open", "refused", "lost"]


class Damage:
    """The faults in force. Counted, so that two faults on one target heal one by one."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._down: Counter[str] = Counter()
        self._cut: Counter[str] = Counter()
        self._slow: dict[str, list[int]] = {}
        self.any = False
        """False as long as no fault has struck: the common case, and the quick way through."""

    def begin(self, fault: Fault) -> None:
        self.any = True
        match fault.kind:
            case "down":
                self._down[fault.target] += 1
            case "cut":
                self._cut[fault.target] += 1
            case "slow":
                self._slow.setdefault(fault.target, []).append(fault.value * 1000)

    def end(self, fault: Fault) -> None:
        match fault.kind:
            case "down":
                self._down[fault.target] -= 1
            case "cut":
                self._cut[fault.target] -= 1
            case "slow":
                self._slow[fault.target].remove(fault.value * 1000)

    def is_down(self, instance: str) -> bool:
        """Whether the program does not run: struck itself, with its process, or with its machine."""
        if not self.any:
            return False
        if self._down[instance]:
            return True
        host = self._topology.hosts.get(instance)
        if host is not None and self.is_down(host):
            return True
        return self.machine_is_down(self._machine(instance))

    def machine_is_down(self, machine: str | None) -> bool:
        return machine is not None and self._down[f"machine/{machine}"] > 0

    def passage(self, link: str, source: str, target: str) -> Passage:
        """How an exchange fares now: it gets through, is refused by a live machine, or is lost."""
        if not self.any:
            return "open"
        here, there = self._machine(source), self._machine(target)
        if self.machine_is_down(there):
            return "lost"
        if here != there and (self._is_cut(f"machine/{here}") or self._is_cut(f"machine/{there}")):
            return "lost"
        names = [link, f"{link}/{source}~{target}", f"{link}/{target}~{source}", source, target]
        names += [h for h in (self._topology.hosts.get(source), self._topology.hosts.get(target)) if h]
        if self._down[link] or any(self._is_cut(name) for name in names):
            return "lost"
        if self._down[f"{link}/{source}~{target}"] or self._down[f"{link}/{target}~{source}"]:
            return "lost"
        return "refused" if self.is_down(target) else "open"

    def delay(self, link: str, source: str, target: str) -> int:
        """Microseconds that slowness adds to an exchange now."""
        if not self._slow:
            return 0
        names = {link, f"{link}/{source}~{target}", f"{link}/{target}~{source}", source, target}
        names |= {f"machine/{m}" for m in (self._machine(source), self._machine(target)) if m}
        names |= {h for h in (self._topology.hosts.get(source), self._topology.hosts.get(target)) if h}
        return sum(sum(self._slow[name]) for name in sorted(names) if name in self._slow)

    def struck(self, fault: Fault) -> list[str]:
        """The instances whose program stops, or starts again, with this fault."""
        if fault.kind != "down":
            return []
        topology = self._topology
        if fault.machine is not None:
            return [name for name in topology.instances if self._machine(name) == fault.machine]
        parts = [part for part, host in topology.hosts.items() if host == fault.target]
        return [fault.target, *parts]

    def _machine(self, instance: str) -> str | None:
        known = self._topology.instances.get(instance)
        if known is None and component_of(instance) in self._topology.unit_components:
            return place_of(instance)
        return known

    def _is_cut(self, name: str) -> bool:
        return self._cut[name] > 0
