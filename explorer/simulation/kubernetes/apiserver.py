"""kube-apiserver: the gates, the storage layer with its watch cache, and the fan-out to all watchers.

Sources: apiserver handler chain, store.go and cacher; API Concepts; KEP-2340. Only this component speaks
to etcd. A write is answered when etcd has it on a majority; a compare that fails is a 409 and changes
nothing; a patch or a binding is tried again by the server itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from explorer.frames import Fields, Frame, Outcome
from explorer.simulation.kubernetes import gates
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.etcd import Member, Store, Txn
from explorer.simulation.kubernetes.objects import REVISION, Change, Object, difference, key_of
from explorer.simulation.kubernetes.requests import Refusal, Request
from explorer.simulation.kubernetes.watches import Session, Watches
from explorer.simulation.world import Reply, World

GATE, READ, RESET = value("gate"), value("api_read"), value("reset")
ANSWER = value("api_answer")
PATIENCE, KEEPALIVE = value("etcd_request"), value("etcd_election")
FIRST_LOOK = KEEPALIVE // 4
SILENCE = value("etcd_silence")
STATUS = {
    200: "200 OK", 201: "201 Created", 403: "403 Forbidden", 404: "404 Not Found", 409: "409 Conflict",
    410: "410 Gone", 422: "422 Unprocessable Entity", 500: "500 Internal Server Error",
    503: "503 Service Unavailable", 504: "504 Gateway Timeout",
}  # fmt: skip
ANSWERS = {
    200: "answer-updated", 201: "answer-created", 403: "answer-forbidden", 404: "answer-absent",
    409: "answer-conflict", 422: "answer-forbidden",
}  # fmt: skip
SUFFIX = "bcdfghjklmnpqrstvwxz2456789"
"""The letters of generated names: no vowels, so that no words appear."""
TRIES = 5


class ApiServer:
    """One API server. `members` are etcd's; it uses the one that leads, and looks for it when it must."""

    def __init__(self, world: World, instance: str, members: list[Member], store: Store) -> None:
        self.world, self.instance, self.members = world, instance, members
        self.member = members[0]
        self.cache: dict[str, Object] = store.watched()
        self.revision = store.revision
        self.watches = Watches(world, instance, store.revision)
        self.rows: dict[tuple[Any, ...], tuple[tuple[str, str, str], ...]] = {}
        self.open: set[Reply] = set()
        self.serving = True
        self.refilling, self.refill_wait = False, FIRST_LOOK
        self.waiting: list[tuple[Request, Txn, Reply, int, int]] = []
        """Writes that wait until a member that leads is found."""
        self.seen = 0
        for member in members:
            member.callers[instance] = self.disconnected
        world.register(instance, self._start, self._stop)

    # life

    def _start(self) -> None:
        world = self.world
        if world.life(self.instance):
            self.serving, self.waiting = False, []
            self.cache, self.revision = {}, 0
            self._refill()
        else:
            self.member.watch(self.instance, self.learn)
        if world.expects_faults:
            self.seen = world.now
            self._keep_alive()

    def _stop(self) -> None:
        for reply in self.open:
            self.world.after(RESET, reply.expire, periodic=True)
        self.open.clear()
        for member in self.members:
            member.watchers.pop(self.instance, None)
        self.watches.break_all(RESET)

    def _keep_alive(self) -> None:
        """Ask the member whether it still leads and serves this watch: a quiet beat."""
        world = self.world
        if world.now - self.seen > SILENCE and self.serving and not self.refilling:
            self._next_member()
            self._refill()
        else:
            world.beat("K3", self.instance, self.member.instance, self._member_asked, self.member)
        world.after(KEEPALIVE // 2, self._keep_alive, of=self.instance, periodic=True)

    def _member_asked(self, member: Member) -> None:
        well = member.leads and self.instance in member.watchers
        told = self._member_lives if well else self.disconnected
        self.world.beat("K3", member.instance, self.instance, told, member)

    def _member_lives(self, member: Member) -> None:
        if member is self.member:
            self.seen = self.world.now

    def disconnected(self, member: Member) -> None:
        """The member died or leads no more: its watch is over, since it asked for a leader behind it."""
        if member is self.member and self.serving and not self.refilling:
            self._next_member()
            self._refill()

    def _next_member(self) -> None:
        self.member.watchers.pop(self.instance, None)
        self.member = self.members[(self.members.index(self.member) + 1) % len(self.members)]

    def _refill(self) -> None:
        """Read what is missing from etcd, and watch it from there on."""
        since, member = self.revision, self.member
        self.refilling = True
        self.world.call(
            "K3", self.instance, member.instance, f"watch from {since}" if since else "range /registry",
            "cache-refill", "report", params={"revision": since},
            serve=lambda frame, reply: self._range(member, frame, reply),
            done=partial(self._refilled, member), fail=lambda frame: self._refill_later(),
        )  # fmt: skip

    def _range(self, member: Member, frame: Frame, reply: Reply) -> None:
        words = {"name": "/registry", "resource": "", "revision": member.store.revision}
        if member.leads:
            member.watch(self.instance, self.learn)
            reply(
                f"revision {member.store.revision}", "cache-filled", "report", cause=frame.index, params=words
            )
        else:
            reply("etcdserver: no leader", "etcd-not-leader", "report", outcome="rejected", cause=frame.index,
                  params=words)  # fmt: skip

    def _refilled(self, member: Member, frame: Frame) -> None:
        if frame.outcome == "rejected" or member is not self.member:
            self._refill_later()
            return
        store = member.store
        self.seen, self.refilling, self.refill_wait = self.world.now, False, FIRST_LOOK
        if self.serving:
            for change in store.since(self.revision):
                self._take(change, frame)
        else:
            self.cache, self.revision = store.watched(), store.revision
            self.watches.restart(store.revision)
            self.serving = True
        waiting, self.waiting = self.waiting, []
        for write in waiting:
            request, txn, reply, attempt, since = write
            self._propose(request, txn, frame.index, reply, attempt, since)

    def _refill_later(self) -> None:
        self._next_member()
        self.world.after(self.refill_wait, self._refill, of=self.instance, periodic=True)
        self.refill_wait = min(2 * self.refill_wait, 2 * KEEPALIVE)

    # the watch cache

    def learn(self, change: Change, frame: Frame) -> None:
        """etcd's watch tells of a change: into the cache, then to everybody who watches."""
        self.seen = self.world.now
        if change.revision == self.revision + 1 or not self.world.expects_faults:
            self._take(change, frame)
        elif change.revision > self.revision and self.serving:
            for missed in self.member.store.since(self.revision):
                if missed.revision <= change.revision:
                    self._take(missed, frame)

    def _take(self, change: Change, frame: Frame) -> None:
        self.revision = change.revision
        if change.type == "DELETED":
            self.cache.pop(change.key, None)
        else:
            self.cache[change.key] = change.object
        self.watches.tell(change, frame.index)

    # requests

    def serve(self, request: Request, frame: Frame, reply: Reply) -> None:
        """Take a request through the gates and answer it."""
        world = self.world
        if world.expects_faults:
            self.open.add(reply)
        if not self.serving:
            self._answer(request, reply, 503, frame.index)
        elif request.stepwise:
            self._gate_by_gate(request, frame, reply)
        else:
            world.after(
                4 * GATE, self._gates, request, frame, reply, of=self.instance, periodic=request.background
            )

    def _gates(self, request: Request, frame: Frame, reply: Reply) -> None:
        allowed, rule, problem = self._judge(request)
        account = request.account
        if not allowed or problem:
            code, gate = (403, "authorization") if not allowed else (422, "validation")
            frame = self.world.act(
                self.instance, f"{request.act}: no", "gates-refused", request.phase, cause=frame.index,
                since=frame.at, background=request.background,
                params={
                    **request.params, "user": account.user, "gate": gate, "code": code, "organ": "authorize",
                },
            )  # fmt: skip
            self._answer(request, reply, code, frame.index)
            return
        cached = (account.user, request.act)
        rows = self.rows.get(cached)
        if rows is None:
            writes = request.verb != "get" and request.subresource != "token"
            rows = self.rows[cached] = gates.passed(account, rule, request.resource, writes)
        frame = self.world.act(
            self.instance, f"{request.act}: admitted", "gates-passed", request.phase, cause=frame.index,
            since=frame.at, background=request.background,
            params={
                **request.params, "verb": request.verb, "user": account.user, "rule": rule,
                "organ": "authorize", "table": "gates", "columns": gates.COLUMNS, "rows": rows,
                "chosen": None,
            },
        )  # fmt: skip
        self._perform(request, frame.index, reply)

    def _judge(self, request: Request) -> tuple[bool, str, str]:
        current = self.cache.get(request.key) if request.resource == "pods" else None
        allowed, rule = gates.authorize(request.account, request.act, request.name, current)
        problem = ""
        if request.verb == "create" and request.edit is not None and request.subresource is None:
            fields = request.edit(None)
            problem = "" if isinstance(fields, Refusal) else gates.invalid(request.resource, fields)
        return allowed, rule, problem

    def _gate_by_gate(self, request: Request, frame: Frame, reply: Reply) -> None:
        """The person's own write: every gate a frame of its own."""
        account = request.account
        allowed, rule, problem = self._judge(request)
        rows = gates.passed(account, rule, request.resource, True)
        words = {**request.params, "user": account.user, "verb": request.verb, "rule": rule,
                 "groups": ", ".join(account.groups), "level": gates.priority_level(account),
                 "filled": len(gates.DEFAULTS.get(request.resource, ()))}  # fmt: skip
        steps = (
            ("authentication", "authenticate", 0, 1),
            ("authorization", "authorize", 1, 3),
            ("mutating", "admit", 2, 4),
            ("validation", "validate", 3, 5),
            ("validating", "admit", 4, 6),
        )

        def step(n: int, cause: int) -> None:
            name, organ, _, shown = steps[n]
            refused = (name == "authorization" and not allowed) or (name == "validation" and bool(problem))
            told = self.world.act(
                self.instance, f"{name}: {'no' if refused else 'passed'}",
                "gates-refused" if refused else f"gate-{name}", "admit", cause=cause,
                since=self.world.now - (GATE if n else 0),
                params={**words, "organ": organ, "table": "gates", "columns": gates.COLUMNS,
                        "rows": rows[:shown], "chosen": None,
                        "gate": name, "code": 403 if name == "authorization" else 422},
            )  # fmt: skip
            if refused:
                self._answer(request, reply, 403 if name == "authorization" else 422, told.index)
            elif n + 1 < len(steps):
                self.world.after(GATE, step, n + 1, told.index, of=self.instance)
            else:
                self._perform(request, told.index, reply)

        step(0, frame.index)

    def _perform(self, request: Request, cause: int, reply: Reply) -> None:
        if request.verb == "get":
            request.object = self.cache.get(request.key)
            self._answer(request, reply, 200 if request.object is not None else 404, cause, latency=READ)
        elif request.subresource == "token":
            self._answer(request, reply, 201, cause, latency=READ)
        else:
            self._write(request, cause, reply, 1)

    def _write(self, request: Request, cause: int, reply: Reply, attempt: int) -> None:
        edit, resource = request.edit, request.resource
        assert edit is not None, "a write says what it changes"
        creating = request.verb == "create" and request.subresource is None
        if creating and request.prefix is not None and attempt == 1:
            letters = self.world.random(self.instance)
            request.name = request.prefix + "".join(letters.choice(SUFFIX) for _ in range(5))
            request.key = key_of(resource, request.name, request.namespace)
        current = self.cache.get(request.key)
        found = current[REVISION] if current is not None else 0
        if creating and current is not None:
            self._answer(request, reply, 409, cause, latency=READ, narration="answer-exists")
            return
        if not creating and current is None:
            self._answer(request, reply, 404, cause, latency=READ)
            return
        if request.expected is not None and request.expected != found:
            request.found = found
            self._answer(request, reply, 409, cause, latency=READ)
            return
        fields = edit(current)
        if isinstance(fields, Refusal):
            self._answer(request, reply, fields.code, cause, latency=READ)
            return
        new: Object | None
        if creating:
            new = {**gates.DEFAULTS.get(resource, {}), **fields}
            new["metadata.name"] = request.name
            if resource != "events":
                new["metadata.uid"] = f"{self.world.random(self.instance).getrandbits(32):08x}"
                new["metadata.generation"] = 1
            before, after = dict.fromkeys(new), dict(new)
        elif request.verb == "delete" and not fields:
            assert current is not None
            new = None
            before, after = difference(current, None)
        else:
            assert current is not None
            after = {path: to for path, to in fields.items() if current.get(path) != to}
            if not after:
                request.object = current
                self._answer(request, reply, 200, cause, latency=READ)
                return
            before = {path: current.get(path) for path in after}
            new = {**current, **after}
            if any(to is None for to in after.values()):
                new = {path: to for path, to in new.items() if to is not None}
        txn = Txn(
            resource, request.namespace, request.name, request.key, found, current, new, before, after,
            "persist" if request.stepwise else request.phase, request.news, request.background,
        )  # fmt: skip
        request.object = new
        self._propose(request, txn, cause, reply, attempt, self.world.now)

    def _propose(
        self, request: Request, txn: Txn, cause: int, reply: Reply, attempt: int, since: int
    ) -> None:
        member = self.member
        prefix = "" if txn.resource == "nodes" else f"{txn.namespace}/"

        def done(frame: Frame) -> None:
            if txn.revision:
                code = 201 if request.verb == "create" else 200
                self._answer(request, reply, code, frame.index)
            elif txn.found is not None:
                self._compared(request, txn, frame, reply, attempt)
            else:
                self._no_leader(request, txn, frame.index, reply, attempt, since)

        def fail(frame: Frame | None) -> None:
            if frame is not None and frame.outcome == "refused":
                # it never got there, so another member may be asked for the same
                self._no_leader(request, txn, frame.index, reply, attempt, since)
            else:
                self._answer(request, reply, 504, frame.index if frame is not None else cause)

        self.world.call(
            "K3", self.instance, member.instance, f"txn {txn.key}", "etcd-propose", txn.phase,
            serve=partial(member.serve, txn), done=done, fail=fail, cause=cause, background=txn.background,
            params={"name": txn.name, "resource": txn.resource, "expected": txn.expected,
                    "key": f"/registry/{txn.resource}/{prefix}{txn.name}", "organ": "store"},
        )  # fmt: skip

    def _no_leader(
        self, request: Request, txn: Txn, cause: int, reply: Reply, attempt: int, since: int
    ) -> None:
        """This member cannot take it: wait until one that leads is found, or the request's time is over."""
        write = (request, txn, reply, attempt, since)
        self.waiting.append(write)
        if not self.refilling:
            self._next_member()
            self._refill()

        def over() -> None:
            if write in self.waiting:
                self.waiting.remove(write)
                self._answer(request, reply, 504, cause)

        self.world.after(max(0, since + PATIENCE - self.world.now), over, of=self.instance, periodic=True)

    def _compared(self, request: Request, txn: Txn, frame: Frame, reply: Reply, attempt: int) -> None:
        """Somebody was faster: a conflict, unless the server itself may try again on the newer object."""
        request.found = txn.found
        stored = self.member.store.state.get(txn.key)
        if request.verb == "create" and request.subresource is None:
            self._answer(request, reply, 409, frame.index, narration="answer-exists")
        elif request.expected is not None or attempt >= TRIES or stored is None:
            self._answer(request, reply, 409, frame.index)
        else:
            self.cache[txn.key] = stored
            self._write(request, frame.index, reply, attempt + 1)

    def _answer(
        self,
        request: Request,
        reply: Reply,
        code: int,
        cause: int,
        *,
        latency: int = ANSWER,
        narration: str | None = None,
    ) -> None:
        request.code = code
        self.open.discard(reply)
        outcome: Outcome = (
            "delivered" if code < 400 or (code == 404 and request.verb == "get") else "rejected"
        )
        words: Fields
        if request.answers is not None and code < 400:
            narration, words = request.answers(request)
        else:
            if narration is None:
                narration = ANSWERS.get(code, "answer-failed")
                if request.verb == "get" and code == 200:
                    narration = "answer-found"
            words = dict(request.params)
        found = request.object[REVISION] if code < 300 and request.object is not None else None
        words = {**words, "code": code, "revision": found}
        if code == 409:
            words["expected"], words["found"] = request.expected, request.found
        api = request.api
        api = {**api, "code": code}
        if api["name"] is None and request.prefix is None and code < 500:
            api["name"] = request.name
        reply(
            STATUS[code], narration, "persist" if request.stepwise else request.phase, outcome=outcome,
            params=words, cause=cause, api=api, latency=latency,
        )  # fmt: skip

    # watches

    def list(self, session: Session, frame: Frame, reply: Reply, since: int | None) -> None:
        """Open a watch: from revision `since`, or from a fresh list when it is None."""
        self.watches.open(self, session, frame, reply, since)

    def objects(self, resource: str, match: Callable[[Object], bool]) -> dict[str, Object]:
        """What the watch cache has of one resource, by name."""
        prefix = resource + "/"
        return {
            key.rpartition("/")[2]: thing
            for key, thing in self.cache.items()
            if key.startswith(prefix) and match(thing)
        }
