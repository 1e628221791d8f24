"""Every frame can be told: its narration is there, and every name in it has a value."""

import pytest

from explorer.graph import Atlas
from explorer.graph.words import template_names
from explorer.playback.narrate import narrate
from tests.simulation.borg.conftest import Play

RUNS: dict[str, tuple[str, ...]] = {
    "calm": (),
    "no master": ("borgmaster@bm-0:down@2-30",),
    "cut master": ("borgmaster@bm-0:cut@0.5-20",),
    "no majority": tuple(f"borgmaster@bm-{number}:down@0.01" for number in (2, 3, 4)),
    "silent machine": ("machine/m-3:cut@9-60",),
    "borglet": ("borglet@m-2:down@7-10",),
    "crash loop": ("task:jfoo/1@m-1:down@0.1",),
    "shard": ("link-shard@bm-1:down@0.5",),
    "packages": ("package-repo:down@0-20",),
    "names": ("chubby:down@4-30",),
}


@pytest.mark.parametrize("faults", RUNS.values(), ids=RUNS)
@pytest.mark.parametrize("cached", [True, False])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_frame_has_words_and_a_value_for_every_name(
    play: Play, atlas: Atlas, faults: tuple[str, ...], cached: bool, language: str
) -> None:
    for frame in play(*faults, cached=cached, replicas=4):
        assert ("borg", frame.narration) in atlas.narrations, frame.narration
        words = narrate(atlas, "borg", frame, language)
        text = f"{words.title} {words.what} {words.why} {words.label} {words.short}"
        assert "‹" not in text, (frame.narration, text)
        assert len(words.label) <= 16, (frame.narration, words.label)
        assert len(words.short) <= 9, (frame.narration, words.short)


def test_titles_are_short_and_nothing_is_left_empty(atlas: Atlas) -> None:
    told = [narration for (system, _), narration in atlas.narrations.items() if system == "borg"]
    assert len(told) > 80
    for narration in told:
        assert len(narration.title["en"].split()) <= 6, narration.key
        for words in (narration.title, narration.what, narration.why, narration.label, narration.short):
            assert all(words.values()), narration.key
        names = [template_names(narration.what[language]) for language in ("en", "zh-hans")]
        assert names[0] == names[1], narration.key
