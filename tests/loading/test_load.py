"""Fixtures are loaded whole or not at all, once, and people's edits outlive the next load."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from explorer.graph import Atlas, BrokenFixtures
from explorer.loading import Loaded, load
from explorer.models import Component, FixtureLoad, GraphStamp, Link, Misconception, StoryboardStep, Term
from explorer.playback.atlas import atlas_from_models
from tests.graph.small import Small, component, fields, files, small, write

pytestmark = pytest.mark.django_db

TOY, LINKS, TALE = "components/toy.yaml", "links/toy.yaml", "storyboards/tale.yaml"


@pytest.fixture
def fixtures(tmp_path: Path) -> Small:
    """Sound fixtures, written below the test's folder and loaded."""
    made = small()
    load(write(tmp_path, made))
    return made


def agent() -> Component:
    return Component.objects.get(system__slug="toy", slug="agent")


def edit(row: Component | Link | Term, **values: str) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("load_fixtures", *arguments, stdout=out)
    return out.getvalue()


def test_everything_is_made_once(tmp_path: Path) -> None:
    folder = write(tmp_path, small())
    loaded = load(folder)
    assert (loaded.made, loaded.changed, loaded.removed) == (24, 0, 0)
    assert atlas_from_models() == Atlas.from_fixtures(folder)


def test_loading_the_same_files_again_does_nothing(
    fixtures: Small, tmp_path: Path, django_assert_num_queries: object
) -> None:
    stamp = GraphStamp.now()
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture has no public type
        assert load(tmp_path) == Loaded(skipped=True)
    assert GraphStamp.now() == stamp


def test_loading_is_idempotent_without_the_shortcut(fixtures: Small, tmp_path: Path) -> None:
    FixtureLoad.objects.update(content="")
    assert load(tmp_path) == Loaded()


def test_a_change_in_the_files_reaches_the_row_and_no_other(fixtures: Small, tmp_path: Path) -> None:
    fields(fixtures, TOY, 3)["summary_zh_hans"] = "节点上的代理。"
    loaded = load(write(tmp_path, fixtures))
    assert (loaded.made, loaded.changed, loaded.removed) == (0, 1, 0)
    assert atlas_from_models().component("toy", "agent").summary["zh-hans"] == "节点上的代理。"


def test_a_row_that_left_the_files_leaves_the_database(fixtures: Small, tmp_path: Path) -> None:
    del fixtures[TALE][3]
    del fixtures[LINKS][2]
    loaded = load(write(tmp_path, fixtures))
    assert loaded.removed == 2
    assert not Link.objects.filter(slug="X9").exists()
    assert list(StoryboardStep.objects.values_list("order", flat=True)) == [1, 2]


def test_a_component_and_its_part_leave_together(fixtures: Small, tmp_path: Path) -> None:
    fixtures[TOY] += [
        component("box", "client"),
        component("lid", "client", part_of=["toy", "box"]),
    ]
    assert load(write(tmp_path, fixtures)).made == 2
    del fixtures[TOY][-2:]
    assert load(write(tmp_path, fixtures)).removed == 2


def test_an_edited_row_is_kept_and_listed_while_others_change(fixtures: Small, tmp_path: Path) -> None:
    edit(agent(), summary_en="Grace's words.")
    fields(fixtures, TOY, 3)["summary_en"] = "The files' words."
    fields(fixtures, "terms.yaml")["meaning_en"] = "Work to do."
    loaded = load(write(tmp_path, fixtures))
    assert loaded.changed == 1
    assert loaded.kept == [("component toy/agent", "edited here: summary_en")]
    assert agent().summary_en == "Grace's words."  # type: ignore[attr-defined]  # a column of modeltranslation
    assert Term.objects.values_list("meaning_en", flat=True).get() == "Work to do."


def test_an_edit_is_kept_through_every_later_load(fixtures: Small, tmp_path: Path) -> None:
    edit(agent(), ports="99")
    for words in ("One.", "Two."):
        fields(fixtures, TOY, 3)["summary_en"] = words
        assert [kept.name for kept in load(write(tmp_path, fixtures)).kept] == ["component toy/agent"]
    assert agent().ports == "99"


def test_overwrite_resets_edits_even_when_the_files_are_the_same(fixtures: Small, tmp_path: Path) -> None:
    edit(agent(), ports="99")
    loaded = load(tmp_path, overwrite=True)
    assert (loaded.changed, loaded.kept) == (1, [])
    assert atlas_from_models() == Atlas.from_fixtures(tmp_path)


def test_an_edit_that_the_files_then_make_too_is_an_edit_no_more(fixtures: Small, tmp_path: Path) -> None:
    edit(agent(), ports="99")
    fields(fixtures, TOY, 3)["ports"] = "99"
    assert load(write(tmp_path, fixtures)).kept == []
    fields(fixtures, TOY, 3)["ports"] = "100"
    assert load(write(tmp_path, fixtures)).changed == 1


def test_an_edited_row_that_left_the_files_stays(fixtures: Small, tmp_path: Path) -> None:
    edit(Link.objects.get(slug="X2"), protocol="gRPC")
    del fixtures[LINKS][1]
    fields(fixtures, TOY, 3).update(unreachable_en="It only listens.", unreachable_zh_hans="它只监听。")
    loaded = load(write(tmp_path, fixtures))
    assert loaded.kept == [("link X2", "edited here; the fixtures no longer have it")]
    assert Link.objects.filter(slug="X2").exists()


def test_what_an_edited_row_points_at_stays_with_it(fixtures: Small, tmp_path: Path) -> None:
    edit(Link.objects.get(slug="X2"), protocol="gRPC")
    del fixtures[LINKS][1:4]
    del fixtures[TALE][3]
    del fixtures[TOY][3]
    del fixtures["misconceptions.yaml"][0]
    loaded = load(write(tmp_path, fixtures))
    assert ("component toy/agent", "the fixtures no longer have it, but link X2 needs it") in loaded.kept
    assert agent()


def test_a_row_made_here_is_nobody_elses_matter(fixtures: Small, tmp_path: Path) -> None:
    Term.objects.create(slug="pod", source_id=agent().source_id, mark="verified")
    fields(fixtures, TOY, 3)["ports"] = "1"
    loaded = load(write(tmp_path, fixtures), overwrite=True)
    assert (loaded.removed, loaded.kept) == (0, [])
    assert Term.objects.filter(slug="pod").exists()


def test_a_row_deleted_here_stays_deleted_until_something_needs_it(fixtures: Small, tmp_path: Path) -> None:
    Misconception.objects.all().delete()
    Term.objects.all().delete()
    fields(fixtures, TOY, 3)["ports"] = "1"
    deleted = ("term job", "misconception server-calls")
    assert load(write(tmp_path, fixtures)).kept == [(name, "was deleted here") for name in deleted]
    Link.objects.filter(slug="X2").delete()
    step = fields(fixtures, TALE, 2)
    step.update(source="agent@b", target="server@a", link=["X2"], outcome="delivered")
    loaded = load(write(tmp_path, fixtures))
    assert Link.objects.filter(slug="X2").exists()
    assert [kept.name for kept in loaded.kept] == list(deleted)


def test_kept_rows_that_break_a_rule_are_doubted_aloud(fixtures: Small, tmp_path: Path) -> None:
    edit(agent(), summary_zh_hans="The agent.")
    fields(fixtures, "terms.yaml")["meaning_en"] = "Work to do."
    doubts = load(write(tmp_path, fixtures)).doubts
    assert [(doubt.object, doubt.field) for doubt in doubts] == [("component toy/agent", "summary_zh_hans")]


def test_broken_fixtures_change_nothing(fixtures: Small, tmp_path: Path) -> None:
    before = (GraphStamp.now(), atlas_from_models())
    fields(fixtures, TOY, 3)["ports"] = "1"
    fields(fixtures, LINKS, 0)["mode"] = "shout"
    fields(fixtures, LINKS, 1)["source"] = ["nobody"]
    with pytest.raises(BrokenFixtures) as broken:
        load(write(tmp_path, fixtures))
    assert [problem.field for problem in broken.value.problems] == ["mode", "source"]
    assert (GraphStamp.now(), atlas_from_models()) == before


def test_plain_loaddata_takes_the_same_files(tmp_path: Path) -> None:
    folder = write(tmp_path, small())
    call_command("loaddata", *files(folder), verbosity=0)
    assert atlas_from_models() == Atlas.from_fixtures(folder)
    assert load(folder) == Loaded()


def test_the_rows_can_be_dumped_and_loaded_again(fixtures: Small, tmp_path: Path) -> None:
    dump = tmp_path / "dump.yaml"
    before = atlas_from_models()
    arguments = (
        "explorer",
        "--natural-foreign",
        "--natural-primary",
        "--format",
        "yaml",
        "--output",
        str(dump),
    )
    call_command("dumpdata", *arguments, "--exclude", "explorer.run", verbosity=0)
    StoryboardStep.objects.all().delete()
    call_command("loaddata", str(dump), verbosity=0)
    assert atlas_from_models() == before


class TestTheCommand:
    def test_says_what_it_did_and_what_it_kept(self, tmp_path: Path) -> None:
        made = small()
        folder = str(write(tmp_path, made))
        assert command("--folder", folder) == "Fixtures: 24 rows made, 0 changed, 0 removed.\n"
        assert "nothing to do" in command("--folder", folder)
        edit(agent(), ports="99")
        fields(made, TOY, 3)["ports"] = "1"
        write(tmp_path, made)
        said = command("--folder", folder)
        assert "Kept 1 as they are here; --overwrite resets them to the fixtures:" in said
        assert "  component toy/agent: edited here: ports" in said
        assert "1 changed" in command("--folder", folder, "--overwrite")

    def test_ends_with_code_1_and_a_line_a_problem(self, tmp_path: Path) -> None:
        made = small()
        fields(made, LINKS, 0)["accepter"] = ["toy", "sever"]
        fields(made, TOY, 3)["tier"] = "cor"
        with pytest.raises(CommandError) as stopped:
            command("--folder", str(write(tmp_path, made)))
        assert stopped.value.returncode == 1
        heading, *lines = str(stopped.value).splitlines()
        assert heading == "2 problems in the fixtures; nothing was loaded"
        assert lines[0].startswith("components/toy.yaml:")
        assert "component toy/agent, tier: 'cor' is not a known tier; wants 'core'" in lines[0]
        assert "link X1, accepter: toy has no component 'sever'; wants 'server'" in lines[1]
        assert not Component.objects.exists()

    def test_only_checks_when_asked_to(self, tmp_path: Path) -> None:
        said = command("--check", "--folder", str(write(tmp_path, small())))
        assert said == "24 rows in the fixtures, all as they should be.\n"
        assert not Component.objects.exists()
