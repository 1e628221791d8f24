"""A run: a pure function of system, scenario, parameters, faults and seed.

Two laws hold and are tested: the same inputs give the same frames, byte for byte, in any process; and a
fault at time t leaves every frame with `at` <= t as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from explorer.errors import NotKnown
from explorer.frames import Frame
from explorer.simulation.faults import Fault, parse_fault
from explorer.simulation.scenario import SEED, Script
from explorer.simulation.topology import Graph, Topology
from explorer.simulation.world import World

if TYPE_CHECKING:
    from explorer.graph import Atlas

ENGINE = "1"
"""Changes when the same inputs may give other frames: part of what `rev` in an address stands for."""


def scripts() -> dict[str, dict[str, Script]]:
    """Every playable scenario, by system and slug. Imported on use: a page needs one system at a time."""
    from explorer.simulation.borg.scenarios import SCRIPTS as borg
    from explorer.simulation.kubernetes.scenarios import SCRIPTS as kubernetes

    return {"borg": borg, "kubernetes": kubernetes}


def script_of(system: str, scenario: str) -> Script:
    """The script of one system's scenario. Raises NotKnown with the nearest names."""
    known = scripts()
    if system not in known:
        raise NotKnown("system", system, known)
    if scenario not in known[system]:
        raise NotKnown("scenario", scenario, known[system])
    return known[system][scenario]


def topology_of(atlas: Atlas, system: str, scenario: str, parameters: Mapping[str, object]) -> Topology:
    """The instances, machines and links that a run with these parameters has."""
    script = script_of(system, scenario)
    return script.topology(Graph.of(atlas, system), script.read(parameters))


def simulate(
    atlas: Atlas,
    system: str,
    scenario: str,
    parameters: Mapping[str, object] | None = None,
    faults: Sequence[Fault | str] = (),
    seed: int = 7,
) -> list[Frame]:
    """The frames of a run, in the order of their `at`.

    Raises NotKnown for a system, scenario, parameter or fault target that is not there, NotAllowed for a
    value out of its range.
    """
    script = script_of(system, scenario)
    values = script.read(parameters or {})
    world = World(
        script.topology(Graph.of(atlas, system), values),
        latency=script.latency,
        timeout=script.timeout,
        seed=int(SEED.read(seed)),
        faults=[fault if isinstance(fault, Fault) else parse_fault(fault) for fault in faults],
        horizon=script.horizon,
    )
    script.begin(world, values)
    world.run(script.client, script.phases[-1])
    return world.frames
