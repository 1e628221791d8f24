"""Requests and the clients that make them: a rate limit, one API server, the other when it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from explorer.frames import Fields, Frame
from explorer.simulation.kubernetes.accounts import Account
from explorer.simulation.kubernetes.objects import GROUPS, Object
from explorer.simulation.reply import Reply
from explorer.simulation.world import World

if TYPE_CHECKING:
    from explorer.simulation.kubernetes.apiserver import ApiServer

TIMEOUT = "Timeout"
"""Why a request failed that got no answer, in the API's own word."""
STATUS = {
    200: "200 OK", 201: "201 Created", 403: "403 Forbidden", 404: "404 Not Found", 409: "409 Conflict",
    410: "410 Gone", 422: "422 Unprocessable Entity", 500: "500 Internal Server Error",
    503: "503 Service Unavailable", 504: "504 Gateway Timeout",
}  # fmt: skip
METHODS = {
    "get": "GET",
    "list": "GET",
    "create": "POST",
    "update": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
}


class Refusal:
    """What an edit returns instead of fields when the object must not be changed so (code 409 …)."""

    __slots__ = ("code", "why")

    def __init__(self, code: int, why: str) -> None:
        self.code, self.why = code, why


type Edit = Callable[[Object | None], dict[str, Any] | Refusal]
type Answered = Callable[[Request, Frame], None]
type Failed = Callable[[Request, Frame | None], None]


class Request:
    """One API request. The server fills `code`, `object` and `found` in before it answers.

    `edit` gives the fields to put (a create: the whole object) for the object as it stands; `expected` is
    the resourceVersion an update insists on. `news` is the phase of the watch events it brings about.
    """

    __slots__ = (
        "account", "act", "answered", "answers", "api", "background", "cause", "client", "code", "edit",
        "expected", "failed", "found", "group", "key", "limit", "message", "name", "namespace", "narration",
        "news", "object", "params", "phase", "prefix", "resource", "retried", "server", "stepwise",
        "subresource", "verb",
    )  # fmt: skip

    client: Client
    account: Account
    verb: str
    resource: str
    subresource: str | None
    namespace: str
    name: str
    prefix: str | None
    group: str
    key: str
    act: str
    message: str
    narration: str
    answers: Callable[[Request], tuple[str, Fields]] | None
    phase: str
    news: str
    params: dict[str, Any]
    background: bool
    cause: int | None
    edit: Edit | None
    expected: int | None
    answered: Answered
    failed: Failed | None
    limit: int | None
    stepwise: bool
    code: int
    object: Object | None
    found: int | None
    api: dict[str, Any]
    server: ApiServer
    retried: bool

    def serve(self, frame: Frame, reply: Reply) -> None:
        self.server.serve(self, frame, reply)

    def done(self, frame: Frame) -> None:
        self.answered(self, frame)

    def fail(self, frame: Frame | None) -> None:
        self.client.lost(self, frame)


class Client:
    """One program's way to the API: `link` joins it to any API server; one is used until it fails."""

    __slots__ = ("account", "burst", "instance", "interval", "link", "ready", "server", "servers", "world")

    def __init__(
        self,
        world: World,
        instance: str,
        link: str,
        account: Account,
        servers: list[ApiServer],
        qps: int,
        burst: int,
    ) -> None:
        self.world, self.instance, self.link, self.account = world, instance, link, account
        self.servers, self.server = servers, servers[0]
        self.interval = 1_000_000 // qps
        self.burst = self.interval * (burst - 1)
        self.ready = -self.burst

    def ask(
        self,
        verb: str,
        resource: str,
        name: str,
        narration: str,
        phase: str,
        answered: Answered,
        *,
        params: dict[str, Any],
        failed: Failed | None = None,
        subresource: str | None = None,
        group: str | None = None,
        namespace: str = "default",
        prefix: str | None = None,
        edit: Edit | None = None,
        expected: int | None = None,
        news: str | None = None,
        cause: int | None = None,
        background: bool = False,
        answers: Callable[[Request], tuple[str, Fields]] | None = None,
        account: Account | None = None,
        stepwise: bool = False,
        limit: int | None = None,
    ) -> None:
        """Make a request; exactly one of `answered` and `failed` is called, whatever the answer's code."""
        request = Request()
        request.client, request.verb, request.resource = self, verb, resource
        request.subresource, request.namespace, request.name = subresource, namespace, name
        request.prefix, request.edit, request.expected = prefix, edit, expected
        request.account = account = account or self.account
        request.group = group = GROUPS.get(resource, "") if group is None else group
        path = f"{resource}/{subresource}" if subresource else resource
        known = f"{group}/{path}" if group == "events.k8s.io" else path
        request.act = f"{verb} {known}"
        told = name if prefix is None and (verb != "create" or subresource) else None
        request.key = f"{resource}/{name}" if namespace == "default" else f"{resource}/{namespace}/{name}"
        request.message = (
            f"{METHODS[verb]} {resource}/{name}/{subresource}" if subresource
            else f"{METHODS[verb]} {resource}/{name}" if told else f"{METHODS[verb]} {resource}"
        )  # fmt: skip
        request.api = {
            "verb": verb, "group": group, "resource": resource, "subresource": subresource,
            "namespace": None if resource == "nodes" else namespace, "name": told,
            "user": account.user, "agent": account.agent, "code": None,
        }  # fmt: skip
        request.narration, request.phase, request.news = narration, phase, news or phase
        request.params, request.cause, request.background = params, cause, background
        request.answered, request.failed, request.answers = answered, failed, answers
        request.stepwise, request.limit = stepwise, limit
        request.code, request.object, request.found = 0, None, None
        request.retried = False
        if background:
            self.send(request)
            return
        now = self.world.now
        ready = max(self.ready, now - self.burst) + self.interval
        self.ready = ready
        if ready > now + self.interval:
            self.world.after(ready - now - self.interval, self.send, request, of=self.instance)
        else:
            self.send(request)

    def send(self, request: Request) -> None:
        server = request.server = self.server
        self.world.call(
            self.link, self.instance, server.instance, request.message, request.narration, request.phase,
            serve=request.serve, done=request.done, fail=request.fail, params=request.params,
            cause=request.cause, api=request.api, background=request.background, limit=request.limit,
        )  # fmt: skip

    def lost(self, request: Request, frame: Frame | None) -> None:
        """No answer: go to the other API server, at once if the first never got the request."""
        server = request.server
        if self.server is server:
            self.switch()
        if (
            frame is not None
            and frame.outcome == "refused"
            and not request.retried
            and self.server is not server
        ):
            request.retried = True
            request.cause = frame.index
            self.send(request)
        elif request.failed is not None:
            request.failed(request, frame)

    def switch(self) -> None:
        """Use the next API server from now on."""
        self.server = self.servers[(self.servers.index(self.server) + 1) % len(self.servers)]
