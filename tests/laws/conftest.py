"""The graph as the fixtures tell it, read once and without a database."""

from pathlib import Path

import pytest

from explorer.graph import Atlas

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    return Atlas.from_fixtures(FIXTURES)
