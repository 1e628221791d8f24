"""The graph of the fixtures, for tests that play without a database."""

from functools import cache
from pathlib import Path

import pytest

from explorer.graph import Atlas

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@cache
def read_atlas() -> Atlas:
    return Atlas.from_fixtures(FIXTURES)


@pytest.fixture
def atlas() -> Atlas:
    return read_atlas()
