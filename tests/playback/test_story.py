"""The story of a deploy: long enough to be true, short enough to be watched."""

from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.exports.transcript import lines, transcript_line
from explorer.graph import Atlas
from explorer.playback.engine import play
from explorer.playback.inputs import Inputs, read_inputs
from explorer.playback.narrate import LANGUAGES, narrate

type Golden = Callable[[str, str], None]

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.from_fixtures(FIXTURES)


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
