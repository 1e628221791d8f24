"""What the line does before anybody waits for it, and what it does once for a thousand who come at once."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest
from channels.layers import InMemoryChannelLayer

from explorer.graph import Atlas
from explorer.live import room
from explorer.live.hub import Hub
from explorer.live.kinds import Kind
from explorer.playback import runs
from explorer.playback.engine import play
from explorer.playback.inputs import read_inputs
from explorer.playback.place import Place
from tests.live.hearing import Store, announced, joined, until
from tests.playback.conftest import read_atlas


async def test_two_hundred_who_join_in_one_instant_cost_one_reading(hub: Hub, store: Store) -> None:
    ears = [ear for ear, _ in await asyncio.gather(*(joined(hub) for _ in range(200)))]
    assert all(ear.seqs == [1] for ear in ears)
    assert len(store.read) == 1


async def test_the_next_steps_texts_are_made_once_all_are_served(
    hub: Hub, store: Store, layer: InMemoryChannelLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[int, frozenset[str]]] = []
    monkeypatch.setattr(room, "AHEAD_S", 0.01)
    monkeypatch.setattr(
        room, "_make_next", lambda place, languages, kind: made.append((place.seq, languages))
    )
    ears = [(await joined(hub, language=language))[0] for language in ("en", "zh-hans")]
    seq = await announced(store, layer)
    await until(lambda: bool(made) and made[-1] == (seq, frozenset({"en", "zh-hans"})))
    assert all(ear.seqs[-1] == seq for ear in ears)


async def test_a_step_that_cannot_be_made_ahead_disturbs_nobody(
    hub: Hub,
    store: Store,
    layer: InMemoryChannelLayer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tried: list[int] = []

    def fail(place: Place, languages: frozenset[str], kind: Kind) -> None:
        tried.append(place.seq)
        raise RuntimeError("no such step")

    monkeypatch.setattr(room, "AHEAD_S", 0.0)
    monkeypatch.setattr(room, "_make_next", fail)
    ear, _ = await joined(hub)
    seq = await announced(store, layer)
    await until(lambda: seq in tried)
    later = await announced(store, layer)
    await until(lambda: ear.seqs[-1] == later)
    assert not [record for record in caplog.records if record.levelno > logging.DEBUG]


@pytest.fixture
def atlas(monkeypatch: pytest.MonkeyPatch) -> Atlas:
    monkeypatch.setattr(runs, "atlas_from_models", read_atlas)
    return read_atlas()


def test_by_hand_the_next_step_is_foreseen_with_its_number(atlas: Atlas) -> None:
    of = play(atlas, read_inputs(atlas, "kubernetes", "deploy", {}))
    at = Place(of.inputs, of.steps[3].index, "abcdefghjkmn", 1, 9)
    assert runs.foreseen(at) == replace(at, cursor=of.steps[4].index, seq=10)


def test_by_the_clock_it_plays_on(atlas: Atlas) -> None:
    of = play(atlas, read_inputs(atlas, "kubernetes", "deploy", {}))
    at = Place(of.inputs, of.steps[3].index, "abcdefghjkmn", 1, 9, playing=True)
    assert runs.foreseen(at) == replace(at, cursor=of.steps[4].index, seq=10)


def test_at_the_end_nothing_is_foreseen(atlas: Atlas) -> None:
    of = play(atlas, read_inputs(atlas, "kubernetes", "deploy", {}))
    assert runs.foreseen(Place(of.inputs, of.steps[-1].index, "abcdefghjkmn", 1, 9)) is None
