"""Grace, who may use the admin, corrects a sentence: the next run says it so, and broken rows are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from explorer.graph import Atlas
from explorer.loading import load
from explorer.models import Component, GraphStamp, Link, Narration, Storyboard, StoryboardStep
from explorer.playback.atlas import atlas_from_models
from tests.graph.small import small, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded(tmp_path: Path) -> Path:
    load(write(tmp_path, small()))
    return tmp_path


@pytest.fixture
def grace(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("grace"))
    return client


def page(row: Any) -> str:
    return reverse(f"admin:explorer_{type(row).__name__.lower()}_change", args=[row.pk])


def filled_in(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What the browser would send for the page at `address`, with some fields changed."""
    context = client.get(address).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data: dict[str, Any] = {}
    for form in forms:
        for name in form.fields:
            value = form[name].value()
            if value is not None and value is not False:
                data[form.add_prefix(name)] = value
    return {**data, **changes}


def errors(answer: Any) -> str:
    assert answer.status_code == 200, "was saved"
    return str(answer.context["errors"])


def test_an_edit_shows_in_the_next_run(grace: Client) -> None:
    before = atlas_from_models()
    narration = Narration.objects.get(key="server.accept")
    answer = grace.post(page(narration), filled_in(grace, page(narration), what_zh_hans="它写下 {job}。"))
    assert answer.status_code == 302
    after = atlas_from_models()
    assert after.version != before.version
    assert after.narrations["toy", "server.accept"].what == {
        "en": "It stores {job}.",
        "zh-hans": "它写下 {job}。",
    }


def test_both_languages_are_on_the_page(grace: Client) -> None:
    text = grace.get(page(Component.objects.get(system__slug="toy", slug="agent"))).content.decode()
    assert 'name="summary_en"' in text
    assert 'name="summary_zh_hans"' in text
    assert 'name="summary"' not in text


def test_nothing_is_read_again_while_nothing_changes(django_assert_num_queries: Any) -> None:
    atlas = atlas_from_models()
    with django_assert_num_queries(1):
        assert atlas_from_models() is atlas


@pytest.mark.parametrize("change", ["save", "delete", "loaddata", "bulk delete"])
def test_every_way_to_change_a_row_changes_the_stamp(change: str, tmp_path: Path) -> None:
    from django.core.management import call_command

    before = GraphStamp.now()
    link = Link.objects.get(slug="X2")
    if change == "save":
        link.save()
    elif change == "delete":
        link.delete()
    elif change == "bulk delete":
        Link.objects.filter(slug="X2").delete()
    else:
        call_command("loaddata", str(tmp_path / "terms.yaml"), verbosity=0)
    assert GraphStamp.now() != before


def test_rows_of_the_database_make_the_same_atlas_as_the_files(loaded: Path) -> None:
    assert atlas_from_models() == Atlas.from_fixtures(loaded)


def test_an_empty_half_is_refused_at_its_field(grace: Client) -> None:
    component = Component.objects.get(system__slug="toy", slug="agent")
    answer = grace.post(page(component), filled_in(grace, page(component), replicas_en="One a machine."))
    assert "the English has words" in errors(answer)
    assert "replicas_zh_hans" in answer.context["adminform"].form.errors


def test_a_refusal_is_in_the_language_of_the_author(grace: Client) -> None:
    component = Component.objects.get(system__slug="toy", slug="agent")
    grace.cookies["language"] = "zh-hans"
    answer = grace.post(page(component), filled_in(grace, page(component), replicas_en="One a machine."))
    assert "为空，而英文已填；应为：填写中文，或全部留空" in errors(answer)


def test_a_template_that_cannot_be_filled_in_is_refused(grace: Client) -> None:
    narration = Narration.objects.get(key="server.accept")
    answer = grace.post(page(narration), filled_in(grace, page(narration), what_en="It stores {job!r}."))
    assert "is not a plain field" in errors(answer)


def test_a_forbidden_link_is_refused(grace: Client) -> None:
    link = Link.objects.get(slug="X2")
    changes = {
        "opener": Component.objects.get(system__slug="toy", slug="client").pk,
        "accepter": Component.objects.get(system__slug="toy", slug="agent").pk,
    }
    answer = grace.post(page(link), filled_in(grace, page(link), **changes))
    assert "must not exist" in errors(answer)


def test_an_edit_that_breaks_another_row_is_refused_and_names_it(grace: Client) -> None:
    link = Link.objects.get(slug="X1")
    changes = {"accepter": Component.objects.get(system__slug="toy", slug="client").pk}
    answer = grace.post(page(link), filled_in(grace, page(link), **changes))
    assert "component toy/server" in errors(answer)


def test_a_row_keeps_the_name_that_code_knows_it_by(grace: Client) -> None:
    link = Link.objects.get(slug="X1")
    answer = grace.post(page(link), filled_in(grace, page(link), slug="X7", protocol="gRPC"))
    assert answer.status_code == 302
    link.refresh_from_db()
    assert (link.slug, link.protocol) == ("X1", "gRPC")


def test_two_steps_of_a_storyboard_change_places(grace: Client) -> None:
    board = Storyboard.objects.get(slug="tale")
    first, second, _ = StoryboardStep.objects.filter(storyboard=board).order_by("order")
    data = filled_in(grace, page(board))
    prefix = next(name.removesuffix("-TOTAL_FORMS") for name in data if name.endswith("-TOTAL_FORMS"))
    data |= {f"{prefix}-0-order": 2, f"{prefix}-1-order": 1}
    assert grace.post(page(board), data).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.order, second.order) == (2, 1)


def test_a_step_over_a_link_that_does_not_join_its_ends_is_refused(grace: Client) -> None:
    board = Storyboard.objects.get(slug="tale")
    data = filled_in(grace, page(board))
    prefix = next(name.removesuffix("-TOTAL_FORMS") for name in data if name.endswith("-TOTAL_FORMS"))
    answer = grace.post(page(board), {**data, f"{prefix}-0-target": "agent@b"})
    assert "X1 does not join client and agent" in errors(answer)


def test_a_new_storyboard_is_written_with_its_first_step(grace: Client) -> None:
    tale = Storyboard.objects.get(slug="tale")
    address = reverse("admin:explorer_storyboard_add")
    data = filled_in(grace, page(tale))
    prefix = next(name.removesuffix("-TOTAL_FORMS") for name in data if name.endswith("-TOTAL_FORMS"))
    step = {name: value for name, value in data.items() if name.startswith(f"{prefix}-0-")}
    board = {name: value for name, value in data.items() if not name.startswith(f"{prefix}-")}
    fresh = {
        **board,
        **{name: value for name, value in step.items() if not name.endswith(("-id", "-storyboard"))},
        "slug": "second",
        "system": tale.system_id,
        f"{prefix}-TOTAL_FORMS": 1,
        f"{prefix}-INITIAL_FORMS": 0,
    }
    answer = grace.post(address, fresh)
    assert answer.status_code == 302, errors(answer)
    assert [step.target for step in atlas_from_models().storyboards["second"].steps] == ["gate@a"]


def test_every_list_can_be_searched(grace: Client) -> None:
    from django.contrib import admin

    for model in admin.site._registry:
        if model._meta.app_label == "explorer":
            address = reverse(f"admin:explorer_{model._meta.model_name}_changelist")
            assert grace.get(address, {"q": "a"}).status_code == 200
