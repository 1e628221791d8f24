"""Stored Runs: made by the first command, moved by each further one, gone after a day of rest.

Every change is one transaction that also raises `seq`; whoever watches is told after it is committed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import cast

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.utils import timezone

from explorer.errors import NotKnown, OrreryError
from explorer.models import Run
from explorer.models.run import ALPHABET, SHARE_LETTERS, new_share
from explorer.playback.atlas import atlas_from_models
from explorer.playback.inputs import Inputs
from explorer.playback.place import Place
from explorer.playback.steering import COMMANDS, further, steered
from explorer.playback.steps import Detail
from explorer.simulation import scripts

__all__ = [
    "CODE",
    "IDLE",
    "SHARE",
    "Place",
    "advance",
    "announce",
    "foreseen",
    "group_of",
    "inputs_of",
    "numbers",
    "obey",
    "pause_forgotten",
    "pause_unwatched",
    "place_of_run",
    "place_of_share",
    "share",
    "share_of_run",
    "shared_numbers",
    "tidy",
    "unshare",
]

log = logging.getLogger(__name__)

IDLE = timedelta(hours=24)
FORGOTTEN = timedelta(minutes=2)
"""A Run that plays is touched at every step, after 32 seconds at the latest: no clock is left for it."""
MOST_RUNS = 50_000
"""Stored at most; beyond that those go first that nobody has touched for the longest time."""
TIDY_EVERY = 500
"""One Run in so many that are made has the others looked through."""
CODE = rf"[{ALPHABET}]{{12}}"
SHARE = rf"[{ALPHABET}]{{{SHARE_LETTERS}}}"


def place_of_run(code: str) -> Place | None:
    """Where the Run of that code stands; None when there is none (any more). One query."""
    run = Run.objects.filter(code=code, touched__gte=timezone.now() - IDLE).first()
    return _place(run) if run is not None else None


def place_of_share(share: str) -> Place | None:
    """Where the Run stands that is followed under this code; None when none is (any more). One query."""
    run = Run.objects.filter(share=share, touched__gte=timezone.now() - IDLE).first()
    return _place(run) if run is not None else None


def share_of_run(code: str) -> str:
    """The code under which the Run is followed; "" when it is not shared."""
    return Run.objects.filter(code=code).values_list("share", flat=True).first() or ""


def share(place: Place) -> tuple[Place, str]:
    """Let others follow: where the Run stands, and the code they follow it by; it stays while it is shared.

    Without a Run (`place.code` empty) one is made at the place first. Nothing visible changes.
    """
    with transaction.atomic():
        run = _held(place)
        made = run.pk is None
        if made:
            run.seq += 1
        if not run.share:
            run.share = new_share()
        run.touched = timezone.now()
        run.save()
    if made:
        _count_made(run)
    return _place(run), run.share


def unshare(code: str) -> None:
    """Let nobody follow the Run any more; whoever does is told. The next code is another one."""
    with transaction.atomic():
        if Run.objects.filter(code=code, share__isnull=False).update(share=None):
            # No Run ever stands at 0: whoever hears it looks again.
            transaction.on_commit(lambda: announce(code, 0))


def obey(place: Place, do: str, fields: Mapping[str, str]) -> Place:
    """Carry out one command and return where the Run stands after it.

    Without a Run (`place.code` empty) one is made at the place first. Raises NotKnown for an unknown
    command, NotAllowed for a field out of its range; then nothing has changed. `next` and `back` that were
    said of an older state (`seen`) change nothing.
    """
    if do not in COMMANDS:
        raise NotKnown("command", do, COMMANDS)
    atlas = atlas_from_models()
    with suppress(OrreryError):
        # Simulate before the write lock is taken: under it everything is only looked up. What cannot be
        # is refused below, of the state that then holds.
        steered(atlas, place, do, fields)
    with transaction.atomic():
        run = _held(place)
        made = run.pk is None
        before = _visible(run)
        _write(run, steered(atlas, _place(run), do, fields))
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
    after = further(atlas_from_models(), place)
    with transaction.atomic():
        run = Run.objects.select_for_update().filter(code=code).first()
        if run is None or not run.playing or run.seq != seen:
            return _place(run) if run is not None else None
        # The number is the same, so the Run is: what was worked out before the lock holds.
        _write(run, after)
        run.seq += 1
        run.touched = timezone.now()
        run.save()
        _announce_after_commit(run)
    return _place(run)


def foreseen(place: Place) -> Place | None:
    """Where the Run most likely stands next: a step on, by its clock or by hand; None at its end."""
    atlas = atlas_from_models()
    by_hand = {"seen": str(place.seq)}
    after = further(atlas, place) if place.playing else steered(atlas, place, "next", by_hand)
    return replace(after, seq=place.seq + 1) if after != place else None


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


def shared_numbers(shares: Sequence[str]) -> dict[str, tuple[int, int]]:
    """(epoch, seq) of the Runs that are followed under these codes."""
    rows = Run.objects.filter(share__in=shares, touched__gte=timezone.now() - IDLE)
    return {share: (epoch, seq) for share, epoch, seq in rows.values_list("share", "epoch", "seq") if share}


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
    """What a stored Run is a function of; of a comparison, its left side."""
    return _inputs(run, run.system, run.faults)


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


def _held(place: Place) -> Run:
    if place.code:
        run = Run.objects.select_for_update().filter(code=place.code).first()
        if run is not None:
            return run
    inputs, right = place.inputs, place.right
    return Run(
        producer=Run.Producer.SIMULATION if inputs.parameters else Run.Producer.STORYBOARD,
        system=inputs.system,
        scenario=inputs.scenario,
        parameters=dict(inputs.parameters) | dict(right.parameters if right is not None else ()),
        faults=list(inputs.faults),
        seed=inputs.seed,
        detail=inputs.detail,
        cursor=place.cursor,
        right_system=right.system if right is not None else "",
        right_faults=list(right.faults) if right is not None else [],
        right_cursor=place.right_cursor,
    )


def _write(run: Run, place: Place) -> None:
    """What a command may change of a Run."""
    run.cursor, run.faults = place.cursor, list(place.inputs.faults)
    run.playing, run.speed = place.playing, place.speed
    if place.right is not None:
        run.right_cursor, run.right_faults = place.right_cursor, list(place.right.faults)


def _place(run: Run) -> Place:
    right = _inputs(run, run.right_system, run.right_faults) if run.right_system else None
    return Place(
        inputs_of(run), run.cursor, run.code, run.epoch, run.seq, run.playing, float(run.speed),
        right, run.right_cursor,
    )  # fmt: skip


def _inputs(run: Run, system: str, faults: Sequence[str]) -> Inputs:
    """One side of a Run: of the parameters those that this system takes."""
    values = tuple(run.parameters.items())
    script = scripts().get(system, {}).get(run.scenario) if run.right_system else None
    if script is not None:
        takes = {parameter.name for parameter in script.parameters}
        values = tuple((name, value) for name, value in values if name in takes)
    return Inputs(system, run.scenario, values, tuple(faults), run.seed, cast(Detail, run.detail))


def _visible(run: Run) -> tuple[object, ...]:
    sides = (run.cursor, tuple(run.faults), run.right_cursor, tuple(run.right_faults))
    return (sides, run.playing, run.speed, run.detail)
