"""A hub's surroundings without a database or a server: Runs in a dictionary, and ears for sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from channels.layers import InMemoryChannelLayer

from explorer.live.hub import Hub
from explorer.live.kinds import PARTAKERS, Kind
from explorer.live.sink import Sink
from explorer.live.text import Text
from explorer.playback import runs
from explorer.playback.inputs import Inputs

PATIENCE_S = 5.0
RUN, OTHER = "aaaaaaaaaaaa", "bbbbbbbbbbbb"
SHARE = "ssssssss"


class Store:
    """Runs without a database. Every change is announced, as a commit does."""

    def __init__(self) -> None:
        self.places = {code: runs.Place(Inputs("toy", "play"), 0, code, 1, 1) for code in (RUN, OTHER)}
        self.read: list[str] = []
        self.broken: set[str] = set()
        self.shares = {SHARE: RUN}
        self.ticks_to_fail = 0

    def change(self, code: str = RUN, **changes: Any) -> int:
        place = self.places[code]
        self.places[code] = replace(place, seq=place.seq + 1, **changes)
        return place.seq + 1

    def look(
        self, code: str, languages: frozenset[str], first: bool, kind: Kind = PARTAKERS
    ) -> tuple[runs.Place | None, dict[str, str], float]:
        self.read.append(code)
        code = self.shares.get(code, code)
        if code in self.broken:
            raise RuntimeError("cannot be read")
        place = self.places.get(code)
        if place is None:
            return None, {}, 0.0
        return place, {lang: json.dumps({"seq": place.seq, "lang": lang}) for lang in languages}, 0.0

    def advance(self, code: str, seen: int) -> runs.Place:
        if self.ticks_to_fail:
            self.ticks_to_fail -= 1
            raise RuntimeError("cannot be written")
        place = self.places[code]
        if place.playing and place.seq == seen:
            runs.announce(code, self.change(code, cursor=place.cursor + 1))
        return self.places[code]

    def pause(self, code: str, seen: int) -> None:
        if self.places[code].seq == seen:
            self.change(code, playing=False)

    def numbers(self, codes: list[str]) -> dict[str, tuple[int, int]]:
        return {code: (place.epoch, place.seq) for code, place in self.places.items() if code in codes}


class Following:
    """The kind of room whose name is not its Run's code."""

    open_named = False
    ended = 4410

    def __init__(self, store: Store) -> None:
        self.store = store

    def place(self, name: str) -> runs.Place | None:
        return self.store.places.get(self.store.shares.get(name, ""))

    def text(self, place: runs.Place, language: str) -> str:
        raise NotImplementedError  # the store's own texts are read

    def numbers(self, names: Sequence[str]) -> dict[str, tuple[int, int]]:
        return {name: (1, place.seq) for name in names if (place := self.place(name)) is not None}


class Ear:
    """A viewer's end that takes everything, or (`full`) nothing for now."""

    def __init__(self) -> None:
        self.full = False
        self.sink: Sink | None = None
        self.texts: list[dict[str, Any]] = []
        self.codes: list[int] = []

    def write(self, text: Text) -> None:
        assert not self.full
        self.texts.append(json.loads(text.text))

    def end(self, code: int) -> None:
        self.codes.append(code)

    def let_go(self) -> None:
        self.sink = None

    @property
    def seqs(self) -> list[int]:
        return [text["seq"] for text in self.texts if "lang" in text]


async def until(true: Callable[[], bool]) -> None:
    """Let everything else run until it is so."""
    async with asyncio.timeout(PATIENCE_S):
        while not true():
            await asyncio.sleep(0.001)


async def joined(
    hub: Hub, code: str = RUN, language: str = "en", kind: Kind = PARTAKERS, **more: Any
) -> tuple[Ear, Sink]:
    ear = Ear()
    sink = Sink(ear, language, **more)
    await hub.join(code, sink, kind)
    return ear, sink


async def tell(code: str, seq: int) -> None:
    await asyncio.to_thread(runs.announce, code, seq)


async def announced(store: Store, layer: InMemoryChannelLayer, code: str = RUN) -> int:
    seq = store.change(code, cursor=9)
    await layer.group_send(runs.group_of(code), {"type": "news", "room": code, "seq": seq})
    return seq
