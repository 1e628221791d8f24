"""Goal 5: what a phone gets a step, over every step of both deploys in both languages."""

import json
import statistics
from dataclasses import replace
from pathlib import Path

import pytest

from explorer.graph import Atlas
from explorer.live.text import Text
from explorer.playback import following, fragment
from explorer.playback.engine import play
from explorer.playback.inputs import read_inputs
from explorer.playback.narrate import LANGUAGES
from explorer.playback.place import Place
from explorer.playback.view import view_of
from tests.bench.telling import percentile, tell

pytestmark = pytest.mark.bench
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
TEMPLATES = {"followers": following.TEMPLATE, "those who take part": "partials/fragment.html"}


@pytest.mark.goal("5")
@pytest.mark.parametrize("viewers", TEMPLATES)
def test_bytes_a_phone_and_step(viewers: str) -> None:
    atlas = Atlas.from_fixtures(FIXTURES)
    raw: list[float] = []
    small: list[float] = []
    for system in ("kubernetes", "borg"):
        of = play(atlas, read_inputs(atlas, system, "deploy", {}))
        for step in of.steps:
            place = Place(of.inputs, step.index, "abcdefghjkmn", 1, step.number)
            for language in LANGUAGES:
                at = replace(place, code="") if viewers == "followers" else place
                view = view_of(atlas, at, language, drawings=False)
                view = following.told(view) if viewers == "followers" else view
                content = fragment.render(view, language, TEMPLATES[viewers])
                told = {"epoch": 1, "seq": step.number, "content": content}
                text = Text(json.dumps(told, ensure_ascii=False, separators=(",", ":")))
                raw.append(len(text.plain))
                small.append(len(text.small))
    goals = (("median, compressed", statistics.median(small), "≤ 1448"),
             ("95 % within, compressed", percentile(small, 95), "≤ 2896"),
             ("most, compressed", max(small), "-"),
             ("most, plain", max(raw), "≤ 8192"))  # fmt: skip
    for what, figure, goal in goals:
        tell(f"5  a step to {viewers}: {what}", figure, goal, f"{len(raw)} texts", unit="B")
    ratio = statistics.median(part / whole for part, whole in zip(small, raw, strict=True))
    tell(f"5  a step to {viewers}: compressed of plain", ratio, "≤ 0.3")
