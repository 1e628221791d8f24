"""Things that are computed once and kept while there is room: the least lately used goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Kept[T]:
    """Values by key, for all threads, while their weights fit into `room` (each weighs 1 unless told).

    A cache only: what is asked for may have gone. The newest is kept, however heavy.
    """

    def __init__(self, room: int, weigh: Callable[[T], int] = lambda value: 1) -> None:
        self._room, self._weigh, self._weight = room, weigh, 0
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
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
            if key not in self._values:
                self._values[key] = value
                self._weight += self._weigh(value)
            self._values.move_to_end(key)
            while self._weight > self._room and len(self._values) > 1:
                self._weight -= self._weigh(self._values.popitem(last=False)[1])
            return self._values[key]

    def made(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made by one thread while all others who ask for it wait."""
        value = self.get(key)
        if value is not None:
            return value
        with self._lock:
            turn = self._making.setdefault(key, threading.Lock())
        try:
            with turn:
                value = self.get(key)
                return value if value is not None else self.put(key, make())
        finally:
            with self._lock:
                self._making.pop(key, None)
