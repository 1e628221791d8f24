"""What is stored at a step: what it changed, the objects of the run, and the tables of a decision."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from explorer.frames import Frame
from explorer.playback import objects
from explorer.playback.engine import Play
from explorer.playback.looking import Looking
from explorer.playback.steps import Step
from explorer.playback.stored import STORE, Change, Objects, changes

MOST_LINES = 8
MOST_CHANGED = 6
MOST_OBJECTS = 12
MOST_COLUMNS = 8
HARDLY_DECISIVE = "taint ×3"
_FILLED = re.compile(r"(\d+) fields filled in")
_PHRASE = re.compile(r"[A-Za-z]+ [a-z]")
_OWN = re.compile(r"[㐀-鿿]")
MANY_COLUMNS = 6
"""With more, a table is set closer, and its last column stays in sight."""


def stored(at: Looking) -> dict[str, Any]:
    """What the step wrote, its own frame's writes first, and a line for each object of the run."""
    of, step = at.of, at.step
    if step is None:
        return {"diff": [], "diff_more": 0, "objects": [], "objects_more": 0, "revision": ""}
    now = of.ledger.objects(step.index)
    own = changes([of.frames[step.index]])
    rest = changes(of.frames[step.first : step.index + 1])
    first = {change.object for change in own}
    others = [change for change in rest if change.object not in first]
    about = {value for value in of.frames[step.index].params.values() if isinstance(value, str)}
    # What the step tells of comes first, what is stored but not what a run is about comes last.
    others.sort(key=lambda change: (objects.noise(change.object), _named(change) not in about))
    ordered = own + others
    shown, left = [], MOST_CHANGED
    for change in ordered:
        if left <= 0:
            break
        entry = _diff(change, now, of, step, left)
        left -= len(entry["lines"])
        shown.append(entry)
    listed = objects.telling(now)
    changed = {change.object for change in rest}
    if len(listed) > MOST_OBJECTS:
        listed.sort(key=lambda name: name not in changed)
    return {
        "diff": shown,
        "diff_more": len(ordered) - len(shown),
        "objects": [
            {"name": name, "status": objects.status(name, now[name]), "changed": name in changed}
            for name in listed[:MOST_OBJECTS]
        ],
        "objects_more": max(0, len(listed) - MOST_OBJECTS),
        "revision": _revision(of, step),
    }


def _named(change: Change) -> str:
    """The name in `pods/web-x`, as a frame's parameters have it."""
    return change.object.partition("/")[2]


def _diff(change: Change, now: Objects, of: Play, step: Step, room: int) -> dict[str, Any]:
    kind = "changed"
    if change.object not in now:
        kind = "removed"
    elif of.ledger.born(change.object) >= step.first:
        kind = "created"
    lines = []
    # What the system itself keeps count of (versions, times) comes after what the step was about.
    for path in sorted(change.after, key=lambda path: path.startswith("metadata.")):
        if change.before.get(path) is not None:
            lines.append({"sign": "-", "text": f"{path}: {_shown(change.before[path])}"})
        if change.after[path] is not None:
            lines.append({"sign": "+", "text": f"{path}: {_shown(change.after[path])}"})
    return {
        "object": change.object, "change": kind,
        "lines": lines[:room], "more": max(0, len(lines) - room),
    }  # fmt: skip


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable) and not isinstance(value, dict):
        return ", ".join(str(item) for item in value)
    return json.dumps(value, ensure_ascii=False)


def _revision(of: Play, step: Step) -> str:
    """How far the store has come, in its own count."""
    for index in range(step.index, -1, -1):
        frame = of.frames[index]
        if not any(effect.where == STORE for effect in frame.effects):
            continue
        if "revision" in frame.params:
            return _("etcd, revision %(number)s") % {"number": frame.params["revision"]}
        if "entry" in frame.params:
            return _("Paxos log, entry %(number)s") % {"number": frame.params["entry"]}
    return ""


def tables(frame: Frame | None) -> list[dict[str, Any]]:
    """The tables of the decision that this frame made, if it made one."""
    if frame is None or "table" not in frame.params:
        return []
    told = frame.params["table"]
    return [_table(table) for table in (told if isinstance(told, list) else [frame.params])]


def _table(params: Any) -> dict[str, Any]:
    titles = {
        "filter-score": _("Why this node"),
        "feasibility-score": _("Why this machine"),
        "gates": _("The gates of this request"),
        "quota": _("Quota of the whole job"),
        "filter": _("Why no node fits"),
        "assignment-check": _("Each assignment, judged"),
    }
    chosen = params.get("chosen")
    values, names, alike = _without_alike(params.get("rows", [])[:MOST_LINES], params.get("columns", []))
    columns = [_(str(name)) for name in names]
    numbers = [all(_is_number(row[place]) for row in values) for place in range(len(columns))]
    rows = [
        [
            _shown_cell(_cell(cell), bool(chosen) and row[0] == chosen, number)
            for cell, number in zip(row, numbers, strict=True)
        ]
        for row in values
    ]
    return {
        "title": titles.get(str(params["table"]), str(params["table"])),
        "columns": columns,
        "heads": [{"text": text, "number": number} for text, number in zip(columns, numbers, strict=True)],
        "many": len(columns) > MANY_COLUMNS,
        "rows": rows,
        "more": max(0, int(params.get("total", len(rows))) - len(rows)),
        "note": " · ".join(part for part in (alike, str(params.get("note", ""))) if part),
    }


def _without_alike(rows: list[Any], names: Iterable[Any]) -> tuple[list[list[Any]], list[str], str]:
    """A table that fits beside the drawing: of very many columns the hardly ever decisive one is said.

    It is left out only where it decides nothing, since all rows have the same value in it.
    """
    kept = [str(name) for name in names]
    said = ""
    if len(kept) > MOST_COLUMNS and HARDLY_DECISIVE in kept:
        place = kept.index(HARDLY_DECISIVE)
        values = {row[place] for row in rows}
        if len(values) == 1:
            said = _("%(column)s: %(value)s for all") % {
                "column": _(kept.pop(place)), "value": _cell(values.pop()),
            }  # fmt: skip
            rows = [[cell for number, cell in enumerate(row) if number != place] for row in rows]
    return [list(row) for row in rows], kept, said


def _cell(value: Any) -> str:
    """A cell of a decision table; the verdicts among them are words of the interface."""
    if isinstance(value, bool):
        return pgettext("value", "yes") if value else pgettext("value", "no")
    if value is None:
        return "–"
    text = _shown(value)
    if filled := _FILLED.fullmatch(text):
        count = int(filled[1])
        return ngettext("%(count)s field filled in", "%(count)s fields filled in", count) % {"count": count}
    return _(text) if text else ""


def _shown_cell(text: str, strong: bool, number: bool) -> dict[str, Any]:
    """A cell; what a system says in English by itself ("Insufficient cpu") says which language it is in."""
    foreign = get_language() != "en" and _PHRASE.search(text) and not _OWN.search(text)
    return {"text": text, "strong": strong, "number": number, "language": "en" if foreign else ""}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
