"""The step of a run that shows something: where it stands, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.graph import Atlas
from explorer.playback.catalogue import first_play
from explorer.playback.inputs import walkthroughs
from explorer.playback.steps import Detail


@dataclass(frozen=True, slots=True)
class Evidence:
    """A step to look at: its system, its title in one language, its address."""

    system: str
    title: str
    href: str


def first_step(atlas: Atlas, system: str, scenario: str, narration: str, language: str) -> Evidence | None:
    """The first step of a walkthrough, with its defaults, that tells `narration`; None where none does.

    A step of the story where it has one, else the message in full detail.
    """
    if (system, scenario) not in walkthroughs(atlas):
        return None
    of = first_play(atlas, system, scenario)
    ends = {step.index for step in of.steps}
    frames = [frame for frame in of.frames if frame.narration == narration]
    found = min(frames, key=lambda frame: (frame.index not in ends, frame.background), default=None)
    if found is None:
        return None
    detail: Detail = "story" if found.index in ends else "idle" if found.background else "full"
    title = of.words(found.index, language).title
    return Evidence(system, title, of.inputs.address(step=found.index, detail=detail))
