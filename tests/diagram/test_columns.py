"""Which machine has a column, and which one takes it when a step acts on a machine that has none."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.diagram import REST, Cast, Moment, Scene
from tests.diagram.casts import PLACEMENTS

NODES = tuple(f"node-{k}" for k in range(1, 51))
HUB = "kube-apiserver"


def scene(
    count: int = 50, acting: tuple[str, ...] = ("node-7", "node-30", "node-4"), drawing: str = "wide"
) -> Scene:
    units = {node: (f"web-{node}",) for node in NODES[:count]}
    cast = Cast(links=frozenset({"K12", "K15"}), machines=NODES[:count], acting=acting, units=units)
    return Scene(PLACEMENTS, "kubernetes", drawing, cast, "en")


def columns(moment: Moment, **made: Any) -> list[str]:
    found: list[str] = scene(**made).state(moment)["columns"]
    return found


def step(*targets: str) -> Moment:
    return Moment(sources=(HUB,), targets=tuple(f"kubelet@{node}" for node in targets), link="K12")


@pytest.mark.parametrize(("drawing", "most"), [("wide", 5), ("compact", 3)])
def test_up_to_the_cap_every_machine_has_a_column(drawing: str, most: int) -> None:
    for count in range(1, most + 1):
        assert columns(REST, count=count, drawing=drawing) == list(NODES[:count])
    assert len(columns(REST, count=most + 1, drawing=drawing)) == 3


def test_machines_that_act_most_have_the_columns_in_index_order() -> None:
    assert columns(REST) == ["node-4", "node-7", "node-30"]
    assert columns(REST, acting=("node-9", "node-2", "node-5", "node-1")) == ["node-2", "node-5", "node-9"]


def test_without_any_that_act_those_with_units_come_first() -> None:
    cast = Cast(machines=NODES, units={"node-20": ("web-a",)})
    made = Scene(PLACEMENTS, "kubernetes", "wide", cast, "en")
    assert made.state(REST)["columns"] == ["node-1", "node-2", "node-20"]


def test_a_folded_machine_takes_the_last_column_for_its_step_only() -> None:
    assert columns(step("node-12")) == ["node-4", "node-7", "node-12"]
    assert columns(step("node-7")) == ["node-4", "node-7", "node-30"]


def test_the_last_column_stays_when_the_step_needs_it_too() -> None:
    both = Moment(sources=("kernel@node-30",), targets=("kernel@node-12",))
    assert columns(both) == ["node-4", "node-12", "node-30"]
    assert columns(Moment(sources=("kernel@node-11",), targets=("kernel@node-12",)))[1:] == [
        "node-11",
        "node-12",
    ]


def test_a_message_to_many_moves_no_column_if_one_of_them_is_drawn() -> None:
    assert columns(step(*NODES)) == ["node-4", "node-7", "node-30"]
    assert columns(step("node-11", "node-12", "node-13")) == ["node-4", "node-7", "node-11"]


def test_a_machine_whose_unit_changed_is_shown() -> None:
    bound = Moment(
        sources=("kube-scheduler",),
        targets=(HUB,),
        units={"web-node-9": ("node-9", "starting")},
        changed=frozenset({"web-node-9"}),
    )
    assert columns(bound) == ["node-4", "node-7", "node-9"]


def test_titles_units_and_faults_belong_to_the_machine_and_not_to_the_column() -> None:
    made = scene()
    units = {f"web-{node}": (node, "running") for node in NODES}
    away = made.state(
        Moment(sources=(HUB,), targets=("kubelet@node-4",), units=units, down={"machine/node-12": "9 s"})
    )
    here = made.state(
        Moment(sources=(HUB,), targets=("kubelet@node-12",), units=units, down={"machine/node-12": "9 s"})
    )
    assert away["texts"]["title@3"] == ["zt", "node-30"]
    assert here["texts"]["title@3"] == ["zt bad", "node-12"]
    assert away["zones"]["machine@3"] == "zone"
    assert here["zones"]["machine@3"] == "zone down"
    assert away["texts"]["1.1@3.name"][1] == "web-node-30"
    assert here["texts"]["1.1@3.name"][1] == "web-node-12"
    assert here["units"]["1.1@3"] == "pod lost"


def test_the_last_column_says_how_many_machines_have_none() -> None:
    for language, words in (("en", "+47 more"), ("zh-hans", "+47 台")):
        cast = Cast(machines=NODES)
        wide = Scene(PLACEMENTS, "kubernetes", "wide", cast, language)
        assert wide.state(REST)["texts"]["side@3"] == ["zs more", words]
        compact = Scene(PLACEMENTS, "kubernetes", "compact", cast, language)
        assert compact.state(REST)["texts"]["side@3"] == ["zs more", "+47"]


def test_a_drawing_without_machines_is_still_a_drawing() -> None:
    for drawing in ("wide", "compact"):
        for system in PLACEMENTS.systems:
            made = Scene(PLACEMENTS, system, drawing, Cast(), "en")
            assert made.state(REST)["columns"] == []
