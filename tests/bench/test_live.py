"""Goals 1 to 9: the live line against bars that do nothing else, by turns, in one run.

The bars push a text of the same length. A run that lost a frame, was closed on or left an error in the log
fails; how fast it was is told, with the goal beside it.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bench.rig import Bar, Report, Site, floor, library, load, loading, sound
from tests.bench.telling import TURNS, tell

pytestmark = pytest.mark.bench
THOUSAND = ("--clients", "1000")
LONG = ("--rounds", "1000", "--warmup", "60", "--gap", "0")
"""A thousand steps as fast as they go. What a first walk there and back leaves in the caches is no growth."""
ASLEEP = 500
"""Enough of them to be told from what a process grows and shrinks by anyway."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site on a processor of its own. Its log is read when everything is over."""
    served = Site(tmp_path_factory.mktemp("site"))
    served.prepare()
    served.start()
    served.warm()
    yield served
    served.stop()
    assert served.complaints() == []


@pytest.fixture(scope="module")
def body(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the bars push."""
    path = tmp_path_factory.mktemp("body") / "body"
    path.write_text(site.body(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def lowest(body: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bar]:
    """The floor."""
    bar = floor(tmp_path_factory.mktemp("floor"))
    bar.start(body)
    yield bar
    bar.stop()


@pytest.fixture(scope="module")
def broadcast(body: Path) -> Iterator[Bar]:
    """The library's broadcast."""
    bar = library()
    bar.start(body)
    yield bar
    bar.stop()


def median(reports: list[Report], *keys: str) -> float:
    """The median of one figure over the turns."""

    def figure(report: Report) -> float:
        found: Any = report
        for key in keys:
            found = found[key]
        return float(found)

    return statistics.median(figure(report) for report in reports)


def by_turns(*acts: Callable[[], Report], turns: int = TURNS) -> list[list[Report]]:
    """Each act's sound reports, taken by turns."""
    rounds = [[sound(act()) for act in acts] for _ in range(turns)]
    return [list(reports) for reports in zip(*rounds, strict=True)]


@pytest.mark.goal("1", "2", "4")
def test_a_step_to_a_thousand(site: Site, lowest: Bar, broadcast: Bar) -> None:
    bars, library_s, ours, small = by_turns(
        lambda: load(lowest.asked(), *THOUSAND),
        lambda: load(broadcast.asked(), *THOUSAND),
        lambda: load(site.asked(), *THOUSAND),
        lambda: load(site.asked(), *THOUSAND, "--deflate"),
    )
    p99, bar = median(ours, "from_stamp", "p99"), median(bars, "from_stamp", "p99")
    sizes = f"{median(ours, 'wire_bytes'):.0f} of {median(bars, 'wire_bytes'):.0f} bytes"
    seen = f"{p99:.1f} of {bar:.1f} ms, {sizes}"
    tell(f"1  p99 of 1,000 from the push, of the {lowest.name}", p99 / bar, "≤ 1.5", seen)
    peer = median(library_s, "from_stamp", "p99")
    tell("1  the same, of websockets.broadcast", p99 / peer, "≤ 0.9", f"{peer:.1f} ms")
    less = median(small, "from_stamp", "p99")
    tell(f"   the same, compressed, of the {lowest.name}", less / bar, "-", f"{less:.1f} ms")
    whole, base = median(ours, "from_trigger", "p99"), median(bars, "from_trigger", "p99")
    tell("2  p99 of 1,000 from the presenter's POST", whole / base, "≤ 2.2", f"{whole:.1f} of {base:.1f} ms")
    floor_cpu = median(bars, "cpu_us")
    for name, reports, goal in (("plain", ours, "≤ 1.6"), ("compressed", small, "≤ 1.4")):
        cpu = median(reports, "cpu_us")
        tell(f"4  CPU a message, {name}", cpu / floor_cpu, goal, f"{cpu:.1f} of {floor_cpu:.1f} µs")


@pytest.mark.goal("3")
def test_a_step_to_three_thousand(site: Site, lowest: Bar) -> None:
    many = ("--clients", "3000")
    bars, ours = by_turns(lambda: load(lowest.asked(), *many), lambda: load(site.asked(), *many))
    p99, bar = median(ours, "from_stamp", "p99"), median(bars, "from_stamp", "p99")
    tell(
        f"3  p99 of 3,000 from the push, of the {lowest.name}",
        p99 / bar,
        "≤ 1.6",
        f"{p99:.1f} of {bar:.1f} ms",
    )
    cpu, floor_cpu = median(ours, "cpu_us"), median(bars, "cpu_us")
    tell("   CPU a message at 3,000", cpu / floor_cpu, "-", f"{cpu:.1f} of {floor_cpu:.1f} µs")


@pytest.mark.goal("6")
def test_memory_of_a_thousand(site: Site, broadcast: Bar, body: Path) -> None:
    """Each turn in fresh processes: what was freed before would be counted as nothing."""

    def fresh_site() -> Report:
        site.stop()
        site.start()
        site.warm()
        return load(site.asked(), *THOUSAND, "--rounds", "1", "--warmup", "0")

    def fresh_bar() -> Report:
        broadcast.stop()
        broadcast.start(body)
        return load(broadcast.asked(), *THOUSAND, "--rounds", "1", "--warmup", "0")

    bars, ours = by_turns(fresh_bar, fresh_site)
    idle, bar = median(ours, "idle_kib"), median(bars, "idle_kib")
    tell("6  memory of an idle line", idle, "≤ 30", unit="KiB")
    tell("6  the same, of websockets", idle / bar, "≤ 1.9", f"{bar:.1f} KiB")
    first, second = (sound(load(site.asked(), *THOUSAND, *LONG))["grown_kib"] for _ in range(2))
    tell("6  grown in 1,000 steps, a line", first, "≤ 1", f"{second:.1f} in the next 1,000", unit="KiB")


@pytest.mark.goal("7")
def test_a_thousand_join_in_one_instant(site: Site, broadcast: Bar) -> None:
    storm = (*THOUSAND, "--storm", "--rounds", "0")
    bars, ours = by_turns(
        lambda: load(broadcast.asked(), *storm), lambda: load(site.asked(push=False), *storm, "--await-first")
    )
    took, bar = median(ours, "join", "all"), median(bars, "join", "all")
    assert all(report["join"]["joined"] == 1000 for report in ours)
    cpu = f"{median(ours, 'join', 'cpu_us'):.0f} µs of CPU each"
    tell(
        "7  1,000 join, with the step, of websockets without",
        took / bar,
        "≤ 4",
        f"{took:.0f} of {bar:.0f} ms, {cpu}",
    )


@pytest.mark.goal("7b")
def test_a_thousand_arrive_by_a_code(site: Site) -> None:
    """Page, files, line and step, nothing cached. No bar: what a phone may cost is the goal."""
    reports = [sound(load(site.arrivals(), client="arrivals")) for _ in range(TURNS)]
    assert all(report["served"] == 1000 for report in reports)
    what = f"{reports[0]['files']} files and {median(reports, 'kib'):.0f} KiB a phone"
    tell("7b 1,000 arrive within 5 s: CPU a phone", median(reports, "cpu_us") / 1000, "≤ 3", what, unit="ms")
    tell("7b the longest wait of one", median(reports, "longest") / 1000, "≤ 3", unit="s")


@pytest.mark.goal("8")
def test_a_thousand_return_after_a_kill(site: Site, broadcast: Bar, body: Path) -> None:
    back = (*THOUSAND, "--restart")

    def bar_dies() -> Report:
        with loading(broadcast.asked(), *back) as client:
            client.wait_until_ready()
            broadcast.stop()
            broadcast.start(body)
            return client.report()

    up: list[float] = []

    def site_dies() -> Report:
        with loading(site.asked(push=False), *back, "--await-first") as client:
            client.wait_until_ready()
            site.kill()
            start = time.perf_counter()
            site.start()
            up.append(time.perf_counter() - start)
            return client.report()

    bars, ours = by_turns(bar_dies, site_dies)
    assert all(report["return"]["back"] == 1000 for report in ours)
    took, bar = median(ours, "return", "after_first"), median(bars, "return", "after_first")
    tell("8  1,000 back after a kill, of websockets", took / bar, "≤ 1.4", f"{took:.0f} of {bar:.0f} ms")
    tell("8  listening again after", statistics.median(up), "≤ 1.0", unit="s")


@pytest.mark.goal("9")
def test_phones_that_do_not_read(site: Site) -> None:
    asleep = ("--stalled", "50")
    without, others = by_turns(
        lambda: load(site.asked(), *THOUSAND), lambda: load(site.asked(), *THOUSAND, *asleep)
    )
    p99, bar = median(others, "from_stamp", "p99"), median(without, "from_stamp", "p99")
    tell(
        "9  p99 beside 5 % that do not read, of that without",
        p99 / bar,
        "≤ 1.1",
        f"{p99:.1f} of {bar:.1f} ms",
    )
    sound(load(site.asked(), *THOUSAND, *LONG))  # what grows by itself has then grown
    long = sound(load(site.asked(), *THOUSAND, "--stalled", str(ASLEEP), *LONG))
    more = long["grown_kib_stalled"]
    tell(f"9  server memory a phone of {ASLEEP} that do not read", more, "≤ 16", unit="KiB")
    woken = long["woken"]
    tell("9  states it gets when it wakes", woken["most_frames"], "≤ 8", unit="")
    assert woken["on_the_newest"] == woken["of"]
