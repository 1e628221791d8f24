"""What the graph tells, on small graphs whose answers can be seen, and on the real ones."""

from __future__ import annotations

import networkx as nx
import pytest

from explorer.errors import NotKnown
from explorer.graph import Atlas
from explorer.graph.insight.cuts import bridges, separation
from explorer.graph.insight.directions import Degree, crossing, degrees
from explorer.graph.insight.falls import Fall, falls, replicated
from explorer.graph.insight.findings import Findings, Roles, find
from explorer.graph.insight.hubs import Hub, hubs
from explorer.graph.insight.routes import hops, route
from explorer.graph.insight.stores import access
from explorer.graph.insight.wiring import Wiring
from explorer.playback.insights import findings, places_of
from tests.graph.wired import chain, star, wired


def wiring(*links: dict[str, tuple[str, str]], **more: object) -> Wiring:
    every = {slug: ends for some in links for slug, ends in some.items()}
    return Wiring.of(wired(every, **more), "toy")  # type: ignore[arg-type]  # passed on as it is


# The hub.


def test_every_shortest_path_of_a_star_lies_through_its_middle() -> None:
    assert hubs(wiring(star("hub", "a", "b", "c")).graph()) == [Hub("hub", 1.0)]


def test_on_a_path_of_five_the_middle_lies_on_four_of_the_six_paths_between_the_others() -> None:
    found = {hub.slug: hub.share for hub in hubs(wiring(chain("a", "b", "c", "d", "e")).graph())}
    assert found == pytest.approx({"c": 4 / 6, "b": 3 / 6, "d": 3 / 6})


def test_two_hubs_that_lead_to_the_same_parts_share_the_paths() -> None:
    two = wiring(star("left", "a", "b", "c"), star("right", "a", "b", "c"))
    found = {hub.slug: hub.share for hub in hubs(two.graph())}
    # a to b, b to c and a to c: half of each path goes through either hub, out of six pairs of others.
    assert found["left"] == found["right"] == pytest.approx(1.5 / 6)


def test_where_every_part_speaks_with_every_other_there_is_no_hub() -> None:
    assert hubs(wiring(chain("a", "b", "c", "a")).graph()) == []


# What is in the graph.


def test_told_links_are_not_in_the_graph_and_links_to_oneself_join_nothing() -> None:
    made = wiring(chain("a", "b"), {"T1": ("a", "c"), "S": ("b", "b")}, told=["T1"])
    assert made.nodes == ("a", "b")
    assert sorted(made.graph().edges) == [("a", "b")]


def test_a_part_is_joined_to_its_process_and_not_to_a_machine_it_stands_on() -> None:
    made = wiring(
        {"1": ("client", "gate"), "2": ("server", "store"), "3": ("agent", "server")},
        inside={"gate": "server", "agent": "machine"},
        boundaries=["machine"],
    )
    assert made.graph().has_edge("gate", "server")
    assert "machine" not in made.nodes
    assert made.whole("server") == ("gate", "server")


# Points of failure.


def test_a_middle_with_one_copy_cuts_off_what_hangs_on_it() -> None:
    assert falls(wiring(chain("a", "b", "hub"), star("hub", "x", "y")), {}) == [
        Fall("hub", 1, ("x", "y"), ("x", "y")),
        Fall("b", 1, ("a",), ("a",)),
    ]


def test_a_hub_with_copies_falls_only_when_all_have_gone() -> None:
    (fall,) = falls(wiring(star("hub", "a", "b", "c")), {"hub": ("0", "1", "2")})
    assert (fall.slug, fall.copies, fall.by_one) == ("hub", 3, ())
    assert fall.by_all == ("b", "c")


def test_what_stands_on_each_machine_is_a_point_of_failure_for_its_machine_alone() -> None:
    made = wiring(star("api", "agent"), {"1": ("agent", "runtime"), "2": ("agent", "disk")})
    places = dict.fromkeys(("agent", "runtime", "disk"), ("m-1", "m-2"))
    agent = {fall.slug: fall for fall in falls(made, places)}["agent"]
    assert agent.by_one == ("runtime@m-1", "disk@m-1")
    assert agent.copies == 2


def test_a_process_takes_its_parts_along_and_they_do_not_count_as_cut_off() -> None:
    made = wiring(
        {"1": ("client", "server"), "2": ("reader", "store"), "3": ("tool", "client")},
        inside={"store": "server"},
    )
    server = {fall.slug: fall for fall in falls(made, {})}["server"]
    assert server.by_all == ("reader",)


def test_copies_of_a_part_speak_where_they_stand_together_and_with_all_others_else() -> None:
    made = wiring(
        {"1": ("api", "store"), "2": ("agent", "api"), "3": ("agent", "task"), "4": ("store", "store")}
    )
    graph = replicated(
        made, {"store": ("s-0", "s-1"), "agent": ("m-1", "m-2"), "task": ("m-1", "m-2"), "api": ("a",)}
    )
    assert sorted(graph["task@m-1"]) == ["agent@m-1"]
    assert sorted(graph["api@a"]) == ["agent@m-1", "agent@m-2", "store@s-0", "store@s-1"]
    assert graph.has_edge("store@s-0", "store@s-1")


def test_without_parts_and_copies_points_of_failure_are_the_articulation_points() -> None:
    for seed in range(20):
        random = nx.gnm_random_graph(12, 14, seed=seed)
        made = wiring({f"{one}-{other}": (f"n{one}", f"n{other}") for one, other in random.edges})
        body = made.graph().subgraph(made.pieces()[0])
        assert {fall.slug for fall in falls(made, {})} == set(nx.articulation_points(body))


# Ways.


def test_the_shortest_way_is_named_step_by_step_with_who_opens() -> None:
    made = wiring(
        {"1": ("cli", "api"), "2": ("agent", "api"), "3": ("api", "agent"), "4": ("agent", "task")},
        {"data": ("cli", "task")},
        data=["data"],
    )
    path = route(made, "cli", "task")
    assert [(hop.source, hop.target, hop.links, hop.forward) for hop in path] == [
        ("cli", "api", ("1",), True),
        ("api", "agent", ("2", "3"), None),
        ("agent", "task", ("4",), True),
    ]
    assert hops(made, "cli") == {"cli": 0, "api": 1, "agent": 2, "task": 3}


def test_there_is_no_way_between_pieces_and_none_to_what_has_no_link() -> None:
    made = wiring(chain("a", "b"), chain("c", "d"))
    assert route(made, "a", "d") == route(made, "a", "nobody") == []


# The store.


def test_a_store_behind_one_door_is_reached_by_clients_through_it_alone() -> None:
    made = wiring(chain("cli", "api", "store"), {"1": ("ui", "api"), "2": ("backup", "store")})
    found = access(made, "store", ("cli", "ui"))
    assert found.direct == ("api", "backup")
    assert found.gates == ("api",)
    assert found.behind == 4


def test_a_store_with_two_doors_has_no_gate() -> None:
    made = wiring(chain("cli", "api", "store"), chain("cli", "other", "store"))
    assert access(made, "store", ("cli",)).gates == ()


# Cuts.


def test_bridges_are_joints_whose_loss_separates_and_links_between_the_same_two_are_one() -> None:
    made = wiring(chain("a", "b", "c", "a"), {"1": ("c", "d"), "2": ("d", "c")})
    (bridge,) = bridges(made)
    assert (bridge.joint.links, bridge.behind) == (("1", "2"), ("d",))


def test_one_of_two_links_cut_separates_nothing_and_the_other_is_named() -> None:
    made = wiring(chain("cli", "api"), {"1": ("api", "store"), "2": ("api", "store")})
    apart = separation(made, ["cli"], "store", cut="1")
    assert (apart.still, apart.pieces, apart.from_store, apart.from_clients) == (("2",), (), (), ())


def test_a_cut_tells_who_loses_the_clients_and_who_the_store() -> None:
    made = wiring(chain("cli", "api", "store"), {"w": ("worker", "api")})
    apart = separation(made, ["cli"], "store", cut="cli-api")
    assert apart.from_clients == ("api", "store", "worker")
    assert apart.from_store == ("cli",)
    gone = separation(made, ["cli"], "store", without="api")
    assert gone.from_store == ("cli", "worker")
    assert gone.pieces == (("store",), ("worker",))


def test_a_link_inside_a_process_can_be_cut_and_its_ends_stay_together() -> None:
    made = wiring({"1": ("cli", "api"), "2": ("api", "gate")}, inside={"gate": "api"})
    apart = separation(made, ["cli"], None, cut="2")
    assert apart.inside
    assert not apart.pieces


def test_what_has_gone_is_nowhere_else_in_the_answer() -> None:
    made = wiring({"1": ("cli", "api"), "2": ("gate", "store")}, inside={"gate": "api"})
    apart = separation(made, ["cli"], "store", without="api")
    assert apart.gone == ("api", "gate")
    assert not {"api", "gate"} & {*apart.from_clients, *apart.from_store}


def test_an_unknown_link_names_the_nearest() -> None:
    with pytest.raises(NotKnown) as raised:
        separation(wiring({"K12": ("a", "b"), "K13": ("a", "c")}), [], None, cut="K1x")
    assert raised.value.nearest[0] in ("K12", "K13")


# Directions.


def test_degrees_count_links_by_who_opens_without_users_traffic_and_without_oneself() -> None:
    made = wiring(
        star("api", "a", "b"), {"1": ("api", "store"), "2": ("api", "api"), "3": ("users", "api")}, data=["3"]
    )
    assert degrees(made) == [Degree("api", 1, 2)]


def test_crossing_tells_who_calls_between_control_plane_and_machines() -> None:
    atlas = wired(
        {"1": ("agent", "api"), "2": ("api", "agent"), "3": ("cli", "api")},
        zones={"agent": "node", "cli": "client"},
    )
    assert crossing(atlas, Wiring.of(atlas, "toy")) == (("2",), ("1",))


def test_a_system_without_links_has_an_empty_wiring() -> None:
    empty = Wiring.of(wired({}), "toy")
    assert (empty.nodes, falls(empty, {}), bridges(empty), empty.pieces()) == ((), [], [], [])


def test_a_role_that_nobody_has_is_not_known() -> None:
    with pytest.raises(NotKnown, match="servr"):
        find(
            wired(chain("cli", "server")), "toy",
            Roles(client="cli", starter="servr", program="server", store="server"), {},
        )  # fmt: skip


# The real graphs.


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.from_fixtures()


@pytest.fixture(scope="module")
def kubernetes(atlas: Atlas) -> Findings:
    return findings(atlas, "kubernetes")


@pytest.fixture(scope="module")
def borg(atlas: Atlas) -> Findings:
    return findings(atlas, "borg")


def test_the_api_server_and_the_borgmaster_are_the_hubs(kubernetes: Findings, borg: Findings) -> None:
    assert kubernetes.hubs[0].slug == "kube-apiserver"
    assert borg.hubs[0].slug == "borgmaster"
    for found in (kubernetes, borg):
        body: nx.Graph[str] = nx.Graph(found.wiring.graph().subgraph(found.body))
        pairs = [(a, b) for a in body for b in body if a < b and found.hubs[0].slug not in (a, b)]
        through = 0.0
        for one, other in pairs:
            paths = list(nx.all_shortest_paths(body, one, other))
            through += sum(found.hubs[0].slug in path for path in paths) / len(paths)
        assert found.hubs[0].share == pytest.approx(through / len(pairs))


def test_only_the_api_server_reaches_etcd_and_what_is_forbidden_is_not_there(
    atlas: Atlas, kubernetes: Findings
) -> None:
    assert kubernetes.access.direct == kubernetes.access.gates == ("kube-apiserver",)
    for found in (kubernetes, findings(atlas, "borg")):
        opened = {(link.opener, link.accepter) for link in found.wiring.links}
        banned = {(ban.opener, ban.accepter) for ban in atlas.forbidden if ban.system == found.wiring.system}
        assert not opened & banned


def test_borgs_clients_reach_the_store_through_the_borgmaster_alone(borg: Findings) -> None:
    assert borg.access.gates == ("borgmaster",)
    assert borg.wiring.parents["paxos-store"] == "borgmaster"


def test_copies_are_those_of_the_simulated_topology(atlas: Atlas) -> None:
    kubernetes, borg = places_of(atlas, "kubernetes"), places_of(atlas, "borg")
    assert {slug: len(kubernetes[slug]) for slug in ("etcd", "kube-apiserver", "kube-scheduler")} == {
        "etcd": 3, "kube-apiserver": 2, "kube-scheduler": 2,
    }  # fmt: skip
    assert len(borg["borgmaster"]) == len(borg["paxos-store"]) == len(borg["link-shard"]) == 5
    assert kubernetes["kubelet"] == kubernetes["kernel"]
    assert "coredns" not in kubernetes


def test_no_single_copy_of_a_replicated_control_plane_cuts_anything_off(
    kubernetes: Findings, borg: Findings
) -> None:
    for found, hub in ((kubernetes, "kube-apiserver"), (borg, "borgmaster")):
        fall = {fall.slug: fall for fall in found.falls}[hub]
        assert fall.copies > 1
        assert fall.by_one == ()
        assert fall.by_all
    assert "etcd" in {fall.slug: fall for fall in kubernetes.falls}["kube-apiserver"].by_all


def test_a_request_takes_as_many_steps_in_both_systems(kubernetes: Findings, borg: Findings) -> None:
    assert [hop.target for hop in kubernetes.to_starter] == ["kube-apiserver", "kubelet", "container-runtime"]
    assert [hop.target for hop in borg.to_starter] == ["borgmaster", "link-shard", "borglet"]
    assert len(kubernetes.to_store) == len(borg.to_store) == 2


def test_borgs_master_calls_and_kubernetes_machines_call(kubernetes: Findings, borg: Findings) -> None:
    assert borg.crossing == (("L13",), ())
    assert {"K12", "K13", "K15"} <= set(kubernetes.crossing.from_machines)
    assert kubernetes.crossing.from_control == ("K14",)
