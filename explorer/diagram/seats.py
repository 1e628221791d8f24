"""Where the instances and units of a moment sit: which column, box, chip or unit place shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from explorer.diagram.layout import Column, Part, UnitSlot, key_of
from explorer.diagram.machines import columns_at
from explorer.diagram.moment import Instance, LinkKey, Moment, instance, link_key
from explorer.diagram.scene import Scene, Seen
from explorer.diagram.wiring import Wire

MACHINE = "machine/"
"""How a fault names a whole machine: `machine/node-2`."""

_instance = lru_cache(maxsize=8192)(instance)
_link_key = lru_cache(maxsize=8192)(link_key)


@dataclass(frozen=True)
class Seat:
    """What shows an instance: a box, perhaps one of its replicas, perhaps a unit's place."""

    part: Part | None
    member: Part | None = None
    unit: str = ""
    own: bool = True
    """False where the box belongs to another part that stands for this one."""


NOWHERE = Seat(None)


@dataclass(frozen=True)
class Unit:
    """A unit in its place at a moment; `slot` None for those that only "+n" counts."""

    name: str
    key: str
    state: str
    slot: UnitSlot | None


class Seating:
    """The columns of one moment, and who sits where."""

    def __init__(self, scene: Scene, moment: Moment) -> None:
        self.scene, self.moment, self.layout = scene, moment, scene.layout
        self.columns = columns_at(scene.layout, moment)
        self.number = {machine: k + 1 for k, machine in enumerate(self.columns)}
        self.units: dict[int, list[Unit]] = {}
        self.of: dict[int, int] = {}
        self.left_over: dict[int, int] = {}
        here: dict[str, dict[str, str]] = {machine: {} for machine in self.columns}
        for key, (machine, state) in moment.units.items():
            if machine in here:
                here[machine][key] = state
        for column in self.layout.columns:
            self._seat_units(column, here[self.columns[column.number - 1]])
        self.owners = self._owners()
        self._found: dict[tuple[str, int], Seat] = {}

    def column_of(self, text: str) -> int:
        """The column of an instance's machine, 0 if it has none."""
        return self.number.get(_instance(text).place, 0)

    def seat(self, text: str, hint: int = 0) -> Seat:
        """Where an instance sits. `hint`: its partner's column, for what has a place over each machine."""
        name = (text, hint)
        if name not in self._found:
            self._found[name] = self._seat(_instance(text), hint)
        return self._found[name]

    def _seat(self, who: Instance, hint: int) -> Seat:
        layout, system = self.layout, self.layout.system
        key = key_of(system, who.component, self.scene.cast.parents)
        if key is None:
            return NOWHERE
        own = system.keys.get(who.component) == key
        tabs = system.tabs
        if tabs and key == tabs.part:
            column = hint or next((k for k, owner in self.owners.items() if owner == who.place), 0)
            part = layout.part_for(key, column)
            return Seat(part if part else layout.hub, own=part is not None)
        component = system.components[key]
        column = self.number.get(who.place, 0)
        if component.machine and not column:
            return NOWHERE
        part = layout.part_for(key, column)
        if part is None:
            return NOWHERE
        if part.kind == "cell" and who.name:
            return Seat(part, None, self._unit_slot(column, who.name), True)
        member = layout.parts.get(f"{part.id}/{who.place}") if who.place else None
        return Seat(part, member, "", own and part.key == key)

    def _unit_slot(self, column: int, name: str) -> str:
        for unit in self.units.get(column, ()):
            if unit.slot and unit.name == name:
                return unit.slot.id
        return ""

    def tabs_of(self, place: str) -> list[Part]:
        """All tabs that a replica owns at this moment."""
        tabs = self.layout.system.tabs
        if tabs is None:
            return []
        parts = [self.layout.part_for(tabs.part, k) for k, owner in self.owners.items() if owner == place]
        return [part for part in parts if part]

    def _seat_units(self, column: Column, here: dict[str, str]) -> None:
        """Fills a cell: 1, 2 or up to 4 units (compact: 2); with more, the last place counts the rest."""
        keys = list(here)
        if len(keys) > 1:
            names = self.scene.cast.units.get(self.columns[column.number - 1], ())
            order = {name: k for k, name in enumerate(names)}
            keys.sort(key=lambda key: (order.get(key.partition("@")[0], len(order)), key))
        sizes = sorted(column.slots)
        if not keys or not sizes:
            self.units[column.number], self.of[column.number] = [], 0
            return
        of = next((size for size in sizes if size >= len(keys)), sizes[-1])
        slots = column.slots[of]
        shown = len(keys) if len(keys) <= of else of - 1
        self.of[column.number] = of
        self.left_over[column.number] = len(keys) - shown
        self.units[column.number] = [
            Unit(key.partition("@")[0], key, here[key], slots[k] if k < shown else None)
            for k, key in enumerate(keys)
        ]

    def _owners(self) -> dict[int, str]:
        """Which replica's link shard hangs over each column."""
        tabs = self.layout.system.tabs
        if tabs is None or not tabs.per_machine:
            return {}
        gone = {_instance(text).place for text in self.moment.down}
        alive = [owner for owner in tabs.owners if owner not in gone] or list(tabs.owners)
        count = len(self.columns)
        owners = {
            k + 1: self.moment.shards.get(machine, alive[k * len(alive) // count])
            for k, machine in enumerate(self.columns)
        }
        pairs = self.moment.hops or tuple(zip(self.moment.sources, self.moment.targets, strict=False))
        for pair in pairs:
            for one, other in (pair, pair[::-1]):
                who = _instance(one)
                if who.component == tabs.part and who.place in tabs.owners and self.column_of(other):
                    owners[self.column_of(other)] = who.place
        return owners

    def single(self, wire: Wire) -> bool:
        """Whether the cell at the end of a wire shows one unit alone."""
        return bool(wire.one) and self.of.get(wire.cell) == 1

    def without_units(self, wire: Wire) -> bool:
        """Whether a wire leads to a cell that is empty now."""
        return bool(wire.cell) and not self.of.get(wire.cell)

    def wire_between(self, link: str | None, source: str, target: str) -> tuple[Wire, bool] | None:
        """The wire a message takes, and whether it runs from the wire's end to its beginning."""
        one = self.seat(source, self.column_of(target))
        other = self.seat(target, self.column_of(source))
        spec = self.layout.system.link(link) if link else None
        wires = list(self.scene.wires_by_link.get(spec.id, ())) if spec else []
        if spec and not wires and spec.same_as:
            wires = list(self.scene.wires_by_link.get(spec.same_as, ()))
        ends = [frozenset(part.id for part in pair) for pair in _part_pairs(one, other)]
        for wire in wires:
            if frozenset((wire.a.id, wire.b.id)) in ends:
                return wire, self._back(wire, one, other)
        for pair in ends:
            for wire in self.scene.wires_by_ends.get(pair, ()):
                if wire.spec.told is bool(spec and spec.told):
                    return wire, self._back(wire, one, other)
        return None

    def _back(self, wire: Wire, one: Seat, other: Seat) -> bool:
        if wire.a in (one.part, one.member) and wire.b in (other.part, other.member):
            return False
        if wire.b in (one.part, one.member) and wire.a in (other.part, other.member):
            return True
        return self.moment.back

    def wires_of(self, text: str) -> list[Wire]:
        """The wires that a link key or a machine names: `K12`, `K12/A~B`, `machine/node-2`."""
        if text.startswith(MACHINE):
            column = self.number.get(text[len(MACHINE) :], 0)
            return [wire for wire in self.scene.wires.values() if column and self.leads_up(wire, column)]
        key: LinkKey = _link_key(text)
        spec = self.layout.system.link(key.link)
        if spec is None:
            return []
        if key.source:
            found = self.wire_between(key.link, key.source, key.target)
            return [found[0]] if found else []
        return self.scene.wires_by_link.get(spec.id, [])

    def seen(self, text: str) -> Seen:
        """What an instance or link key of an earlier step stands for; the same as long as the columns are."""
        if text.partition("/")[0] in self.layout.system.by_slug:
            return (), tuple(self.wires_of(text))
        tabs, who = self.layout.system.tabs, _instance(text)
        if tabs and who.component == tabs.part:
            return (), ()  # whose tab it is may change, and a tab has no look of its own for it
        part = self.seat(text).part
        return ((part,) if part else ()), ()

    def leads_up(self, wire: Wire, column: int) -> bool:
        """Whether a wire joins a machine to the hub or to what hangs under it: what a dead machine loses."""
        return column in wire.columns and any(part.kind in ("hub", "tab") for part in (wire.a, wire.b))


def _part_pairs(one: Seat, other: Seat) -> Iterable[tuple[Part, Part]]:
    """The pairs of parts that two seats may be joined by: replicas first, then boxes."""
    for p in (one.member, one.part):
        for q in (other.member, other.part):
            if p is not None and q is not None and p is not q:
                yield p, q
