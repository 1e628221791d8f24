"""The laws of the drawing, over every system, drawing, number of machines, cast and language."""

from __future__ import annotations

from itertools import product

import pytest

from explorer.diagram import Scene
from tests.diagram.casts import CASTS, PLACEMENTS, play, whole_run
from tests.diagram.laws import faults

COUNTS = (1, 2, 3, 5, 50)


@pytest.mark.parametrize("drawing", ["wide", "compact"])
@pytest.mark.parametrize("system", list(CASTS))
def test_nothing_overlaps_and_nothing_crosses_what_it_must_not(system: str, drawing: str) -> None:
    found: dict[str, str] = {}
    for count, name, language in product(COUNTS, CASTS[system], ("en", "zh-hans")):
        one = play(system, name, count)
        scene = Scene(PLACEMENTS, system, drawing, one.cast, language)
        for fault in faults(scene, one.moment):
            found.setdefault(fault, f"{count} machines, {name}, {language}")
    assert not found


@pytest.mark.parametrize("count", [1, 3, 50])
@pytest.mark.parametrize("drawing", ["wide", "compact"])
@pytest.mark.parametrize("system", ["kubernetes", "borg"])
def test_a_run_that_touches_everything_keeps_the_laws(system: str, drawing: str, count: int) -> None:
    scene, moments = whole_run(system, drawing, count)
    assert not {fault for moment in moments for fault in faults(scene, moment)}
