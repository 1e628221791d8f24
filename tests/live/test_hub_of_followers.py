"""Two rooms of one Run in one hub: those who are in it and those who follow."""

from __future__ import annotations

import asyncio

import pytest
from channels.layers import InMemoryChannelLayer

from explorer.live import room
from explorer.live.hub import Hub
from explorer.live.sink import Sink
from explorer.live.text import Text
from explorer.playback import runs
from tests.live.hearing import RUN, SHARE, Ear, Following, Store, announced, joined, tell, until


async def test_those_in_a_run_and_those_who_follow_hear_the_same_news(
    hub: Hub, store: Store, layer: InMemoryChannelLayer
) -> None:
    ears = [(await joined(hub))[0], (await joined(hub, SHARE, kind=Following(store)))[0]]
    assert len(layer.groups[runs.group_of(RUN)]) == 1
    seq = await announced(store, layer)
    await until(lambda: all(ear.seqs == [1, seq] for ear in ears))


async def test_followers_go_on_hearing_when_those_in_the_run_have_left(
    hub: Hub, store: Store, layer: InMemoryChannelLayer
) -> None:
    _, sink = await joined(hub)
    ear, _ = await joined(hub, SHARE, kind=Following(store))
    hub.leave(RUN, sink)
    seq = await announced(store, layer)
    await until(lambda: ear.seqs == [1, seq])
    assert layer.groups[runs.group_of(RUN)]


async def test_a_run_that_followers_watch_is_not_stopped_when_its_driver_leaves(
    hub: Hub, store: Store
) -> None:
    store.change(playing=True)
    _, sink = await joined(hub)
    ear, _ = await joined(hub, SHARE, kind=Following(store))
    hub.leave(RUN, sink)
    await until(lambda: RUN not in hub.rooms)
    heard = len(ear.seqs)
    await until(lambda: len(ear.seqs) > heard + 3)
    assert store.places[RUN].playing


async def test_whoever_comes_while_a_room_is_read_costs_no_second_reading(hub: Hub, store: Store) -> None:
    kind = Following(store)
    ears = await asyncio.gather(*(joined(hub, SHARE, kind=kind) for _ in range(200)))
    assert all(ear.seqs == [1] for ear, _ in ears)
    assert store.read == [SHARE]


@pytest.mark.parametrize("told", [True, False])
async def test_followers_are_let_go_when_the_sharing_ends(hub: Hub, store: Store, told: bool) -> None:
    ear, _ = await joined(hub, SHARE, kind=Following(store))
    other, _ = await joined(hub)
    del store.shares[SHARE]
    if told:
        await tell(RUN, 0)
    await until(lambda: 4410 in ear.codes)  # by the news, or else by the beat
    assert other.codes == []


async def test_a_screen_is_served_first_and_a_large_room_lets_others_in_between(
    hub: Hub, store: Store, layer: InMemoryChannelLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "SLICE", 10)
    served: list[Ear] = []

    class Noting(Ear):
        def write(self, text: Text) -> None:
            super().write(text)
            if "lang" in self.texts[-1]:
                served.append(self)

    ears, kind = [Noting() for _ in range(35)], Following(store)
    for number, ear in enumerate(ears):
        await hub.join(SHARE, Sink(ear, "en", ahead=number == 30), kind)
    served.clear()
    seq = await announced(store, layer)
    await until(lambda: len(served) >= 10)
    assert served[0] is ears[30]
    newest = await announced(store, layer)
    await until(lambda: all(ear.seqs[-1] == newest for ear in ears))
    assert all(ear.seqs == sorted(set(ear.seqs)) for ear in ears)
    assert seq < newest
