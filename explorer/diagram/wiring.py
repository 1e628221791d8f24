"""Which links of a run are drawn between which parts, and which of its ways each one takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from explorer.diagram.captions import caption_boxes
from explorer.diagram.layout import Layout, Part
from explorer.diagram.moment import instance, link_key
from explorer.diagram.placements import LinkSpec
from explorer.diagram.route import candidates
from explorer.diagram.shapes import Box, Path, Segment, bends, cross, segments, square, through

WALL = 100
"""What it costs to run over a box, a title or a core link; anything below is only less pretty."""


@dataclass(frozen=True, eq=False)
class Wire:
    """One drawn link between two parts, from the opener's part `a` to the accepter's part `b`.

    `columns` are the machines it touches (0, 1 or 2 numbers). `always`: drawn at rest, not only in the
    step that uses it. `one`: the path where the cell at its end holds a single, smaller unit.
    """

    key: str
    spec: LinkSpec
    a: Part
    b: Part
    columns: tuple[int, ...]
    always: bool
    path: Path = ()
    one: Path = ()
    cost: float = 0
    cell: int = 0
    """The column whose cell of units the wire leads to, 0 for none."""


@dataclass
class _Draft:
    """A wire whose way is not chosen yet."""

    wire: Wire
    ways: list[Path]


def wire_up(layout: Layout) -> list[Wire]:
    """All wires of a run: first those that are always drawn, each with the best way left to it.

    A link drawn only in its step keeps clear of what is always drawn, not of other links of that kind,
    since no two of them are seen together.
    """
    drafts = [_Draft(wire, candidates(layout, wire.spec, wire.a, wire.b)) for wire in _pairs(layout)]
    standing = _stand(_Chooser(layout, text_walls(layout)), drafts)
    chooser = _Chooser(layout, text_walls(layout, movable=False))
    stepping: list[Wire] = []
    for draft in drafts:
        if not draft.wire.always:
            kin = [wire for wire in stepping if wire.spec.id == draft.wire.spec.id]
            draft.wire = chooser.choose(draft, [*standing, *kin])
            stepping.append(draft.wire)
    return [_with_one(layout, draft) for draft in drafts]


def text_walls(layout: Layout, movable: bool = True) -> list[Box]:
    """The room of every text outside the boxes, at its longest; see `caption_boxes` for `movable`."""
    texts = [text.box for text in layout.texts] + caption_boxes(layout, movable)
    return [box._replace(x=box.x - 4, w=box.w + 8) for box in texts]


def _stand(chooser: _Chooser, drafts: list[_Draft]) -> list[Wire]:
    """Gives every wire that is always drawn its way.

    A stage link that finds none without running over something is drawn only in its step instead.
    """
    while True:
        resting = [draft for draft in drafts if draft.wire.always]
        standing: list[Wire] = []
        for draft in resting:
            draft.wire = chooser.choose(draft, standing)
            standing.append(draft.wire)
        _look_again(chooser, resting)
        stuck = [draft for draft in resting if draft.wire.cost >= WALL and not draft.wire.spec.core]
        if not stuck:
            return [draft.wire for draft in resting]
        stuck[-1].wire = replace(stuck[-1].wire, always=False)


def _look_again(chooser: _Chooser, drafts: list[_Draft]) -> None:
    """Stage links look again once all others stand, until nothing moves."""
    for _ in range(3):
        moved = False
        for draft in drafts:
            if draft.wire.spec.core:
                continue
            others = [other.wire for other in drafts if other is not draft]
            better = chooser.choose(draft, others)
            moved |= better.path != draft.wire.path
            draft.wire = better
        if not moved:
            return


def _with_one(layout: Layout, draft: _Draft) -> Wire:
    """The same way, ending at a single unit instead of at the frame of several."""
    wire = draft.wire
    ends = []
    for part in (wire.a, wire.b):
        column = layout.columns[part.column - 1] if part.kind == "cell" else None
        slots = column.slots.get(1) if column else None
        ends.append(replace(part, box=slots[0].box) if slots and not part.label else part)
    if ends[0] is wire.a and ends[1] is wire.b:
        return wire
    ways = candidates(layout, wire.spec, ends[0], ends[1])
    return replace(wire, one=ways[draft.ways.index(wire.path)])


class _Chooser:
    """Takes, for each link, its first way that runs over nothing, or the one that runs over least."""

    def __init__(self, layout: Layout, walls: Sequence[Box]) -> None:
        self.layout, self.walls = layout, walls
        self.boxes = [part for part in layout.parts.values() if part.kind not in ("pip", "chip")]
        self._standing: dict[str, list[float]] = {}

    def choose(self, draft: _Draft, others: Sequence[Wire]) -> Wire:
        wire = draft.wire
        kin = {y for other in others if other.spec.id == wire.spec.id for y in bends(other.path)}
        foreign = [(other, segments(other.path)) for other in others if other.spec.id != wire.spec.id]
        best, cost = draft.ways[0], float("inf")
        for way, found in zip(draft.ways, self._over_walls(draft), strict=True):
            if kin and not kin & set(bends(way)):
                found += 0.25  # one bus, not two
            if found < cost:
                found += self._over_others(wire, way, foreign, cost - found)
            if found < cost:
                best, cost = way, found
            if not cost:
                break
        return replace(wire, path=best, cost=cost)

    def _over_walls(self, draft: _Draft) -> list[float]:
        """What each way of a draft costs by the texts and boxes it runs over, whatever the others do."""
        wire = draft.wire
        if wire.key not in self._standing:
            boxes = [part.box for part in self.boxes if not self._may_cross(wire, part)]
            walls = [*self.walls, *boxes]
            self._standing[wire.key] = [
                float(WALL * sum(through(s, wall) for s in segments(way) for wall in walls))
                for way in draft.ways
            ]
        return self._standing[wire.key]

    def _may_cross(self, wire: Wire, part: Part) -> bool:
        hub = self.layout.system.hub
        if part.id in (wire.a.id, wire.b.id):
            return True
        if part.kind == "hub":
            return wire.spec.routes[self.layout.drawing.name] == "members"
        return part.kind == "tab" and hub in (wire.spec.opener, wire.spec.accepter)

    def _over_others(
        self, wire: Wire, way: Path, foreign: Sequence[tuple[Wire, list[Segment]]], most: float
    ) -> float:
        """What a way costs by the links it meets; gives up once that is more than `most`."""
        found = 0.0
        mine = segments(way)
        for other, theirs in foreign:
            loose = not wire.spec.core and not other.spec.core
            for s in mine:
                for t in theirs:
                    if cross(s, t):
                        if loose and square(s, t):
                            found += 1
                        else:
                            # A told link may take a stage link's lane: that one is left out in its step.
                            found += 0.1 if loose and wire.spec.told else WALL
            if not wire.spec.core and not wire.spec.told:
                found += 3 * _crowded(way, other.path)
            if found > most:
                break
        return found


def _crowded(way: Path, other: Path) -> int:
    """How many ends of a way leave a side less than 14 from the end of another link."""
    ends = (other[0], other[-1])
    return sum(any(abs(p[1] - q[1]) < 1 and abs(p[0] - q[0]) < 14 for q in ends) for p in (way[0], way[-1]))


def _pairs(layout: Layout) -> list[Wire]:
    """Every link between every pair of parts, in the order in which they choose their ways."""
    found: list[Wire] = []
    taken: set[frozenset[str]] = set()
    wires = [wire for spec in layout.system.links for wire in _wires_of(layout, spec)]
    drawing = layout.drawing.name

    def rank(wire: Wire) -> tuple[bool, bool, bool, bool]:
        spec = wire.spec
        stands_in = any(
            drawing in layout.system.components[end].shown_on and end not in layout.cells
            for end in (spec.opener, spec.accepter)
            if end in layout.system.components
        )
        loose = not spec.core
        return not wire.always, loose, loose and spec.routes[drawing] != "gutter", stands_in

    for wire in sorted(wires, key=rank):
        ends = frozenset((wire.a.id, wire.b.id))
        if not layout.drawing.wide and ends in taken and not wire.spec.data:
            continue  # in the compact drawing two links between the same boxes share one path
        taken.add(ends)
        found.append(wire)
    return found


def _wires_of(layout: Layout, spec: LinkSpec) -> Iterator[Wire]:
    route = spec.routes[layout.drawing.name]
    mode = spec.mode(layout.drawing.wide, layout.narrow)
    used = spec in layout.specs
    if mode == "none" or route == "dock" or not (spec.core or used):
        return
    if spec.same_as and any(other.id == spec.same_as for other in layout.specs):
        return
    always = mode == "always" and not spec.told
    if route == "members":
        yield from _rails(layout, spec)
        return
    at_rest = _pair_at_rest(layout, spec) if spec.data else None
    for m, n in _columns_of(layout, spec):
        a, b = layout.part_for(spec.opener, m), layout.part_for(spec.accepter, n)
        if a is None or b is None or a is b:
            continue
        columns = tuple(dict.fromkeys(k for k in (m, n) if k))
        shown = always
        if columns and spec.data:
            shown = always and at_rest == columns
        elif columns and not spec.core:
            shown = always and _busy(layout, columns[0])
        key = spec.id + (f"@{'-'.join(map(str, columns))}" if columns else "")
        cell = next((part.column for part in (a, b) if part.kind == "cell"), 0)
        yield Wire(key, spec, a, b, columns, shown, cell=cell)


def _columns_of(layout: Layout, spec: LinkSpec) -> Iterable[tuple[int, int]]:
    """The columns of a link's two ends, 0 for an end that stands on no machine."""
    numbers = [column.number for column in layout.columns]
    opener, accepter = _on_machine(layout, spec.opener), _on_machine(layout, spec.accepter)
    if spec.routes[layout.drawing.name] == "between":
        return combinations(numbers, 2)
    if opener or accepter:
        return [(k if opener else 0, k if accepter else 0) for k in numbers]
    return [(0, 0)]


def _on_machine(layout: Layout, key: str) -> bool:
    tabs = layout.system.tabs
    if tabs is not None and key == tabs.part:
        return tabs.per_machine
    return layout.system.components[key].machine


def _busy(layout: Layout, column: int) -> bool:
    """Whether a stage link to this machine is drawn at rest: only where the run has units, if it has any."""
    units = {machine for machine, names in layout.cast.units.items() if names}
    shown = [machine for machine in layout.base if machine in units]
    return not shown or layout.base[column - 1] in units


def _pair_at_rest(layout: Layout, spec: LinkSpec) -> tuple[int, ...] | None:
    """The columns of a traffic link that the run uses between one pair only."""
    pairs: set[tuple[int, ...]] = set()
    number = {machine: k + 1 for k, machine in enumerate(layout.base)}
    for text in layout.cast.links:
        key = link_key(text)
        if key.link in (spec.id, *spec.carries):
            if not key.source:
                return None
            places = [instance(end).place for end in (key.source, key.target)]
            pairs.add(tuple(sorted({number[p] for p in places if p in number})))
    return pairs.pop() if len(pairs) == 1 else None


def _rails(layout: Layout, spec: LinkSpec) -> Iterator[Wire]:
    """Links between replicas, from chip to chip inside the hub; each is drawn only in its step."""
    chips = [part for part in layout.members_of(spec.opener) if part.kind == "chip"]
    if spec.opener == layout.system.hub:
        for a, b in combinations(chips, 2):
            yield Wire(f"{spec.id}@{a.place}-{b.place}", spec, a, b, (), False)
