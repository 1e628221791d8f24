"""The scheduler's arithmetic, held against two examples that were worked out by hand from the formulas."""

from random import Random

import pytest

from explorer.simulation.kubernetes.scoring import (
    NodeState,
    PodNeeds,
    decide,
    filter_reason,
    image_score,
    old_balanced_score,
    spread_scores,
    told,
)

SMALL = PodNeeds(cpu=500, memory=512, image="web", image_size=300)
THREE = [
    NodeState("n1", "a", 4000, 8192, 1000, 2048, pods=1, same=1, images=frozenset(["web"])),
    NodeState("n2", "a", 4000, 8192, 2000, 1024),
    NodeState("n3", "b", 4000, 8192, 500, 4096, soft=1),
]
LARGE = PodNeeds(cpu=1000, memory=2048, image="web", image_size=900)
FOUR = [
    NodeState("n1", "a", 8000, 32768, 2000, 16384, images=frozenset(["web"])),
    NodeState("n2", "a", 8000, 32768, 6000, 8192, images=frozenset(["web"])),
    NodeState("n3", "b", 4000, 16384, 1000, 2048, pods=1, same=1),
    NodeState("n4", "b", 4000, 16384),
]


@pytest.mark.parametrize(
    ("pod", "nodes", "wanted", "chosen"),
    [
        (
            SMALL,
            THREE,
            {
                "n1": (65, 73, 7, 100, 66, 577),
                "n2": (59, 73, 0, 100, 88, 608),
                "n3": (59, 76, 0, 0, 100, 335),
            },
            "n2",
        ),
        (
            LARGE,
            FOUR,
            {
                "n1": (52, 76, 43, 100, 100, 671),
                "n2": (40, 73, 43, 100, 100, 656),
                "n3": (62, 72, 0, 100, 66, 566),
                "n4": (81, 71, 0, 100, 88, 628),
            },
            "n1",
        ),
    ],
    ids=["three nodes", "four nodes"],
)
def test_scores_equal_the_worked_examples(
    pod: PodNeeds, nodes: list[NodeState], wanted: dict[str, tuple[int, ...]], chosen: str
) -> None:
    decision = decide(pod, nodes, Random(1))
    assert {score.node: (*score[1:], score.total) for score in decision.scores} == wanted
    assert decision.node == chosen


@pytest.mark.parametrize(
    ("pod", "nodes", "old_sums"),
    [
        (SMALL, THREE, {"n1": 600, "n2": 613, "n3": 343}),
        (LARGE, FOUR, {"n1": 685, "n2": 654, "n3": 581, "n4": 650}),
    ],
    ids=["three nodes", "four nodes"],
)
def test_the_balance_of_older_releases_gives_the_older_sums(
    pod: PodNeeds, nodes: list[NodeState], old_sums: dict[str, int]
) -> None:
    decision = decide(pod, nodes, Random(1))
    by_name = {node.name: node for node in nodes}
    sums = {
        score.node: score.total - score.balanced + old_balanced_score(pod, by_name[score.node])
        for score in decision.scores
    }
    assert sums == old_sums


def test_the_first_plugin_that_says_no_gives_the_reason() -> None:
    full = NodeState("n", "a", 4000, 8192, used_cpu=3800, used_memory=8000, pods=110)
    assert filter_reason(SMALL, full) == "Too many pods"
    full.pods = 3
    assert filter_reason(SMALL, full) == "Insufficient cpu"
    full.used_cpu = 3500
    assert filter_reason(SMALL, full) == "Insufficient memory"
    full.used_memory = 8192 - 512
    assert filter_reason(SMALL, full) == ""
    full.hard = ("node.kubernetes.io/unreachable",)
    assert filter_reason(SMALL, full) == "node(s) had untolerated taint {node.kubernetes.io/unreachable}"


def test_eight_pods_of_half_a_core_fill_a_node_of_four() -> None:
    node = NodeState("n", "a", 4000, 8192)
    placed = 0
    while decide(SMALL, [node], Random(1)).node:
        node.used_cpu, node.used_memory, placed = node.used_cpu + 500, node.used_memory + 512, placed + 1
    assert placed == 8


def test_equal_nodes_are_equally_likely() -> None:
    nodes = [NodeState(f"n{n}", "a", 4000, 8192) for n in range(3)]
    chance = Random(5)
    chosen = [decide(SMALL, nodes, chance).node for _ in range(3000)]
    assert all(900 < chosen.count(node.name) < 1100 for node in nodes)


def test_a_small_image_counts_for_nothing_and_a_huge_one_in_full() -> None:
    node = NodeState("n", "a", 4000, 8192, images=frozenset(["web"]))
    assert image_score(PodNeeds(1, 1, "web", 20), node, 1, 1) == 0
    assert image_score(PodNeeds(1, 1, "web", 5000), node, 1, 1) == 100


def test_spreading_prefers_the_emptier_zone() -> None:
    nodes = [
        NodeState("n1", "a", 4000, 8192, same=2),
        NodeState("n2", "a", 4000, 8192),
        NodeState("n3", "b", 4000, 8192),
    ]
    first, second, third = spread_scores(nodes)
    assert first < second < third == 100


def test_a_decision_is_told_winner_first_in_at_most_eight_rows() -> None:
    nodes = [NodeState(f"n{n}", "a", 4000, 8192, used_cpu=n * 100) for n in range(20)]
    decision = decide(SMALL, nodes, Random(1))
    rows = told(decision, {node.name: node for node in nodes})
    assert len(rows) == 8
    assert rows[0][0] == decision.node
