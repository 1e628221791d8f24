"""Every number that Kubernetes behaviours use, with its source.

Times are integer microseconds. `source` is the key of a Source, `section` the place in it, `release` where
it was read. Mark `model` means a number of this simulator: never Kubernetes' own.
"""

from __future__ import annotations

from typing import NamedTuple

MS = 1_000
S = 1_000_000


class Constant(NamedTuple):
    """One number: its value, unit ("us", "count", "MiB" …), and where it comes from."""

    value: int
    unit: str
    source: str
    section: str
    release: str
    mark: str = "verified"


def _model(value: int, unit: str, section: str) -> Constant:
    return Constant(value, unit, "", section, "", "model")


CONSTANTS: dict[str, Constant] = {
    # one request: request 1 ms on the wire + 4 ms of gates, etcd 10 ms, answer 5 ms
    "api_wire": _model(1 * MS, "us", "first part of the 5 ms there"),
    "gate": _model(1 * MS, "us", "each of four gates: the rest of the 5 ms there"),
    "api_answer": _model(4 * MS, "us", "answer of a write, after etcd's own 1 ms"),
    "api_read": _model(5 * MS, "us", "answer out of the watch cache"),
    "etcd_wire": _model(1 * MS, "us", "API server to etcd and back"),
    "etcd_peer": Constant(2 * MS, "us", "et", "faq: applying normally takes below 50 ms", "3.6", "model"),
    "etcd_fsync": Constant(5 * MS, "us", "et", "faq: applying normally takes below 50 ms", "3.6", "model"),
    "etcd_behind": _model(500, "us", "each further follower's disk is this much slower"),
    "etcd_watch": Constant(5 * MS, "us", "et", "API guarantees: watch events usually within 10 ms", "3.6"),
    "watch": Constant(5 * MS, "us", "et", "API guarantees: watch events usually within 10 ms", "3.6"),
    "informer_to_sync": _model(5 * MS, "us", "from an informer's event to the sync of its key"),
    "local_call": _model(1 * MS, "us", "a call on one machine"),
    # etcd
    "etcd_heartbeat": Constant(100 * MS, "us", "et", "tuning", "3.6"),
    "etcd_election": Constant(1000 * MS, "us", "et", "tuning", "3.6"),
    "etcd_request": Constant(7 * S, "us", "etsrc", "5 s and two election timeouts", "3.6", "memory"),
    "etcd_silence": _model(10 * S, "us", "an API server looks for another member after so much silence"),
    # API machinery
    "request_patience": _model(10 * S, "us", "how long a client waits for an answer"),
    "reset": _model(1 * MS, "us", "a dead program's open connections break"),
    "watch_resend": _model(1 * S, "us", "first repetition of a lost watch event"),
    "watch_given_up": Constant(45 * S, "us", "amach", "HTTP/2 read idle 30 s and ping 15 s", "1.37"),
    "http2_idle": Constant(30 * S, "us", "amach", "HTTP/2 read idle", "1.37"),
    "http2_ping": Constant(15 * S, "us", "amach", "HTTP/2 ping", "1.37"),
    "reflector_first": Constant(800 * MS, "us", "cgo", "reflector.go", "1.37"),
    "reflector_most": Constant(30 * S, "us", "cgo", "reflector.go", "1.37"),
    "retry_first": Constant(5 * MS, "us", "cgo", "work queue, per key", "1.37"),
    "retry_most": Constant(1000 * S, "us", "cgo", "work queue, per key", "1.37"),
    "controller_qps": Constant(20, "count", "w32", "kube-controller-manager flags", "1.32"),
    "controller_burst": Constant(30, "count", "w32", "kube-controller-manager flags", "1.32"),
    "scheduler_qps": Constant(50, "count", "cbase", "kube-scheduler configuration", "1.37"),
    "scheduler_burst": Constant(100, "count", "cbase", "kube-scheduler configuration", "1.37"),
    "kubelet_qps": Constant(50, "count", "klet", "KubeletConfiguration", "1.37"),
    "kubelet_burst": Constant(100, "count", "klet", "KubeletConfiguration", "1.37"),
    "event_retry": Constant(10 * S, "us", "cgo", "event broadcaster", "1.37", "memory"),
    "event_tries": Constant(12, "count", "cgo", "event broadcaster", "1.37", "memory"),
    # leaders
    "lease_duration": Constant(15 * S, "us", "cbase", "leader election", "1.37"),
    "lease_deadline": Constant(10 * S, "us", "cbase", "leader election", "1.37"),
    "lease_retry": Constant(2 * S, "us", "cbase", "leader election", "1.37"),
    "loops_start": Constant(1200 * MS, "us", "rec", "F:922-1547, without one wait", "1.31", "reported"),
    "program_restart": _model(5 * S, "us", "a program that gave up its leadership comes back"),
    # controllers
    "slow_start": Constant(1, "count", "kk", "replica_set.go", "1.37"),
    "replicaset_burst": Constant(500, "count", "kk", "replica_set.go", "1.37"),
    "monitor_period": Constant(5 * S, "us", "w32", "--node-monitor-period", "1.32"),
    "monitor_grace": Constant(50 * S, "us", "w32", "--node-monitor-grace-period", "1.32"),
    # scheduler
    "schedule_one": Constant(10 * MS, "us", "w32", "Scheduling Framework", "1.32", "model"),
    "scheduler_backoff_first": Constant(1 * S, "us", "ksch", "podInitialBackoffSeconds", "1.37"),
    "scheduler_backoff_most": Constant(10 * S, "us", "ksch", "podMaxBackoffSeconds", "1.37"),
    # kubelet, runtime
    "node_lease_renew": Constant(10 * S, "us", "klet", "40 s x 0.25", "1.37"),
    "node_lease_jitter": Constant(70 * MS, "us", "rec", "L, N, F: 10.00-10.07 s", "1.20", "log"),
    "lease_retry_first": Constant(200 * MS, "us", "w32", "Nodes", "1.32"),
    "lease_retry_most": Constant(7 * S, "us", "w32", "Nodes", "1.32"),
    "pleg": Constant(1 * S, "us", "kk", "kubelet.go", "1.34"),
    "sync_backoff": Constant(10 * S, "us", "kk", "kubelet.go", "1.34"),
    "status_period": Constant(10 * S, "us", "kk", "status_manager.go", "1.34", "memory"),
    "crash_first": Constant(10 * S, "us", "kk", "kubelet.go", "1.34"),
    "crash_most": Constant(300 * S, "us", "kk", "kubelet.go", "1.34"),
    "volumes": _model(30 * MS, "us", "mounting the token volume"),
    "sandbox": _model(300 * MS, "us", "sandbox_cni 0.8 s, without the CNI plugin's part"),
    "cni": _model(500 * MS, "us", "the CNI plugin's part of sandbox_cni 0.8 s"),
    "image_pull": _model(6 * S, "us", "300 MiB, cold"),
    "image_pull_deadline": Constant(60 * S, "us", "klet", "image pull progress", "1.23", "memory"),
    "image_size": _model(300, "MiB", "the scenario's image"),
    "container_create": _model(200 * MS, "us", "container_start 0.5 s, first part"),
    "container_start": _model(300 * MS, "us", "container_start 0.5 s, second part"),
    "app_ready": _model(2 * S, "us", "the program answers its probe this long after its start"),
    "probe_delay": _model(2 * S, "us", "initialDelaySeconds of the scenario's manifest"),
    "probe_period": Constant(10 * S, "us", "api", "core: Probe", "1.37"),
    "probe_timeout": Constant(1 * S, "us", "api", "core: Probe", "1.37"),
    "probe_failures": Constant(3, "count", "api", "core: Probe", "1.37"),
    "stop": _model(500 * MS, "us", "a stopped program ends this long after SIGTERM"),
    "proxy_min_sync": Constant(1 * S, "us", "w32", "kube-proxy flags: minSyncPeriod", "1.32"),
    # the teaching cluster
    "node_cpu": _model(4000, "millicores", "teaching cluster"),
    "node_memory": _model(8192, "MiB", "teaching cluster"),
    "node_pods": Constant(110, "count", "klet", "maxPods", "1.37"),
    "first_revision": _model(1000, "count", "the store's revision before the run"),
    "horizon": _model(120 * S, "us", "the longest run"),
}  # fmt: skip


def value(name: str) -> int:
    """The number of one constant."""
    return CONSTANTS[name].value
