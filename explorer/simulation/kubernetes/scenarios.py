"""The Kubernetes scenarios that can be played."""

from __future__ import annotations

from explorer.simulation.kubernetes import cluster
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.scenario import DEPLOY_PARAMETERS, DEPLOY_PHASES, Script, Values
from explorer.simulation.topology import Graph, Topology
from explorer.simulation.world import World

LATENCY = {
    "": value("local_call"),
    "K1": value("api_wire"), "K7": value("api_wire"), "K9": value("api_wire"), "K13": value("api_wire"),
    "K3": value("etcd_wire"), "K4": value("etcd_watch"), "K5": value("etcd_peer"),
    "K6": value("watch"), "K8": value("watch"), "K12": value("watch"), "K15": value("watch"),
    "K21": value("watch"),
}  # fmt: skip
TIMEOUT = {
    "": value("request_patience"),
    "K3": value("etcd_request") + value("etcd_election"),
    "K4": value("watch_resend"),
    "K5": value("etcd_election"),
}


def _topology(graph: Graph, values: Values) -> Topology:
    return cluster.topology(graph, int(values["machines"]))


def _begin(world: World, values: Values) -> None:
    cluster.Cluster(
        world,
        replicas=int(values["replicas"]),
        machines=int(values["machines"]),
        cached=bool(values["cached"]),
    )


SCRIPTS: dict[str, Script] = {
    "deploy": Script(
        scenario="deploy",
        phases=DEPLOY_PHASES,
        parameters=DEPLOY_PARAMETERS,
        client="kubectl",
        topology=_topology,
        begin=_begin,
        latency=LATENCY,
        timeout=TIMEOUT,
        horizon=value("horizon"),
    ),
}
