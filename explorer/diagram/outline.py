"""The same picture as words: one sentence, and a list of zones with their parts and states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from explorer.diagram.layout import Part
from explorer.diagram.lights import Lights
from explorer.diagram.moment import REST, Moment, instance
from explorer.diagram.scene import Scene
from explorer.diagram.seats import Seating
from explorer.diagram.travel import Travels
from explorer.diagram.words import HAN, Words, closed_up, cut_at, join, pick, stopped_at, unit_state

NAMES = {"kubernetes": "Kubernetes", "borg": "Borg", "mesos": "Mesos", "swarm": "Swarm"}
STATES: dict[str, Words] = {
    "target": {"en": "receives", HAN: "收到"},
    "source": {"en": "sends", HAN: "发出"},
    "on": {"en": "acts", HAN: "正在动作"},
    "dead": {"en": "its machine has stopped", HAN: "所在机器已停止"},
    "seen": {"en": "took part earlier", HAN: "此前参与过"},
}
"""The words for a part's classes, the most telling first."""
ITSELF: Words = {"en": "acts by itself", HAN: "自行处理"}
LEADS: Words = {"en": "{} leads", HAN: "{} 为领导者"}
AROUND: Words = {"en": "Around the cluster", HAN: "集群周边"}


@dataclass(frozen=True)
class Item:
    """A part or unit of the outline: its name, its state as one class, and in words ("" at rest)."""

    name: str
    state: str
    text: str


@dataclass(frozen=True)
class Zone:
    """A zone of the drawing with its parts, in drawing order."""

    zone: str
    items: tuple[Item, ...]


def sentence(scene: Scene, moment: Moment | None = None) -> str:
    """One sentence for `aria-label`: what the drawing is, or who sends what to whom."""
    moment = moment or REST
    name = NAMES.get(scene.system.slug, scene.system.slug)
    han = scene.language == HAN
    ends = (*moment.sources, *moment.targets)
    if not moment.acting or not ends:
        return f"{name} 示意图，静止" if han else f"Diagram of {name} at rest"
    source, target = _who(scene, ends[0]), _who(scene, (*moment.targets, *moment.sources)[0])
    message = moment.label or moment.short
    if source == target:
        if han:
            return closed_up(f"{name} 示意图：{source} {ITSELF[HAN]}")
        return f"Diagram of {name}: {source} {ITSELF['en']}"
    if han:
        return closed_up(f"{name} 示意图：{source} 向 {target} 发送 {message or '消息'}")
    return f"Diagram of {name}: {source} sends {message or 'a message'} to {target}"


def _who(scene: Scene, text: str) -> str:
    """An instance in words: the part's own name, and its machine or replica."""
    who = instance(text)
    name = who.name or part_name(scene, who.component)
    if not who.place or who.place.isdigit():
        return name
    return closed_up(f"{who.place} 上的 {name}") if scene.language == HAN else f"{name} on {who.place}"


def part_name(scene: Scene, slug: str) -> str:
    """A component's name as its system writes it; a part that is not drawn goes by its slug."""
    system = scene.system
    if system.tabs and slug == system.tabs.part:
        return pick(system.tabs.short, scene.language)
    component = system.components.get(system.keys.get(slug, ""))
    name = pick(component.name, scene.language) if component else ""
    return name.replace("-|", "-").replace("|", " ") or slug


def outline(scene: Scene, moment: Moment | None = None) -> list[Zone]:
    """Zones, their parts and the parts' states in words, for people who do not see the drawing."""
    moment = moment or REST
    return list(_Outline(scene, moment, Seating(scene, moment)).zones())


class _Outline:
    """One outline being written."""

    def __init__(self, scene: Scene, moment: Moment, seating: Seating) -> None:
        self.scene, self.moment, self.seating = scene, moment, seating
        self.language = scene.language
        self.state: dict[str, Any] = scene.state(moment)
        lights = Lights(seating, Travels(seating), {})
        self.stops = {part.id: when for part, when in lights.stopped}
        self.fewer = lights.fewer

    def zones(self) -> Iterator[Zone]:
        view, language = self.scene.layout.view, self.language
        rooms: dict[str, list[Part]] = {"clients": [], "control": [], "around": []}
        machines: dict[int, list[Part]] = {column.number: [] for column in self.scene.layout.columns}
        for part in self.scene.parts.values():
            if part.kind in ("slot", "chip", "pip", "cell"):
                continue
            if part.column and part.kind != "tab":
                machines[part.column].append(part)
            elif part.kind == "service":
                rooms["around"].append(part)
            else:
                client = self.scene.layout.cells.get(part.key, "").startswith("c")
                rooms["clients" if client else "control"].append(part)
        yield Zone(pick(view.clients_title, language), self._items(rooms["clients"]))
        yield Zone(pick(view.control_title, language), self._items(rooms["control"]))
        for k, parts in machines.items():
            yield Zone(self._machine(k), (*self._items(parts), *self._units(k)))
        yield Zone(pick(AROUND, language), self._items(rooms["around"]))

    def _machine(self, column: int) -> str:
        """A machine's name, with what has happened to it."""
        machine = self.seating.columns[column - 1]
        words = [machine]
        target = f"machine/{machine}"
        if target in self.moment.down:
            words.append(stopped_at(self.moment.down[target], self.language))
        elif target in self.moment.cut:
            words.append(cut_at(self.moment.cut[target], self.language))
        return join(words, self.language)

    def _items(self, parts: list[Part]) -> tuple[Item, ...]:
        return tuple(self._item(part) for part in parts)

    def _item(self, part: Part) -> Item:
        classes = self.state["parts"][part.id].split()
        words, state = self._replicas(part), ""
        if "down" in classes:
            state = "down"
            words.insert(0, stopped_at(self.stops[part.id], self.language))
        else:
            state = next((flag for flag in STATES if flag in classes), "")
            if state:
                alone = state == "target" and not self.state["travel"] and not self._has_source()
                words.insert(0, pick(ITSELF if alone else STATES[state], self.language))
        return Item(self._name(part), state, join(words, self.language))

    def _has_source(self) -> bool:
        return any("source" in css.split() for css in self.state["parts"].values())

    def _name(self, part: Part) -> str:
        if part.component is None:
            return part.label or str(self.state["texts"][f"tab@{part.column}"][1])
        return part_name(self.scene, part.component.slug)

    def _replicas(self, part: Part) -> list[str]:
        """Which of a part's replicas act, lead or do not run."""
        words = [
            f"{place} {stopped_at(when, self.language)}" for one, place, when in self.fewer if one is part
        ]
        for member in self.scene.chips.get(part.id, ()):
            classes = self.state["parts"][member.id].split()
            several = member.component and member.component.members and member.component.members.all_active
            if "down" in classes:
                words.append(f"{member.place} {stopped_at(self.stops[member.id], self.language)}")
                continue
            acts = next((flag for flag in ("target", "source") if flag in classes), "")
            if acts:
                words.append(f"{member.place} {pick(STATES[acts], self.language)}")
            elif "leader" in classes and not several:
                words.append(pick(LEADS, self.language).format(member.place))
        return words

    def _units(self, column: int) -> list[Item]:
        dead = "down" in self.state["zones"][f"machine@{column}"].split()
        found = []
        for unit in self.seating.units.get(column, ()):
            state = "lost" if dead else unit.state
            words = [unit_state(state, self.language)]
            classes = self.state["units"][unit.slot.id].split() if unit.slot else []
            words += [pick(STATES[flag], self.language) for flag in ("source", "target") if flag in classes]
            found.append(Item(unit.name, state, join(words, self.language)))
        return found
