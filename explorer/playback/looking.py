"""Who looks at what: a play, a place in it, a language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.utils.translation import override, pgettext

from explorer.frames import Frame, seconds
from explorer.graph import Atlas
from explorer.playback.engine import Play
from explorer.playback.inputs import Inputs, subject_of
from explorer.playback.place import Place
from explorer.playback.steps import Step


@dataclass(frozen=True)
class Looking:
    """Who looks at what: a play, a place in it, a language."""

    of: Play
    place: Place
    language: str

    @property
    def inputs(self) -> Inputs:
        return self.of.inputs

    @property
    def step(self) -> Step | None:
        return self.of.step(self.place.cursor)

    @property
    def frame(self) -> Frame | None:
        step = self.step
        return self.of.frames[step.index] if step is not None else None

    @property
    def time(self) -> int:
        return self.of.time_of(self.place.cursor)

    def href(self, index: int) -> str:
        """The way to another step of this view, from the page it stands on: a query alone, to be short."""
        query = self.inputs.query
        if index >= 0:
            return f"?{query}&step={index}" if query else f"?step={index}"
        return f"?{query}"


def socket_of(place: Place, language: str) -> str:
    """The address of a Run's live line, with what its page already has; "" without a Run."""
    if not place.code:
        return ""
    return f"/ws/runs/{place.code}/?lang={language}&epoch={place.epoch}&seq={place.seq}"


@cache
def phase_name(phase: str, language: str) -> str:
    """A phase's name in a language."""
    with override(language):
        return pgettext("phase", phase) if phase else ""


def clock(time: int) -> str:
    """A time on the page: seconds with three decimals."""
    return seconds(time)[:-3]


def title_of(atlas: Atlas, system: str, scenario: str, language: str) -> str:
    """A walkthrough's title."""
    return subject_of(atlas, system, scenario).title[language]
