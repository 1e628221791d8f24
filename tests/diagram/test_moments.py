"""What a step lights up, sends, strikes and says."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.diagram import Cast, Moment, Scene, outline
from tests.diagram.casts import PLACEMENTS

HUB = "kube-apiserver@apiserver-0"
NODES = ("node-1", "node-2", "node-3")
PODS = {node: (f"web-a{node[-1]}",) for node in NODES}
RUNNING = {f"web-a{node[-1]}": (node, "running") for node in NODES}
KUBERNETES = Cast(
    touched=frozenset({"pod", "deployment-controller", "kernel"}),
    links=frozenset({"K1", "K3", "K7", "K9", "K12", "K15", "K16", "K17", "K20"}),
    units=PODS,
    machines=NODES,
    parents={"deployment-controller": "kube-controller-manager", "runc": "container-runtime"},
)
MACHINES = ("m-1", "m-2", "m-3")
BORG = Cast(
    links=frozenset({"L1", "L6", "L7", "L7m", "L10", "L12", "L13", "L14", "L15", "L17"}),
    machines=MACHINES,
    units={machine: (f"jfoo/{k}",) for k, machine in enumerate(MACHINES)},
    told=frozenset({"T1", "T2"}),
)


def kubernetes(moment: Moment, drawing: str = "wide", cast: Cast = KUBERNETES) -> dict[str, Any]:
    return Scene(PLACEMENTS, "kubernetes", drawing, cast, "en").state(moment)


def borg(moment: Moment, drawing: str = "wide") -> dict[str, Any]:
    return Scene(PLACEMENTS, "borg", drawing, BORG, "en").state(moment)


def lit(state: dict[str, Any]) -> dict[str, str]:
    """The parts and units that are lit, without those the fault marks."""
    return {key: css for key, css in (state["parts"] | state["units"]).items() if "on" in css.split()}


def test_both_ends_light_up_and_the_message_leaves_the_source() -> None:
    state = kubernetes(Moment(sources=("kubelet@node-2",), targets=(HUB,), link="K13", label="PATCH"))
    assert lit(state) == {"kubelet@2": "c on source", "kube-apiserver": "c on target"}
    (travel,) = state["travel"]
    assert (travel["path"], travel["back"], travel["pill"]["text"]) == ("K12@2", False, "PATCH")
    assert travel["d"].startswith("M423.5 332")
    assert state["links"]["K12@2"] == "off"
    assert "playing" in state["root"].split()


def test_an_answer_runs_the_same_link_backwards() -> None:
    there = kubernetes(Moment(sources=("kubectl",), targets=(HUB,), link="K1"))["travel"][0]
    back = kubernetes(Moment(sources=(HUB,), targets=("kubectl",), link="K1"))["travel"][0]
    assert (there["path"], there["back"], there["length"]) == (back["path"], False, back["length"])
    assert back["back"]
    assert back["d"].split("L")[0][1:] == there["d"].split("L")[1]


def test_at_rest_nothing_is_lit_or_dimmed() -> None:
    state = kubernetes(Moment(acting=False, units=RUNNING))
    assert not lit(state)
    assert "playing" not in state["root"].split()


def test_a_part_of_a_process_is_shown_on_the_process() -> None:
    state = kubernetes(Moment(sources=("deployment-controller@kcm-0",), targets=(HUB,), link="K9"))
    assert lit(state)["kube-controller-manager"] == "c on source"
    assert state["travel"][0]["path"] == "K9"


def test_acting_on_itself_is_a_target_without_a_message() -> None:
    state = kubernetes(Moment(sources=("kube-scheduler",), targets=("kube-scheduler",)))
    assert lit(state) == {"kube-scheduler": "c on target"}
    assert state["travel"] == []


def test_in_compact_a_step_between_parts_of_one_box_is_acting_on_itself() -> None:
    moment = Moment(sources=("kubelet@node-1",), targets=("container-runtime@node-1",), link="K17")
    assert lit(kubernetes(moment)).keys() == {"kubelet@1", "container-runtime@1"}
    compact = kubernetes(moment, "compact")
    assert lit(compact) == {"kubelet@1": "c on target"}
    assert compact["travel"] == []


def test_a_message_to_many_carries_its_words_once() -> None:
    hops = tuple((HUB, f"kube-proxy@{node}") for node in NODES)
    moment = Moment(
        sources=(HUB,),
        targets=tuple(target for _, target in hops),
        hops=hops,
        link="K15",
        label="MODIFIED",
        short="MODIFIED",
    )
    for drawing in ("wide", "compact"):
        state = kubernetes(moment, drawing)
        assert [item["path"] for item in state["travel"]] == ["K15@1", "K15@2", "K15@3"]
        assert [item["pill"] is not None for item in state["travel"]] == [True, False, False]
        assert all(item["back"] for item in state["travel"])


def test_a_quorum_write_is_one_message_and_its_pips_fill_in_turn() -> None:
    hops = tuple(("borgmaster@bm-0", f"paxos-store@bm-{k}") for k in (2, 1, 4))
    state = borg(Moment(sources=("borgmaster@bm-0",), targets=("paxos-store@bm-2",), hops=hops, link="L7"))
    assert [item["path"] for item in state["travel"]] == ["L7"]
    assert state["fills"] == ["paxos-store/bm-2", "paxos-store/bm-1", "paxos-store/bm-4"]
    assert state["parts"]["paxos-store/bm-1"] == "c on"
    assert state["parts"]["paxos-store/bm-3"] == "c"


def test_replicas_that_vote_light_up_alone_and_use_the_rail() -> None:
    moment = Moment(sources=("borgmaster@bm-3",), targets=("borgmaster@bm-1",), link="L7m", label="vote")
    state = borg(moment)
    assert lit(state) == {"borgmaster/bm-1": "c on target", "borgmaster/bm-3": "c on source"}
    assert (state["travel"][0]["path"], state["travel"][0]["back"]) == ("L7m@bm-1-bm-3", True)


def test_a_link_shard_is_the_tab_over_the_machine_it_polls() -> None:
    state = borg(Moment(sources=("link-shard@bm-4",), targets=("borglet@m-2",), link="L13", label="start"))
    assert lit(state) == {"link-shard@2": "c on source", "borglet@2": "c on target"}
    assert state["texts"]["tab@2"] == ["tb", "link shard · bm-4"]
    assert state["travel"][0]["path"] == "L13@2"


def test_what_is_docked_lights_up_without_a_path() -> None:
    state = borg(Moment(sources=("borgmaster@bm-0",), targets=("link-shard@bm-1",), link="L12"))
    assert "source" in state["parts"]["borgmaster"]
    assert [key for key, css in state["parts"].items() if "target" in css] == ["link-shard@2"]
    assert state["travel"] == []


@pytest.mark.parametrize("drawing", ["wide", "compact"])
@pytest.mark.parametrize(
    ("source", "link"),
    [("scheduler@0", "T1"), ("borglet@m-1", "T2"), ("borglet@m-2", "T2"), ("borglet@m-3", "T2")],
)
def test_a_link_that_is_only_told_is_drawn_in_its_step(source: str, link: str, drawing: str) -> None:
    told = Moment(sources=(source,), targets=("paxos-store@bm-0",), link=link, label="watch", short="watch")
    state = borg(told, drawing)
    (travel,) = state["travel"]
    assert (travel["path"].split("@")[0], travel["class"]) == (link, "travel told")
    assert travel["pill"]["text"] == "watch"
    other = borg(Moment(sources=("borgcfg",), targets=("borgmaster@bm-0",), link="L1"), drawing)
    assert all(css == "off" for key, css in other["links"].items() if key.startswith("T"))


def test_a_step_without_a_told_link_never_takes_one() -> None:
    state = borg(Moment(sources=("scheduler@0",), targets=("paxos-store@bm-0",), link="L10"))
    assert state["travel"] == []


def test_a_unit_lights_up_in_its_place() -> None:
    moment = Moment(
        sources=("container-runtime@node-2",),
        targets=("pod:web-a2@node-2",),
        link="K20",
        units=RUNNING,
        changed=frozenset({"web-a2"}),
    )
    state = kubernetes(moment)
    assert state["units"]["1.1@2"] == "pod new on target"
    assert state["travel"][0]["path"] == "K20@2"


def test_a_cell_without_units_says_so_and_has_no_link() -> None:
    state = kubernetes(Moment(acting=False, units={"web-a1": ("node-1", "starting")}))
    assert state["texts"]["none@1"][0] == "off"
    assert state["texts"]["none@2"] == ["zs none", "no Pods yet"]
    assert (state["links"]["K20@1"], state["links"]["K20@2"]) == ("link", "off")
    assert state["units"]["1.1@1"] == "pod ghost"
    assert state["texts"]["1.1@1.word"] == ["w", "starting"]


@pytest.mark.parametrize(
    ("count", "wide", "compact"),
    [
        (1, ["1.1"], ["1.1"]),
        (2, ["2.1", "2.2"], ["2.1", "2.2"]),
        (3, ["4.1", "4.2", "4.3"], ["2.1", "2.2"]),
        (6, ["4.1", "4.2", "4.3", "4.4"], ["2.1", "2.2"]),
    ],
)
def test_a_cell_has_room_for_as_many_units_as_are_there(
    count: int, wide: list[str], compact: list[str]
) -> None:
    names = tuple(f"web-{k}" for k in range(6))
    cast = Cast(machines=("node-1",), units={"node-1": names})
    moment = Moment(acting=False, units=dict.fromkeys(names[:count], ("node-1", "running")))
    for drawing, places in (("wide", wide), ("compact", compact)):
        state = kubernetes(moment, drawing, cast)
        assert [key.split("@")[0] for key, css in state["units"].items() if css != "off"] == places
        left = count - (4 if drawing == "wide" else 2) + 1
        last = state["texts"][f"{places[-1]}@1.more"][1]
        assert last == (f"+{left}" if left > 1 else "")


def test_a_unit_can_be_lost_on_one_machine_and_run_on_another() -> None:
    units = {"jfoo/1@m-2": ("m-2", "lost"), "jfoo/1": ("m-1", "running")}
    state = borg(Moment(acting=False, units=units))
    assert (state["units"]["1.1@1"], state["units"]["1.1@2"]) == ("pod", "pod lost")
    assert state["texts"]["1.1@2.name"] == ["u", "jfoo/1"]


def test_a_dead_machine_takes_its_parts_units_and_links() -> None:
    state = kubernetes(
        Moment(sources=("kubectl",), targets=(HUB,), units=RUNNING, down={"machine/node-2": "3.2 s"})
    )
    assert state["zones"]["machine@2"] == "zone down"
    assert state["parts"]["kubelet@2"] == "c dead"
    assert state["units"]["1.1@2"] == "pod lost"
    assert state["links"]["K12@2"] == "link cut"
    assert state["links"]["K17@2"] == "off"
    assert state["texts"]["foot@2"] == ["zs bad", "stopped at 3.2 s"]
    assert len(state["badges"]) == 2


def test_a_dead_program_keeps_its_machine() -> None:
    state = kubernetes(Moment(acting=False, units=RUNNING, down={"kubelet@node-2": "3.2 s"}))
    assert state["parts"]["kubelet@2"] == "c down"
    assert state["links"]["K12@2"] == "link cut"
    assert state["zones"]["machine@2"] == "zone"
    assert state["units"]["1.1@2"] == "pod"


def test_a_dead_replica_is_its_chip_and_its_copy_of_the_store() -> None:
    state = borg(
        Moment(
            acting=False,
            down={"borgmaster@bm-0": "0 s"},
            leaders={"borgmaster": "bm-3", "paxos-store": "bm-3"},
        )
    )
    assert state["parts"]["borgmaster/bm-0"] == "c down"
    assert state["parts"]["paxos-store/bm-0"] == "c down"
    assert state["parts"]["borgmaster"] == "c"
    assert state["parts"]["borgmaster/bm-3"] == "c leader"
    assert state["texts"]["borgmaster.sub"] == ["sb", "bm-3 is elected"]
    assert state["texts"]["tab@1"] == ["tb", "link shard · bm-1"]


def test_while_nobody_leads_the_hub_says_so() -> None:
    state = borg(Moment(acting=False, leaders={"borgmaster": None}))
    assert state["texts"]["borgmaster.sub"][1] == "electing"
    assert not [key for key, css in state["parts"].items() if "leader" in css]


def test_links_of_one_machine_that_broke_alike_say_so_once() -> None:
    slow = {"machine/node-2": "+200 ms", "machine/node-3": "+200 ms"}
    badges = kubernetes(Moment(acting=False, slow=slow))["badges"]
    assert sorted(badge["text"] for badge in badges) == ["", "", "+200 ms", "+200 ms"]


def test_cut_and_slow_links_carry_a_badge_and_words() -> None:
    key = "K12/kubelet@node-2~kube-apiserver@apiserver-0"
    state = kubernetes(Moment(acting=False, cut={key: "0.068 s"}, slow={"K3": "+200 ms"}))
    assert state["links"]["K12@2"] == "link cut"
    assert state["links"]["K12@1"] == "link"
    assert state["links"]["K3"] == "link slow"
    assert [(item["class"], item["text"]) for item in state["badges"]] == [
        ("x", "cut at 0.068 s"),
        ("x slow", "+200 ms"),
    ]


def test_down_wins_over_lit() -> None:
    state = kubernetes(
        Moment(sources=("kubelet@node-1",), targets=(HUB,), link="K12", down={"kubelet@node-1": "1 s"})
    )
    assert state["parts"]["kubelet@1"] == "c on source down"


def test_visited_parts_and_links_are_marked() -> None:
    visited = frozenset({"kubectl", "K1", "K12/kubelet@node-3~kube-apiserver", "K4", "pod:web-a1@node-1"})
    state = kubernetes(Moment(sources=("kube-scheduler",), targets=(HUB,), link="K7", visited=visited))
    assert state["parts"]["kubectl"] == "c seen"
    assert state["links"]["K1"] == "link visited"
    assert (state["links"]["K12@3"], state["links"]["K12@1"]) == ("link visited", "link")
    assert state["links"]["K3"] == "link visited"


def test_the_organ_that_acts_is_marked() -> None:
    state = kubernetes(Moment(sources=(HUB,), targets=(HUB,), organ=2))
    assert state["texts"]["organ.2"] == ["organ on", "admit"]
    assert state["texts"]["organ.1"] == ["organ", "authorize"]


def test_replicas_of_a_lone_part_are_drawn_only_when_the_run_names_two() -> None:
    for members, drawn in (({"scheduler-0"}, False), ({"scheduler-0", "scheduler-1"}, True)):
        cast = Cast(machines=NODES, members=frozenset(members))
        state = kubernetes(Moment(acting=False, down={"kube-scheduler@scheduler-0": "1 s"}), cast=cast)
        assert ("kube-scheduler/scheduler-0" in state["parts"]) is drawn
        assert ("down" in state["parts"]["kube-scheduler"]) is not drawn


def test_a_name_that_is_not_drawn_lights_nothing() -> None:
    state = kubernetes(Moment(sources=("nobody@nowhere",), targets=("kubelet@node-99",), link="K999"))
    assert not lit(state)
    assert state["travel"] == []


def test_a_travelled_link_is_whole_and_the_others_give_way() -> None:
    cast = Cast(links=frozenset({"L9", "L17"}), machines=MACHINES, units=dict.fromkeys(MACHINES, ("jfoo/0",)))
    scene = Scene(PLACEMENTS, "borg", "wide", cast, "en")
    units = {f"jfoo/{k}@{m}": (m, "running") for k, m in enumerate(MACHINES)}
    rest = scene.state(Moment(acting=False, units=units))
    crossed = [key for key, path in rest["paths"].items() if path.count("M") > 1]
    assert crossed == ["L17@1"]
    moving = scene.state(Moment(sources=("borglet@m-1",), targets=("package-repo",), link="L17", units=units))
    assert moving["travel"][0]["d"].count("M") == 1
    gaps = [key for key, path in moving["paths"].items() if path.count("M") > 1]
    assert [key for key in gaps if moving["links"][key] != "off"] == ["L9"]


def test_a_link_named_with_its_pairs_is_visited_between_these_only() -> None:
    visited = frozenset({"K12", "K12/kubelet@node-3~kube-apiserver"})
    state = kubernetes(Moment(sources=("kube-scheduler",), targets=(HUB,), link="K7", visited=visited))
    assert [key for key, css in state["links"].items() if "visited" in css] == ["K12@3"]


REQUEST = Cast(
    touched=frozenset({"users", "load-balancer", "kernel", "pod"}),
    links=frozenset({"K29a", "K29b", "K28c"}),
    units=PODS,
    machines=NODES,
)
WAY_IN = Moment(
    sources=("load-balancer",), targets=("kernel@node-2",), link="K29b", label="to :30080", units=RUNNING
)


def test_traffic_is_drawn_in_its_step_and_stays_where_it_went() -> None:
    before = kubernetes(Moment(acting=False, units=RUNNING), cast=REQUEST)
    assert before["links"]["K29b@2"] == "off"
    assert [item["path"] for item in kubernetes(WAY_IN, cast=REQUEST)["travel"]] == ["K29b@2"]
    after = Moment(
        sources=("kernel@node-2",),
        targets=("pod:web-a2@node-2",),
        link="K28c",
        units=RUNNING,
        visited=frozenset({"K29b", "K29b/load-balancer~kernel@node-2"}),
    )
    state = kubernetes(after, cast=REQUEST)
    shown = [key for key, css in state["links"].items() if "data visited" in css]
    assert (shown, state["links"]["K29b@1"]) == (["K29b@2"], "off")


def test_traffic_between_one_pair_only_is_drawn_at_rest() -> None:
    links = frozenset({"K29a", "K29b/load-balancer~kernel@node-2", "K28c/kernel@node-2~pod@node-2"})
    cast = Cast(touched=REQUEST.touched, links=links, units=PODS, machines=NODES)
    state = kubernetes(Moment(acting=False, units=RUNNING), cast=cast)
    assert {key for key, css in state["links"].items() if css == "link data"} == {
        "K29a",
        "K29b@2",
        "K28c@2",
    }


def test_a_stopped_copy_that_has_no_dot_of_its_own_marks_the_box_which_goes_on() -> None:
    moment = Moment(acting=False, down={"paxos-store@bm-1": "1 s"})
    scene = Scene(PLACEMENTS, "borg", "compact", BORG, "en")
    state, box = scene.state(moment), scene.parts["paxos-store"].box
    assert [(badge["x"], badge["y"]) for badge in state["badges"]] == [(box.right, box.y)]
    assert state["parts"]["paxos-store"] == "c"
    assert not [key for key, css in state["links"].items() if "cut" in css.split()]
    told = [item.text for zone in outline(scene, moment) for item in zone.items if item.text]
    assert any("bm-1 stopped at 1 s" in text for text in told)
