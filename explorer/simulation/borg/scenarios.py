"""What can be played of Borg: parameters, topology, times and beginning of each scenario."""

from __future__ import annotations

from explorer.simulation.borg.cell import CLIENT, Cell, machine_names
from explorer.simulation.borg.constants import HORIZON, PACKAGE_INSTALL, REPLICA_LATENCY, RPC_LATENCY
from explorer.simulation.borg.store import REPLICA_NAMES
from explorer.simulation.scenario import DEPLOY_PARAMETERS, DEPLOY_PHASES, Script, Values
from explorer.simulation.topology import Graph, Topology
from explorer.simulation.world import World

LATENCY = {"": RPC_LATENCY.us, "L7m": REPLICA_LATENCY.us}
TIMEOUT = {
    "": 2_000_000,
    "L1": 5_000_000,
    "L7": 1_000_000,
    "L7m": 1_000_000,
    "L10": 10_000_000,
    "L11": 10_000_000,
    "L12": 1_000_000,
    "L13": 2_500_000,
    "L14": 1_000_000,
    "L17": 2 * PACKAGE_INSTALL.us,
    "L19": 1_000_000,
}
"""How long a sender waits (model). A poll must have failed well before the next one is due."""


def cell_topology(graph: Graph, values: Values) -> Topology:
    """Five replicas with store and link shard in each, a scheduler, machines with a Borglet, services."""
    machines = machine_names(int(values["machines"]))
    instances = ["borgcfg"]
    instances += [f"borgmaster@{replica}" for replica in REPLICA_NAMES]
    instances += [f"link-shard@{replica}" for replica in REPLICA_NAMES]
    instances += [f"paxos-store@{replica}" for replica in REPLICA_NAMES]
    instances += ["scheduler@0", *(f"borglet@{machine}" for machine in machines)]
    instances += ["chubby", "package-repo", "infrastore", CLIENT]
    hosts = {
        f"{part}@{replica}": f"borgmaster@{replica}"
        for replica in REPLICA_NAMES
        for part in ("link-shard", "paxos-store")
    }
    return Topology.build(graph, machines, instances, unit_components=("task",), hosts=hosts)


def begin_deploy(world: World, values: Values) -> None:
    """A cell at rest, and borgcfg with a job to submit."""
    Cell(world, values)


DEPLOY = Script(
    scenario="deploy",
    phases=DEPLOY_PHASES,
    parameters=DEPLOY_PARAMETERS,
    client="borgcfg",
    topology=cell_topology,
    begin=begin_deploy,
    latency=LATENCY,
    timeout=TIMEOUT,
    horizon=HORIZON.us,
)

SCRIPTS: dict[str, Script] = {"deploy": DEPLOY}
