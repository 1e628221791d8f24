"""A hub that stands by itself, for tests without a server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers

from explorer.live import room
from explorer.live.hub import Hub
from explorer.playback import runs
from tests.live.hearing import Store, until


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    made = Store()
    monkeypatch.setattr(room, "_read", made.look)
    monkeypatch.setattr(room, "dwell_seconds", lambda reading, speed: 0.01)
    monkeypatch.setattr(room, "RETRY_S", 0.01)
    monkeypatch.setattr(room, "_make_next", lambda place, languages, kind: None)
    for name in ("advance", "numbers"):
        monkeypatch.setattr(runs, name, getattr(made, name))
    monkeypatch.setattr(runs, "pause_unwatched", made.pause)
    return made


@pytest.fixture
def layer() -> AsyncIterator[InMemoryChannelLayer] | Any:
    made = InMemoryChannelLayer()
    before = channel_layers.set("default", made)
    yield made
    channel_layers.set("default", before)


@pytest.fixture
async def hub(store: Store, layer: InMemoryChannelLayer) -> AsyncIterator[Hub]:
    """A hub whose times are short. After each test nothing of it is left."""
    made = Hub(beat=0.02, empty_room=0.05, others=0.05)
    yield made
    for code, one in list(made.rooms.items()):
        for sink in list(one.sinks):
            made.leave(code, sink)
    await until(lambda: made.at_rest)
    await until(lambda: asyncio.all_tasks() <= {asyncio.current_task()})
    assert not layer.groups
