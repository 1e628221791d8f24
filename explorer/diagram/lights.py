"""Which parts and units light up at a moment, were seen, lead, or do not run."""

from __future__ import annotations

from explorer.diagram.layout import Part
from explorer.diagram.moment import instance
from explorer.diagram.seats import MACHINE, Seat, Seating
from explorer.diagram.travel import Travels

FLAGS = ("on", "source", "target", "seen", "down", "dead", "leader")
"""Classes of a part, in the order in which they are written."""


class Lights:
    """The flags of parts and of unit places at one moment.

    `fills` are the pips that a write reaches, in the order of its messages; `stopped` the parts that are
    down by themselves, with when; `fewer` the parts that go on with a copy less which is not drawn, with
    which and when; `visited` the keys of wires that earlier steps used.
    """

    def __init__(self, seating: Seating, travels: Travels, dead: dict[int, str]) -> None:
        self.seating, self.travels = seating, travels
        self.layout, self.moment = seating.layout, seating.moment
        self.parts: dict[str, set[str]] = {}
        self.units: dict[str, set[str]] = {}
        self.fills: list[str] = []
        self.visited: set[str] = set()
        self.stopped: list[tuple[Part, str]] = []
        self.fewer: list[tuple[Part, str, str]] = []
        if self.moment.acting:
            self._light_ends()
        self._mark_visited()
        if self.moment.down:
            self._mark_down(dead)
        self._mark_leaders()

    def classes(self, part_id: str) -> str:
        """The class attribute of a part."""
        flags = self.parts.get(part_id)
        return " ".join(["c", *(flag for flag in FLAGS if flag in flags)]) if flags else "c"

    def _flag(self, part: Part | None, *flags: str) -> None:
        if part is not None:
            self.parts.setdefault(part.id, set()).update(flags)

    def _light_ends(self) -> None:
        """Both ends light up; a part that acts on itself is a target only."""
        rail = self.travels.on_rail
        targets = [(self._seat(text, hint), text, hint) for text, hint in self.travels.targets]
        sources = [(self._seat(text, hint), text, hint) for text, hint in self.travels.sources]
        aimed = {seat.part for seat, _, _ in targets}
        for seat, text, hint in targets:
            self._light(seat, "target", rail)
            self._light_tabs(text, hint, "target")
            pip = seat.member
            if pip is not None and pip.kind == "pip" and pip.id not in self.fills:
                self.fills.append(pip.id)
        for seat, text, hint in sources:
            self._light(seat, "source" if seat.part not in aimed or rail or seat.unit else "on", rail)
            self._light_tabs(text, hint, "source")

    def _seat(self, text: str, hint: int) -> Seat:
        return self.seating.seat(text, hint)

    def _light(self, seat: Seat, role: str, rail: bool) -> None:
        """A unit lights up alone; so do replicas of one box that talk to each other."""
        if seat.unit:
            self.units.setdefault(seat.unit, set()).update(("on", role))
            return
        if seat.part is not None and seat.part.kind == "cell":
            for unit in self.seating.units[seat.part.column]:
                if unit.slot:
                    self.units.setdefault(unit.slot.id, set()).update(("on", role))
        self._flag(seat.member, "on", *((role,) if rail else ()))
        if not (rail and seat.member):
            self._flag(seat.part, "on", role)

    def _light_tabs(self, text: str, hint: int, role: str) -> None:
        """A replica's link shard without a machine in the step: all its tabs light up."""
        tabs = self.layout.system.tabs
        if tabs and not hint and instance(text).component == tabs.part:
            for tab in self.seating.tabs_of(instance(text).place):
                self._flag(tab, "on", role)

    def _mark_visited(self) -> None:
        """Parts and links of earlier steps; a link that is named with its pairs counts for these only."""
        names = self.moment.visited
        paired = {text.partition("/")[0] for text in names if "/" in text}
        seen = self.seating.scene.seen.setdefault(self.seating.columns, {})
        for text in names:
            if text in paired:
                continue
            if text not in seen:
                seen[text] = self.seating.seen(text)
            parts, wires = seen[text]
            for part in parts:
                self.parts.setdefault(part.id, set()).add("seen")
            for wire in wires:
                self.visited.add(wire.key)

    def _mark_down(self, dead: dict[int, str]) -> None:
        """A dead machine takes all its parts with it; a dead replica only its chip or pip."""
        if dead:
            for part in self.layout.parts.values():
                if part.column in dead and part.kind != "tab":
                    self._flag(part, "dead")
        hub = self.layout.system.hub
        for text, when in self.moment.down.items():
            if text.startswith(MACHINE):
                continue
            seat, who = self.seating.seat(text), instance(text)
            struck = seat.member
            if struck is None and seat.unit:
                self.units.setdefault(seat.unit, set()).add("lost")
            elif struck is None and seat.own and seat.part and not self._one_of_many(seat.part, who.place):
                struck = seat.part
            if struck is not None:
                self._flag(struck, "down")
                self.stopped.append((struck, when))
            elif seat.own and seat.part and self._hidden_copy(seat.part, who.place):
                self.fewer.append((seat.part, who.place, when))
            if self.layout.system.keys.get(who.component) == hub:
                # The copies that a master's replica keeps on its disk stop with it.
                for part in self.layout.parts.values():
                    if part.place == who.place and part is not struck:
                        self._flag(part, "down")
                        self.stopped.append((part, when))

    def _one_of_many(self, part: Part, place: str) -> bool:
        """Whether a place is one of several replicas that the box stands for, none drawn by itself."""
        members = part.component.members if part.component else None
        if members is None or place not in members.names:
            return False
        return members.show != "addressed" or len(self.seating.scene.cast.members & set(members.names)) > 1

    def _hidden_copy(self, part: Part, place: str) -> bool:
        """Whether a place is one of several replicas for which this drawing has no room."""
        return self._one_of_many(part, place) and part.id not in self.seating.scene.chips

    def _mark_leaders(self) -> None:
        for member in self.seating.scene.members:
            members = member.component.members if member.component else None
            if members and (members.all_active or member.place == leader(self.seating, member.key)):
                self._flag(member, "leader")


def leader(seating: Seating, key: str) -> str | None:
    """Who leads among a part's replicas; a store that says nothing itself follows the hub's replicas."""
    components, leaders = seating.layout.system.components, seating.moment.leaders
    component, hub = components[key], components[seating.layout.system.hub]
    members = component.members
    if members is None or members.leader is None:
        return None
    for other in (component, hub):
        if other.slug in leaders and other.members and other.members.names == members.names:
            return leaders[other.slug]
    return members.names[members.leader]
