"""Which systems can be compared in a scenario, and the addresses of comparisons: read, checked, written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from urllib.parse import urlencode

from explorer.errors import NotAllowed, NotKnown
from explorer.graph import Atlas
from explorer.playback.inputs import Inputs, is_storyboard, read_inputs, walkthroughs
from explorer.playback.place import Place
from explorer.playback.steps import BEFORE
from explorer.simulation import SEED, Parameter, script_of

SIDES = ("left", "right")
MEET = "meet"
"""Says instead of a step: wherever this side stands when the other comes to its own."""


@dataclass(frozen=True)
class Pair:
    """Two runs of one scenario. `usual` says that these are the systems an address without names means."""

    left: Inputs
    right: Inputs
    usual: bool

    @property
    def path(self) -> str:
        return path_of(self.left.scenario)

    @cached_property
    def query(self) -> str:
        """The query's part that says which two runs these are, quoted; what is default is left out."""
        return urlencode(self.pairs())

    def pairs(self) -> list[tuple[str, str]]:
        """The query's pairs that say which two runs these are."""
        told = [] if self.usual else [("left", self.left.system), ("right", self.right.system)]
        shared = dict.fromkeys([*self.left.pairs(), *self.right.pairs()])
        told += [pair for pair in shared if pair[0] != "fault"]
        for side, inputs in zip(SIDES, (self.left, self.right), strict=True):
            told += [(f"{side}-fault", fault) for fault in inputs.faults]
        return told

    def href(self, left: int, right: int) -> str:
        """The way to another pair of steps from the page itself: a query alone, to be short."""
        query = [self.query] if self.query else []
        query += [f"{side}-step={at}" for side, at in zip(SIDES, (left, right), strict=True) if at >= 0]
        return f"?{'&'.join(query)}"

    def address(self, left: int, right: int, *, rev: str = "", run: str = "", under: str = "") -> str:
        """The whole address of a pair of steps; `under` is a page below the comparison's own."""
        query = self.href(left, right)
        for name, value in (("rev", rev), ("run", run)):
            if value:
                query += f"{'&' if len(query) > 1 else ''}{name}={value}"
        return f"{self.path}{under}{query if len(query) > 1 else ''}"


def path_of(scenario: str) -> str:
    """The address of a scenario's comparison."""
    return f"/compare/{scenario}/"


def beside(atlas: Atlas, inputs: Inputs, cursor: int, language: str) -> dict[str, str] | None:
    """The way from one run's step to the same step beside another system, or None where there is none.

    `field` names the step's field in the address; the other side is asked to `MEET` it.
    """
    systems = comparable(atlas).get(inputs.scenario, [])
    if inputs.system not in systems:
        return None
    pair = next(pair for pair in pairs_in(atlas, inputs.scenario) if inputs.system in pair)
    side = pair.index(inputs.system)
    given = dict(zip(SIDES, pair, strict=True)) | {k: v for k, v in inputs.pairs() if k != "fault"}
    faults = (inputs.faults, ()) if side == 0 else ((), inputs.faults)
    left, right = read_pair(atlas, inputs.scenario, given, faults)
    usual = pair == pairs_in(atlas, inputs.scenario)[0]
    cursors = (cursor, BEFORE) if side == 0 else (BEFORE, cursor)
    address = Pair(left, right, usual).address(*cursors)
    if cursor != BEFORE:
        address += f"&{SIDES[1 - side]}-step={MEET}"
    return {
        "href": address,
        "field": f"{SIDES[side]}-step",
        "name": atlas.systems[pair[1 - side]].name[language],
    }


def comparable(atlas: Atlas) -> dict[str, list[str]]:
    """Scenario -> the systems that can be compared in it, in their order; only where there are two."""
    playable = walkthroughs(atlas)
    found: dict[str, list[str]] = {}
    for scenario in atlas.scenarios:
        systems = [
            system
            for system in atlas.systems
            if (system, scenario) in playable and not is_storyboard(atlas, system, scenario)
        ]
        if len(systems) > 1:
            found[scenario] = systems
    return found


def pairs_in(atlas: Atlas, scenario: str) -> list[tuple[str, str]]:
    """Every two systems that can be compared in a scenario, the usual two first. Raises NotKnown."""
    systems = _systems_in(atlas, scenario)
    return list(combinations(systems, 2))


def pair_of(atlas: Atlas, place: Place) -> Pair:
    """The two runs of a place that has two sides."""
    left, right = place.sides()
    systems = (left.inputs.system, right.inputs.system)
    return Pair(left.inputs, right.inputs, systems == pairs_in(atlas, left.inputs.scenario)[0])


def read_pair(
    atlas: Atlas, scenario: str, given: Mapping[str, str], faults: tuple[Sequence[str], Sequence[str]]
) -> tuple[Inputs, Inputs]:
    """The two runs that an address or a form spells; what it leaves out is default.

    Raises NotKnown for a scenario or system that cannot be compared, NotAllowed for one system twice and
    for everything else that is out of its range.
    """
    systems = _systems_in(atlas, scenario)
    left, right = (given.get(side, "") for side in SIDES)
    for name in (left, right):
        if name and name not in systems:
            raise NotKnown("system", name, systems)
    if not left:
        left = next(system for system in systems if system != right)
    if not right:
        right = next(system for system in systems if system != left)
    if left == right:
        raise NotAllowed("right", right, "one of {known}", known=", ".join(s for s in systems if s != left))
    # A value that only one of the two takes must not be lost on the way through the other.
    return (
        _read_side(atlas, "left", left, scenario, given, faults[0]),
        _read_side(atlas, "right", right, scenario, given, faults[1]),
    )


def _read_side(
    atlas: Atlas, side: str, system: str, scenario: str, given: Mapping[str, str], faults: Sequence[str]
) -> Inputs:
    """One side's run; a refusal of a fault names the field as the address does."""
    try:
        return read_inputs(atlas, system, scenario, given, faults)
    except NotAllowed as refused:
        if refused.field != "fault":
            raise
        raise NotAllowed(f"{side}-fault", refused.value, refused.wants, **refused.values) from None


def parameters_of_both(left: str, right: str, scenario: str) -> list[Parameter]:
    """The parameters that either system takes in this scenario, each once."""
    both = (*script_of(left, scenario).parameters, *script_of(right, scenario).parameters)
    return list({parameter.name: parameter for parameter in both}.values())


def names_of(atlas: Atlas, scenario: str) -> list[str]:
    """The names of every field that says which runs a comparison is made of, faults and systems aside."""
    names = {
        parameter.name: None
        for system in _systems_in(atlas, scenario)
        for parameter in script_of(system, scenario).parameters
    }
    return [*names, SEED.name, "detail"]


def before(left: Inputs, right: Inputs) -> Place:
    """The place before the first step of both."""
    return Place(left, BEFORE, right=right, right_cursor=BEFORE)


def _systems_in(atlas: Atlas, scenario: str) -> list[str]:
    known = comparable(atlas)
    if scenario not in known:
        raise NotKnown("comparison", scenario, known)
    return known[scenario]
