"""From a play to its picture: the cast that the drawing of a whole run needs, and each step's moment."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from explorer.diagram import REST, Cast, Moment, Placements, Scene
from explorer.frames import Frame, component_of, place_of
from explorer.playback.engine import Play
from explorer.playback.kept import Kept
from explorer.playback.looking import clock
from explorer.playback.narrate import Words
from explorer.playback.steps import Step
from explorer.playback.stored import STORE, changes
from explorer.playback.units import units_at, units_by_machine

DRAWINGS = ("wide", "compact")
_KEPT = 96
_ORGANS = {
    "kubernetes": ("authenticate", "authorize", "admit", "validate", "store", "watch"),
    "borg": ("quota", "store", "queue", "assign", "poll"),
}
_REPLICATED = ("kube-apiserver", "kube-scheduler", "kube-controller-manager")
"""Parts whose replicas are drawn only when a run names them; the others always show theirs."""

_scenes: Kept[Scene] = Kept(_KEPT)
_rests: Kept[dict[str, Any]] = Kept(_KEPT)


@lru_cache(maxsize=1)
def placements() -> Placements:
    """Where everything stands, read once a process."""
    return Placements.load()


def scene(of: Play, drawing: str, language: str) -> Scene:
    """The drawing of the whole run, computed once while the play is kept."""
    key = (of.atlas.version, of.inputs, drawing, language)
    return _scenes.made(key, lambda: Scene(placements(), of.system, drawing, cast(of), language))


def at_rest(of: Play, drawing: str, language: str) -> dict[str, Any]:
    """The drawing's state before anything has happened: what pushed states are told as differences from."""
    key = (of.atlas.version, of.inputs, drawing, language)
    return _rests.made(key, lambda: scene(of, drawing, language).state(_rest(of)))


def drawn_name(system: str, component: str, language: str, longest: int) -> str:
    """A component's name in the drawing, the short form where the name has more letters than `longest`."""
    drawn = placements().systems[system]
    part = drawn.components.get(drawn.keys.get(component, component))
    if part is None:
        return ""
    name = part.name[language].replace("|", "")
    return part.short[language] if len(name) > longest and part.short else name


def cast(of: Play) -> Cast:
    """Everything that any step of the run touches."""
    touched: set[str] = set()
    links: set[str] = set()
    told: set[str] = set()
    for frame in of.frames:
        if frame.background:
            continue
        for end in (frame.source, frame.target):
            touched.add(component_of(end))
        if frame.link is not None:
            links.add(frame.link)
            if (link := of.atlas.links.get(frame.link)) is not None and link.told:
                told.add(frame.link)
    return Cast(
        touched=frozenset(touched),
        links=frozenset(links - told),
        units=units_by_machine(of.system, of.frames),
        machines=of.machines,
        acting=of.busiest_machines,
        members=_members(of),
        told=frozenset(told),
        parents={c.slug: c.part_of for c in of.atlas.components_of(of.system)},
    )


def moment(of: Play, step: Step | None, language: str) -> Moment:
    """What is to be seen at one step; the picture at rest before the first."""
    index = step.index if step is not None else -1
    down, cut, slow = _broken(of, of.time_of(index), language)
    if step is None:
        return replace(_rest(of), down=down, cut=cut, slow=slow)
    frame = of.frames[step.index]
    told = of.words(step.index, language)
    units = units_at(of.system, of.ledger.objects(index))
    touched = {
        change.object.partition("/")[2]
        for change in changes(of.frames[step.first : step.index + 1], STORE)
        if change.object.partition("/")[2] in units
    }
    return Moment(
        sources=(frame.source,),
        targets=(frame.target,),
        link=frame.link,
        back=_answers(of, frame),
        hops=_hops(of, step, frame),
        label=_label(told, frame),
        short=told.short,
        visited=frozenset(name for name, first in of.first_seen.items() if first < step.first),
        units=units,
        changed=frozenset(touched),
        leaders=_leaders(of, index),
        down=down,
        cut=cut,
        slow=slow,
        organ=_organ(of.system, frame),
        shards=_shards(of, index),
    )


def _rest(of: Play) -> Moment:
    return replace(REST, shards=_shards(of, -1))


def _shards(of: Play, index: int) -> dict[str, str]:
    """Which replica's link shard polls each machine: dealt out by turns at first, then as the polls show."""
    tabs = placements().systems[of.system].tabs
    if tabs is None or not tabs.per_machine:
        return {}
    shards = {machine: tabs.owners[place % len(tabs.owners)] for place, machine in enumerate(of.machines)}
    shards.update((machine, replica) for at, machine, replica in of.polls if at <= index)
    return shards


def _members(of: Play) -> frozenset[str]:
    """The replicas that the run names: of a part whose steps speak of more than one, or of one struck."""
    named: dict[str, set[str]] = {}
    for step in of.steps:
        frame = of.frames[step.index]
        for end in (frame.source, frame.target):
            root = of.atlas.lineage(of.system, component_of(end))[-1]
            if root in _REPLICATED and (place := place_of(end)):
                named.setdefault(root, set()).add(place)
    struck = {place_of(fault.target) or "" for fault in of.faults}
    told = {place for places in named.values() if len(places) > 1 for place in places}
    return frozenset(told | struck)


def _label(told: Words, frame: Frame) -> str:
    return (told.label or frame.message) if frame.link is not None else ""


def _answers(of: Play, frame: Frame) -> bool:
    """Whether the message runs from the link's accepter to its opener."""
    link = of.atlas.links.get(frame.link or "")
    if link is None:
        return False
    return link.accepter in of.atlas.lineage(of.system, component_of(frame.source)) and (
        link.opener not in of.atlas.lineage(of.system, component_of(frame.source))
    )


def _hops(of: Play, step: Step, frame: Frame) -> tuple[tuple[str, str], ...]:
    """The messages of the same kind in this step: a fan-out starts together, a quorum fills in turn."""
    alike = {(frame.source, frame.target): None} | dict.fromkeys(
        (other.source, other.target)
        for other in of.frames[step.first : step.index + 1]
        if other.narration == frame.narration and other.link == frame.link and not other.background
    )
    return tuple(alike) if frame.link is not None and len(alike) > 1 else ()


def _organ(system: str, frame: Frame) -> int | None:
    organs = _ORGANS.get(system, ())
    name = frame.params.get("organ")
    return organs.index(name) if name in organs else None


def _leaders(of: Play, index: int) -> dict[str, str | None]:
    """Who leads, as the frames up to here say it: params `leads` = [component, replica or null]."""
    leaders: dict[str, str | None] = {}
    for at, component, replica in of.elections:
        if at <= index:
            leaders[component] = replica
    return leaders


def _broken(of: Play, time: int, language: str) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    unit = " 秒" if language == "zh-hans" else " s"
    down: dict[str, str] = {}
    cut: dict[str, str] = {}
    slow: dict[str, str] = {}
    for fault in of.faults_on(time):
        since = clock(fault.start) + unit
        match fault.kind:
            case "down":
                down[fault.target] = since
            case "cut":
                cut[fault.target] = since
            case "slow":
                slow[fault.target] = f"+{fault.value} ms"
    return down, cut, slow
