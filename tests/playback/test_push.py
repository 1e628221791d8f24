"""A pushed step: a whole state, small, without queries, and the same picture as a fresh page."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.diagram import REST, delta, whole
from explorer.playback import fragment, picture
from explorer.playback.engine import Play, play
from explorer.playback.inputs import read_inputs
from explorer.playback.narrate import LANGUAGES
from explorer.playback.runs import Place
from explorer.playback.view import view_of
from tests.playback.conftest import read_atlas

ATLAS = read_atlas()
MOST_BYTES = 8 * 1024


def deploy(system: str, **given: str) -> Play:
    return play(ATLAS, read_inputs(ATLAS, system, "deploy", given))


def pushed(of: Play, index: int, language: str) -> str:
    place = Place(of.inputs, index, "abcdefghjkmn", 1, 2)
    return fragment.render(view_of(ATLAS, place, language, drawings=False), language)


def text_of(content: str) -> str:
    """What goes over the line: quotes and line ends take two bytes there."""
    return json.dumps({"epoch": 1, "seq": 2, "content": content}, ensure_ascii=False, separators=(",", ":"))


# No `django_db`: a query would fail.
@pytest.mark.parametrize("system", ["borg", "kubernetes"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pushed_step_is_at_most_eight_kilobytes(system: str, language: str) -> None:
    of = deploy(system)
    sizes = {step.number: len(text_of(pushed(of, step.index, language)).encode()) for step in of.steps}
    assert max(sizes.values()) <= MOST_BYTES, sizes


@pytest.mark.parametrize("system", ["borg", "kubernetes"])
def test_a_pushed_step_commands_nothing_and_carries_no_secret(system: str) -> None:
    of = deploy(system)
    text = pushed(of, of.steps[5].index, "en")
    bare = text.replace("<hx-partial hx-target", "").replace("hx-swap=", "").replace("</hx-partial>", "")
    assert "hx-" not in bare
    assert "csrf" not in bare
    assert "style=" not in bare
    assert "<script>" not in bare


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["borg", "kubernetes"]), st.sampled_from(LANGUAGES), st.data())
def test_rest_and_differences_make_the_whole_state(system: str, language: str, data: Any) -> None:
    of = deploy(system, detail="full")
    step = data.draw(st.sampled_from(of.steps))
    moment = picture.moment(of, step, language)
    wide, compact = (picture.scene(of, drawing, language) for drawing in picture.DRAWINGS)
    rest, now = wide.state(REST), wide.state(moment)
    assert shown(whole(rest, delta(rest, now))) == shown(now)
    like = (rest, now)
    rest, now = compact.state(REST), compact.state(moment)
    assert shown(whole(rest, delta(rest, now, like), like)) == shown(now)


def shown(state: dict[str, Any]) -> dict[str, Any]:
    """A state without the ways of links that nobody sees."""
    paths = {key: d for key, d in state["paths"].items() if state["links"].get(key) != "off"}
    return {**state, "paths": paths}
