"""kubectl apply: look first, then create, then leave. Nothing waits for anything to run.

Client-side apply (the default): GET, 404, POST with the annotation last-applied-configuration.
Sources: W32 Server-Side Apply (which avoids this GET); REC D:41-43.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.frames import Frame
from explorer.simulation.kubernetes import accounts
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.objects import Object
from explorer.simulation.kubernetes.requests import Client, Request

if TYPE_CHECKING:
    from explorer.simulation.kubernetes.cluster import Cluster

LOCAL = 2 * value("informer_to_sync")
"""Reading the manifest, and working out what to send: the simulator's number."""
ERRORS = {
    403: "Error from server (Forbidden)", 409: "Error from server (Conflict)",
    422: 'The Deployment "web" is invalid', 500: "Error from server (InternalError)",
    503: "Error from server (ServiceUnavailable)", 504: "Error from server (Timeout)",
}  # fmt: skip
"""How kubectl's own message begins for each code."""
UNREACHABLE = "The connection to the server was refused"
UNANSWERED = "Unable to connect to the server"


def manifest(replicas: int, image: str) -> Object:
    """The Deployment `web` as the file says it: what the API server fills in is not here."""
    return {
        "metadata.name": "web",
        "metadata.labels.app": "web",
        "spec.replicas": replicas,
        "spec.selector.app": "web",
        "spec.template.labels.app": "web",
        "spec.template.spec.containers.web.image": image,
        "spec.template.spec.containers.web.requests.cpu": "500m",
        "spec.template.spec.containers.web.requests.memory": "512Mi",
        "spec.template.spec.containers.web.readinessProbe": "httpGet :8080/ready",
    }


class Kubectl:
    """One `kubectl apply -f web.yaml`."""

    instance = "kubectl"

    def __init__(self, cluster: Cluster, replicas: int, image: str) -> None:
        self.cluster = cluster
        self.client = Client(cluster.world, self.instance, "K1", accounts.ADMIN, cluster.servers, 50, 300)
        wanted = manifest(replicas, image)
        self.wanted = {
            **wanted,
            "metadata.annotations.last-applied-configuration": f"web, {replicas} replicas",
        }
        self.words = {
            "name": "web",
            "resource": "deployments",
            "user": accounts.ADMIN.user,
            "replicas": replicas,
        }
        cluster.world.register(self.instance, self._start)

    def _start(self) -> None:
        if self.cluster.world.life(self.instance):
            return
        self.cluster.world.after(LOCAL, self._look, of=self.instance)

    def _look(self) -> None:
        self.client.ask(
            "get", "deployments", "web", "kubectl-get", "submit", self._looked, failed=self._gave_up,
            params=self.words,
        )  # fmt: skip

    def _looked(self, request: Request, frame: Frame) -> None:
        if request.code != 404:
            self._gave_up(request, frame)
            return
        self.cluster.world.after(LOCAL, self._create, frame.index, of=self.instance)

    def _create(self, cause: int) -> None:
        self.client.ask(
            "create", "deployments", "web", "kubectl-create", "submit", self._created, failed=self._gave_up,
            params=self.words, edit=lambda current: self.wanted, news="expand", cause=cause, stepwise=True,
            answers=lambda request: ("deployment-created", self.words),
        )  # fmt: skip

    def _created(self, request: Request, frame: Frame) -> None:
        if request.code != 201:
            self._gave_up(request, frame)

    def _gave_up(self, request: Request, frame: Frame | None) -> None:
        """Print the error and exit: what became of the request is for the person to find out."""
        refused = frame is not None and frame.outcome == "refused"
        reason = ERRORS.get(request.code) or (UNREACHABLE if refused else UNANSWERED)
        self.cluster.world.act(
            self.instance, f"error: {reason}", "kubectl-gave-up", "submit",
            cause=frame.index if frame is not None else request.cause,
            params={"name": "web", "reason": reason},
        )  # fmt: skip
        self.cluster.gave_up()
