"""kube-apiserver: the gates, then the answer out of its storage layer, or a write through it.

Sources: apiserver handler chain, store.go. A write is answered when etcd has it on a majority; a compare
that fails is a 409 and changes nothing; a patch or a binding is tried again by the server itself.
"""

from __future__ import annotations

from typing import Any

from explorer.frames import Fields, Frame, Outcome
from explorer.simulation.kubernetes import gates
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.etcd import Member
from explorer.simulation.kubernetes.objects import REVISION, SAFE_LETTERS, Object, difference, key_of
from explorer.simulation.kubernetes.requests import STATUS, Refusal, Request
from explorer.simulation.kubernetes.storage import Storage
from explorer.simulation.kubernetes.store import Store, Txn
from explorer.simulation.reply import Reply
from explorer.simulation.world import World

GATE, READ, ANSWER, RESET = value("gate"), value("api_read"), value("api_answer"), value("reset")
ANSWERS = {
    200: "answer-updated", 201: "answer-created", 403: "answer-forbidden", 404: "answer-absent",
    409: "answer-conflict", 422: "answer-forbidden",
}  # fmt: skip
TRIES = 5


class ApiServer:
    """One API server: its gates and answers. What it knows of the cluster is in its `storage`."""

    def __init__(self, world: World, instance: str, members: list[Member], store: Store) -> None:
        self.world, self.instance = world, instance
        self.storage = Storage(world, instance, members, store)
        self.rows: dict[tuple[Any, ...], tuple[tuple[str, str, str], ...]] = {}
        self.open: dict[Reply, None] = {}
        """Who waits for an answer, in order: a dict, as a set's order would differ from run to run."""
        world.register(instance, self.storage.start, self._stop)

    def _stop(self) -> None:
        for reply in self.open:
            self.world.after(RESET, reply.expire, periodic=True)
        self.open.clear()
        self.storage.stop()

    # requests

    def serve(self, request: Request, frame: Frame, reply: Reply) -> None:
        """Take a request through the gates and answer it."""
        world = self.world
        if world.expects_faults:
            self.open[reply] = None
        if not self.storage.serving:
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
        current = self.storage.cache.get(request.key) if request.resource == "pods" else None
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
            ("authentication", "authenticate", 1),
            ("authorization", "authorize", 3),
            ("mutating", "admit", 4),
            ("validation", "validate", 5),
            ("validating", "admit", 6),
        )

        def step(n: int, cause: int) -> None:
            name, organ, shown = steps[n]
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
            self.storage.fresh(
                cause,
                lambda latest: self._read(request, latest, reply),
                lambda latest: self._answer(request, reply, 504, latest),
            )
        elif request.subresource == "token":
            self._answer(request, reply, 201, cause, latency=READ)
        else:
            self._write(request, cause, reply, 1)

    def _read(self, request: Request, cause: int, reply: Reply) -> None:
        request.object = self.storage.cache.get(request.key)
        self._answer(request, reply, 200 if request.object is not None else 404, cause, latency=READ)

    def _write(self, request: Request, cause: int, reply: Reply, attempt: int) -> None:
        edit, resource = request.edit, request.resource
        assert edit is not None, "a write says what it changes"
        creating = request.verb == "create" and request.subresource is None
        if creating and request.prefix is not None and attempt == 1:
            letters = self.world.random(self.instance)
            request.name = request.prefix + "".join(letters.choice(SAFE_LETTERS) for _ in range(5))
            request.key = key_of(resource, request.name, request.namespace)
        current = self.storage.cache.get(request.key)
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

        def done(frame: Frame) -> None:
            if txn.revision:
                code = 201 if request.verb == "create" else 200
                self._answer(request, reply, code, frame.index)
            else:
                self._compared(request, txn, frame, reply, attempt)

        def lost(latest: int) -> None:
            self._answer(request, reply, 504, latest)

        self.storage.propose(txn, cause, done, lost)

    def _compared(self, request: Request, txn: Txn, frame: Frame, reply: Reply, attempt: int) -> None:
        """Somebody was faster: a conflict, unless the server itself may try again on the newer object."""
        request.found = txn.found
        stored = self.storage.newest(txn.key)
        if request.verb == "create" and request.subresource is None:
            self._answer(request, reply, 409, frame.index, narration="answer-exists")
        elif request.expected is not None or attempt >= TRIES or stored is None:
            self._answer(request, reply, 409, frame.index)
        else:
            self.storage.cache[txn.key] = stored
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
        self.open.pop(reply, None)
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
