"""The story of a deploy: long enough to be true, short enough to be watched."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.exports.transcript import lines, transcript_line
from explorer.graph import Atlas
from explorer.playback.engine import play
from explorer.playback.inputs import Inputs, read_inputs
from explorer.playback.narrate import LANGUAGES, narrate
from explorer.simulation import topology_of
from tests.playback.conftest import read_atlas

type Golden = Callable[[str, str], None]


def deploy(atlas: Atlas, system: str, **given: str) -> Inputs:
    return read_inputs(atlas, system, "deploy", given)


@pytest.mark.parametrize("system", ["borg", "kubernetes"])
def test_a_deploy_of_three_has_fifteen_to_twenty_five_steps(atlas: Atlas, system: str) -> None:
    assert 15 <= len(play(atlas, deploy(atlas, system)).steps) <= 25


@pytest.mark.parametrize("system", ["borg", "kubernetes"])
@pytest.mark.parametrize("detail", ["story", "full"])
def test_every_step_is_told_in_both_languages(atlas: Atlas, system: str, detail: str) -> None:
    of = play(atlas, deploy(atlas, system, detail=detail))
    for step in of.steps:
        frame = of.frames[step.index]
        assert (system, frame.narration) in atlas.narrations, frame.narration
        for language in LANGUAGES:
            words = narrate(atlas, system, frame, language)
            assert words.title
            assert words.what
            assert "‹" not in words.title + words.what + words.why + words.label + words.short, words


@pytest.mark.parametrize("system", ["borg", "kubernetes"])
def test_each_narration_of_the_fixtures_says_when_it_ends_a_step_in_a_known_way(
    atlas: Atlas, system: str
) -> None:
    rules = {n.story for (of, _key), n in atlas.narrations.items() if of == system}
    assert rules <= {"", "first", "complete", "each", "first-complete"}


@pytest.mark.parametrize("system", ["borg", "kubernetes"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_story_reads_as_it_was_reviewed(atlas: Atlas, system: str, language: str, golden: Golden) -> None:
    told = "\n".join(lines(play(atlas, deploy(atlas, system)), "text", language))
    golden(f"{system}/deploy.{language}.txt", told + "\n")


@pytest.mark.parametrize("system", ["borg", "kubernetes"])
def test_the_whole_run_is_as_it_was_reviewed(atlas: Atlas, system: str, golden: Golden) -> None:
    of = play(atlas, deploy(atlas, system))
    golden(f"{system}/deploy.frames.txt", "".join(f"{transcript_line(frame)}\n" for frame in of.frames))


def test_the_articles_telling_plays_in_the_same_player(atlas: Atlas, golden: Golden) -> None:
    of = play(atlas, read_inputs(atlas, "borg", "as-the-article-tells", {}))
    assert len(of.steps) == len(of.frames) == 8
    told = [narrate(atlas, "borg", frame, "en").told for frame in of.frames]
    assert sum(1 for one in told if one is not None) >= 5
    golden("borg/as-the-article-tells.txt", "\n".join(lines(of, "text", "en")) + "\n")


def test_idle_traffic_is_shown_when_asked_for(atlas: Atlas) -> None:
    full, idle = (play(atlas, deploy(atlas, "borg", detail=detail)) for detail in ("full", "idle"))
    assert len(full.steps) < len(idle.steps) == len(idle.frames)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(["borg", "kubernetes"]), st.data())
def test_no_fault_leaves_a_frame_without_words(system: str, data: Any) -> None:
    atlas = read_atlas()
    topology = topology_of(atlas, system, "deploy", {})
    target = data.draw(st.sampled_from(topology.targets()))
    kind = data.draw(st.sampled_from(["down", "cut", "slow=300"]))
    start = data.draw(st.integers(0, 12_000)) / 1000
    end = data.draw(st.sampled_from(["", f"-{start + 9:.3f}"]))
    of = play(atlas, read_inputs(atlas, system, "deploy", {}, [f"{target}:{kind}@{start}{end}"]))
    for frame in of.frames:
        assert (system, frame.narration) in atlas.narrations, frame.narration
        for language in LANGUAGES:
            words = narrate(atlas, system, frame, language)
            told = words.title + words.what + words.why + words.label + words.short
            assert "‹" not in told, (frame.narration, told)
            assert not re.search(r"\bNone\b(?! of)", told), (frame.narration, told)
