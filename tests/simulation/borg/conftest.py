"""Runs of the Borg simulation for its tests: the graph comes from the fixtures, no database is asked."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pytest

from explorer.frames import Frame
from explorer.graph import Atlas
from explorer.simulation import simulate

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"


class Play(Protocol):
    """Plays the deploy: `play("scheduler@0:down@0.5", replicas=4)`."""

    def __call__(self, *faults: str, seed: int = 7, **parameters: object) -> list[Frame]: ...


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    return Atlas.from_fixtures(FIXTURES)


@pytest.fixture(scope="session")
def play(atlas: Atlas) -> Play:
    def run(*faults: str, seed: int = 7, **parameters: object) -> list[Frame]:
        chosen: Sequence[str] = faults
        return simulate(atlas, "borg", "deploy", parameters, chosen, seed)

    return run
