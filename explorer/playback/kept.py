"""Things that are computed once and kept while there is room: the least lately used goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable


class Kept[T]:
    """At most `room` values by key, for all threads. A cache only: what is asked for may have gone."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> T | None:
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: Hashable, value: T) -> T:
        """Keep a value, unless one is kept already: then that one is returned, the same for everybody."""
        with self._lock:
            kept = self._values.setdefault(key, value)
            self._values.move_to_end(key)
            while len(self._values) > self._room:
                self._values.popitem(last=False)
            return kept
