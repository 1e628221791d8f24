"""What a run took, counted in its frames alone: the figures that two runs are compared by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from explorer.frames import Frame, component_of, place_of
from explorer.playback.engine import Play, play, undo
from explorer.playback.steps import full_steps
from explorer.playback.stored import STORE, Object, apply
from explorer.playback.units import counts, units_at, wanted
from explorer.simulation import Fault

_FAILED = ("refused", "timeout")
LOCAL = "local"
"""The mode of a link that is a call on one machine, such as starting a process, and no connection."""


@dataclass(frozen=True)
class Connection:
    """A link between two instances that something new went over; by the graph `opener` opened it.

    Parts of one program that share a socket count each by itself, as do two links between the same two.
    """

    link: str
    opener: str
    accepter: str


@dataclass(frozen=True)
class Struck:
    """What followed one fault, until it ended, all that was wanted ran again, or the next one began.

    `until` is when that was. Times are microseconds. `recovered` is None where what was wanted did not run
    again in time, 0 where it never stopped running. `idle` are the components that would have acted
    meanwhile and did not; `standstill` is the longest time in which nothing new happened.
    """

    fault: Fault
    until: int
    failed: int
    idle: tuple[str, ...]
    standstill: int
    recovered: int | None


@dataclass(frozen=True)
class Figures:
    """The figures of one run."""

    of: Play

    @property
    def steps(self) -> int:
        """Steps in the detail that the viewer chose."""
        return len(self.of.steps)

    @cached_property
    def news(self) -> list[Frame]:
        """The frames that are not background."""
        return [frame for frame in self.of.frames if not frame.background]

    @cached_property
    def messages(self) -> int:
        """Messages between two instances that brought something new."""
        return sum(frame.link is not None for frame in self.news)

    @cached_property
    def idle_messages(self) -> int:
        """Messages that brought nothing new: empty polls, renewals, heartbeats."""
        return sum(frame.link is not None for frame in self.of.frames if frame.background)

    @property
    def time(self) -> int:
        """Simulated microseconds until the end of the run."""
        return self._end

    @cached_property
    def phases(self) -> Mapping[str, int]:
        """Microseconds by phase: from the end of the phase before to its own last message.

        Taken message by message, so the detail does not change them; together they are `time`.
        """
        of = self.of
        steps = full_steps(of.frames, of.phases, [fault.start for fault in of.faults])
        spent, before = dict.fromkeys(of.phases, 0), 0
        for step in steps:
            at = of.frames[step.index].at
            spent[of.phases[step.block]] += at - before
            before = at
        return spent

    @cached_property
    def commits(self) -> int:
        """How often the store had to agree on something new: frames that change what is stored.

        Renewals of Leases are left out: how many there are says how long the run took, not what it asked.
        """
        return sum(any(effect.where == STORE for effect in frame.effects) for frame in self.news)

    @cached_property
    def changes(self) -> int:
        """Changes of stored objects, renewals of Leases left out."""
        return sum(effect.where == STORE for frame in self.news for effect in frame.effects)

    @cached_property
    def connections(self) -> list[Connection]:
        """Every connection that carried something new, those within one program and local calls left out."""
        found = (self._connection(frame) for frame in self.news)
        return list(dict.fromkeys(connection for connection in found if connection is not None))

    @cached_property
    def openers(self) -> Counter[str]:
        """Component -> connections that its instances opened."""
        return Counter(component_of(connection.opener) for connection in self.connections)

    @cached_property
    def called(self) -> Counter[str]:
        """Component -> connections that its instances accepted."""
        return Counter(component_of(connection.accepter) for connection in self.connections)

    @cached_property
    def from_machines(self) -> int:
        """Connections that a program on a machine opened to one that is not on it."""
        return sum(self._on(one.opener) and not self._same(one) for one in self.connections)

    @cached_property
    def to_machines(self) -> int:
        """Connections that were opened from elsewhere to a program on a machine."""
        return sum(self._on(one.accepter) and not self._same(one) for one in self.connections)

    @cached_property
    def struck(self) -> list[Struck]:
        """What followed each fault, in the order in which they began."""
        faults = sorted(self.of.faults, key=lambda fault: fault.start)
        begins = [fault.start for fault in faults]
        return [
            self._struck(
                fault, next((later for later in begins if later > fault.start), max(self._end, fault.start))
            )
            for fault in faults
        ]

    @property
    def _end(self) -> int:
        return self.of.frames[-1].at if self.of.frames else 0

    def _on(self, instance: str) -> bool:
        return place_of(instance) in self.of.machines

    def _same(self, one: Connection) -> bool:
        return place_of(one.opener) == place_of(one.accepter) and self._on(one.opener)

    def _connection(self, frame: Frame) -> Connection | None:
        of = self.of
        link = of.atlas.links.get(frame.link or "")
        if link is None or link.mode == LOCAL:
            return None
        here, there = (of.atlas.lineage(of.system, component_of(end)) for end in (frame.source, frame.target))
        alike = place_of(frame.source) == place_of(frame.target)
        if alike and (here[0] in there or there[0] in here):
            return None
        opens = link.opener in here and link.accepter in there
        answers = link.opener in there and link.accepter in here
        ends = (frame.source, frame.target)
        if opens and answers:  # between equals nobody can tell who opened: one connection, whoever speaks
            ends = (min(ends), max(ends))
        elif answers:
            ends = ends[::-1]
        return Connection(link.slug, *ends)

    @cached_property
    def _wish(self) -> list[tuple[int, bool]]:
        """(time, whether all that is wanted runs) from each change of a wish or a unit on."""
        system, objects, told = self.of.system, dict[str, Object](), list[tuple[int, bool]]()
        for frame in self.of.frames:
            effects = [effect for effect in frame.effects if effect.where == STORE]
            for effect in effects:
                apply(objects, effect)
            if any(counts(system, effect.object) for effect in effects):
                states = [state for _machine, state in units_at(system, objects).values()]
                wish = wanted(system, objects)
                told.append((frame.at, wish > 0 and states.count("running") >= wish))
        return told

    def _recovered(self, start: int, end: int) -> int | None:
        """Microseconds from `start` until all that is wanted runs and goes on running to `end`."""
        before = [fine for at, fine in self._wish if at <= start][-1:]
        after = [(at, fine) for at, fine in self._wish if start < at <= end]
        states = [(start, fine) for fine in before or [False]] + after
        since: int | None = None
        for at, fine in states:
            since = (at if since is None else since) if fine else None
        return since - start if since is not None else None

    def _struck(self, fault: Fault, end: int) -> Struck:
        recovered = self._recovered(fault.start, end)
        until = min(end, fault.end if fault.end is not None else end)
        if recovered:
            until = min(until, fault.start + recovered)
        meanwhile = [frame for frame in self.news if fault.start < frame.at <= until]
        times = [fault.start, *(f.at for f in meanwhile if f.outcome not in _FAILED), until]
        return Struck(
            fault,
            until,
            sum(frame.outcome in _FAILED for frame in meanwhile),
            self._idle(fault, until),
            max(later - earlier for earlier, later in pairwise(times)),
            recovered,
        )

    def _idle(self, fault: Fault, until: int) -> tuple[str, ...]:
        """What sends something new up to `until` in the run without this fault, and nothing in this one."""
        of = self.of
        sound = play(of.atlas, undo(of, str(fault)))
        acted = {component_of(frame.source) for frame in self.news if fault.start < frame.at <= until}
        would = dict.fromkeys(
            component_of(frame.source)
            for frame in sound.frames[:-1]  # the last one says that the run is over, and nothing else
            if fault.start < frame.at <= until and not frame.background
        )
        struck = component_of(fault.target)
        return tuple(name for name in would if name not in acted and name != struck)
