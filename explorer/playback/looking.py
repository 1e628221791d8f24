"""Who looks at what: a play, a place in it, a language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import pgettext

from explorer.frames import Frame, seconds
from explorer.graph import Atlas
from explorer.playback.engine import Play
from explorer.playback.inputs import Inputs, is_storyboard
from explorer.playback.runs import Place
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
        return self.inputs.address(step=index, rev=self.of.rev)


def phase_name(phase: str) -> str:
    """A phase's name in the language of this answer."""
    return pgettext("phase", phase) if phase else ""


def clock(time: int) -> str:
    """A time on the page: seconds with three decimals."""
    return seconds(time)[:-3]


def title_of(atlas: Atlas, system: str, scenario: str, language: str) -> str:
    """A walkthrough's title."""
    if is_storyboard(atlas, system, scenario):
        return atlas.storyboards[scenario].title[language]
    return atlas.stagings[scenario, system].title[language]
