"""Every number the Borg simulation uses: its value, where it is written, and how sure it is.

A number marked "model" is ours, because no source gives one; it is never to be shown as Google's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Constant:
    """One number: `value` in `unit`, written in `section` of `source` (a Source's slug), with its mark."""

    value: float
    unit: str
    source: str
    section: str
    mark: str

    @cached_property
    def us(self) -> int:
        """A time in microseconds. Raises ValueError for anything that is not counted in seconds."""
        if self.unit != "s":
            raise ValueError(self.unit)
        return round(self.value * 1_000_000)

    @cached_property
    def count(self) -> int:
        return int(self.value)


# The cell
REPLICAS = Constant(5, "replicas", "b15", "§3.1", "verified")
MAJORITY = Constant(3, "replicas", "b15", "§3.1", "inference")
RACKS = Constant(3, "racks", "b15", "§3.2", "model")

# The way of a message
RPC_LATENCY = Constant(0.005, "s", "b15", "§3.3", "model")
REPLICA_LATENCY = Constant(0.002, "s", "b15", "§3.1", "model")
DISK_WRITE_LEAST = Constant(0.002, "s", "b15", "§3.1", "model")
DISK_WRITE_MOST = Constant(0.004, "s", "b15", "§3.1", "model")
COMMIT_RECORD = Constant(0.001, "s", "b15", "§3.1", "model")
ADMISSION = Constant(0.001, "s", "b15", "§2.5", "model")
ASSIGNMENT_CHECK = Constant(0.001, "s", "b15", "§3.4", "model")
ENQUEUE = Constant(0.006, "s", "b15", "§3.2", "model")
EVALUATE_BCL = Constant(0.01, "s", "b15", "§2.3", "model")

# The scheduler
SCHEDULER_INTERVAL = Constant(1.0, "s", "b15", "§3.4", "model")
PASS_FOR_A_JOB = Constant(0.1, "s", "om13", "§4", "verified")
PASS_FOR_A_TASK = Constant(0.005, "s", "om13", "§4", "verified")
PASS_MOST = Constant(0.5, "s", "b15", "§3.4", "verified")
FEASIBLE_ENOUGH = Constant(10, "machines", "b15", "§3.4", "model")

# Machines
POLL_INTERVAL = Constant(3.0, "s", "b15", "§3.3", "model")
MISSED_POLLS_DOWN = Constant(4, "polls", "b15", "§3.3", "model")
PACKAGE_INSTALL = Constant(20.0, "s", "b15", "§3.2", "inference")
PROCESS_START = Constant(2.0, "s", "b15", "§3.2", "model")
FIRST_HEALTH_CHECK = Constant(1.0, "s", "b15", "§2.6", "model")
HEALTH_INTERVAL = Constant(5.0, "s", "b15", "§2.6", "model")
RESTART_BACKOFF = Constant(1.0, "s", "b15", "§3.3", "model")
RESTART_BACKOFF_MOST = Constant(8.0, "s", "b15", "§3.3", "model")
CRASHES_TO_MOVE = Constant(3, "crashes", "b15", "§4", "model")
PACKAGE_RETRY = Constant(5.0, "s", "b15", "§3.2", "model")
RESCHEDULE_INTERVAL = Constant(1.0, "s", "b15", "§4", "model")
FIRST_PORT = Constant(20_000, "port", "b15", "§2.3", "model")
PORTS = Constant(1_000, "ports", "b15", "§2.3", "model")

# Electing a master: about 10 s in all, as the paper says; how the 10 s come about is ours.
BEAT = Constant(1.0, "s", "b15", "§3.1", "model")
MASTER_LEASE = Constant(5.0, "s", "b15", "§3.1", "model")
ELECTION_PATIENCE_LEAST = Constant(7.0, "s", "b15", "§3.1", "model")
ELECTION_PATIENCE_MOST = Constant(9.0, "s", "b15", "§3.1", "model")
VOTE_PATIENCE = Constant(1.0, "s", "b15", "§3.1", "model")
REBUILD = Constant(1.0, "s", "b15", "§3.1", "model")
LOCK_RETRY = Constant(2.0, "s", "ch06", "§2.8", "model")
CATCH_UP_MOST = Constant(16.0, "s", "b15", "§3.1", "model")
LIST_RETRY = Constant(2.0, "s", "b15", "§3.3", "model")
SHARD_PATIENCE = Constant(3, "beats", "b15", "§3.3", "model")

# Around the master
NAME_RETRY = Constant(5.0, "s", "b15", "§2.6", "model")
NAME_RETRY_MOST = Constant(10.0, "s", "b15", "§2.6", "model")
ARCHIVE_DELAY = Constant(1.0, "s", "b15", "§2.6", "model")
ARCHIVE_RETRY = Constant(5.0, "s", "b15", "§2.6", "model")
CLIENT_BACKOFF = Constant(1.0, "s", "b15", "§4", "model")
CLIENT_BACKOFF_MOST = Constant(8.0, "s", "b15", "§4", "model")
CLIENT_PATIENCE = Constant(60.0, "s", "b15", "§4", "model")

# The end of a run
QUIET = Constant(30.0, "s", "b15", "§3.1", "model")
HORIZON = Constant(180.0, "s", "b15", "§3.1", "model")

# The job and its owner
PRIORITY = Constant(200, "priority", "b20", "priority tiers", "reported")
TASK_CPU = Constant(1_000, "milli-cores", "b15", "§5.4", "model")
TASK_RAM = Constant(2_048, "MiB", "b15", "§2.5", "model")
TASK_DISK = Constant(10_240, "MiB", "b15", "§2.5", "model")
QUOTA_CPU = Constant(64_000, "milli-cores", "b15", "§2.5", "model")
QUOTA_RAM = Constant(163_840, "MiB", "b15", "§2.5", "model")
QUOTA_DISK = Constant(1_048_576, "MiB", "b15", "§2.5", "model")

# The scores; lower is better
SCORE_LEFT_OVER = Constant(0.3, "weight", "b15", "§3.2", "model")
SCORE_SAME_RACK = Constant(0.5, "weight", "b15", "§3.2", "model")
SCORE_SAME_MACHINE = Constant(0.5, "weight", "b15", "§3.2", "model")
SCORE_PACKAGES_MISSING = Constant(0.2, "weight", "b15", "§3.2", "model")

CONSTANTS: dict[str, Constant] = {
    name.lower(): value for name, value in list(globals().items()) if isinstance(value, Constant)
}
"""All of them by name, for pages and checks that list what a run rests on."""
