"""Stored Runs: made by the first command, moved by each further one, gone after a day of rest.

Every change is one transaction that also raises `seq`; whoever watches is told after it is committed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.utils import timezone

from explorer.errors import NotAllowed, NotKnown, OrreryError
from explorer.graph import Atlas
from explorer.models import Run
from explorer.models.run import ALPHABET
from explorer.playback.atlas import atlas_from_models
from explorer.playback.engine import Play, fault_from, goto, inject, neighbour, play, undo
from explorer.playback.inputs import Inputs
from explorer.playback.steps import BEFORE, Detail
from explorer.simulation import parse_fault

log = logging.getLogger(__name__)

IDLE = timedelta(hours=24)
FORGOTTEN = timedelta(minutes=2)
"""A Run that plays is touched at every step, after 32 seconds at the latest: no clock is left for it."""
MOST_RUNS = 50_000
"""Stored at most; beyond that those go first that nobody has touched for the longest time."""
TIDY_EVERY = 500
"""One Run in so many that are made has the others looked through."""
LONGEST_FAULT = 200
"""Letters; the longest fault that can be meant has about 120."""
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
    atlas = atlas_from_models()
    _work_ahead(atlas, place, do, fields)
    with transaction.atomic():
        run = _held(place)
        made = run.pk is None
        before = _visible(run)
        _carry_out(atlas, run, do, fields)
        run.touched = timezone.now()
        changed = _visible(run) != before
        if changed or made:
            run.seq += 1
        run.save()
        if changed and not made:
            _announce_after_commit(run)
    if made:
        _count_made(run)
    return _place(run)


def advance(code: str, seen: int) -> Place | None:
    """Autoplay's step: the next one, or a stop at the end. Nothing if somebody was quicker than `seen`."""
    place = place_of_run(code)
    if place is None or not place.playing or place.seq != seen:
        return place
    of = play(atlas_from_models(), place.inputs)
    further = neighbour(of, place.cursor, 1)
    with transaction.atomic():
        run = Run.objects.select_for_update().filter(code=code).first()
        if run is None or not run.playing or run.seq != seen:
            return _place(run) if run is not None else None
        # The number is the same, so the Run is: what was worked out before the lock holds.
        run.playing = further not in (run.cursor, of.steps[-1].index)
        run.cursor = further
        run.seq += 1
        run.touched = timezone.now()
        run.save()
        _announce_after_commit(run)
    return _place(run)


def pause_unwatched(code: str, seen: int) -> None:
    """Stop the clock of a Run that nobody has been watching, unless it has moved on from `seen`."""
    with transaction.atomic():
        run = Run.objects.select_for_update().filter(code=code, playing=True, seq=seen).first()
        if run is not None:
            _pause(run)


def pause_forgotten(code: str) -> None:
    """Stop the clock of a Run that no process has been playing for a while: its server was killed."""
    forgotten = Run.objects.filter(code=code, playing=True, touched__lt=timezone.now() - FORGOTTEN)
    if not forgotten.exists():
        return
    with transaction.atomic():
        run = forgotten.select_for_update().first()
        if run is not None:
            _pause(run)


def numbers(codes: Sequence[str]) -> dict[str, tuple[int, int]]:
    """(epoch, seq) of those of these Runs that are still there."""
    rows = Run.objects.filter(code__in=codes, touched__gte=timezone.now() - IDLE)
    return {code: (epoch, seq) for code, epoch, seq in rows.values_list("code", "epoch", "seq")}


def tidy() -> int:
    """Delete Runs that nobody has touched for a day, and of too many the longest untouched; how many."""
    gone = Run.objects.filter(touched__lt=timezone.now() - IDLE).delete()[0]
    newest_first = Run.objects.order_by("-touched").values_list("touched", flat=True)
    for limit in newest_first[MOST_RUNS : MOST_RUNS + 1]:
        gone += Run.objects.filter(touched__lte=limit).delete()[0]
    return gone


def group_of(code: str) -> str:
    """The channel layer's name for a Run's room."""
    return f"run.{code}"


def announce(code: str, seq: int) -> None:
    """Tell the hub of every process that the Run now stands at `seq`; they read the rest themselves.

    Where the layer does not answer the change stands all the same, and viewers get it at the next beat.
    """
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(group_of(code), {"type": "news", "room": code, "seq": seq})
    except Exception as error:
        log.warning("the channel layer does not answer (%r): news of run %s waits for the beat", error, code)


def inputs_of(run: Run) -> Inputs:
    """What a stored Run is a function of."""
    return Inputs(
        run.system, run.scenario, tuple(run.parameters.items()), tuple(run.faults), run.seed,
        cast(Detail, run.detail),
    )  # fmt: skip


def _announce_after_commit(run: Run) -> None:
    code, seq = run.code, run.seq
    transaction.on_commit(lambda: announce(code, seq))


def _pause(run: Run) -> None:
    """`touched` stays: pausing is nobody's command."""
    run.playing = False
    run.seq += 1
    run.save()
    _announce_after_commit(run)


def _count_made(run: Run) -> None:
    """Now and then, tidy up: a site that runs for months must not need a timer for it."""
    if run.pk % TIDY_EVERY == 0:
        tidy()


def _work_ahead(atlas: Atlas, place: Place, do: str, fields: Mapping[str, str]) -> None:
    """Simulate before the write lock is taken: under it everything is only looked up.

    What cannot be is refused later, of the state that then holds.
    """
    with suppress(OrreryError):
        of = play(atlas, place.inputs)
        if do == "fault":
            play(atlas, inject(of, _wished(of, place.cursor, fields)))
        elif do == "undo":
            play(atlas, undo(of, fields.get("fault", "")))


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


def _carry_out(atlas: Atlas, run: Run, do: str, fields: Mapping[str, str]) -> None:
    of = play(atlas, inputs_of(run))
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
            _replay(run, of, inject(of, _wished(of, run.cursor, fields)))
        case "undo":
            _replay(run, of, undo(of, fields.get("fault", "")))


def _wished(of: Play, cursor: int, fields: Mapping[str, str]) -> str:
    """The fault that a form spells out, or chooses part by part. Raises NotAllowed when it is endless."""
    text = fields.get("fault") or fault_from(
        fields.get("target", ""), fields.get("kind", "down"), fields.get("ms", ""), of.time_of(cursor)
    )
    return short_enough(text)


def short_enough(text: str) -> str:
    """A fault's text as it is. Raises NotAllowed when it is longer than any fault can be."""
    if len(text) > LONGEST_FAULT:
        parse_fault(f"{text[:60]}…")  # which raises, saying how a fault is written
    return text


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
