"""What there is to learn: each misconception leads to a step that is there, each row to parts that are."""

from __future__ import annotations

import pytest

from explorer.graph import Atlas, Misconception
from explorer.playback.catalogue import first_play
from explorer.playback.evidence import first_step
from explorer.playback.glossary import glossary
from explorer.playback.lessons import concepts, misconceptions

ATLAS = Atlas.from_fixtures()
SHOWN = [row for row in ATLAS.misconceptions.values() if row.narration]
DEPLOY = ("kubernetes", "deploy")


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row.slug)
def test_the_step_that_shows_a_misconception_is_told_in_the_default_run(row: Misconception) -> None:
    assert row.system is not None
    assert row.scenario is not None
    told = {frame.narration for frame in first_play(ATLAS, row.system, row.scenario).frames}
    assert row.narration in told


def test_most_of_what_is_told_about_the_two_systems_can_be_seen() -> None:
    about = [
        row for row in ATLAS.misconceptions.values() if row.subject in ("borg", "control", "node", "traffic")
    ]
    assert sum(1 for row in about if row.narration) / len(about) > 0.6


def test_a_step_of_the_story_is_preferred_and_a_detail_is_shown_in_full() -> None:
    of = first_play(ATLAS, *DEPLOY)
    story = first_step(ATLAS, *DEPLOY, "bind-pod", "en")
    detail = first_step(ATLAS, *DEPLOY, "cni-add", "en")
    idle = first_step(ATLAS, *DEPLOY, "relist", "en")
    assert story is not None
    assert detail is not None
    assert idle is not None
    index = int(story.href.rpartition("step=")[2])
    assert index in {step.index for step in of.steps}
    assert of.frames[index].narration == "bind-pod"
    assert "detail=full" in detail.href
    assert ("detail=idle" in idle.href) == all(f.background for f in of.frames if f.narration == "relist")


def test_what_no_run_tells_leads_nowhere() -> None:
    assert first_step(ATLAS, *DEPLOY, "mark-node-unknown", "en") is None
    assert first_step(ATLAS, "mesos", "deploy", "bind-pod", "en") is None


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_row_is_in_one_section(language: str) -> None:
    for told, every in (
        (concepts(ATLAS, language), ATLAS.concepts),
        (misconceptions(ATLAS, language), ATLAS.misconceptions),
    ):
        slugs = [row["slug"] for section in told["sections"] for row in section["rows"]]
        assert sorted(slugs) == sorted(every)


def test_a_verdict_shows_its_own_rows_and_counts_all() -> None:
    told = misconceptions(ATLAS, "en", "outdated")
    rows = [row for section in told["sections"] for row in section["rows"]]
    assert {row["verdict"]["slug"] for row in rows} == {"outdated"}
    assert told["count"] == len(rows) < told["all"] == len(ATLAS.misconceptions)
    assert sum(item["count"] for item in told["filters"]) == told["all"]


def test_every_mark_on_the_page_is_explained_there() -> None:
    for told in (concepts(ATLAS, "en"), misconceptions(ATLAS, "en")):
        shown = {row["mark"]["slug"] for s in told["sections"] for row in s["rows"] if row["mark"]}
        assert {mark["slug"] for mark in told["marks"]} == shown


@pytest.mark.parametrize("asked", ["pod", "Pod", "调度", "  quorum ", "heartbeat"])
def test_a_word_is_found_in_either_language(asked: str) -> None:
    found = glossary(ATLAS, "en", asked)
    assert found["count"] > 0
    assert not found["nearest"]


@pytest.mark.parametrize("asked", ["kubelte", "ooooo", "漏斗", "x" * 10_000, "\x00\x1b[31m", "<b>"])
def test_what_nothing_answers_is_answered_with_the_nearest_words(asked: str) -> None:
    found = glossary(ATLAS, "zh-hans", asked)
    assert len(found["asked"]) <= 64
    assert found["count"] + len(found["nearest"]) > 0


def test_a_slip_finds_the_word_that_was_meant() -> None:
    assert glossary(ATLAS, "en", "kubelte")["nearest"][0]["word"] == "kubelet"
