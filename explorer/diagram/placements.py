"""Where everything stands: the frozen values of placements.yaml. `reading` fills and checks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import yaml

from explorer.diagram.words import Words
from explorer.errors import NotKnown

FILE = Path(__file__).with_name("placements.yaml")
DRAWINGS = ("wide", "compact")
_ROUTES = """
straight side gutter lane between arm.left arm.right elbow outer.left outer.right outer.over over under
floor members dock
"""
ROUTES = frozenset(_ROUTES.split())
TIERS = ("core", "resident", "stage", "reference")
_CELLS = "A.l A.r A.w B.l B.r B.w C.l1 C.l2 C.l C.r C.w"
CELLS_OF_A_MACHINE = frozenset(_CELLS.split())

Mode = Literal["always", "step", "none"]
Span = tuple[float, float]


@dataclass(frozen=True)
class MachineRow:
    """The row of machines: top, height, paddings, and from how many on they are folded."""

    y: float
    h: float
    title: float
    pad: float
    colgap: float
    gutter: float
    arm: float
    cap: int
    fold: int
    stretch: float


@dataclass(frozen=True)
class Pill:
    """A label: its height, room per letter, padding, and distance from the token."""

    h: float
    char: float
    pad: float
    beside: float


@dataclass(frozen=True)
class Sizes:
    """Font sizes by what is written."""

    name: float
    sub: float
    service: float
    unit: float
    title: float
    strip: float


@dataclass(frozen=True)
class Band:
    """A row with a fixed top and height, and whatever else it says."""

    y: float
    h: float
    title: float = 0
    x: float = 0
    w: float = 0
    rail: float = 0


@dataclass(frozen=True, eq=False)
class Drawing:
    """The fixed measures of one of the two drawings, in SVG units; placements.yaml names them."""

    name: str
    view: Span
    edge: Span
    outer: Span
    clients: Band
    arm: float
    floor_of_control: float
    title: float
    over: float
    top: Band
    hub: Band
    tab: Band
    machine: MachineRow
    rows: Mapping[str, Span]
    lanes: Span
    bottom: Band
    service: Band
    floor: float
    band: float
    token: float
    pill: Pill
    type: Sizes
    icons: bool
    radius: float

    @property
    def wide(self) -> bool:
        return self.name == "wide"


@dataclass(frozen=True)
class Members:
    """Replicas of a part: their names, how they are drawn, who leads at first."""

    names: tuple[str, ...]
    show: Literal["chips", "pips", "addressed"]
    leader: int | None
    all_active: bool


@dataclass(frozen=True, eq=False)
class Component:
    """One part. `cells` and `also` are per drawing; `shown_on` names the part it is shown on instead."""

    key: str
    slug: str
    tier: str
    cells: Mapping[str, str]
    shown_on: Mapping[str, str]
    also: Mapping[str, tuple[str, ...]]
    away_at_rest: frozenset[str]
    name: Words
    short: Words | None = None
    compact_name: Words | None = None
    narrow: Words | None = None
    sub: Words | None = None
    compact_sub: Words | None = None
    frame: Words | None = None
    organs: Mapping[str, tuple[str, ...]] | None = None
    members: Members | None = None
    icon: str = ""
    machine: bool = False
    strip: bool = False
    units: bool = False
    slot: bool = False
    stack: bool = False


@dataclass(frozen=True, eq=False)
class LinkSpec:
    """One link as it is drawn, opener to accepter; `carries` names further links on the same path."""

    id: str
    opener: str
    accepter: str
    routes: Mapping[str, str]
    tier: str
    message: str
    short: str
    carries: tuple[str, ...]
    show: Mode
    compact: Mode
    narrow: Mode
    data: bool
    told: bool
    same_as: str
    ports: Mapping[str, float]

    @property
    def core(self) -> bool:
        return self.tier == "core"

    def mode(self, wide: bool, narrow: bool) -> Mode:
        """Whether the link is drawn always, only in its step, or not at all."""
        if self.show != "always":
            return self.show
        if not wide:
            return self.compact
        return self.narrow if narrow else "always"


@dataclass(frozen=True)
class BottomZone:
    """A zone of the bottom row: left and right, title, and where the title stands."""

    x: Span
    title: Words | None
    tx: float | None
    anchor: str


@dataclass(frozen=True)
class Tabs:
    """What is docked under the hub: one over each machine, or one for all."""

    part: str
    per_machine: bool
    name: Words
    short: Words
    owners: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class View:
    """One system in one drawing: its zones and the named cells of the upper and lower rows."""

    clients: Span
    clients_title: Words
    notch: float
    control_title: Words
    bottom: tuple[BottomZone, ...]
    cells: Mapping[str, Span]


@dataclass(frozen=True, eq=False)
class System:
    """One system: its parts, links and views."""

    slug: str
    unit: Words
    hub: str
    machine_name: str
    title_side: Mapping[str, str]
    status: Words
    foot: Words | None
    tabs: Tabs | None
    views: Mapping[str, View]
    components: Mapping[str, Component]
    links: tuple[LinkSpec, ...]
    keys: Mapping[str, str]
    """Component slug -> key in placements (`pod` -> `pods`); a key is also its own."""

    def link(self, slug: str) -> LinkSpec | None:
        """The drawn link that is, or carries, a link of the graph."""
        return self.by_slug.get(slug)

    by_slug: Mapping[str, LinkSpec] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Placements:
    """The whole file: both drawings and all systems."""

    drawings: Mapping[str, Drawing]
    systems: Mapping[str, System]

    @classmethod
    def load(cls, path: Path = FILE) -> Placements:
        """Reads and checks a placements file. NotAllowed names the field that is wrong."""
        from explorer.diagram.reading import read  # which fills the values of this module

        with path.open(encoding="utf-8") as text:
            return read(yaml.safe_load(text))

    def system(self, slug: str) -> System:
        """Raises NotKnown for a system that is not drawn."""
        if slug not in self.systems:
            raise NotKnown("system", slug, self.systems)
        return self.systems[slug]

    def drawing(self, name: str) -> Drawing:
        """Raises NotKnown for anything but wide and compact."""
        if name not in self.drawings:
            raise NotKnown("drawing", name, self.drawings)
        return self.drawings[name]
