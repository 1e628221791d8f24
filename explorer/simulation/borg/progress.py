"""How far a run is: sibling ordinals, the current phase, and what is still owed.

This is the observer's book-keeping, not Borg's: no component decides by it. It answers three questions
that a frame needs answered: the how-many-th of its siblings it is, in which phase an exchange falls that
belongs to no task, and whether something will still happen that only periodic polls bring about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from explorer.simulation.borg.constants import BEAT, QUIET
from explorer.simulation.scenario import DEPLOY_PHASES
from explorer.simulation.world import World

LONG_BEATS = 15
"""What keeps a run busy for so long without a pause is a fault that will end, or a slow transfer."""

_PLACE = {phase: place for place, phase in enumerate(DEPLOY_PHASES)}


class Progress:
    """Counts for one run. `mismatched` says what reality and committed state disagree about by now."""

    def __init__(self, world: World, tasks: Iterable[str]) -> None:
        self._world = world
        self._stage = dict.fromkeys(tasks, 0)
        self.phase = DEPLOY_PHASES[0]
        """The phase of the task that is furthest behind."""
        self._members: list[int] = [len(self._stage)]
        self._batch = dict.fromkeys(self._stage, 0)
        self._seen: dict[tuple[str, int], set[str]] = {}
        self._owed: set[str] = set()
        self._held = False
        self._moved = self._busy = 0
        self.mismatched: Callable[[], Iterable[tuple[str, bool]]] = lambda: ()
        world.after(BEAT.us, self._look, periodic=True)

    # ordinals

    def batch(self, tasks: Iterable[str]) -> None:
        """From now on these tasks are one another's siblings: they were assigned together."""
        together = list(tasks)
        self._members.append(len(together))
        for task in together:
            left = self._batch[task]
            self._members[left] -= 1
            for (_, batch), seen in self._seen.items():
                if batch == left:
                    seen.discard(task)
            self._batch[task] = len(self._members) - 1

    def count(self, key: str, tasks: Iterable[str]) -> dict[str, int]:
        """Note that `key` has happened to these tasks; `n` of `of` siblings have it behind them now."""
        n = of = 0
        for task in tasks:
            batch = self._batch[task]
            seen = self._seen.setdefault((key, batch), set())
            seen.add(task)
            n, of = len(seen), self._members[batch]
        return {"n": n, "of": of}

    # the phase

    def reach(self, phase: str, tasks: Iterable[str] | None = None) -> None:
        """These tasks (all, if not given) are in this phase now."""
        place = _PLACE[phase]
        for task in self._stage if tasks is None else tasks:
            self._stage[task] = place
        self.phase = DEPLOY_PHASES[min(self._stage.values())]

    # what is owed

    def owe(self, what: str) -> None:
        """Something is to come that only periodic polls bring about: the run must not end before."""
        self._owed.add(what)
        self.moved()
        self._hold(True)

    def pay(self, what: str) -> None:
        """It has come, or never will."""
        self._owed.discard(what)
        self.moved()
        if not self._owed and not self._world.damage.any:
            self._hold(False)

    def moved(self) -> None:
        """Something got further: patience begins anew."""
        self._moved = self._world.now

    def _look(self) -> None:
        """Once a beat: does anything keep the run alive but our own hope?

        After a fault the run waits as long as something else does (a fault that will end, a retry), so
        that healing is seen; and as long as something is owed, but not past a time without any news.
        """
        world = self._world
        if world.damage.any:
            for what, owed in self.mismatched():
                if owed and what not in self._owed:
                    self.owe(what)
                elif not owed and what in self._owed:
                    self.pay(what)
        others = world.owed - self._held > 0
        self._busy = self._busy + 1 if others else 0
        if self._busy >= LONG_BEATS:
            self.moved()
        hopeful = bool(self._owed) and world.now - self._moved < QUIET.us
        self._hold((hopeful or others) if world.damage.any else hopeful)
        world.after(BEAT.us, self._look, periodic=True)

    def _hold(self, wanted: bool) -> None:
        if wanted != self._held:
            self._held = wanted
            if wanted:
                self._world.hold()
            else:
                self._world.release()
