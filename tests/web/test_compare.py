"""Comparisons as pages: every state has its address, commands move both sides, and what cannot be is told."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.models import Run
from explorer.playback.runs import place_of_run
from explorer.playback.view import view_of as walkthrough_of
from tests.web.asking import LONG, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]

DEPLOY = "/compare/deploy/"
FIGURES = "/compare/deploy/figures/"
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PAIR = "machine/m-3:down machine/node-3:down"


def command(client: Client, do: str, path: str = DEPLOY, **fields: Any) -> Any:
    named = {name.replace("__", "-"): value for name, value in fields.items()}
    answer = client.post(f"{path}do/", {"do": do, **named}, headers={"hx-request": "true"})
    assert answer.status_code == 200, answer.text[:300]
    return answer


def stands(answer: Any) -> tuple[int, int]:
    """Both cursors of the Run that an answer names."""
    place = place_of_run(answer["Orrery-Run"])
    assert place is not None
    return place.cursor, place.right_cursor


def steps_in(address: str) -> tuple[int, int]:
    query = parse_qs(address.partition("?")[2])
    left, right = (int(query.get(f"{side}-step", ["-1"])[0]) for side in ("left", "right"))
    return left, right


@pytest.mark.parametrize("query", ["", "left=kubernetes", "left=borg&right=kubernetes", "right=borg"])
def test_a_comparison_opens_before_the_first_step(client: Client, query: str) -> None:
    answer = client.get(f"{DEPLOY}?{query}")
    assert answer.status_code == 200
    assert not Run.objects.exists()


def test_the_list_leads_to_every_comparison(client: Client) -> None:
    answer = client.get("/compare/")
    assert answer.status_code == 200
    assert 'href="/compare/deploy/"' in answer.text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_address_of_a_page_opens(client: Client, language: str) -> None:
    asked = {"HTTP_ACCEPT_LANGUAGE": language}
    views: list[dict[str, Any]] = []
    for query in (
        "",
        "?left-step=20&right-step=13",
        "?left-step=240&right-step=1071",
        "?left-step=999&right-step=0",
    ):
        answer = client.get(DEPLOY + query, **asked)  # type: ignore[arg-type]  # headers, as Django takes them
        if answer.status_code == 400:
            continue
        views.append(shown(answer))
    assert len(views) == 3
    for view in views:
        ways = [view["transport"][f"{way}_href"] for way in ("first", "back", "next", "last")]
        ways += [phase["href"] for phase in view["rail"]["phases"]]
        ways += [view[side][way] for side in ("left", "right") for way in ("back_href", "next_href", "href")]
        ways += [view["permalink"], view["figures_href"]]
        ways += [pair["href"] for pair in view["pickers"]["pairs"]]
        for way in {way for way in ways if way}:
            assert client.get(way if way.startswith("/") else DEPLOY + way).status_code == 200, way


def shown(answer: Any) -> dict[str, Any]:
    """The view a page was made of."""
    from explorer.playback.atlas import atlas_from_models
    from explorer.playback.pairing import before, read_pair
    from explorer.playback.steering import steered
    from explorer.playback.versus import view_of

    atlas = atlas_from_models()
    query = parse_qs(answer.wsgi_request.META["QUERY_STRING"])
    given_ = {name: values[-1] for name, values in query.items()}
    place = before(*read_pair(atlas, "deploy", given_, ((), ())))
    if any(f"{side}-step" in given_ for side in ("left", "right")):
        fields = {f"{side}-index": given_.get(f"{side}-step", "") for side in ("left", "right")}
        place = steered(atlas, place, "goto", fields)
    return view_of(atlas, place, "en")


def test_a_page_asks_for_the_stamp_and_its_run_and_nothing_else(
    client: Client, django_assert_num_queries: Any
) -> None:
    run = command(client, "next")["Orrery-Run"]
    for address in (DEPLOY, FIGURES, "/compare/"):
        client.get(address)
        with django_assert_num_queries(1):
            client.get(address)
    with django_assert_num_queries(1):
        client.get(f"{DEPLOY}?left-step=30&right-step=130&seed=8")
    with django_assert_num_queries(2):
        client.get(f"{DEPLOY}?run={run}")


def test_the_first_command_makes_a_run_and_its_address_leads_back(client: Client) -> None:
    answer = client.post(f"{DEPLOY}do/", {"do": "goto", "meeting": "5"})
    assert answer.status_code == 303
    run = Run.objects.get()
    assert answer["Location"].startswith(DEPLOY)
    assert f"run={run.code}" in answer["Location"]
    assert steps_in(answer["Location"]) == (run.cursor, run.right_cursor)
    assert client.get(answer["Location"]).status_code == 200
    assert (run.system, run.right_system) == ("borg", "kubernetes")


def test_next_and_back_said_of_an_older_state_change_nothing(client: Client) -> None:
    made = command(client, "goto", meeting="5")
    run, seq = made["Orrery-Run"], made["Orrery-Seq"]
    once = command(client, "next", run=run, seen=seq)
    twice = command(client, "next", run=run, seen=seq)
    assert once["Orrery-Seq"] == twice["Orrery-Seq"]
    back = command(client, "back", run=run, seen=once["Orrery-Seq"])
    again = command(client, "back", run=run, seen=once["Orrery-Seq"])
    assert back["Orrery-Seq"] == again["Orrery-Seq"]
    assert stands(back) == steps_in(made["Orrery-Address"])


def test_each_side_can_be_stepped_alone(client: Client) -> None:
    made = command(client, "goto", meeting="5")
    run, (left, right) = made["Orrery-Run"], stands(made)
    alone = command(client, "next", run=run, seen=made["Orrery-Seq"], side="right")
    after = stands(alone)
    assert after[0] == left
    assert after[1] > right
    chosen = command(client, "goto", run=run, left__index="30")
    assert stands(chosen)[0] == 30
    assert stands(chosen)[1] == after[1]


def test_one_control_breaks_the_same_in_both_and_mends_it(client: Client) -> None:
    made = command(client, "goto", meeting="12")
    run, before = made["Orrery-Run"], stands(made)
    broken = command(client, "fault", run=run, pair=PAIR)
    stored = Run.objects.get()
    assert stands(broken) == before
    assert [fault.partition("@")[0] for fault in (*stored.faults, *stored.right_faults)] == PAIR.split(" ")
    assert stored.faults[0].partition("@")[2] != stored.right_faults[0].partition("@")[2]
    assert client.get(broken["Orrery-Address"]).status_code == 200
    pair = f"{stored.faults[0]} {stored.right_faults[0]}"
    mended = command(client, "undo", run=run, pair=pair)
    stored.refresh_from_db()
    assert (stored.faults, stored.right_faults) == ([], [])
    assert stands(mended) == before
    assert client.post(f"{DEPLOY}do/", {"do": "undo", "run": run, "pair": pair}).status_code == 400


def test_faults_of_an_address_are_kept_by_the_first_command(client: Client) -> None:
    kept = {"left-kept": "machine/m-1:down@0.5", "right-kept": "machine/node-1:cut@1"}
    made = command(client, "goto", meeting="3", **kept)
    stored = Run.objects.get()
    assert stored.faults == ["machine/m-1:down@0.5"]
    assert stored.right_faults == ["machine/node-1:cut@1"]
    assert "left-fault=machine%2Fm-1%3Adown%400.5" in made["Orrery-Address"]


def test_a_comparisons_run_and_a_walkthroughs_do_not_open_in_one_another(client: Client) -> None:
    compared = command(client, "goto", meeting="5")["Orrery-Run"]
    walk = "/walkthroughs/borg/deploy/"
    alone = command(client, "goto", walk, index="5")["Orrery-Run"]
    assert client.get(f"{walk}?run={compared}").status_code == 200
    command(client, "goto", walk, index="9", run=compared)
    command(client, "goto", meeting="9", run=alone)
    assert Run.objects.count() == 4
    moved = Run.objects.get(code=compared)
    assert stands({"Orrery-Run": compared}) == (moved.cursor, moved.right_cursor)
    assert Run.objects.get(code=alone).right_system == ""
    place = place_of_run(alone)
    assert place is not None
    assert place.right is None
    with pytest.raises(ValueError, match="one run"):
        place.sides()


def test_parameters_reach_both_sides(client: Client) -> None:
    command(client, "goto", meeting="1", replicas="2", machines="4", cached="true", seed="9", detail="full")
    place = place_of_run(Run.objects.get().code)
    assert place is not None
    assert place.right is not None
    for inputs in (place.inputs, place.right):
        assert dict(inputs.parameters) == {"replicas": 2, "machines": 4, "cached": True}
        assert (inputs.seed, inputs.detail) == (9, "full")


@pytest.mark.parametrize(
    ("address", "status", "names"),
    [
        ("/compare/deplyo/", 404, "deploy"),
        ("/compare/as-the-article-tells/", 404, "deploy"),
        ("/compare/nothing/figures/", 404, "deploy"),
        (f"{DEPLOY}?left=brog", 404, "borg"),
        (f"{DEPLOY}?left=mesos", 404, "kubernetes"),
        (f"{DEPLOY}?left={LONG}", 404, "kubernetes"),
        (f"{DEPLOY}?left=borg&right=borg", 400, "one of kubernetes"),
        (f"{DEPLOY}?left-step=-1", 400, "whole numbers from 0 to"),
        (f"{DEPLOY}?left-step=240&right-step=99999", 400, "right-step"),
        (f"{DEPLOY}?left-step=%D9%A3", 400, "whole numbers from 0 to"),
        (f"{DEPLOY}?right-step={LONG}", 400, "whole numbers from 0 to"),
        (f"{DEPLOY}?replicas=0", 400, "whole numbers from 1 to 50"),
        (f"{DEPLOY}?seed=-1", 400, "whole numbers from 0 to 999999"),
        (f"{DEPLOY}?detail=\x00", 400, "story, full, idle"),
        (f"{DEPLOY}?left-fault=machine/node-1:down@1", 400, "machine/m-1"),
        (f"{DEPLOY}?right-fault=machine/m-1:down@1", 400, "machine/node-1"),
        (f"{DEPLOY}?right-fault={LONG}", 400, "TARGET:KIND"),
        (f"{FIGURES}?left-fault=nonsense", 400, "TARGET:KIND"),
        (f"{DEPLOY}?run={LONG}", 200, ""),
        (f"{DEPLOY}?run=abcdefghjkmn&rev=<b>", 200, ""),
    ],
)
def test_what_cannot_be_shown_names_what_can(client: Client, address: str, status: int, names: str) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert names in said(answer)
    assert status == 200 or len(answer.content) < 60_000


@pytest.mark.parametrize(
    ("fields", "status", "names"),
    [
        ({}, 404, "goto"),
        ({"do": LONG}, 404, "goto"),
        ({"do": "goto"}, 400, "whole numbers from -1 to"),
        ({"do": "goto", "meeting": "29"}, 400, "whole numbers from -1 to 28"),
        ({"do": "goto", "meeting": LONG}, 400, "whole numbers from -1 to 28"),
        ({"do": "goto", "left-index": "-2"}, 400, "whole numbers from -1 to"),
        ({"do": "goto", "right-index": LONG}, 400, "whole numbers from -1 to"),
        ({"do": "next", "side": "middle"}, 400, "one of left, right"),
        ({"do": "next", "side": LONG}, 400, "one of left, right"),
        ({"do": "speed", "speed": "9"}, 400, "0.25, 0.5, 1, 2, 4"),
        ({"do": "fault"}, 400, "two faults with a space"),
        ({"do": "fault", "pair": "machine/m-1:down"}, 400, "two faults with a space"),
        ({"do": "fault", "pair": f"{LONG} {LONG}"}, 400, "two faults with a space"),
        ({"do": "fault", "pair": "machine/m-1:down machine/m-1:down"}, 400, "machine/node-1"),
        ({"do": "fault", "pair": "machine/m-1:burn machine/node-1:burn"}, 400, "down, cut, slow"),
        ({"do": "fault", "left-fault": LONG}, 400, "TARGET:KIND"),
        ({"do": "undo", "pair": "a b"}, 400, "no fault is on"),
        ({"do": "next", "left": "borg", "right": "borg"}, 400, "one of kubernetes"),
        ({"do": "next", "left-kept": LONG}, 400, "TARGET:KIND"),
        ({"do": "next", "left-step": "-1"}, 400, "whole numbers from 0 to"),
    ],
)
def test_a_command_that_cannot_be_makes_no_run_and_says_what_can(
    client: Client, fields: dict[str, str], status: int, names: str
) -> None:
    answer = client.post(f"{DEPLOY}do/", fields)
    assert answer.status_code == status
    assert names in said(answer)
    assert not Run.objects.exists()


def test_a_pair_broken_on_one_side_only_by_mistake_breaks_neither(client: Client) -> None:
    run = command(client, "goto", meeting="9")["Orrery-Run"]
    answer = client.post(
        f"{DEPLOY}do/", {"do": "fault", "run": run, "pair": "machine/m-1:down machine/node-9:down"}
    )
    assert answer.status_code == 400
    stored = Run.objects.get()
    assert (stored.faults, stored.right_faults) == ([], [])


@MANY
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "left",
                "right",
                "left-step",
                "right-step",
                "replicas",
                "seed",
                "detail",
                "left-fault",
                "run",
                "rev",
            ]
        ),
        st.one_of(st.text(max_size=40), st.sampled_from(["borg", "kubernetes", "0", "5", "-1", "full"])),
    )
)
def test_any_address_is_answered(client: Client, query: dict[str, str]) -> None:
    safe = {name: value.encode("utf-8", "replace") for name, value in query.items()}
    answer = client.get(f"{DEPLOY}?{urlencode(safe)}")
    assert answer.status_code in (200, 400, 404)


@MANY
@given(
    st.dictionaries(
        st.sampled_from(
            ["do", "meeting", "left-index", "side", "pair", "left-fault", "seen", "run", "left-kept"]
        ),
        st.one_of(
            st.text(max_size=40),
            st.sampled_from(["goto", "next", "fault", "undo", "left", "3", "- -", PAIR, "play", "speed"]),
        ),
    )
)
def test_any_form_is_answered(client: Client, fields: dict[str, str]) -> None:
    answer = client.post(f"{DEPLOY}do/", {name: v.encode("utf-8", "replace") for name, v in fields.items()})
    assert answer.status_code in (303, 400, 404)


def test_the_figures_are_a_page_of_their_own_with_every_row(client: Client) -> None:
    answer = client.get(f"{FIGURES}?left-fault=machine/m-3:down@1&right-fault=machine/node-3:down@1")
    assert answer.status_code == 200
    for words in ("Round trips to the store", "Time to recover", "Opened by the machines"):
        assert words in said(answer)


@pytest.mark.parametrize(
    ("query", "left", "right"),
    [
        ("left-step=20&right-step=meet", 20, 13),
        ("left-step=meet&right-step=13", 20, 13),
        ("left-step=meet&right-step=meet", -1, -1),
        ("left-step=20", 20, -1),
    ],
)
def test_one_side_may_stand_where_it_meets_the_other(
    client: Client, query: str, left: int, right: int
) -> None:
    asked = {name: values[-1] for name, values in parse_qs(query).items()}
    answer = client.post(f"{DEPLOY}do/", {"do": "pause", **asked})
    assert steps_in(answer["Location"]) == (left, right)
    assert client.get(f"{DEPLOY}?{query}").status_code == 200


@pytest.mark.parametrize("address", ["/compares/deploy/", "/compare/deploy/figure/"])
def test_a_mistyped_address_offers_the_comparison(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert 'href="/compare/deploy/"' in answer.text


def test_a_walkthroughs_page_is_as_it_was(client: Client) -> None:
    made = command(client, "goto", "/walkthroughs/kubernetes/deploy/", index="13")
    place = place_of_run(made["Orrery-Run"])
    assert place is not None
    from explorer.playback.atlas import atlas_from_models

    view = walkthrough_of(atlas_from_models(), place, "en", drawings=False)
    assert json.loads(view["diagram"]["data"])["wide"]
