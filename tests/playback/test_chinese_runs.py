"""Runs told in Chinese: what is filled in is Chinese too, and well set; what is English says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.utils.translation import override

from explorer.frames import Frame
from explorer.graph import Atlas
from explorer.playback.engine import Play, play
from explorer.playback.inputs import read_inputs
from explorer.playback.keeping import tables
from explorer.playback.narrate import narrate
from tests.catalog import slips
from tests.reading import HAN, SENTENCE

RUNS = [
    ("borg", ""),
    ("borg", "borgmaster@bm-0:down@1"),
    ("borg", "chubby:down@0"),
    ("borg", "machine/m-2:down@3"),
    ("borg", "package-repo:down@0"),
    ("kubernetes", ""),
    ("kubernetes", "etcd@etcd-0:down@0.05"),
    ("kubernetes", "image-registry:down@0"),
    ("kubernetes", "kube-controller-manager@kcm-0:down@0.05"),
    ("kubernetes", "machine/node-2:down@0.1"),
]
LANGUAGE = "zh-hans"
_QUOTED = re.compile(r"：“[^”]*”")
"""What follows a colon in quotes is cited: the message of an Event, which Kubernetes writes in English."""


@pytest.fixture(scope="module", params=RUNS, ids=lambda run: f"{run[0]} {run[1] or 'calm'}")
def of(request: pytest.FixtureRequest) -> Play:
    system, fault = request.param
    atlas = Atlas.from_fixtures()
    return play(atlas, read_inputs(atlas, system, "deploy", {}, (fault,) if fault else ()))


def told(of: Play) -> Iterator[tuple[Frame, str]]:
    """Each narration of the run once, with the frame it is for."""
    seen = set()
    for frame in of.frames:
        words = narrate(of.atlas, of.system, frame, LANGUAGE)
        for text in (words.title, words.what, words.why):
            if text not in seen:
                seen.add(text)
                yield frame, text


def test_narrations_are_well_set_with_their_values_in(of: Play) -> None:
    wrong = {text: found for _, text in told(of) if (found := list(slips(_QUOTED.sub("", text))))}
    assert not wrong


def test_narrations_fill_in_no_english_phrase(of: Play) -> None:
    phrases = {(frame.narration, text) for frame, text in told(of) if SENTENCE.search(_QUOTED.sub("", text))}
    assert not phrases


def test_tables_speak_chinese_or_say_that_a_cell_is_english(of: Play) -> None:
    left = set()
    with override(LANGUAGE):
        for frame in of.frames:
            for table in tables(frame):
                heads = [head["text"] for head in table["heads"] if not HAN.search(head["text"])]
                cells = [cell for row in table["rows"] for cell in row if cell["language"] != "en"]
                left |= {text for text in heads if re.search(r"[a-z]{3}", text)}
                left |= {cell["text"] for cell in cells if re.fullmatch(r"[a-z]{3,}|null", cell["text"])}
                left |= {cell["text"] for cell in cells if SENTENCE.search(cell["text"])}
    # Resources and levels go by the names their systems give them.
    assert not left - {"cpu", "system", "exempt"}
