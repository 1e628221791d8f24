"""Storyboards: steps that an author wrote over the graph, as frames."""

from __future__ import annotations

from typing import cast

from explorer.frames import MICROSECONDS, Effect, Frame, Outcome
from explorer.graph import Storyboard


def storyboard_frames(board: Storyboard) -> list[Frame]:
    """One frame a step, a second apart: a telling has an order, but no times of its own.

    The narration key is `SLUG/ORDER`; `params["told"]` is true where the step differs from the sources.
    """
    return [
        Frame(
            index=index,
            sent=index * MICROSECONDS,
            at=index * MICROSECONDS,
            phase=step.phase,
            source=step.source,
            target=step.target,
            link=step.link,
            message=step.message,
            narration=f"{board.slug}/{step.order}",
            params={"told": step.told},
            effects=tuple(
                Effect(effect["where"], effect["object"], effect["before"], effect["after"])
                for effect in step.effects
            ),
            outcome=cast(Outcome, step.outcome),
            background=False,
            cause=index - 1 if index else None,
            request=None,
            api=None,
        )
        for index, step in enumerate(board.steps)
    ]
