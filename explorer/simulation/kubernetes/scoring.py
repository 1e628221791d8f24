"""The arithmetic of the scheduler's default plugins (release 1.37): pure, integers as in the real code.

Weights: TaintToleration 3, NodeAffinity 2, PodTopologySpread 2, InterPodAffinity 2, NodeResourcesFit 1,
NodeResourcesBalancedAllocation 1, ImageLocality 1. NodeAffinity and InterPodAffinity are skipped (0) for
Pods without preferences, as here. Sources: KK least_allocated.go, balanced_allocation.go (1.36),
image_locality.go, taint_toleration.go, podtopologyspread/scoring.go, default_plugins.go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log
from random import Random
from typing import NamedTuple

TAINT_WEIGHT, SPREAD_WEIGHT = 3, 2
DEFAULT_CPU, DEFAULT_MEMORY = 100, 200
"""What a container without requests counts as for NodeResourcesFit's score, in millicores and MiB."""
IMAGE_LEAST, IMAGE_MOST = 23, 1000
"""MiB: below the first an image does not count, above the second (a container) it counts in full."""
HOST_SKEW, ZONE_SKEW = 3, 5
"""maxSkew of the built-in spreading constraints over hostnames and zones."""


@dataclass(slots=True)
class NodeState:
    """A node as the scheduler's cache has it. CPU in millicores, memory in MiB, `pods` counts all Pods.

    `same` counts Pods of the same owner; `hard` and `soft` are untolerated taints (NoSchedule or
    NoExecute, and PreferNoSchedule).
    """

    name: str
    zone: str
    cpu: int
    memory: int
    used_cpu: int = 0
    used_memory: int = 0
    pods: int = 0
    most_pods: int = 110
    same: int = 0
    images: frozenset[str] = frozenset()
    hard: tuple[str, ...] = ()
    soft: int = 0
    unschedulable: bool = False


class PodNeeds(NamedTuple):
    """What a Pod asks for. `image_size` is in MiB."""

    cpu: int
    memory: int
    image: str = ""
    image_size: int = 0
    containers: int = 1


class Scores(NamedTuple):
    """One node's scores, 0 to 100 each, and their weighted sum."""

    node: str
    fit: int
    balanced: int
    image: int
    taint: int
    spread: int

    @property
    def total(self) -> int:
        return self.fit + self.balanced + self.image + TAINT_WEIGHT * self.taint + SPREAD_WEIGHT * self.spread


@dataclass(slots=True)
class Decision:
    """The outcome of one scheduling cycle: the node (or None), all scores, and why others were filtered."""

    node: str | None
    scores: list[Scores] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)


def filter_reason(pod: PodNeeds, node: NodeState) -> str:
    """Why the Pod cannot go to the node, or "". The first plugin that says no is the only one asked."""
    if node.unschedulable:
        return "node(s) were unschedulable"
    if node.hard:
        return f"node(s) had untolerated taint {{{node.hard[0]}}}"
    if node.pods + 1 > node.most_pods:
        return "Too many pods"
    if pod.cpu and node.used_cpu + pod.cpu > node.cpu:
        return "Insufficient cpu"
    if pod.memory and node.used_memory + pod.memory > node.memory:
        return "Insufficient memory"
    return ""


def fit_score(pod: PodNeeds, node: NodeState) -> int:
    """NodeResourcesFit, LeastAllocated: the mean share left free, with this Pod."""
    cpu = node.used_cpu + (pod.cpu or DEFAULT_CPU * pod.containers)
    memory = node.used_memory + (pod.memory or DEFAULT_MEMORY * pod.containers)
    return (free_share(node.cpu, cpu) + free_share(node.memory, memory)) // 2


def free_share(allocatable: int, requested: int) -> int:
    """What is left, in whole hundredths; 0 when it would exceed."""
    return 0 if requested > allocatable else (allocatable - requested) * 100 // allocatable


def evenness(cpu: float, memory: float) -> int:
    """How evenly two shares are used: (1 - sigma) x 100, sigma half their distance."""
    return int((1 - abs(min(cpu, 1.0) - min(memory, 1.0)) / 2) * 100)


def balanced_score(pod: PodNeeds, node: NodeState) -> int:
    """NodeResourcesBalancedAllocation since 1.36: what this Pod changes; 75 is no change, 50 to 100."""
    if not (pod.cpu or pod.memory):
        return 0
    return _balance_change(node.cpu, node.memory, node.used_cpu, node.used_memory, pod.cpu, pod.memory)


@lru_cache(maxsize=1024)
def _balance_change(cpu: int, memory: int, used_cpu: int, used_memory: int, more_cpu: int, more: int) -> int:
    """Kept, since most nodes of a cycle stand as they stood in the one before."""
    after = evenness((used_cpu + more_cpu) / cpu, (used_memory + more) / memory)
    before = evenness(used_cpu / cpu, used_memory / memory)
    return 50 + int((50 + after - before) / 2)


def old_balanced_score(pod: PodNeeds, node: NodeState) -> int:
    """NodeResourcesBalancedAllocation until 1.35: evenness with this Pod."""
    return evenness((node.used_cpu + pod.cpu) / node.cpu, (node.used_memory + pod.memory) / node.memory)


def image_score(pod: PodNeeds, node: NodeState, having: int, nodes: int) -> int:
    """ImageLocality: the image's size if it is here, thinned by the share of nodes that have it."""
    if not pod.image or pod.image not in node.images:
        return 0
    most = IMAGE_MOST * pod.containers
    spread = min(max(pod.image_size * having // nodes, IMAGE_LEAST), most)
    return 100 * (spread - IMAGE_LEAST) // (most - IMAGE_LEAST)


def taint_scores(nodes: Sequence[NodeState]) -> list[int]:
    """TaintToleration: few untolerated PreferNoSchedule taints score high."""
    most = max((node.soft for node in nodes), default=0)
    return [100 - 100 * node.soft // most if most else 100 for node in nodes]


def spread_scores(nodes: Sequence[NodeState]) -> list[int]:
    """PodTopologySpread, built-in constraints (hostname 3, zone 5): few of the same kind score high."""
    zones: dict[str, int] = {}
    for node in nodes:
        zones[node.zone] = zones.get(node.zone, 0) + node.same
    host_weight, zone_weight = log(len(nodes) + 2), log(len(zones) + 2)
    flat = HOST_SKEW - 1 + ZONE_SKEW - 1
    raw = [int(node.same * host_weight + zones[node.zone] * zone_weight + flat + 0.5) for node in nodes]
    most, least = max(raw), min(raw)
    return [100 * (most + least - score) // most if most else 100 for score in raw]


def decide(pod: PodNeeds, nodes: Sequence[NodeState], chance: Random) -> Decision:
    """Filter and score all nodes and take the best; among equals each is as likely (reservoir sampling)."""
    feasible: list[NodeState] = []
    reasons: dict[str, int] = {}
    for node in nodes:
        why = filter_reason(pod, node)
        if why:
            reasons[why] = reasons.get(why, 0) + 1
        else:
            feasible.append(node)
    if not feasible:
        return Decision(None, [], reasons)
    having = sum(1 for node in nodes if pod.image in node.images)
    scores = [
        Scores(
            node.name, fit_score(pod, node), balanced_score(pod, node),
            image_score(pod, node, having, len(nodes)), taint, spread,
        )
        for node, taint, spread in zip(feasible, taint_scores(feasible), spread_scores(feasible), strict=True)
    ]  # fmt: skip
    best, most, equal = scores[0].node, -1, 0
    for score in scores:
        total = score.total
        if total > most:
            best, most, equal = score.node, total, 1
        elif total == most:
            equal += 1
            if chance.randrange(equal) == 0:
                best = score.node
    return Decision(best, scores, reasons)


def told(decision: Decision, nodes: Mapping[str, NodeState], most: int = 8) -> list[list[object]]:
    """The rows to show of a decision: the winner first, then the runners-up, at most `most`."""
    order = sorted(decision.scores, key=lambda score: (score.node != decision.node, -score.total))[:most]
    return [
        [
            score.node, nodes[score.node].zone, nodes[score.node].cpu - nodes[score.node].used_cpu,
            score.fit, score.balanced, score.image, score.taint, score.spread, score.total,
        ]
        for score in order
    ]  # fmt: skip


COLUMNS = (
    "node", "zone", "free cpu", "fit", "balanced", "image",
    f"taint ×{TAINT_WEIGHT}", f"spread ×{SPREAD_WEIGHT}", "sum",
)  # fmt: skip
"""Every part counts once in the sum unless its head says how often."""
