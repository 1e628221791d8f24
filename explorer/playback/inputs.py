"""The inputs of a run: read from an address or a form, checked, and written back into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlencode

from explorer.errors import NotAllowed, NotKnown
from explorer.graph import Atlas, Staging, Storyboard
from explorer.playback.steps import DETAILS, Detail
from explorer.simulation import SEED, Parameter, parse_fault, script_of, scripts, topology_of

MOST_FAULTS = 12


@dataclass(frozen=True)
class Inputs:
    """What a run is a function of, and the detail it is looked at in. Hashable: a cache's key."""

    system: str
    scenario: str
    parameters: tuple[tuple[str, int | bool], ...] = ()
    faults: tuple[str, ...] = ()
    seed: int = int(SEED.default)
    detail: Detail = "story"

    @property
    def path(self) -> str:
        return f"/walkthroughs/{self.system}/{self.scenario}/"

    def address(self, *, step: int | None = None, rev: str = "", run: str = "", **changes: Any) -> str:
        """The address of this view; `changes` replace parameters, faults or detail."""
        told = replace(self, **changes) if changes else self
        # `rev` and `run` are letters and digits: nothing in them has to be quoted.
        query = [told.query] if told.query else []
        if step is not None and step >= 0:
            query.append(f"step={step}")
        if rev:
            query.append(f"rev={rev}")
        if run:
            query.append(f"run={run}")
        return f"{self.path}?{'&'.join(query)}" if query else self.path

    @cached_property
    def query(self) -> str:
        """The query's part that says which run this is, quoted."""
        return urlencode(self.pairs())

    def pairs(self) -> list[tuple[str, str]]:
        """The query's pairs that say which run this is; what is default is left out."""
        defaults = _defaults(self.system, self.scenario)
        pairs = [(name, _text(value)) for name, value in self.parameters if defaults.get(name) != value]
        if self.seed != SEED.default:
            pairs.append((SEED.name, str(self.seed)))
        pairs += [("fault", fault) for fault in self.faults]
        if self.detail != "story":
            pairs.append(("detail", self.detail))
        return pairs


def read_inputs(
    atlas: Atlas,
    system: str,
    scenario: str,
    given: Mapping[str, str],
    faults: Sequence[str] = (),
) -> Inputs:
    """The inputs that an address or form spells; what it leaves out is default.

    Raises NotKnown for a system, scenario or fault target that is not there and NotAllowed, with the
    range, for everything else that is out of it.
    """
    require_walkthrough(atlas, system, scenario)
    detail = given.get("detail", "story") or "story"
    if detail not in DETAILS:
        raise NotAllowed("detail", detail, "one of {known}", known=", ".join(DETAILS))
    if is_storyboard(atlas, system, scenario):
        if faults:
            allowed = "no fault here: a telling cannot be broken, only a simulation"
            raise NotAllowed("fault", faults[0], allowed)
        return Inputs(system, scenario, detail=detail)
    script = script_of(system, scenario)
    values = script.read({p.name: given[p.name] for p in script.parameters if given.get(p.name)})
    seed = int(SEED.read(given.get(SEED.name) or SEED.default))
    if len(faults) > MOST_FAULTS:
        raise NotAllowed("fault", f"{len(faults)} of them", "at most {most}", most=MOST_FAULTS)
    topology = topology_of(atlas, system, scenario, values) if faults else None
    told = []
    for text in faults:
        fault = parse_fault(text)
        if topology is not None:
            try:
                topology.check(fault)
            except NotKnown as unknown:
                wants = "a target out of {known}"
                raise NotAllowed("fault", text, wants, known=unknown.listed) from None
        told.append(str(fault))
    return Inputs(system, scenario, tuple(values.items()), tuple(dict.fromkeys(told)), seed, _detail(detail))


def parameters_of(atlas: Atlas, system: str, scenario: str) -> tuple[Parameter, ...]:
    """The parameters that a walkthrough's form offers; none for a storyboard."""
    if is_storyboard(atlas, system, scenario):
        return ()
    return (*script_of(system, scenario).parameters, SEED)


def is_storyboard(atlas: Atlas, system: str, scenario: str) -> bool:
    """Whether this walkthrough is somebody's telling and not a simulation."""
    board = atlas.storyboards.get(scenario)
    return board is not None and board.system == system


def subject_of(atlas: Atlas, system: str, scenario: str) -> Storyboard | Staging:
    """What has a walkthrough's title and summary."""
    if is_storyboard(atlas, system, scenario):
        return atlas.storyboards[scenario]
    return atlas.stagings[scenario, system]


def require_walkthrough(atlas: Atlas, system: str, scenario: str) -> None:
    """Raise NotKnown, with the nearest there are, unless this walkthrough can be played."""
    playable = walkthroughs(atlas)
    if system not in {one for one, _ in playable}:
        raise NotKnown("system", system, dict.fromkeys(one for one, _ in playable))
    if (system, scenario) not in playable:
        raise NotKnown("walkthrough", scenario, [other for one, other in playable if one == system])


def walkthroughs(atlas: Atlas) -> list[tuple[str, str]]:
    """(system, scenario) of everything that can be played: simulations first, then storyboards."""
    played = scripts()
    simulated = [
        (staging.system, staging.scenario)
        for staging in atlas.stagings.values()
        if staging.scenario in played.get(staging.system, {})
    ]
    return simulated + [(board.system, board.slug) for board in atlas.storyboards.values()]


@cache
def _defaults(system: str, scenario: str) -> dict[str, int | bool]:
    script = scripts().get(system, {}).get(scenario)
    return {parameter.name: parameter.default for parameter in script.parameters} if script else {}


def _detail(text: str) -> Detail:
    return next((detail for detail in DETAILS if detail == text), "story")


def _text(value: int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
