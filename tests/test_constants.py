"""Numbers stand in code with their source, and the sources, marks and values are those of the facts."""

from pathlib import Path

import pytest

from explorer.graph import Atlas
from explorer.graph.schema import MARKS
from explorer.simulation.borg import constants as borg
from explorer.simulation.kubernetes.constants import CONSTANTS

ATLAS = Atlas.from_fixtures(Path(__file__).resolve().parents[1] / "fixtures")
BORG = {name: value for name, value in vars(borg).items() if isinstance(value, borg.Constant)}


@pytest.mark.parametrize("name", CONSTANTS)
def test_every_kubernetes_number_has_unit_mark_and_source(name: str) -> None:
    constant = CONSTANTS[name]
    assert constant.unit
    assert constant.mark in MARKS
    assert constant.source in ATLAS.sources or (constant.mark == "model" and not constant.source)
    assert constant.section


@pytest.mark.parametrize("name", BORG)
def test_every_borg_number_has_unit_mark_and_source(name: str) -> None:
    constant = BORG[name]
    assert constant.unit
    assert constant.mark in MARKS
    assert constant.source in ATLAS.sources or constant.mark == "model"


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("etcd_heartbeat", 0.1), ("etcd_election", 1.0), ("reflector_first", 0.8), ("reflector_most", 30.0),
     ("retry_first", 0.005), ("retry_most", 1000.0), ("http2_idle", 30.0), ("http2_ping", 15.0)],
)  # fmt: skip
def test_kubernetes_defaults_are_the_documented_ones(name: str, seconds: float) -> None:
    assert CONSTANTS[name].value == seconds * 1_000_000
