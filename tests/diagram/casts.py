"""The casts of casts.yaml as Cast and Moment, for any number of machines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from explorer.diagram import Cast, Moment, Placements, Scene
from explorer.diagram.moment import REST

CASTS: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("casts.yaml").read_text(encoding="utf-8")
)
PLACEMENTS = Placements.load()

FROM = {"K27", "K28a", "L19", "L20a", "S15"}
"""Traffic links that leave the machine where a request starts; all others enter the one where it ends."""


@dataclass(frozen=True)
class Play:
    """One cast of the file as the drawing's inputs, and the raw entry it was made of."""

    cast: Cast
    moment: Moment
    raw: dict[str, Any]


def play(system: str, name: str, machines: int = 3) -> Play:
    """A cast with its one step. Machines beyond the last are taken as the last."""
    return _Reader(system, CASTS[system][name], machines).play()


@cache
def whole_run(system: str, drawing: str, count: int) -> tuple[Scene, tuple[Moment, ...]]:
    """One scene that knows all links of a system, and the steps of all its casts."""
    plays = [play(system, name, count) for name in CASTS[system]]
    units: dict[str, tuple[str, ...]] = {}
    for one in plays:
        for machine, names in one.cast.units.items():
            units[machine] = tuple(dict.fromkeys((*units.get(machine, ()), *names)))
    cast = Cast(
        touched=frozenset[str]().union(*(one.cast.touched for one in plays)),
        links=frozenset(link.split("/")[0] for one in plays for link in one.cast.links),
        units=units,
        machines=plays[0].cast.machines,
        acting=plays[0].cast.machines[:3],
        members=frozenset[str]().union(*(one.cast.members for one in plays)),
        told=frozenset({"T1", "T2"} if system == "borg" else ()),
    )
    return Scene(PLACEMENTS, system, drawing, cast, "en"), tuple(one.moment for one in plays)


class _Reader:
    def __init__(self, system: str, raw: dict[str, Any], count: int) -> None:
        self.system, self.raw, self.count = PLACEMENTS.system(system), raw, count
        self.step = raw.get("step", {})
        self.names = tuple(self.system.machine_name.format(i=k + 1) for k in range(count))

    def machine(self, number: int) -> str:
        return self.names[min(int(number), self.count) - 1]

    def instance(self, text: str) -> str:
        """`kubelet@2` and `bm-3` as the product writes them."""
        component, _, place = str(text).partition("@")
        if place:
            return f"{self._slug(component)}@{self.machine(int(place))}"
        hub = self.system.components[self.system.hub]
        if hub.members and component in hub.members.names:
            return f"{hub.slug}@{component}"
        for part in self.system.components.values():
            if part.members and component in part.members.names:
                return f"{part.slug}@{component}"
        return self._slug(component)

    def _slug(self, key: str) -> str:
        part = self.system.components.get(key)
        return part.slug if part else key

    def play(self) -> Play:
        raw, step = self.raw, self.step
        units: dict[str, tuple[str, ...]] = {}
        for number, names in raw.get("units", {}).items():
            if int(number) <= self.count or self.count < 3:
                machine = self.machine(number)
                units[machine] = (*units.get(machine, ()), *names)
        down = raw.get("faults", {}).get("down", [])
        acting = [
            int(str(step[k]).split("@")[1]) for k in ("source", "target") if "@" in str(step.get(k, ""))
        ]
        acting += [int(text.split("@")[1]) for text in down if text.startswith("machine@")]
        acting += [raw[k] for k in ("to", "from", "entry") if k in raw]
        touched = {part for part in raw.get("touch", []) if part in self.system.components}
        cast = Cast(
            touched=frozenset(self._slug(part) for part in touched),
            links=frozenset(self._links()),
            units=units,
            machines=self.names,
            acting=tuple(dict.fromkeys(self.machine(k) for k in sorted(acting))),
            members=frozenset(part for part in (*raw.get("touch", []), *down) if part not in touched),
            told=frozenset({step["link"]} if step.get("link") in ("T1", "T2") else ()),
        )
        return Play(cast, self._moment(units) if step else REST, raw)

    def _links(self) -> list[str]:
        """Links of the cast; traffic with the one pair that uses it."""
        raw, step = self.raw, self.step
        links = [*raw.get("links", []), *raw.get("also_links", [])]
        if step.get("link"):
            links.append(step["link"])
        found = []
        for slug in links:
            spec = self.system.link(slug)
            if spec is None or not spec.data:
                found.append(slug)
                continue
            ends = [self.system.components[key] for key in (spec.opener, spec.accepter)]
            places: list[Any] = [raw.get("from", raw.get("entry", 1)), raw.get("to", 2)]
            if spec.routes["wide"] != "between":
                number = raw.get("from") if slug in FROM else raw.get("to")
                if slug == "S12":
                    number = raw.get("entry", raw.get("to"))
                places = [number, number]
            names = [
                f"{end.slug}@{self.machine(place)}" if end.machine and place else end.slug
                for end, place in zip(ends, places, strict=True)
            ]
            found.append(f"{slug}/{names[0]}~{names[1]}")
        return found

    def _moment(self, units: dict[str, tuple[str, ...]]) -> Moment:
        raw, step = self.raw, self.step
        spec = self.system.link(step["link"])
        assert spec is not None
        ghosts, losses = raw.get("ghost", []), raw.get("lost", [])
        state: dict[str, tuple[str, str]] = {}
        for machine, names in units.items():
            number = self.names.index(machine) + 1
            for name in names:
                lost = name in losses or f"{name}@{number}" in losses
                word = "lost" if lost else "starting" if name in ghosts else "running"
                state[f"{name}@{machine}" if name in state else name] = (machine, word)
        faults = raw.get("faults", {})
        when = str(faults.get("when", ""))
        down = {
            f"machine/{self.machine(text.split('@')[1])}"
            if text.startswith("machine@")
            else self.instance(text): when
            for text in faults.get("down", [])
        }
        leaders: dict[str, str | None] = {}
        for key, index in raw.get("leader", {}).items():
            part = self.system.components[key]
            assert part.members is not None
            leaders[part.slug] = None if index == "none" else part.members.names[index]
        source, target = self.instance(step["source"]), self.instance(step["target"])
        if "member" in step:
            source = f"{source}@{step['member']}"
        return Moment(
            sources=(source,),
            targets=(target,),
            link=step["link"],
            back=step.get("back", False),
            label=step.get("label", spec.message),
            short=step.get("short", spec.short),
            units=state,
            leaders=leaders,
            down=down,
        )
