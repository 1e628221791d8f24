"""Runs cost little, go when nobody looks at them, and are simulated outside of transactions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from explorer.models import Run
from explorer.playback.runs import MOST_RUNS, Place, obey, tidy
from tests.web.asking import DEPLOY, a_run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


def test_runs_beyond_what_is_kept_go_the_longest_untouched_first(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_RUNS >= 10_000
    monkeypatch.setattr("explorer.playback.runs.MOST_RUNS", 3)
    codes = [a_run(client) for _ in range(5)]
    client.post(f"{DEPLOY}do/", {"do": "goto", "index": "0", "run": codes[0]})
    assert tidy() == 2
    assert set(Run.objects.values_list("code", flat=True)) == {codes[0], codes[3], codes[4]}


def test_a_flood_of_new_runs_tidies_up_after_itself(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.playback.runs.MOST_RUNS", 5)
    monkeypatch.setattr("explorer.playback.runs.TIDY_EVERY", 4)
    for _ in range(30):
        a_run(client)
    assert Run.objects.count() <= 5 + 4


def test_a_simulation_is_done_before_the_database_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    from explorer.playback import engine
    from explorer.playback.atlas import atlas_from_models
    from explorer.playback.inputs import read_inputs

    depth: list[int] = []
    made = engine._make

    def making(*given: Any) -> Any:
        depth.append(len(connection.savepoint_ids))
        return made(*given)

    monkeypatch.setattr(engine, "_make", making)
    inputs = read_inputs(atlas_from_models(), "kubernetes", "deploy", {"seed": "123456"})
    place = obey(Place(inputs), "goto", {"index": "3"})
    obey(place, "fault", {"fault": "machine/node-2:down@0.5"})
    assert depth == [0, 0]
