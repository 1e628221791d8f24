"""The teaching cluster: all instances, what is stored before the run, and when the run's work is done."""

from __future__ import annotations

from explorer.simulation.kubernetes.apiserver import ApiServer
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.deployments import DeploymentController
from explorer.simulation.kubernetes.endpoints import EndpointsController, EndpointSliceController
from explorer.simulation.kubernetes.etcd import Member
from explorer.simulation.kubernetes.kubectl import Kubectl
from explorer.simulation.kubernetes.kubelet import Kubelet
from explorer.simulation.kubernetes.loops import Loop, Manager
from explorer.simulation.kubernetes.nodes import TAINT, NodeLifecycleController
from explorer.simulation.kubernetes.objects import REVISION, Change, Object, key_of
from explorer.simulation.kubernetes.proxy import Kernel, Proxy
from explorer.simulation.kubernetes.replicasets import ReplicaSetController
from explorer.simulation.kubernetes.runtime import Runtime
from explorer.simulation.kubernetes.scheduler import Scheduler
from explorer.simulation.kubernetes.store import Store
from explorer.simulation.topology import Graph, Topology
from explorer.simulation.world import World

API_SERVERS = ("apiserver-0", "apiserver-1")
ETCD = ("etcd-0", "etcd-1", "etcd-2")
SCHEDULERS = ("scheduler-0", "scheduler-1")
MANAGERS = ("kcm-0", "kcm-1")
LOOPS: tuple[type[Loop], ...] = (
    DeploymentController, ReplicaSetController, EndpointSliceController, EndpointsController,
    NodeLifecycleController,
)  # fmt: skip
ON_EVERY_NODE = ("kubelet", "kube-proxy", "container-runtime", "cni-plugin", "kernel")
ZONES = ("a", "a", "b")
IMAGE = "registry.example/web:1"


def node_names(machines: int) -> tuple[str, ...]:
    """`node-1` and so on, in order."""
    return tuple(f"node-{n}" for n in range(1, machines + 1))


def topology(graph: Graph, machines: int) -> Topology:
    """All instances of the teaching cluster with so many machines."""
    nodes = node_names(machines)
    instances = [
        "kubectl",
        *(f"kube-apiserver@{place}" for place in API_SERVERS),
        *(f"etcd@{place}" for place in ETCD),
        *(f"kube-scheduler@{place}" for place in SCHEDULERS),
        *(f"kube-controller-manager@{place}" for place in MANAGERS),
        *(f"{loop.component}@{place}" for place in MANAGERS for loop in LOOPS),
        *(f"{component}@{node}" for node in nodes for component in ON_EVERY_NODE),
        "image-registry",
    ]
    hosts = {
        f"{loop.component}@{place}": f"kube-controller-manager@{place}"
        for place in MANAGERS
        for loop in LOOPS
    }
    return Topology.build(graph, nodes, instances, unit_components=("pod",), hosts=hosts)


_NOTHING = (False, False, "", "")


class Tally:
    """Which sibling this is: counts for the words of frames, no part of any behaviour."""

    def __init__(self) -> None:
        self._reached: dict[str, dict[str, int]] = {}
        self._count: dict[str, int] = {}

    def reach(self, what: str, who: str) -> int:
        """Note that `who` has come as far as `what`: its place in the order of arrival, from 1."""
        seen = self._reached.setdefault(what, {})
        return seen.setdefault(who, len(seen) + 1)

    def next(self, what: str, most: int) -> int:
        """The next number, up to `most`."""
        self._count[what] = min(most, self._count.get(what, 0) + 1)
        return self._count[what]


class Cluster:
    """Everything that behaves in one run.

    `warm` says that the loops' accounts have their tokens already. `replicas` is what the person asks for.
    """

    def __init__(
        self, world: World, *, replicas: int, machines: int, cached: bool, warm: bool = False
    ) -> None:
        self.world, self.replicas, self.warm = world, replicas, warm
        self.nodes = node_names(machines)
        self.addresses = {node: f"10.0.0.{10 + n}" for n, node in enumerate(self.nodes, 1)}
        self.service_address = "10.96.12.34:80"
        self.tally = Tally()
        self._orders = 0
        self.store = Store(value("first_revision"))
        self._seed(cached)
        self._pods: dict[str, tuple[bool, bool, str, str]] = {}
        self._ready = self._lost = self._told = 0
        """Pods that are ready, that fit nowhere, and those the Deployment's status tells of as ready."""
        self._silent: set[str] = set()
        """Nodes that are marked Unknown, or whose taint has not been lifted yet."""
        self._read: tuple[Object, tuple[str, ...]] | None = None
        self._owing = True
        self._given_up = False
        world.hold()
        self.store.observers.append(self._changed)

        self.members = [Member(world, f"etcd@{place}", self.store) for place in ETCD]
        for member in self.members:
            member.join([other for other in self.members if other is not member], f"etcd@{ETCD[0]}")
        self.servers = [
            ApiServer(world, f"kube-apiserver@{place}", self.members, self.store) for place in API_SERVERS
        ]
        self.managers = [Manager(self, place, place == MANAGERS[0]) for place in MANAGERS]
        self.loops = [[loop(self, manager) for loop in LOOPS] for manager in self.managers]
        self.schedulers = [Scheduler(self, place, place == SCHEDULERS[0]) for place in SCHEDULERS]
        cached_images = frozenset([IMAGE]) if cached else frozenset()
        self.runtimes = {node: Runtime(self, node, n, cached_images) for n, node in enumerate(self.nodes, 1)}
        self.kubelets = [Kubelet(self, node, runtime) for node, runtime in self.runtimes.items()]
        self.kernels = [Kernel(self, node) for node in self.nodes]
        self.proxies = [Proxy(self, kernel.node, kernel) for kernel in self.kernels]
        self.kubectl = Kubectl(self, replicas, IMAGE)

    def order(self) -> int:
        """The place of an informer in every fan-out."""
        self._orders += 1
        return self._orders

    # what is stored before the run

    def _seed(self, cached: bool) -> None:
        for n, node in enumerate(self.nodes):
            fields: Object = {
                "metadata.labels.zone": ZONES[n % len(ZONES)],
                "status.allocatable.cpu": f"{value('node_cpu')}m",
                "status.allocatable.memory": f"{value('node_memory')}Mi",
                "status.allocatable.pods": value("node_pods"),
                "status.conditions.Ready": "True",
            }
            if cached:
                fields["status.images"] = IMAGE
            self._put("nodes", node, fields)
            self._put("leases", node, {"spec.holderIdentity": node, "spec.renewTime": 0}, "kube-node-lease")
        self._put("services", "web", {"spec.selector.app": "web", "spec.clusterIP": self.service_address})
        self._put("endpointslices", "web-x1", {"metadata.labels.service-name": "web", "endpoints.count": 0,
                                               "endpoints.ready": 0})  # fmt: skip
        self._put("endpoints", "web", {"metadata.labels.service-name": "web", "subsets.ready": 0})
        for loop in LOOPS:
            self._put("serviceaccounts", loop.account, {}, "kube-system")
        self._put("serviceaccounts", "default", {})
        for lease, holder in (("kube-scheduler", SCHEDULERS[0]), ("kube-controller-manager", MANAGERS[0])):
            self._put("leases", lease, {"spec.holderIdentity": holder, "spec.renewTime": 0}, "kube-system")

    def _put(self, resource: str, name: str, fields: Object, namespace: str = "default") -> None:
        thing = {"metadata.name": name, **fields, REVISION: self.store.revision}
        if namespace != "default":
            thing["metadata.namespace"] = namespace
        self.store.state[key_of(resource, name, namespace)] = thing

    def ready_addresses(self, endpoint_slice: Object) -> tuple[str, ...]:
        """The addresses an EndpointSlice says are ready; kept, as every node's proxy asks for the same."""
        if self._read is None or self._read[0] is not endpoint_slice:
            ready = tuple(
                path[len("endpoints.") : -len(".ready")]
                for path, to in endpoint_slice.items()
                if to is True and path.startswith("endpoints.") and path.endswith(".ready")
            )
            self._read = (endpoint_slice, ready)
        return self._read[1]

    # when is it done

    def fitting(self) -> int:
        """How many of the wanted Pods can run: all, less those that fit nowhere."""
        return self.replicas - self._lost

    def _changed(self, change: Change) -> None:
        if change.resource == "deployments":
            self._told = change.object.get("status.readyReplicas", 0)
            self.progress()
            return
        thing = change.object
        if change.resource == "nodes":
            well = thing.get("status.conditions.Ready") == "True" and TAINT not in thing
            (self._silent.discard if well else self._silent.add)(change.name)
            self.progress()
            return
        if change.resource != "pods":
            return
        before = self._pods.get(change.name, _NOTHING)
        if change.type == "DELETED" or "metadata.deletionTimestamp" in thing:
            self._pods.pop(change.name, None)
        else:
            self._pods[change.name] = (
                thing.get("status.conditions.Ready") == "True",
                thing.get("status.conditions.PodScheduled") == "False",
                thing.get("status.podIP", ""),
                thing.get("spec.nodeName", ""),
            )
        after = self._pods.get(change.name, _NOTHING)
        self._ready += after[0] - before[0]
        self._lost += after[1] - before[1]
        self.progress()

    def gave_up(self) -> None:
        """The person's request failed: nothing is owed any more, unless it went through all the same."""
        self._given_up = True
        self.progress()

    def progress(self) -> None:
        """Hold the run until every Pod is as far as it can come and every node's rules say so."""
        done = self._settled() or (self._given_up and not self._pods)
        if done and self._owing:
            self._owing = False
            self.world.release()
        elif not done and not self._owing:
            self._owing = True
            self.world.hold()

    def _settled(self) -> bool:
        if self._ready + self._lost != self.replicas or self._told != self._ready or self._silent:
            return False
        ready = set()
        for name, (well, lost, ip, node) in self._pods.items():
            if well and self.runtimes[node].running(name):
                ready.add(ip)
            elif not lost:
                return False
        return all(set(kernel.rules) == ready for kernel in self.kernels)
