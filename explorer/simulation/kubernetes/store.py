"""What etcd keeps: transactions, the log's entries, and the state that the committed ones add up to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from explorer.simulation.kubernetes.objects import Change, Object
from explorer.simulation.reply import Reply

UNWATCHED = frozenset({"events"})
"""API servers keep no watch cache of these, so they do not watch them in etcd either."""


class Txn:
    """Put `object` at `key` (None deletes it) if the key is still at revision `expected` (0: absent)."""

    __slots__ = (
        "after", "background", "before", "expected", "found", "key", "name", "namespace", "news", "object",
        "old", "phase", "resource", "revision",
    )  # fmt: skip

    def __init__(
        self,
        resource: str,
        namespace: str,
        name: str,
        key: str,
        expected: int,
        old: Object | None,
        thing: Object | None,
        before: dict[str, Any],
        after: dict[str, Any],
        phase: str,
        news: str,
        background: bool,
    ) -> None:
        self.resource, self.namespace, self.name, self.key = resource, namespace, name, key
        self.expected, self.old, self.object = expected, old, thing
        self.before, self.after = before, after
        self.phase, self.news, self.background = phase, news, background
        self.revision = 0
        """The revision it was committed with; 0 as long as it is not."""
        self.found: int | None = None
        """The revision that was there instead of the expected one."""


class Entry:
    """One entry of the log. `reply` answers who asked, if the leader that took it still lives."""

    __slots__ = ("applied", "cause", "index", "life", "reply", "taken_by", "term", "txn")

    def __init__(
        self,
        term: int,
        index: int,
        txn: Txn | None,
        cause: int | None,
        reply: Reply | None,
        by: str,
        life: int,
    ) -> None:
        self.term, self.index, self.txn, self.cause = term, index, txn, cause
        self.reply, self.taken_by, self.life = reply, by, life
        self.applied = False


class Store:
    """What the committed entries add up to: the same on every member, so it is kept once."""

    def __init__(self, revision: int) -> None:
        self.first = self.revision = revision
        self.state: dict[str, Object] = {}
        self.history: list[tuple[Change, int]] = []
        """Every change with the frame of its commit; the change of revision r is at r - first - 1."""
        self.observers: list[Callable[[Change], None]] = []

    def watched(self) -> dict[str, Object]:
        """All objects that API servers keep in their caches."""
        return {key: thing for key, thing in self.state.items() if key.partition("/")[0] not in UNWATCHED}

    def since(self, revision: int) -> list[Change]:
        """What watchers of the API resources have missed after `revision`."""
        return [
            change for change, _ in self.history[revision - self.first :] if change.resource not in UNWATCHED
        ]
