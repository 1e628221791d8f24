"""What every control loop is made of: a work queue, an account, and a recorder of events.

Sources: client-go's work queue (a key is synced by one worker at a time; failures come back after 5 ms
doubling), its event broadcaster (one event at a time), and the controller manager's client builder (first
use of an account: get the ServiceAccount, create a token).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from explorer.frames import Frame
from explorer.simulation.kubernetes.accounts import MANAGER
from explorer.simulation.kubernetes.constants import value
from explorer.simulation.kubernetes.objects import Object
from explorer.simulation.kubernetes.requests import Client, Request
from explorer.simulation.world import World

SYNC, RETRY, RETRY_MOST = value("informer_to_sync"), value("retry_first"), value("retry_most")
FIRST_EVENT = 0x18EB1F3C00000000
"""Events are named by the time in nanoseconds: this is when the run begins."""
EVENT_RETRY, EVENT_TRIES = value("event_retry"), value("event_tries")


class WorkQueue:
    """Keys to sync. `sync(key, cause)` must end in `done(key)` or `again(key, …)`."""

    def __init__(self, world: World, owner: str, sync: Callable[[str, int], None]) -> None:
        self.world, self.owner, self.sync = world, owner, sync
        self.waiting: dict[str, int] = {}
        self.busy: set[str] = set()
        self.failures: dict[str, int] = {}
        self.timers: set[str] = set()
        self.closed = False
        """Whether nothing is taken or added: the loop does not run."""
        self.latest: dict[str, int] = {}
        """When each key was last added: its sync comes so long after the latest event, put off once."""

    def clear(self) -> None:
        self.latest.clear()
        self.waiting.clear()
        self.busy.clear()
        self.failures.clear()
        self.timers.clear()

    def add(self, key: str, cause: int, delay: int = SYNC) -> None:
        """Let a key be synced soon; adding it again before then is one sync, by the latest cause."""
        if self.closed:
            return
        self.waiting[key] = cause
        self.latest[key] = self.world.now
        if key not in self.busy and key not in self.timers:
            self.timers.add(key)
            self.world.after(delay, self._take, key, True, of=self.owner)

    def _take(self, key: str, patient: bool = False) -> None:
        if patient and (wait := self.latest.get(key, 0) + SYNC - self.world.now) > 0:
            self.world.after(wait, self._take, key, of=self.owner)
            return
        self.timers.discard(key)
        if self.closed or key in self.busy or key not in self.waiting:
            return
        self.busy.add(key)
        self.sync(key, self.waiting.pop(key))

    def done(self, key: str) -> None:
        """The sync went well."""
        self.failures.pop(key, None)
        self._release(key)

    def again(self, key: str, cause: int, *, at_least: int = 0) -> int:
        """The sync failed: the key comes back after its back-off. Returns the wait in microseconds."""
        if self.closed:
            return 0
        tries = self.failures[key] = self.failures.get(key, 0) + 1
        wait = max(at_least, min(RETRY << min(tries - 1, 24), RETRY_MOST))
        self.busy.discard(key)
        self.waiting[key] = max(cause, self.waiting.get(key, cause))
        self.timers.add(key)
        self.world.after(wait, self._take, key, of=self.owner)
        return wait

    def _release(self, key: str) -> None:
        self.busy.discard(key)
        if key in self.waiting and key not in self.timers:
            self.timers.add(key)
            self.world.after(SYNC, self._take, key, True, of=self.owner)


class Identity:
    """The account of one loop: its first use costs two requests of the manager's own account."""

    def __init__(self, client: Client, name: str, warm: bool) -> None:
        self.client, self.name, self.ready, self.warm = client, name, warm, warm
        self.waiting: list[Callable[[int | None], None]] = []

    def forget(self) -> None:
        self.ready = False
        self.waiting = []

    def use(self, then: Callable[[int | None], None], cause: int | None, phase: str) -> None:
        """Call `then(cause)` as soon as there is a token."""
        if self.ready:
            then(cause)
            return
        self.waiting.append(then)
        if len(self.waiting) > 1:
            return
        words = {"name": self.name, "resource": "serviceaccounts", "account": self.name}

        def read(request: Request, frame: Frame) -> None:
            self.client.ask(
                "create", "serviceaccounts", self.name, "create-token", phase, got, params=words,
                failed=lost, subresource="token", namespace="kube-system", cause=frame.index, account=MANAGER,
                answers=lambda request: ("token-issued", words),
            )  # fmt: skip

        def got(request: Request, frame: Frame) -> None:
            if request.code != 201:
                lost(request, frame)
                return
            self.ready = True
            waiting, self.waiting = self.waiting, []
            for waiter in waiting:
                waiter(frame.index)

        def lost(request: Request, frame: Frame | None) -> None:
            self.client.world.after(1_000_000, ask, of=self.client.instance)

        def ask() -> None:
            self.client.ask(
                "get", "serviceaccounts", self.name, "get-account", phase, read, params=words, failed=lost,
                namespace="kube-system", cause=cause, account=MANAGER,
            )  # fmt: skip

        ask()


class Recorder:
    """Writes Events, one at a time; an Event that cannot be written is tried again, then dropped."""

    def __init__(self, client: Client, group: str = "") -> None:
        self.client, self.group = client, group
        self.queue: list[tuple[str, dict[str, Any], int]] = []
        self.busy = False

    def forget(self) -> None:
        self.queue, self.busy = [], False

    def record(self, reason: str, about: str, note: str, cause: int, **words: Any) -> None:
        """Tell of something that happened to the object `about` ("pods/web-1")."""
        self.queue.append((reason, {"reason": reason, "about": about, "note": note, **words}, cause))
        if not self.busy:
            self._next(cause)

    def _next(self, latest: int) -> None:
        if not self.queue:
            self.busy = False
            return
        self.busy = True
        reason, words, cause = self.queue.pop(0)
        about = words["about"].rpartition("/")[2]
        words["name"] = name = f"{about}.{FIRST_EVENT + self.client.world.now * 1000:x}"
        words["resource"] = "events"
        self._post(reason, name, words, max(cause, latest), 1)

    def _post(self, reason: str, name: str, words: dict[str, Any], cause: int, tries: int) -> None:
        event: Object = {
            "regarding": words["about"], "reason": reason, "note": words["note"],
            "reportingController": self.client.account.user,
            "action": "Binding" if reason == "Scheduled" else reason,
        }  # fmt: skip

        def lost(request: Request, frame: Frame | None) -> None:
            index = frame.index if frame is not None else cause
            if tries < EVENT_TRIES:
                self.client.world.after(
                    EVENT_RETRY, self._post, reason, name, words, index, tries + 1, of=self.client.instance
                )
            else:
                self._next(index)

        self.client.ask(
            "create", "events", name, "record-event", "report",
            lambda request, frame: self._next(frame.index), failed=lost, params=words, group=self.group,
            edit=lambda current: event, cause=cause,
        )  # fmt: skip
