"""Stored Runs: who stops their clock, when they go, and what a layer that is out of order may not stop."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers
from django.core.management import call_command
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from explorer.management.preparing import prepare
from explorer.models import Run
from explorer.playback.inputs import Inputs
from explorer.playback.runs import (
    FORGOTTEN,
    IDLE,
    Place,
    advance,
    numbers,
    obey,
    pause_forgotten,
    pause_unwatched,
    place_of_run,
)
from explorer.playback.steps import dwell_seconds

DEPLOY = Inputs("kubernetes", "deploy", (("replicas", 3), ("machines", 3), ("cached", False)))

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


@pytest.fixture(scope="module")
def content(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        call_command("load_fixtures", verbosity=0)
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def playing() -> Place:
    return obey(Place(DEPLOY, 0), "play", {})


def rested(place: Place, time: timedelta) -> None:
    Run.objects.filter(code=place.code).update(touched=timezone.now() - time)


def now(place: Place) -> Place:
    found = place_of_run(place.code)
    assert found is not None
    return found


def test_the_clock_takes_a_step_from_the_number_it_was_planned_at_only(playing: Place) -> None:
    moved = advance(playing.code, playing.seq)
    assert moved is not None
    assert (moved.seq, moved.cursor > playing.cursor) == (playing.seq + 1, True)
    assert advance(playing.code, playing.seq) == moved


def test_the_clock_reaches_the_last_step_and_stands(playing: Place) -> None:
    place = playing
    for _ in range(200):
        if not place.playing:
            break
        place = advance(place.code, place.seq) or place
    assert not place.playing
    assert obey(place, "next", {"seen": str(place.seq)}).cursor == place.cursor
    assert advance(place.code, place.seq) == place


def test_a_run_without_a_clock_for_a_while_is_stopped_and_another_is_not(playing: Place) -> None:
    pause_forgotten(playing.code)
    assert now(playing) == playing
    rested(playing, FORGOTTEN + timedelta(seconds=1))
    pause_forgotten(playing.code)
    assert (now(playing).playing, now(playing).seq) == (False, playing.seq + 1)


def test_no_clock_rests_so_long_that_its_run_seems_forgotten() -> None:
    assert timedelta(seconds=2 * dwell_seconds(1000, 0.25)) < FORGOTTEN


def test_a_run_that_has_moved_on_is_not_stopped_for_lack_of_viewers(playing: Place) -> None:
    pause_unwatched(playing.code, playing.seq - 1)
    assert now(playing).playing
    pause_unwatched(playing.code, playing.seq)
    assert not now(playing).playing


def test_idle_runs_go_when_the_site_is_prepared(playing: Place) -> None:
    other = obey(Place(DEPLOY, 0), "goto", {"index": "5"})
    rested(playing, IDLE + timedelta(minutes=1))
    said: list[str] = []
    prepare(said.append)
    assert "Deleted 1 idle runs" in said
    assert list(Run.objects.values_list("code", flat=True)) == [other.code]


def test_idle_runs_go_when_asked_to(playing: Place) -> None:
    rested(playing, IDLE + timedelta(minutes=1))
    out = StringIO()
    call_command("tidy", stdout=out)
    assert out.getvalue() == "1 idle runs deleted\n"


def test_a_run_that_is_too_old_is_as_if_it_were_not_there(playing: Place) -> None:
    assert numbers([playing.code, "aaaaaaaaaaaa"]) == {playing.code: (1, playing.seq)}
    rested(playing, IDLE + timedelta(minutes=1))
    assert place_of_run(playing.code) is None
    assert numbers([playing.code]) == {}


@pytest.mark.django_db(transaction=True)
def test_a_change_stands_though_nobody_can_be_told(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("load_fixtures", verbosity=0)

    class OutOfOrder(InMemoryChannelLayer):
        async def group_send(self, group: str, message: dict[str, object]) -> None:
            raise ConnectionError("nobody there")

    before = channel_layers.set("default", OutOfOrder())
    monkeypatch.setattr(logging.getLogger("explorer"), "propagate", True)
    try:
        place = obey(Place(DEPLOY, 0), "goto", {"index": "5"})
        moved = obey(place, "next", {"seen": str(place.seq)})
    finally:
        channel_layers.set("default", before)
    assert now(moved).seq == place.seq + 1
    assert "the channel layer does not answer" in caplog.text
