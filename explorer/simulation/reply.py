"""The server's side of a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from explorer.frames import Effect, Fields, Frame, Outcome

if TYPE_CHECKING:
    from explorer.simulation.world import World

type Deliver = Callable[[Frame], None]
type Effects = Sequence[Effect] | Callable[[], Sequence[Effect]]
type Params = Fields | Callable[[], Fields]

NOTHING: Mapping[str, Any] = {}


class Reply:
    """The server's side of one call: call it to answer. Answering twice, or too late, does nothing."""

    __slots__ = (
        "_background", "_client", "_done", "_fail", "_life",
        "_link", "_open", "_request", "_server", "_world",
    )  # fmt: skip

    def __init__(
        self,
        world: World,
        link: str,
        client: str,
        server: str,
        request: str,
        done: Deliver,
        fail: Callable[[Frame | None], None],
        background: bool,
    ) -> None:
        self._world, self._link, self._client, self._server = world, link, client, server
        self._request, self._done, self._fail, self._background = request, done, fail, background
        self._life = world.life(client)
        self._open = True

    def __call__(
        self,
        message: str,
        narration: str,
        phase: str,
        *,
        outcome: Outcome = "delivered",
        params: Params = NOTHING,
        effects: Effects = (),
        cause: int | None = None,
        api: Fields | None = None,
        background: bool | None = None,
        latency: int | None = None,
    ) -> None:
        self._world.send(
            self._link, self._server, self._client, message, narration, phase,
            params=params, effects=effects, cause=cause, request=self._request, api=api, outcome=outcome,
            background=self._background if background is None else background,
            deliver=self._answered, fail=self._undelivered, latency=latency,
        )  # fmt: skip

    def _answered(self, frame: Frame) -> None:
        if self._close():
            self._done(frame)

    def _undelivered(self, frame: Frame) -> None:
        """Nobody is there to answer any more: then nothing is owed. (Who lives waits out its patience.)"""
        if self._world.life(self._client) != self._life:
            self._close()

    def give_up(self, frame: Frame) -> None:
        if self._close():
            self._fail(frame)

    def expire(self) -> None:
        """The client's patience is over: no answer came."""
        if self._close():
            self._fail(None)

    def _close(self) -> bool:
        if not self._open:
            return False
        self._open = False
        if not self._background:
            self._world.release()
        return self._world.life(self._client) == self._life and self._world.is_up(self._client)
