"""How a figure is told: what, how much, the goal beside it. A person compares: no test fails when slow."""

import math
import os
import statistics
import time
from collections.abc import Callable

TURNS = int(os.environ.get("TURNS", "5"))
"""How often bar and site are measured by turns; the median counts."""


def tell(what: str, ratio: float, goal: str, detail: str = "", *, unit: str = "×") -> None:
    """Print one figure beside its goal."""
    print(f"\n  {what:<58} {ratio:8.2f} {unit:<3} goal {goal:<8} {detail}", end="")  # noqa: T201


def percentile(values: list[float], share: float) -> float:
    """The smallest value that `share` percent of them do not exceed. ValueError where there are none."""
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(0, math.ceil(share * len(values) / 100) - 1)]


def median_of(act: Callable[[], object], times: int) -> float:
    """Seconds that one `act` takes, the median of `times`."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def by_turns(bar: Callable[[], float], ours: Callable[[], float]) -> float:
    """The median ratio of two measurements taken by turns."""
    return statistics.median(ours() / bar() for _ in range(TURNS))
