"""From a walkthrough's step to the same step beside another system, and what a push says of a comparison."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from explorer.playback.inputs import read_inputs
from explorer.playback.pairing import MEET, beside
from explorer.playback.versus import view_of
from tests.playback.pairs import ATLAS, at, compared, cursors, plays, told

PHASES = ["submit", "admit", "persist", "expand", "schedule", "bind", "dispatch", "start", "report", "expose"]


@pytest.mark.parametrize(("system", "side"), [("borg", "left"), ("kubernetes", "right")])
def test_a_step_leads_to_itself_beside_the_other_system(system: str, side: str) -> None:
    faults = {"borg": "machine/m-2:down@1", "kubernetes": "machine/node-2:down@1"}
    given = {"cached": "true", "seed": "9"}
    inputs = read_inputs(ATLAS, system, "deploy", given, (faults[system],))
    way = beside(ATLAS, inputs, 47, "en")
    assert way is not None
    address = urlsplit(way["href"])
    other = {"left": "right", "right": "left"}[side]
    assert (address.path, way["field"]) == ("/compare/deploy/", f"{side}-step")
    assert parse_qs(address.query) == {
        "cached": ["true"],
        "seed": ["9"],
        f"{side}-fault": [faults[system]],
        f"{side}-step": ["47"],
        f"{other}-step": [MEET],
    }


def test_before_the_first_step_the_way_names_no_steps() -> None:
    way = beside(ATLAS, read_inputs(ATLAS, "borg", "deploy", {}, ()), -1, "en")
    assert way is not None
    assert way["href"] == "/compare/deploy/"


def test_what_no_other_system_plays_has_no_way() -> None:
    assert beside(ATLAS, read_inputs(ATLAS, "borg", "as-the-article-tells", {}, ()), -1, "en") is None


@pytest.mark.parametrize("side", [0, 1])
def test_a_side_is_met_where_it_first_stands(side: int) -> None:
    place = compared(cached="true")
    meetings = at(place).meetings
    for step in plays(place)[side].steps:
        met = meetings.reached(side, step.index)
        assert met[side] == step.index
        assert met == next(
            meeting.cursors for meeting in meetings.meetings if meeting.cursors[side] == step.index
        )


def test_a_push_tells_where_both_stand_and_where_each_may_go() -> None:
    place = told(compared(cached="true"), "goto", meeting="14")
    view = view_of(ATLAS, place, "en", drawings=False)
    for side, of, cursor in zip(("left", "right"), plays(place), cursors(place), strict=True):
        number, total, seconds, back, further = view["dressing"][side].split(" ")
        position = of.position(cursor)
        assert (int(number), int(total)) == (position + 1, len(of.steps))
        assert (int(back), int(further)) == (of.steps[position - 1].index, of.steps[position + 1].index)
        assert seconds == view[side]["clock"]
    road = [tuple(map(int, stretch.split("."))) for stretch in view["dressing"]["road"].split(" ")]
    assert [phase for phase, _steps in road] == list(range(10))
    assert sum(steps for _phase, steps in road) == len(at(place).meetings.meetings)
    assert road[view["dressing"]["stretch"]][0] == at(place).meetings.meetings[14].phase
    card = json.loads(view["dressing"]["card"])
    assert [line["number"] for line in card["ties"]] == list(range(1, len(card["ties"]) + 1))


def test_the_page_knows_every_counterpart_those_of_the_moment_first() -> None:
    view = view_of(ATLAS, told(compared(), "goto", meeting="14"), "zh-hans")
    now = [pair["slug"] for pair in view["pairs"]]
    known = [pair["slug"] for pair in view["counterparts"]]
    assert known[: len(now)] == now
    assert sorted(known) == sorted(set(known))
    assert [pair["now"] for pair in view["counterparts"]] == [slug in now for slug in known]


def test_however_faults_divide_the_rail_the_column_between_the_drawings_has_each_phase_once() -> None:
    place = told(compared(), "goto", meeting="3")
    broken = told(place, "fault", pair="paxos-store@bm-0:down etcd@etcd-0:down")
    for moment in (compared(), place, broken, told(broken, "next")):
        rail = view_of(ATLAS, moment, "en")["rail"]
        assert [phase["name"] for phase in rail["road"]] == PHASES
        here = rail["now"]["number"] - 1 if rail["now"] else -1
        for number, phase in enumerate(rail["road"]):
            assert phase["state"] == ("done" if number < here else "now" if number == here else "")
    assert len(rail["phases"]) > len(PHASES)
