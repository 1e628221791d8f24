"""What followers are pushed: whole, small, in one piece of the air, and without any way to command."""

from __future__ import annotations

import json
import re
import statistics

import pytest

from explorer.live.text import Text
from explorer.playback import following, fragment, versus
from explorer.playback.align import align
from explorer.playback.engine import Play, play
from explorer.playback.inputs import read_inputs
from explorer.playback.narrate import LANGUAGES
from explorer.playback.pairing import read_pair
from explorer.playback.place import Place
from explorer.playback.view import view_of
from tests.playback.conftest import read_atlas

ATLAS = read_atlas()
MOST_BYTES = 8 * 1024
SEGMENT_BYTES = 1448
"""What one TCP segment carries over Ethernet or Wi-Fi."""
CODE = "abcdefghjkmn"


def deploy(system: str, **given: str) -> Play:
    return play(ATLAS, read_inputs(ATLAS, system, "deploy", given))


def pushed(of: Play, index: int, language: str) -> str:
    place = following.onlooker(Place(of.inputs, index, CODE, 1, 2))
    view = following.told(view_of(ATLAS, place, language, drawings=False))
    content = fragment.render(view, language, following.TEMPLATE)
    return json.dumps({"epoch": 1, "seq": 2, "content": content}, ensure_ascii=False, separators=(",", ":"))


# No `django_db`: a query would fail.
def test_every_step_is_small_and_most_are_one_segment() -> None:
    texts = [
        Text(pushed(of, step.index, language))
        for of in (deploy("borg"), deploy("kubernetes"))
        for language in LANGUAGES
        for step in of.steps
    ]
    assert max(len(text.plain) for text in texts) <= MOST_BYTES
    small = [len(text.small) for text in texts]
    assert statistics.median(small) <= SEGMENT_BYTES
    assert statistics.quantiles(small, n=20)[-1] <= 2 * SEGMENT_BYTES


@pytest.mark.parametrize("system", ["borg", "kubernetes"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_it_commands_or_leads_to_who_may(system: str, language: str) -> None:
    of = deploy(system)
    for step in (None, *of.steps):
        text = pushed(of, step.index if step is not None else -1, language)
        assert CODE not in text
        assert not re.search(r"run=|/do/|<form|csrf|style=|<script>", text)
        assert "hx-" not in re.sub(r"</?hx-partial|hx-target=|hx-swap=", "", text)


def test_a_broken_part_is_named_in_it() -> None:
    of = play(ATLAS, read_inputs(ATLAS, "kubernetes", "deploy", {}, ["kubelet@node-1:down@0"]))
    assert "✕ " in pushed(of, of.steps[3].index, "en")


def test_it_tells_the_same_step_as_the_runs_own_page() -> None:
    of = deploy("kubernetes")
    for step in of.steps:
        view = view_of(ATLAS, Place(of.inputs, step.index, CODE, 1, 2), "en", drawings=False)
        shown = json.loads(pushed(of, step.index, "en"))["content"]
        assert str(view["step"]["what"]).replace('"', "") in shown.replace('"', "")


def test_two_runs_side_by_side_are_small_too_and_command_nothing() -> None:
    left, right = read_pair(ATLAS, "deploy", {}, ((), ()))
    meetings = align(play(ATLAS, left), play(ATLAS, right))
    for language in LANGUAGES:
        for number in range(-1, len(meetings.meetings)):
            cursors = meetings.cursors(number)
            place = following.onlooker(
                Place(left, cursors[0], CODE, 1, 2, right=right, right_cursor=cursors[1])
            )
            view = following.of_two(versus.view_of(ATLAS, place, language, drawings=False))
            text = fragment.render(view, language, following.OF_TWO)
            assert len(json.dumps(text, ensure_ascii=False).encode()) <= MOST_BYTES
            assert CODE not in text
            assert not re.search(r"run=|/do/|<form|csrf|style=|<script>", text)
