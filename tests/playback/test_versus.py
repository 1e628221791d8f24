"""The view of a comparison: whole, in both languages, for any two systems and any pair of steps."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.diagram import whole
from explorer.errors import NotAllowed, NotKnown
from explorer.playback import (
    align,
    counterfaults,
    figures,
    fragment,
    opposites,
    pairing,
    picture,
    rail,
    steering,
    tally,
    versus,
)
from explorer.playback.engine import play
from explorer.playback.narrate import LANGUAGES
from explorer.playback.opposites import MOST
from explorer.playback.place import Place
from explorer.playback.steps import BEFORE
from explorer.playback.versus import view_of
from explorer.web import compare
from tests.playback.pairs import ATLAS, at, compared, comparisons, cursors, plays, told

SOME = settings(max_examples=25, deadline=None)
MOST_BYTES = 8 * 1024


def seen(place: Place, language: str = "en", *, drawings: bool = False) -> dict[str, Any]:
    return view_of(ATLAS, place, language, drawings=drawings)


@SOME
@given(comparisons(), st.data())
def test_a_view_says_where_both_stand(place: Place, data: Any) -> None:
    meetings = at(place).meetings
    place = told(place, "goto", meeting=str(data.draw(st.integers(-1, len(meetings.meetings) - 1))))
    view = seen(place, data.draw(st.sampled_from(LANGUAGES)), drawings=data.draw(st.booleans()))
    assert [view[side]["clock"] for side in ("left", "right")] == [
        f"{of.time_of(side.cursor) // 1000 / 1000:.3f}"
        for of, side in zip(plays(place), place.sides(), strict=True)
    ]
    states = [phase["state"] for phase in view["rail"]["phases"]]
    assert states == sorted(states, key=["done", "now", "next"].index)
    assert states.count("now") == (0 if view["step"]["first"] else 1)
    assert (view["rail"]["now"] is None) == view["step"]["first"]
    assert sum(pair["shown"] for pair in view["pairs"]) <= MOST
    assert 0 <= float(view["transport"]["head"]) <= 100
    ways = {way["name"]: way["index"] for way in view["transport"]["ways"]}
    for name, number in ways.items():
        assert view["transport"][f"{name}_href"] == at(place).href(number)


@SOME
@given(comparisons(), st.sampled_from(LANGUAGES), st.data())
def test_both_drawings_are_what_their_differences_from_rest_say(
    place: Place, language: str, data: Any
) -> None:
    meetings = at(place).meetings
    place = told(place, "goto", meeting=str(data.draw(st.integers(-1, len(meetings.meetings) - 1))))
    pushed = json.loads(seen(place, language)["diagram"]["data"])
    page = json.loads(seen(place, language, drawings=True)["diagram"]["rest"])
    for side, look in zip(("left", "right"), at(place, language).sides, strict=True):
        scene = picture.scene(look.of, "compact", language)
        state = json.loads(json.dumps(scene.state(picture.moment(look.of, look.step, language))))
        made = whole(page[side], pushed[side])
        for told_state in (state, made):  # nobody needs the way of a link that is not shown
            shown = told_state["links"]
            told_state["paths"] = {k: d for k, d in told_state["paths"].items() if shown.get(k) != "off"}
        assert made == state


def test_a_side_that_is_done_says_what_it_waits_for() -> None:
    place = told(compared(), "goto", meeting="2")
    holding = []
    for _step in range(4):
        view = seen(place)
        holding.append((view["left"]["holding"], view["right"]["holding"]))
        place = told(place, "next")
    assert holding == [
        ("then waits for Kubernetes, 2 steps", ""),
        ("waits for Kubernetes, 2 steps", ""),
        ("waits for Kubernetes, 1 step", ""),
        ("", ""),
    ]
    end = seen(told(place, "goto", meeting=str(seen(place)["step"]["total"] - 1)))
    assert (end["left"]["holding"], end["right"]["holding"]) == ("", "")  # both are over
    ahead = told(told(place, "next", side="right"), "next", side="right")
    assert seen(ahead)["right"]["holding"] == "2 steps ahead of the other"


@pytest.mark.parametrize("language", LANGUAGES)
def test_counterparts_of_the_phase_are_shown_where_they_stand(language: str) -> None:
    place = compared()
    for number, meeting in enumerate(at(place).meetings.meetings):
        view = seen(told(place, "goto", meeting=str(number)), language)
        phase = at(place).left.of.phases[meeting.phase]
        rows = {row.slug for row in ATLAS.counterparts.values() if row.phase == phase}
        assert rows <= {pair["slug"] for pair in view["pairs"]}
        for pair in view["pairs"]:
            assert pair["same"]
            assert pair["different"]
            if pair["shown"]:
                for side in ("left", "right"):
                    box = pair[side]
                    assert 0 <= box["x"] < box["x"] + box["w"] <= 440
        assert rows == set() or any(pair["shown"] for pair in view["pairs"])


def test_turned_round_the_counterparts_turn_too() -> None:
    one = seen(told(compared(), "goto", meeting="5"))
    other = seen(told(compared(left="kubernetes", right="borg"), "goto", meeting="5"))
    assert [(pair["left"], pair["right"]) for pair in one["pairs"]] == [
        (pair["right"], pair["left"]) for pair in other["pairs"]
    ]
    assert other["permalink"].startswith("/compare/deploy/?left=kubernetes&right=borg&")
    assert one["permalink"].startswith("/compare/deploy/?left-step=")


@SOME
@given(comparisons(), st.data())
def test_an_address_leads_back_to_the_same_place(place: Place, data: Any) -> None:
    from urllib.parse import parse_qs

    from explorer.playback.pairing import pair_of, read_pair

    meetings = at(place).meetings.meetings
    place = told(place, "goto", meeting=str(data.draw(st.integers(-1, len(meetings) - 1))))
    place = told(place, "next", side=data.draw(st.sampled_from(["left", "right"])))
    href = pair_of(ATLAS, place).address(*cursors(place))
    query = parse_qs(href.partition("?")[2])
    given_ = {name: values[-1] for name, values in query.items()}
    left, right = read_pair(
        ATLAS, place.inputs.scenario, given_, (query.get("left-fault", []), query.get("right-fault", []))
    )
    assert (left, right) == (place.inputs, place.right)
    steps = [int(given_.get(f"{side}-step", BEFORE)) for side in ("left", "right")]
    assert tuple(steps) == cursors(place)


def test_reading_takes_as_long_as_the_longer_of_the_new_words() -> None:
    place = told(compared(), "goto", meeting="2")
    both = [of.reading_seconds(side.cursor) for of, side in zip(plays(place), place.sides(), strict=True)]
    assert versus.reading_seconds_at(ATLAS, place) == max(both)
    on = told(place, "next")  # the left side holds
    assert versus.reading_seconds_at(ATLAS, on) == plays(on)[1].reading_seconds(on.right_cursor)
    assert versus.reading_seconds_at(ATLAS, compared()) == 0


def test_both_play_to_the_end_and_stop_there() -> None:
    from explorer.playback.steering import further

    place = told(compared(), "play")
    moves = 0
    while place.playing:
        place, moves = further(ATLAS, place), moves + 1
    assert moves == len(at(place).meetings.meetings)
    assert seen(place)["step"]["last"]
    again = told(place, "play")
    assert cursors(again) == (BEFORE, BEFORE)
    assert again.playing


# No `django_db`: a query would fail.
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pushed_meeting_is_at_most_eight_kilobytes(language: str) -> None:
    place = compared()
    sizes = {}
    for number in range(-1, len(at(place).meetings.meetings)):
        here = told(place, "goto", meeting=str(number))
        view = view_of(ATLAS, here, language, drawings=False)
        view["run"] |= {"code": "abcdefghjkmn", "seq": 40}
        content = fragment.render(view, language, "partials/compare_fragment.html")
        text = json.dumps(
            {"epoch": 1, "seq": 40, "content": content}, ensure_ascii=False, separators=(",", ":")
        )
        sizes[number] = len(text.encode())
    assert max(sizes.values()) <= MOST_BYTES, sizes


def test_what_cannot_be_compared_is_refused_with_what_can() -> None:
    with pytest.raises(NotKnown) as unknown:
        compared("deplyo")
    assert unknown.value.nearest == ["deploy"]
    with pytest.raises(NotKnown):
        compared("as-the-article-tells")
    with pytest.raises(NotKnown) as system:
        compared(left="brog")
    assert system.value.nearest[0] == "borg"
    with pytest.raises(NotAllowed):
        compared(left="borg", right="borg")
    with pytest.raises(NotAllowed):
        compared(replicas="0")
    # One named system alone stands against the first other one.
    assert cursors(compared(left="kubernetes")) == (BEFORE, BEFORE)
    assert [of.system for of in plays(compared(left="kubernetes"))] == ["kubernetes", "borg"]
    assert [of.system for of in plays(compared(right="borg"))] == ["kubernetes", "borg"]


def test_a_comparison_warm_simulates_nothing_anew() -> None:
    place = told(compared(), "goto", meeting="4")
    left, right = plays(place)
    assert at(place).left.of is left is play(ATLAS, place.inputs)
    assert at(told(place, "next")).right.of is right


@pytest.mark.parametrize(
    "module", [align, pairing, steering, rail, opposites, versus, tally, figures, counterfaults, compare]
)
def test_no_system_and_no_scenario_is_named_in_the_code(module: ModuleType) -> None:
    names = {*ATLAS.systems, *ATLAS.scenarios}
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert not names & texts
