"""A few drawings as readable tables: a change of layout shows as a difference of lines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.diagram.golden import FOLDER, tables

NOW = tables()


@pytest.mark.parametrize("name", list(NOW))
def test_a_drawing_is_the_one_that_is_kept(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"diagrams/{name}", NOW[name])


def test_no_table_is_kept_that_nothing_draws() -> None:
    assert {path.name for path in FOLDER.glob("*.txt")} == NOW.keys()
