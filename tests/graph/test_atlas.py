"""What an Atlas answers, and when two Atlases are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.errors import NotKnown
from explorer.graph import Atlas, Citation
from tests.graph.small import fields, small, write


@pytest.fixture
def atlas(tmp_path: Path) -> Atlas:
    return Atlas.from_fixtures(write(tmp_path, small()))


def test_words_come_by_language_code(atlas: Atlas) -> None:
    assert atlas.scenarios["deploy"].title == {"en": "Deploy", "zh-hans": "部署"}
    assert atlas.terms["job"].forms == {"en": ("job", "jobs"), "zh-hans": ("作业",)}


def test_a_fact_has_all_its_citations_the_first_one_first(atlas: Atlas) -> None:
    assert atlas.component("toy", "server").citations == (Citation("doc", "§1"), Citation("log", "12"))


def test_an_unknown_component_is_answered_with_the_most_alike(atlas: Atlas) -> None:
    with pytest.raises(NotKnown, match="known: agent"):
        atlas.component("toy", "agnet")


def test_a_part_uses_the_links_of_what_it_is_part_of(atlas: Atlas) -> None:
    assert atlas.joins(atlas.links["X1"], "client", "gate")
    assert [link.slug for link in atlas.links_between("toy", "gate", "client")] == ["X1"]


def test_an_answer_goes_back_over_the_same_link(atlas: Atlas) -> None:
    assert atlas.joins(atlas.links["X2"], "server", "agent")


def test_told_links_join_nothing_unless_asked_for(atlas: Atlas) -> None:
    assert list(atlas.links_between("toy", "client", "agent")) == []
    assert [link.slug for link in atlas.links_between("toy", "client", "agent", told=True)] == ["X9"]


def test_steps_are_in_their_order(atlas: Atlas) -> None:
    assert [step.order for step in atlas.storyboards["tale"].steps] == [1, 2, 3]


def test_the_version_changes_with_a_word_and_not_with_the_order_of_rows(atlas: Atlas, tmp_path: Path) -> None:
    fixtures = small()
    fixtures["components/toy.yaml"].reverse()
    assert Atlas.from_fixtures(write(tmp_path / "turned", fixtures)).version == atlas.version
    fields(fixtures, "terms.yaml")["meaning_en"] = "Something else."
    assert Atlas.from_fixtures(write(tmp_path / "changed", fixtures)).version != atlas.version


def test_yaml_blocks_mean_the_same_as_plain_text(atlas: Atlas, tmp_path: Path) -> None:
    fixtures = small()
    fields(fixtures, "terms.yaml")["meaning_en"] += "\n"
    assert Atlas.from_fixtures(write(tmp_path / "block", fixtures)).version == atlas.version


def test_lessons_name_their_parts_and_the_step_that_shows_them(atlas: Atlas) -> None:
    assert atlas.concepts["job-errand"].components == (("toy", "server"), ("other", "boss"))
    told = atlas.misconceptions["server-calls"]
    assert (told.components, told.system, told.scenario) == ((("toy", "agent"),), "toy", "deploy")
    assert (told.concept, told.term) == ("job-errand", "job")
