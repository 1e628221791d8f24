"""Stored Runs: made by the first command, moved by each further one, gone after a day of rest.

Every change is one transaction that also raises `seq`; whoever watches is told after it is committed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.utils import timezone

from explorer.errors import NotAllowed, NotKnown
from explorer.models import Run
from explorer.models.run import ALPHABET
from explorer.playback.atlas import atlas_from_models
from explorer.playback.engine import Play, fault_from, goto, inject, neighbour, play, undo
from explorer.playback.inputs import Inputs
from explorer.playback.steps import BEFORE, Detail

IDLE = timedelta(hours=24)
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
COMMANDS = ("goto", "next", "back", "play", "pause", "speed", "fault", "undo")
CODE = rf"[{ALPHABET}]{{12}}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a view stands: in a Run, or (without `code`) at an address of its own."""

    inputs: Inputs
    cursor: int = BEFORE
    code: str = ""
    epoch: int = 1
    seq: int = 0
    playing: bool = False
    speed: float = 1.0


def place_of_run(code: str) -> Place | None:
    """Where the Run of that code stands; None when there is none (any more). One query."""
    run = Run.objects.filter(code=code, touched__gte=timezone.now() - IDLE).first()
    return _place(run) if run is not None else None


def obey(place: Place, do: str, fields: Mapping[str, str]) -> Place:
    """Carry out one command and return where the Run stands after it.

    Without a Run (`place.code` empty) one is made at the place first. Raises NotKnown for an unknown
    command, NotAllowed for a field out of its range; then nothing has changed. `next` and `back` that were
    said of an older state (`seen`) change nothing.
    """
    if do not in COMMANDS:
        raise NotKnown("command", do, COMMANDS)
    with transaction.atomic():
        run = _held(place)
        before = _visible(run)
        _carry_out(run, do, fields)
        run.touched = timezone.now()
        changed = _visible(run) != before
        if changed or run.seq == 0:
            run.seq += 1
        run.save()
        if changed:
            code, seq = run.code, run.seq
            transaction.on_commit(lambda: announce(code, seq))
    return _place(run)


def advance(code: str, seen: int) -> Place | None:
    """Autoplay's step: the next one, or a stop at the end. Nothing if somebody was quicker than `seen`."""
    with transaction.atomic():
        run = Run.objects.select_for_update().filter(code=code).first()
        if run is None or not run.playing or run.seq != seen:
            return _place(run) if run is not None else None
        of = play(atlas_from_models(), inputs_of(run))
        further = neighbour(of, run.cursor, 1)
        if further == run.cursor:
            run.playing = False
        else:
            run.cursor = further
            run.playing = further != of.steps[-1].index
        run.seq += 1
        run.touched = timezone.now()
        run.save()
        seq = run.seq
        transaction.on_commit(lambda: announce(code, seq))
    return _place(run)


def pause_unwatched(code: str) -> None:
    """Stop the clock of a Run that nobody has been watching for a while."""
    with transaction.atomic():
        run = Run.objects.select_for_update().filter(code=code, playing=True).first()
        if run is not None:
            run.playing = False
            run.seq += 1
            run.save()


def tidy() -> int:
    """Delete Runs that nobody has touched for a day; how many that were."""
    return Run.objects.filter(touched__lt=timezone.now() - IDLE).delete()[0]


def group_of(code: str) -> str:
    """The channel layer's name for a Run's room."""
    return f"run.{code}"


def announce(code: str, seq: int) -> None:
    """Tell the hub of every process that the Run now stands at `seq`; they read the rest themselves."""
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(group_of(code), {"type": "news", "room": code, "seq": seq})


def inputs_of(run: Run) -> Inputs:
    """What a stored Run is a function of."""
    return Inputs(
        run.system, run.scenario, tuple(run.parameters.items()), tuple(run.faults), run.seed,
        cast(Detail, run.detail),
    )  # fmt: skip


def _held(place: Place) -> Run:
    if place.code:
        run = Run.objects.select_for_update().filter(code=place.code).first()
        if run is not None:
            return run
    inputs = place.inputs
    return Run(
        producer=Run.Producer.SIMULATION if inputs.parameters else Run.Producer.STORYBOARD,
        system=inputs.system,
        scenario=inputs.scenario,
        parameters=dict(inputs.parameters),
        faults=list(inputs.faults),
        seed=inputs.seed,
        detail=inputs.detail,
        cursor=place.cursor,
    )


def _carry_out(run: Run, do: str, fields: Mapping[str, str]) -> None:
    of = play(atlas_from_models(), inputs_of(run))
    last = of.steps[-1].index
    match do:
        case "goto":
            run.cursor = goto(of, _whole("index", fields.get("index", ""), BEFORE, len(of.frames) - 1))
        case "next" | "back":
            if run.seq == 0 or fields.get("seen") == str(run.seq):
                run.cursor = neighbour(of, run.cursor, 1 if do == "next" else -1)
                run.playing = False
        case "play":
            if run.cursor >= last:
                run.cursor = BEFORE
            run.playing = True
        case "pause":
            run.playing = False
        case "speed":
            run.speed = _speed(fields.get("speed", ""))
        case "fault":
            text = fields.get("fault") or _chosen(of, run.cursor, fields)
            _replay(run, of, inject(of, text))
        case "undo":
            _replay(run, of, undo(of, fields.get("fault", "")))


def _chosen(of: Play, cursor: int, fields: Mapping[str, str]) -> str:
    kind = fields.get("kind", "down")
    return fault_from(fields.get("target", ""), kind, fields.get("ms", ""), of.time_of(cursor))


def _replay(run: Run, of: Play, inputs: Inputs) -> None:
    """Go on with other faults: what was before the change is as it was, the cursor keeps its time."""
    after = play(of.atlas, inputs)
    run.faults = list(inputs.faults)
    kept = 0 <= run.cursor < len(after.frames) and after.frames[run.cursor] == of.frames[run.cursor]
    if run.cursor != BEFORE and not kept:
        run.cursor = after.index_at(of.time_of(run.cursor))
    elif run.cursor != BEFORE:
        run.cursor = goto(after, run.cursor)


def _place(run: Run) -> Place:
    return Place(inputs_of(run), run.cursor, run.code, run.epoch, run.seq, run.playing, float(run.speed))


def _visible(run: Run) -> tuple[object, ...]:
    return (run.cursor, run.playing, run.speed, tuple(run.faults), run.detail)


def _speed(text: str) -> float:
    by_text: dict[str, float] = {f"{speed:g}": speed for speed in SPEEDS}
    if text not in by_text:
        raise NotAllowed("speed", text, ", ".join(by_text))
    return by_text[text]


def _whole(field: str, text: str, low: int, high: int) -> int:
    """A whole number out of a field. Raises NotAllowed with the range."""
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < 10 and low <= int(text) <= high:
        return int(text)
    raise NotAllowed(field, text, "whole numbers from {low} to {high}", low=low, high=high)
