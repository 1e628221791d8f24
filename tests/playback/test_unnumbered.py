"""A step is rendered once for all Runs that stand there; each Run's own code and numbers are in its text."""

from dataclasses import replace
from pathlib import Path

import pytest

from explorer.graph import Atlas
from explorer.playback import following, fragment
from explorer.playback.engine import play
from explorer.playback.inputs import read_inputs
from explorer.playback.kept import Kept
from explorer.playback.place import Place
from explorer.playback.unnumbered import text_of
from explorer.playback.view import view_of

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
ATLAS = Atlas.from_fixtures(FIXTURES)
PLAYED = play(ATLAS, read_inputs(ATLAS, "kubernetes", "deploy", {}))


def place(step: int = 5, code: str = "abcdefghjkmn", seq: int = 7, epoch: int = 1) -> Place:
    return Place(PLAYED.inputs, PLAYED.steps[step].index, code, epoch, seq)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("template", ["partials/fragment.html", following.TEMPLATE])
def test_the_text_is_the_one_that_the_place_itself_would_make(language: str, template: str) -> None:
    def render(at: Place) -> str:
        return fragment.render(view_of(ATLAS, at, language, drawings=False), language, template)

    kept: Kept[str] = Kept(100)
    for step in range(len(PLAYED.steps)):
        for code, epoch, seq in (("abcdefghjkmn", 1, step + 1), ("", 3, 900), ("zzzzzzzzzzzz", 12, 1)):
            at = place(step, code, seq, epoch)
            assert text_of(kept, "", at, render) == render(at)


def test_other_runs_and_later_numbers_are_not_rendered_again() -> None:
    rendered: list[Place] = []

    def render(at: Place) -> str:
        rendered.append(at)
        return f"{at.code} {at.epoch} {at.seq}"

    kept: Kept[str] = Kept(100)
    assert text_of(kept, "", place(), render) == "abcdefghjkmn 1 7"
    assert text_of(kept, "", place(code="nmkjhgfedcba", seq=8, epoch=2), render) == "nmkjhgfedcba 2 8"
    assert len(rendered) == 1
    for other in (place(code=""), place(step=6), replace(place(), playing=True), replace(place(), speed=2.0)):
        text_of(kept, "", other, render)
    assert len(rendered) == 5
