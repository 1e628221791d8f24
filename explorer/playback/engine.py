"""The request-flow engine: from inputs to frames and steps, the same for simulations and storyboards.

What it returns is a pure function of the inputs and the Atlas, so it is cached and may be forgotten at any
time. The database knows inputs and cursors only (`explorer.playback.runs`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2s

from explorer.errors import NotAllowed
from explorer.frames import Frame, component_of, place_of, seconds
from explorer.graph import Atlas
from explorer.playback.inputs import Inputs, is_storyboard, read_inputs
from explorer.playback.kept import Kept
from explorer.playback.narrate import LANGUAGES, Words, narrate
from explorer.playback.steps import (
    BEFORE,
    Step,
    dwell_seconds,
    full_steps,
    position,
    reading_seconds,
    story_steps,
)
from explorer.playback.stored import Ledger
from explorer.recordings import storyboard_frames
from explorer.simulation import ENGINE, Fault, Topology, parse_fault, script_of, simulate, topology_of

_KEPT_FRAMES = 150_000
"""Some 200 MB at most, as ten of the largest runs or a hundred of the usual ones."""
NO_FAULT = "nothing: no fault is on"


@dataclass(frozen=True)
class Play:
    """Everything that follows from a run's inputs. Compared by identity: one object an input while kept."""

    atlas: Atlas
    inputs: Inputs
    frames: Sequence[Frame]
    phases: tuple[str, ...]
    topology: Topology | None

    @property
    def system(self) -> str:
        return self.inputs.system

    @property
    def storyboard(self) -> bool:
        return self.topology is None

    @property
    def rev(self) -> str:
        return revision(self.atlas)

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(parse_fault(text) for text in self.inputs.faults)

    def faults_on(self, time: int) -> list[Fault]:
        """The faults that are on at this time, those that begin right now included."""
        return [
            fault for fault in self.faults if fault.start <= time and (fault.end is None or time < fault.end)
        ]

    @cached_property
    def steps(self) -> list[Step]:
        """The steps in the inputs' detail."""
        begun = [fault.start for fault in self.faults]
        if self.inputs.detail != "story":
            return full_steps(self.frames, self.phases, begun, background=self.inputs.detail == "idle")
        return story_steps(self.frames, self.story_rule, self.phases, begun)

    @cached_property
    def ledger(self) -> Ledger:
        """What is stored after each frame."""
        return Ledger(self.frames)

    @cached_property
    def first_seen(self) -> dict[str, int]:
        """When each instance, link and pair of a link (`LINK/A~B`) was first touched: a frame's index."""
        seen: dict[str, int] = {}
        for frame in self.frames:
            if frame.background:
                continue
            seen.setdefault(frame.source, frame.index)
            seen.setdefault(frame.target, frame.index)
            if frame.link is not None:
                seen.setdefault(frame.link, frame.index)
                seen.setdefault(f"{frame.link}/{frame.source}~{frame.target}", frame.index)
        return seen

    @cached_property
    def elections(self) -> list[tuple[int, str, str | None]]:
        """(frame, component, replica that leads from there on, or None), as `params["leads"]` says it."""
        return [
            (frame.index, str(frame.params["leads"][0]), frame.params["leads"][1])
            for frame in self.frames
            if "leads" in frame.params
        ]

    @cached_property
    def polls(self) -> list[tuple[int, str, str]]:
        """(frame, machine, replica whose link shard polls it from there on): Borg shares machines out."""
        found: list[tuple[int, str, str]] = []
        machines, latest = set(self.machines), dict[str, str]()
        for frame in self.frames:
            if component_of(frame.source) == "link-shard" and frame.link is not None:
                machine, replica = place_of(frame.target) or "", place_of(frame.source) or ""
                if machine in machines and latest.get(machine) != replica:
                    latest[machine] = replica
                    found.append((frame.index, machine, replica))
        return found

    @cached_property
    def busiest_machines(self) -> tuple[str, ...]:
        """The run's machines, those that act most first, then in their own order."""
        machines = self.machines
        acts = dict.fromkeys(machines, 0)
        for frame in self.frames:
            if not frame.background:
                for place in {place_of(frame.source), place_of(frame.target)}:
                    if place in acts:
                        acts[place] += 1
        for fault in self.faults:
            struck = fault.machine or place_of(fault.target)
            if struck in acts:
                acts[struck] += len(self.frames)
        order = {machine: number for number, machine in enumerate(machines)}
        return tuple(sorted(machines, key=lambda m: (-acts[m], order[m])))

    @cached_property
    def machines(self) -> tuple[str, ...]:
        if self.topology is not None:
            return self.topology.machines
        places = (place_of(end) for frame in self.frames for end in (frame.source, frame.target))
        agents = ("borglet", "task", "kubelet", "pod")
        named = dict.fromkeys(
            place
            for place, end in zip(
                places, (end for frame in self.frames for end in (frame.source, frame.target)), strict=True
            )
            if place and component_of(end) in agents
        )
        count = max(3, len(named))
        stem = "m" if self.system == "borg" else "node"
        return tuple(f"{stem}-{number}" for number in range(1, count + 1))

    def words(self, index: int, language: str) -> Words:
        """What to say of the frame `index`; asked again and again, since a step also names its causes."""
        key = (index, language)
        told = self._told.get(key)
        if told is None:
            told = self._told[key] = narrate(self.atlas, self.system, self.frames[index], language)
        return told

    @cached_property
    def _told(self) -> dict[tuple[int, str], Words]:
        return {}

    def reading_seconds(self, index: int) -> float:
        """How long the words of the frame `index` take to read, in the language that takes longer."""
        told = (self.words(index, language) for language in LANGUAGES)
        return max(reading_seconds(words.title, words.what) for words in told)

    @cached_property
    def watching_seconds(self) -> float:
        """How long the whole run takes to watch at speed 1."""
        return sum(dwell_seconds(self.reading_seconds(step.index), 1.0) for step in self.steps)

    def story_rule(self, frame: Frame) -> str:
        if self.storyboard:
            return "each"
        narration = self.atlas.narrations.get((self.system, frame.narration))
        return narration.story if narration is not None else ""

    def position(self, index: int) -> int:
        """Where among the steps the frame `index` is; -1 before the first."""
        return position(self.steps, index)

    def step(self, index: int) -> Step | None:
        """The step in which the frame `index` is shown, or None before the first."""
        place = self.position(index)
        return self.steps[place] if place >= 0 else None

    def time_of(self, index: int) -> int:
        """The simulated time at the cursor, in microseconds."""
        return self.frames[index].at if 0 <= index < len(self.frames) else 0

    def index_at(self, time: int) -> int:
        """The last step that was over by `time`, as its frame's index; BEFORE if none was."""
        found = BEFORE
        for step in self.steps:
            if self.frames[step.index].at > time:
                break
            found = step.index
        return found


_plays: Kept[Play] = Kept(_KEPT_FRAMES, lambda of: len(of.frames))


def play(atlas: Atlas, inputs: Inputs) -> Play:
    """The play of these inputs: computed once while it is kept, the same object for everybody."""
    key = (atlas.version, inputs)
    return _plays.made(key, lambda: _make(atlas, inputs))


def goto(of: Play, index: int) -> int:
    """The cursor for a wish to be at frame `index`: the end of the step it lies in, BEFORE for -1.

    Raises NotAllowed with the range when there is no such frame.
    """
    if not BEFORE <= index < len(of.frames):
        raise NotAllowed("step", index, "whole numbers from {low} to {high}", low=0, high=len(of.frames) - 1)
    step = of.step(index)
    return step.index if step is not None else BEFORE


def neighbour(of: Play, index: int, by: int) -> int:
    """The cursor `by` steps on (or back) from `index`, held within the run."""
    place = of.position(index) + by
    return of.steps[min(place, len(of.steps) - 1)].index if place >= 0 else BEFORE


def inject(of: Play, text: str) -> Inputs:
    """The inputs with one more fault. Raises NotAllowed or NotKnown when it cannot be."""
    given = {name: str(value) for name, value in of.inputs.parameters} | {
        "seed": str(of.inputs.seed), "detail": of.inputs.detail,
    }  # fmt: skip
    return read_inputs(of.atlas, of.system, of.inputs.scenario, given, [*of.inputs.faults, text])


def undo(of: Play, text: str) -> Inputs:
    """The inputs without that fault. Raises NotAllowed when it is none of theirs."""
    if text not in of.inputs.faults:
        raise NotAllowed("undo", text, ", ".join(of.inputs.faults) or NO_FAULT)
    return replace(of.inputs, faults=tuple(fault for fault in of.inputs.faults if fault != text))


def fault_from(target: str, kind: str, milliseconds: str, time: int) -> str:
    """The text of a fault that strikes `target` from `time` on."""
    value = f"={milliseconds}" if kind == "slow" else ""
    return f"{target}:{kind}{value}@{seconds(time).rstrip('0').rstrip('.')}"


def revision(atlas: Atlas) -> str:
    """A short hash of graph, words and engine: addresses carry it to say what they were made with."""
    return blake2s(f"{atlas.version}/{ENGINE}".encode(), digest_size=4).hexdigest()


def _make(atlas: Atlas, inputs: Inputs) -> Play:
    if is_storyboard(atlas, inputs.system, inputs.scenario):
        board = atlas.storyboards[inputs.scenario]
        phases = atlas.scenarios[board.scenario].phases
        return Play(atlas, inputs, storyboard_frames(board), phases, None)
    values: Mapping[str, object] = dict(inputs.parameters)
    script = script_of(inputs.system, inputs.scenario)
    topology = topology_of(atlas, inputs.system, inputs.scenario, values)
    made = simulate(atlas, inputs.system, inputs.scenario, values, inputs.faults, inputs.seed)
    return Play(atlas, inputs, made, script.phases, topology)
