"""Runs of the Kubernetes simulation for its tests: the graph comes from the fixtures, not a database."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import pytest

from explorer.frames import Frame
from explorer.graph import Atlas
from explorer.simulation import parse_fault, script_of
from explorer.simulation.kubernetes.cluster import Cluster
from explorer.simulation.topology import Graph
from explorer.simulation.world import World

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"


class Play(Protocol):
    """Plays the deploy: `play("kubelet@node-2:down@0.5", replicas=4)`."""

    def __call__(self, *faults: str, seed: int = 7, **parameters: object) -> list[Frame]: ...


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    return Atlas.from_fixtures(FIXTURES)


@pytest.fixture(scope="session")
def graph(atlas: Atlas) -> Graph:
    return Graph.of(atlas, "kubernetes")


@pytest.fixture(scope="session")
def stage(graph: Graph) -> Callable[..., tuple[World, Cluster]]:
    """Plays a deploy and gives back the world and the cluster: for what frames do not tell."""

    def run(*faults: str, seed: int = 7, warm: bool = False, **parameters: object) -> tuple[World, Cluster]:
        script = script_of("kubernetes", "deploy")
        values = script.read(parameters)
        world = World(
            script.topology(graph, values),
            latency=script.latency,
            timeout=script.timeout,
            seed=seed,
            faults=[parse_fault(fault) for fault in faults],
            horizon=script.horizon,
        )
        cluster = Cluster(
            world,
            replicas=int(values["replicas"]),
            machines=int(values["machines"]),
            cached=bool(values["cached"]),
            warm=warm,
        )
        world.run(script.client, script.phases[-1])
        return world, cluster

    return run


@pytest.fixture(scope="session")
def play(stage: Callable[..., tuple[World, Cluster]]) -> Play:
    @lru_cache(maxsize=32)
    def kept(faults: tuple[str, ...], seed: int, parameters: tuple[tuple[str, object], ...]) -> list[Frame]:
        return stage(*faults, seed=seed, **dict(parameters))[0].frames

    def run(*faults: str, seed: int = 7, **parameters: object) -> list[Frame]:
        return kept(faults, seed, tuple(sorted(parameters.items())))

    return run
