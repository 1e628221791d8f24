"""The database itself refuses what no form and no fixture would ever write."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import IntegrityError, models

from explorer.loading import load
from explorer.models import Component, Link, Misconception, Narration, Run, Source, StoryboardStep
from tests.graph.small import small, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded(tmp_path: Path) -> None:
    load(write(tmp_path, small()))


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Source, {"kind": "rumour"}),
        (Component, {"zone": "moon"}),
        (Component, {"tier": "cor"}),
        (Component, {"mark": "guessed"}),
        (Component, {"slug": "agent", "system_id": 1}),
        (Link, {"mode": "shout"}),
        (Narration, {"story": "often"}),
        (Misconception, {"verdict": "rong"}),
        (Misconception, {"origin": "hearsay"}),
        (Misconception, {"subject": "moon"}),
        (Misconception, {"slug": None}),
        (StoryboardStep, {"outcome": "lost"}),
        (StoryboardStep, {"order": 1}),
    ],
)
def test_a_value_outside_its_list_or_a_second_row_of_a_name(
    model: type[models.Model], values: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError):
        model._default_manager.update(**values)


@pytest.mark.parametrize(
    "values", [{"cursor": -2}, {"speed": 0}, {"producer": "dream"}, {"detail": "much"}], ids=str
)
def test_a_run_that_makes_no_sense(values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        Run.objects.create(system="toy", scenario="deploy", **values)


def test_runs_have_codes_of_twelve_characters_of_their_own() -> None:
    codes = {Run.objects.create(system="toy", scenario="deploy").code for _ in range(3)}
    assert [len(code) for code in codes] == [12, 12, 12]
