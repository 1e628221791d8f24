"""How the systems behave: deterministic discrete-event simulation. Enter here."""

from explorer.simulation.faults import Fault, parse_fault
from explorer.simulation.run import ENGINE, script_of, scripts, simulate, topology_of
from explorer.simulation.scenario import SEED, Parameter, Script
from explorer.simulation.topology import NoSuchLink, Topology

__all__ = [
    "ENGINE", "SEED", "Fault", "NoSuchLink", "Parameter", "Script", "Topology",
    "parse_fault", "script_of", "scripts", "simulate", "topology_of",
]  # fmt: skip
