"""What the goals are measured by: ratios against a baseline in the same run, never milliseconds alone.

`make bench` prints them. Nothing here fails on a slow machine; a ratio is compared by a person with the
goal printed beside it.
"""

import statistics
import time
from collections.abc import Generator, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
import simpy

from explorer.diagram import svg
from explorer.graph import Atlas
from explorer.playback import fragment, picture
from explorer.playback.engine import play
from explorer.playback.inputs import read_inputs
from explorer.playback.runs import Place
from explorer.playback.view import view_of
from explorer.simulation import simulate
from tests.bench.addresses import PAGES, Page, a_share
from tests.bench.telling import by_turns, median_of, tell
from tests.live.visitor import Visitor, next_state
from tests.live_server import Server

pytestmark = pytest.mark.bench
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
EMPTY = "/theme/"


class Plain:
    """A kept connection to the server, as wrk has one."""

    def __init__(self, server: Server) -> None:
        host, _, port = server.url.removeprefix("http://").partition(":")
        self._connection = HTTPConnection(host, int(port))

    def get(self, path: str) -> None:
        self._connection.request("GET", path)
        self._connection.getresponse().read()

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def client(server: Server) -> Iterator[Plain]:
    plain = Plain(server)
    yield plain
    plain.close()


@pytest.mark.goal("11")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.address)
def test_pages_against_an_empty_view(server: Server, client: Plain, page: Page) -> None:
    """/theme/ takes POSTs only: its GET goes through everything and is answered with nothing."""
    address = page.address.format(share=a_share(Visitor(server)) if "{share}" in page.address else "")
    for warm in (EMPTY, address, address):
        client.get(warm)
    taken: list[float] = []

    def ours() -> float:
        taken.append(median_of(lambda: client.get(address), 40))
        return taken[-1]

    ratio = by_turns(lambda: median_of(lambda: client.get(EMPTY), 60), ours)
    tell(f"11 {page.address}", ratio, f"≤ {page.times}", f"{statistics.median(taken) * 1000:.1f} ms (≤ 10)")


@pytest.mark.goal("13")
@pytest.mark.parametrize("system", ["kubernetes", "borg"])
def test_frames_against_bare_timeouts(system: str) -> None:
    atlas = Atlas.from_fixtures(FIXTURES)
    values = {"replicas": 50, "machines": 50}

    def bare() -> float:
        env = simpy.Environment()

        def process(count: int) -> Generator[simpy.Event]:
            for _ in range(count):
                yield env.timeout(1)

        for _ in range(10):
            env.process(process(10_000))
        start = time.perf_counter()
        env.run()
        return 100_000 / (time.perf_counter() - start)

    def ours() -> float:
        start = time.perf_counter()
        frames = simulate(atlas, system, "deploy", values)
        return len(frames) / (time.perf_counter() - start)

    simulate(atlas, system, "deploy", values)
    count = len(simulate(atlas, system, "deploy", values))
    tell(f"13 frames a second, {system} deploy 50 × 50", by_turns(bare, ours), "≥ 0.1", f"{count} frames")


@pytest.mark.goal("14")
@pytest.mark.parametrize("system", ["kubernetes", "borg"])
def test_a_fragment_against_its_bare_template(system: str) -> None:
    """Goal 14: from a frame to its text, against the same template filled with what is there already."""
    atlas = Atlas.from_fixtures(FIXTURES)
    of = play(atlas, read_inputs(atlas, system, "deploy", {}))
    places = [Place(of.inputs, step.index, "abcdefghjkmn", 1, step.number) for step in of.steps]
    views = [view_of(atlas, place, "en", drawings=False) for place in places]

    def bare() -> float:
        return median_of(lambda: [fragment.render(view, "en") for view in views], 3)

    def ours() -> float:
        return median_of(
            lambda: [fragment.render(view_of(atlas, place, "en", drawings=False), "en") for place in places],
            3,
        )

    tell(f"14 fragment, {system}", by_turns(bare, ours), "≤ 1.5", f"{ours() / len(views) * 1000:.1f} ms")


@pytest.mark.goal("15")
@pytest.mark.parametrize("drawing", ["wide", "compact"])
@pytest.mark.parametrize("system", ["kubernetes", "borg"])
def test_a_drawing_against_joining_its_elements(system: str, drawing: str) -> None:
    """Goal 15. Every turn draws another step: a drawing is not asked for the one it remembers."""
    atlas = Atlas.from_fixtures(FIXTURES)
    of = play(atlas, read_inputs(atlas, system, "deploy", {}))
    scene = picture.scene(of, drawing, "en")
    moments = [picture.moment(of, step, "en") for step in of.steps]
    elements = [[element.split('"') for element in svg(scene, moment).split("<")] for moment in moments]

    def bare() -> float:
        return median_of(lambda: ["".join(f"<{'"'.join(parts)}" for parts in one) for one in elements], 20)

    def ours() -> float:
        return median_of(lambda: [svg(scene, moment) for moment in moments], 20)

    tell(
        f"15 {drawing} drawing, {system}",
        by_turns(bare, ours),
        "≤ 3",
        f"{ours() / len(moments) * 1000:.2f} ms",
    )


@pytest.mark.goal("next")
def test_from_next_to_the_fragment_at_the_client(server: Server, client: Plain) -> None:
    grace = Visitor(server)
    made = grace.command("goto", index=0)
    run, seq = made.headers["Orrery-Run"], int(made.headers["Orrery-Seq"])

    def trip() -> None:
        client.get(EMPTY)

    trip()
    taken = []
    with grace.line(run) as line:
        next_state(line)
        for _ in range(15):
            start = time.perf_counter()
            grace.command("next", run=run, seen=seq)
            while next_state(line)["seq"] <= seq:
                pass
            taken.append(time.perf_counter() - start)
            seq += 1
    ours, bar = statistics.median(taken), median_of(trip, 30)
    tell(
        "   next to the fragment at the client, in empty round trips",
        ours / bar,
        "-",
        f"{ours * 1000:.1f} ms",
    )
