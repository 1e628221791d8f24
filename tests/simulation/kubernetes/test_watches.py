"""Watches after faults: what a watcher in touch believes is what was stored, as far as it has heard."""

from collections.abc import Callable

import pytest

from explorer.simulation.kubernetes.cluster import Cluster
from explorer.simulation.kubernetes.objects import REVISION
from explorer.simulation.world import World


@pytest.mark.parametrize(
    "fault",
    [
        "kube-apiserver@apiserver-0:down@0.3-4",
        "kube-apiserver@apiserver-1:down@2-8",
        "kube-controller-manager@kcm-0:cut@1-25",
        "etcd@etcd-0:down@0.2-12",
        "K8:cut@0.1-9",
        "K6:cut@0.16-20",
    ],
)
@pytest.mark.parametrize("seed", [1, 7, 30])
def test_a_watch_that_resumes_misses_nothing(
    stage: Callable[..., tuple[World, Cluster]], fault: str, seed: int
) -> None:
    _world, cluster = stage(fault, seed=seed, replicas=5)
    in_touch = [
        one
        for manager in cluster.managers
        for loop in manager.loops
        for one in loop.informers
        if one.synced and one.session is not None and not one.session.closed
    ]
    assert in_touch
    for informer in in_touch:
        history = informer.client.server.storage.watches.history
        told = {
            change.name: change.object[REVISION]
            for change in history
            if change.resource == informer.resource and change.revision <= informer.revision
        }
        for name, thing in informer.cache.items():
            assert thing[REVISION] == told.get(name, thing[REVISION]), (informer.owner, name)
