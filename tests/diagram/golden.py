"""Readable tables of a few drawings: what stands where, which way links take, where labels rest.

`make golden` writes them again; a change then shows in the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from explorer.diagram import Moment, Scene
from explorer.diagram.shapes import Box, number
from tests.diagram.casts import PLACEMENTS, play

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "diagrams"
DRAWN = (
    ("kubernetes", "wide", 3, "deploy", "en"),
    ("kubernetes", "compact", 3, "node-failure", "en"),
    ("kubernetes", "wide", 50, "observe", "en"),
    ("kubernetes", "wide", 3, "external-ingress", "zh-hans"),
    ("borg", "wide", 3, "deploy", "en"),
    ("borg", "compact", 3, "leader-failover", "zh-hans"),
    ("borg", "wide", 5, "service-request", "en"),
    ("borg", "wide", 3, "election", "en"),
)


def tables() -> dict[str, str]:
    """File name to table, for every drawing that is kept."""
    found = {}
    for system, drawing, count, name, language in DRAWN:
        one = play(system, name, count)
        scene = Scene(PLACEMENTS, system, drawing, one.cast, language)
        lines = "\n".join(table(scene, one.moment))
        found[f"{system}-{drawing}-{count}-{name}-{language}.txt"] = f"{lines}\n"
    return found


def table(scene: Scene, moment: Moment) -> Iterator[str]:
    """One drawing at one moment, a line an element."""
    state = scene.state(moment)
    yield f"{state['label']}  [{state['root']}]"
    yield f"columns  {' '.join(state['columns'])}"
    yield ""
    for name, box in scene.layout.zones:
        yield f"zone  {name:<24}{_box(box)}  {state['zones'].get(name, '')}".rstrip()
    yield ""
    for part in scene.parts.values():
        css = state["parts"][part.id]
        yield f"{part.kind:<8}{part.id:<28}{_box(part.box)}  {css.removeprefix('c').strip()}".rstrip()
    yield ""
    for slot in (slot for c in scene.layout.columns for slots in c.slots.values() for slot in slots):
        name = state["texts"][f"{slot.id}.name"][1] or state["texts"][f"{slot.id}.more"][1]
        yield f"unit    {slot.id:<28}{_box(slot.box)}  {state['units'][slot.id]}  {name}".rstrip()
    yield ""
    for key, wire in scene.wires.items():
        points = " ".join(f"{number(x)},{number(y)}" for x, y in wire.path)
        yield f"link    {key:<14}{'always' if wire.always else 'step':<8}{state['links'][key]:<20}{points}"
    yield ""
    for key, (css, words) in state["texts"].items():
        if words and css != "off":
            yield f"text    {key:<28}{css:<12}{words}"
    yield ""
    for item in state["travel"]:
        pill = item["pill"]
        words = (
            f"{pill['text']!r} at {pill['x']:g},{pill['y']:g} {pill['w']:g}x{pill['h']:g}" if pill else "-"
        )
        rest = f"{item['rest'][0]:g},{item['rest'][1]:g}"
        yield f"travel  {item['path']:<14}{'back' if item['back'] else 'there':<8}rest {rest}  {words}"
    for badge in state["badges"]:
        yield f"badge   {badge['class']:<14}{badge['x']:g},{badge['y']:g}  {badge['text']}".rstrip()


def _box(box: Box) -> str:
    return "".join(f"{number(value):>8}" for value in box)
