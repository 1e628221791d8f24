"""The hub by itself: who hears what, when the clock stands, and that nothing is left when all have gone."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from explorer.live.hub import Hub
from explorer.live.sink import Sink
from explorer.live.text import Text
from explorer.playback import runs
from tests.live.hearing import OTHER, RUN, Ear, Store, announced, joined, tell, until


async def test_nothing_is_left_when_everybody_has_gone(hub: Hub) -> None:
    viewers = [(code, (await joined(hub, code))[1]) for code in (RUN, OTHER, RUN, RUN)]
    assert not hub.at_rest
    for code, sink in viewers:
        hub.leave(code, sink)
    await until(lambda: hub.at_rest)
    await until(lambda: asyncio.all_tasks() <= {asyncio.current_task()})


async def test_whoever_comes_again_after_the_rest_hears_again(
    hub: Hub, store: Store, layer: InMemoryChannelLayer
) -> None:
    _, sink = await joined(hub)
    hub.leave(RUN, sink)
    ear, _ = await joined(hub)
    seq = await announced(store, layer)
    await until(lambda: ear.seqs[-1:] == [seq])


async def test_a_change_is_read_once_however_many_watch(
    hub: Hub, store: Store, layer: InMemoryChannelLayer
) -> None:
    ears = [(await joined(hub))[0] for _ in range(50)]
    store.read.clear()
    seq = await announced(store, layer)
    await until(lambda: all(ear.seqs == [1, seq] for ear in ears))
    assert store.read == [RUN]


async def test_a_second_newcomer_costs_no_reading(hub: Hub, store: Store) -> None:
    await joined(hub)
    store.read.clear()
    ear, _ = await joined(hub)
    assert ear.seqs == [1]
    assert store.read == []


async def test_each_hears_its_own_language(hub: Hub, store: Store, layer: InMemoryChannelLayer) -> None:
    ears = {language: (await joined(hub, language=language))[0] for language in ("en", "zh-hans")}
    seq = await announced(store, layer)
    await until(lambda: all(ear.seqs[-1] == seq for ear in ears.values()))
    assert all({text["lang"] for text in ear.texts if "lang" in text} == {lang} for lang, ear in ears.items())


async def test_a_burst_of_news_ends_on_the_newest(
    hub: Hub, store: Store, layer: InMemoryChannelLayer
) -> None:
    ear, _ = await joined(hub)
    for _ in range(300):  # more than a channel holds
        seq = await announced(store, layer)
    await until(lambda: ear.seqs[-1] == seq)
    assert ear.seqs == sorted(set(ear.seqs))


async def test_news_that_was_lost_comes_with_the_beat(hub: Hub, store: Store) -> None:
    ear, _ = await joined(hub)
    seq = store.change(cursor=5)
    await until(lambda: ear.seqs[-1] == seq)


async def test_a_membership_that_ended_is_renewed(
    hub: Hub, store: Store, layer: InMemoryChannelLayer
) -> None:
    await joined(hub)
    layer.groups.clear()  # as the layer does when one message has grown old unheard
    await until(lambda: bool(layer.groups.get(runs.group_of(RUN))))


async def test_a_layer_out_of_order_stops_neither_viewers_nor_commands(
    hub: Hub, store: Store, layer: InMemoryChannelLayer, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    async def refuse(*_: object) -> None:
        raise ConnectionError("no layer")

    monkeypatch.setattr(layer, "group_add", refuse)
    monkeypatch.setattr(layer, "group_send", refuse)
    ear, _ = await joined(hub)
    assert ear.seqs == [1]
    seq = store.change(cursor=5)
    await tell(RUN, seq)
    await until(lambda: ear.seqs[-1] == seq)
    assert "the channel layer does not answer" in caplog.text


async def test_a_room_that_cannot_be_read_stops_no_other(
    hub: Hub, store: Store, layer: InMemoryChannelLayer, caplog: pytest.LogCaptureFixture
) -> None:
    ear, _ = await joined(hub)
    other, _ = await joined(hub, OTHER)
    store.broken.add(OTHER)
    await announced(store, layer, OTHER)
    seq = await announced(store, layer)
    await until(lambda: ear.seqs[-1] == seq)
    await until(lambda: f"reading run {OTHER} failed" in caplog.text)
    store.broken.clear()
    await until(lambda: other.seqs == [1, 2])
    caplog.clear()


async def test_a_run_that_goes_closes_its_lines(hub: Hub, store: Store) -> None:
    ear, _ = await joined(hub)
    del store.places[RUN]
    await until(lambda: 4404 in ear.codes)


async def test_a_run_that_is_not_there_closes_the_line_at_once(hub: Hub) -> None:
    ear, _ = await joined(hub, "cccccccccccc")
    assert (ear.codes, ear.texts) == ([4404], [])


async def test_the_clock_moves_a_run_that_plays(hub: Hub, store: Store) -> None:
    store.change(playing=True)
    ear, _ = await joined(hub)
    await until(lambda: len(ear.seqs) > 5)
    assert ear.seqs == list(range(2, 2 + len(ear.seqs)))


async def test_the_clock_stands_when_somebody_pauses(
    hub: Hub, store: Store, layer: InMemoryChannelLayer
) -> None:
    store.change(playing=True)
    ear, _ = await joined(hub)
    await until(lambda: len(ear.seqs) > 2)
    store.change(playing=False)
    await tell(RUN, store.places[RUN].seq)
    await until(lambda: ear.seqs[-1] == store.places[RUN].seq)
    seq = store.places[RUN].seq
    await asyncio.sleep(0.05)  # five stays
    assert store.places[RUN].seq == seq


async def test_a_step_that_could_not_be_written_is_tried_again(
    hub: Hub, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.change(playing=True)
    store.ticks_to_fail = 2
    ear, _ = await joined(hub)
    await until(lambda: len(ear.seqs) > 2)
    assert caplog.text.count(f"playing run {RUN} failed") == 2


async def test_a_run_plays_on_for_a_while_after_its_last_viewer_and_then_stands(
    hub: Hub, store: Store
) -> None:
    hub._empty_room_s = 1.0  # long enough for two steps on a busy machine
    store.change(playing=True)
    _, sink = await joined(hub)
    hub.leave(RUN, sink)
    moved = store.places[RUN].seq
    await until(lambda: store.places[RUN].seq > moved + 1)
    await until(lambda: not store.places[RUN].playing)
    await until(lambda: hub.at_rest)


async def test_whoever_comes_back_in_time_finds_it_playing(hub: Hub, store: Store) -> None:
    store.change(playing=True)
    _, sink = await joined(hub)
    hub.leave(RUN, sink)
    ear, _ = await joined(hub)
    await asyncio.sleep(0.1)  # longer than an empty room plays on
    assert store.places[RUN].playing
    assert len(ear.seqs) > 2


async def test_a_run_watched_in_another_process_is_not_stopped_from_here(
    hub: Hub, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.live.hub.InMemoryChannelLayer", type("SomeOtherLayer", (), {}))
    store.change(playing=True)
    _, sink = await joined(hub)
    hub.leave(RUN, sink)
    await until(lambda: not hub.rooms)
    store.change(cursor=40)  # the other process's clock
    await until(lambda: hub.at_rest)
    assert store.places[RUN].playing


async def test_a_server_that_stops_leaves_the_run_playing(hub: Hub, store: Store) -> None:
    store.change(playing=True)
    _, sink = await joined(hub)
    hub.leave(RUN, sink, at_once=True)
    await until(lambda: hub.at_rest)
    assert store.places[RUN].playing


async def test_an_error_while_joining_leaves_nobody_behind(hub: Hub, store: Store) -> None:
    store.broken.add(RUN)
    sink = Sink(Ear(), "en")
    with pytest.raises(RuntimeError, match="cannot be read"):
        await hub.join(RUN, sink)
    hub.leave(RUN, sink)
    await until(lambda: hub.at_rest)


def test_a_viewer_that_takes_nothing_gets_only_the_newest_once_it_does() -> None:
    ear = Ear()
    sink = Sink(ear, "en")
    ear.full = True
    for seq in range(1, 6):
        sink.push((1, seq), Text(json.dumps({"seq": seq, "lang": "en"})))
        sink.beat(Text(json.dumps({"epoch": 1, "seq": seq})))
    ear.full = False
    sink.drained()
    sink.drained()
    assert ear.seqs == [5]
    assert sink.skipped == 4


def test_what_a_viewer_has_is_not_brought_again() -> None:
    ear = Ear()
    sink = Sink(ear, "en", (1, 5))
    for version in ((1, 5), (1, 4), (0, 9), (1, 6), (2, 1), (1, 7)):
        sink.push(version, Text(json.dumps({"seq": version[1], "lang": "en"})))
    assert ear.seqs == [6, 1]


@pytest.fixture(autouse=True)
def nothing_is_complained_of(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Any:
    """asyncio says in its log what nobody waited for, and what was destroyed while it ran."""
    logging.getLogger("explorer").propagate = True
    yield
    logging.getLogger("explorer").propagate = False
    assert [record.getMessage() for record in caplog.get_records("call") if record.name == "asyncio"] == []
