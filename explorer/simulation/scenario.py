"""Scenarios as the simulator knows them: parameters with their ranges, a topology, a beginning, an end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from explorer.errors import NotAllowed, NotKnown
from explorer.simulation.topology import Graph, Topology
from explorer.simulation.world import World

type Value = int | bool
type Values = Mapping[str, Value]

DEPLOY_PHASES = (
    "submit", "admit", "persist", "expand", "schedule", "bind", "dispatch", "start", "report", "expose",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a viewer may choose. A switch has `low` 0 and `high` 1 and takes true or false."""

    name: str
    default: Value
    low: int
    high: int

    @property
    def switch(self) -> bool:
        return isinstance(self.default, bool)

    def read(self, value: object) -> Value:
        """The value in its own type. Raises NotAllowed with the range.

        >>> Parameter("replicas", 3, 1, 50).read("7")
        7
        """
        text = str(value).strip().lower()
        if self.switch:
            if text in ("true", "1", "yes", "on"):
                return True
            if text in ("false", "0", "no", "off"):
                return False
        elif text.isascii() and text.isdigit() and len(text) < 10 and self.low <= int(text) <= self.high:
            return int(text)
        if self.switch:
            raise NotAllowed(self.name, value, "true or false")
        raise NotAllowed(self.name, value, "whole numbers from {low} to {high}", low=self.low, high=self.high)


SEED = Parameter("seed", 7, 0, 999_999)
DEPLOY_PARAMETERS = (
    Parameter("replicas", 3, 1, 50),
    Parameter("machines", 3, 1, 50),
    Parameter("cached", False, 0, 1),
)
"""The same in every system, so that two can be told the same thing and compared."""


@dataclass(frozen=True, slots=True)
class Script:
    """One system's way of playing a scenario (a staging's behaviour).

    `topology` and `begin` get the graph or world and the parameters; `latency` and `timeout` are
    microseconds by link ("" is the default); `horizon` is in microseconds; `client` is the instance
    that began it and says the last word.
    """

    scenario: str
    phases: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    client: str
    topology: Callable[[Graph, Values], Topology]
    begin: Callable[[World, Values], None]
    latency: Mapping[str, int]
    timeout: Mapping[str, int]
    horizon: int

    def read(self, given: Mapping[str, object]) -> dict[str, Value]:
        """All parameters, given or default, in their own types. Raises NotKnown, NotAllowed."""
        names = [parameter.name for parameter in self.parameters]
        for name in given:
            if name not in names:
                raise NotKnown("parameter", name, names)
        return {p.name: p.read(given[p.name]) if p.name in given else p.default for p in self.parameters}
