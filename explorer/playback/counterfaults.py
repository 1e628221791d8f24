"""The same fault for two systems: which part of one answers to which of the other when it breaks.

Machines answer to one another by their number, programs by the Counterparts of what they are copies of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import pgettext

from explorer.frames import component_of, place_of
from explorer.graph import Counterpart
from explorer.playback import breaking
from explorer.playback.looking import Looking
from explorer.playback.names import whole_text
from explorer.playback.rail import Both
from explorer.simulation import Fault, script_of

MOST = 6
_MACHINE = "machine/"
_CORE = "core"


@dataclass(frozen=True, slots=True)
class PairSwitch:
    """One thing to break in both, or (when on) to mend; `value` and `undo` are pairs of faults."""

    label: str
    on: bool
    since: str
    value: str
    undo: str


class Wish(NamedTuple):
    """What a switch would break: a target of each side, and how."""

    left: str
    right: str
    kind: str


class Offer(NamedTuple):
    """A wish, how little it matters right now, and its place among the others."""

    rank: tuple[bool, bool]
    order: int
    wish: Wish


def switches(at: Both) -> list[PairSwitch]:
    """At most six, those that are on always among them: what acts in this step first, then the core."""
    if any(look.of.topology is None for look in at.sides):
        return []
    on = dict(_on(at))
    alone = [
        {(fault.target, fault.kind) for fault in look.of.faults_on(look.time)}
        - {((wish.left, wish.right)[side], wish.kind) for wish in on}
        for side, look in enumerate(at.sides)
    ]
    held = [Offer((False, False), _order(at, wish), wish) for wish in on]
    # Where one side has it already, breaking both would strike that side twice.
    free = [
        offer
        for offer in _offers(at)
        if offer.wish not in on
        and (offer.wish.left, offer.wish.kind) not in alone[0]
        and (offer.wish.right, offer.wish.kind) not in alone[1]
    ]
    # Chosen by what matters now, shown in an order that does not change from step to step.
    chosen = [*held, *sorted(free)[: max(0, MOST - len(held))]]
    shown = [offer.wish for offer in sorted(chosen, key=lambda offer: offer.order)]
    return [_switch(at, wish, on.get(wish)) for wish in shown]


def _offers(at: Both) -> Iterator[Offer]:
    """Everything that may be broken in both: a machine, then parts by the rows that name them."""
    number = _machine(at)
    if number >= 0:
        left, right = (f"{_MACHINE}{look.of.machines[number]}" for look in at.sides)
        for kind in ("down", "cut"):
            wish = Wish(left, right, kind)
            yield Offer((False, False), _order(at, wish), wish)
    acting, copies = [_acting(look) for look in at.sides], [_copies(look) for look in at.sides]
    found: list[Offer] = []
    for row, *ends in _rows(at):
        pair = list(zip(at.sides, ends, strict=True))
        one, other = (
            _instance(look, slug, own.get(slug, []), number)
            for (look, slug), own in zip(pair, copies, strict=True)
        )
        if one is None or other is None or _stands(at.left, one) != _stands(at.right, other):
            continue
        touched = all(slug in acts for slug, acts in zip(ends, acting, strict=True))
        core = all(look.of.atlas.components[look.of.system, slug].tier == _CORE for look, slug in pair)
        found.append(Offer((not touched, not core), row.order, Wish(one, other, "down")))
    taken: set[tuple[int, str]] = set()
    for offer in sorted(found):  # several rows may name one part: the first of them is meant
        targets = set(enumerate(offer.wish[:2]))
        if not targets & taken:
            taken |= targets
            yield offer


def _rows(at: Both) -> Iterator[tuple[Counterpart, str, str]]:
    """The counterparts of these two systems: (row, component of the left side, of the right side)."""
    for row in at.left.of.atlas.counterparts.values():
        ends = dict((row.left, row.right))
        left, right = ends.get(at.left.of.system), ends.get(at.right.of.system)
        if left is not None and right is not None:
            yield row, left, right


def _machine(at: Both) -> int:
    """The number of the machine on which the step acts, the left side's first; else of the last one.

    -1 where a side has no machines.
    """
    for look in at.sides:
        frame = look.frame
        for end in (frame.target, frame.source) if frame is not None else ():
            place = place_of(end)
            if place in look.of.machines:
                number = look.of.machines.index(place)
                if all(number < len(other.of.machines) for other in at.sides):
                    return number
    return min(len(look.of.machines) for look in at.sides) - 1


def _acting(look: Looking) -> set[str]:
    frame = look.frame
    return {component_of(frame.source), component_of(frame.target)} if frame is not None else set()


def _stands(look: Looking, instance: str) -> bool:
    return place_of(instance) in look.of.machines


def _copies(look: Looking) -> dict[str, list[str]]:
    """Component -> its instances in this run."""
    found: dict[str, list[str]] = {}
    for name in look.of.topology.instances if look.of.topology is not None else ():
        found.setdefault(component_of(name), []).append(name)
    return found


def _instance(look: Looking, component: str, own: list[str], number: int) -> str | None:
    """The one to break: the copy on that machine, the one that leads, or the first that runs."""
    of = look.of
    if component == component_of(script_of(of.system, of.inputs.scenario).client):
        return None  # who asked is no part of what answers
    on_machines = [name for name in own if _stands(look, name)]
    if on_machines:
        return next((name for name in on_machines if place_of(name) == of.machines[number]), None)
    down = {fault.target for fault in of.faults_on(look.time) if fault.kind == "down"}
    running = [name for name in own if name not in down]
    leads = [
        replica
        for index, elected, replica in of.elections
        if index <= look.place.cursor and elected in of.atlas.lineage(of.system, component)
    ]
    if leads:
        return next((name for name in running if place_of(name) == leads[-1]), None)
    return running[0] if running else None


def _on(at: Both) -> Iterator[tuple[Wish, tuple[Fault, Fault]]]:
    """The faults of both sides that are on and answer to one another."""
    theirs = at.right.of.faults_on(at.right.time)
    for fault in at.left.of.faults_on(at.left.time):
        for other in theirs:
            if other.kind == fault.kind != "slow" and _answer(at, fault.target, other.target):
                theirs.remove(other)
                yield Wish(fault.target, other.target, fault.kind), (fault, other)
                break


def _answer(at: Both, left: str, right: str) -> bool:
    """Whether what is struck on the one side answers to what is struck on the other."""
    numbers = [
        look.of.machines.index(name) if name in look.of.machines else None
        for look, name in zip(at.sides, (_where(left), _where(right)), strict=True)
    ]
    if numbers[0] != numbers[1]:
        return False
    if left.startswith(_MACHINE) or right.startswith(_MACHINE):
        return left.startswith(_MACHINE) and right.startswith(_MACHINE)
    ends = component_of(left), component_of(right)
    return any((one, other) == ends for _row, one, other in _rows(at))


def _order(at: Both, wish: Wish) -> int:
    """Its place among the switches: machines, then parts in the order of their rows."""
    if wish.left.startswith(_MACHINE):
        return -1 if wish.kind == "cut" else -2
    ends = component_of(wish.left), component_of(wish.right)
    return next((row.order for row, one, other in _rows(at) if (one, other) == ends), 0)


def _where(target: str) -> str | None:
    return target.removeprefix(_MACHINE) if target.startswith(_MACHINE) else place_of(target)


def _switch(at: Both, wish: Wish, on: tuple[Fault, Fault] | None) -> PairSwitch:
    label, since, undo = _label(at, wish), "", ""
    if on is not None:
        told = [breaking.since(fault, look.time) for look, fault in zip(at.sides, on, strict=True)]
        since = " · ".join(dict.fromkeys(told))
        undo = " ".join(str(fault) for fault in on)
    value = f"{wish.left}:{wish.kind} {wish.right}:{wish.kind}"
    return PairSwitch(whole_text(label), on is not None, since, value, undo)


def _label(at: Both, wish: Wish) -> str:
    names = [
        target.removeprefix(_MACHINE)
        if target.startswith(_MACHINE)
        else breaking.on_a_switch(look.of, target, at.language)
        for look, target in zip(at.sides, (wish.left, wish.right), strict=True)
    ]
    if names[0] == names[1]:
        said = pgettext("both systems", "the %(name)s of both") % {"name": names[0]}
    else:
        said = pgettext("both systems", "%(left)s and %(right)s") % {"left": names[0], "right": names[1]}
    return breaking.spoken(wish.kind, said, machine=wish.left.startswith(_MACHINE))
