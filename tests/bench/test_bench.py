"""What the goals are measured by: ratios against a baseline in the same run, never milliseconds alone.

`make bench` prints them. Nothing here fails on a slow machine; a ratio is compared by a person with the
goal printed beside it.
"""

import statistics
import time
from collections.abc import Callable, Generator, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
import simpy
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path
from pytest_django import DjangoDbBlocker, Settings

from explorer.config.urls import urlpatterns as site
from explorer.diagram import svg
from explorer.graph import Atlas
from explorer.playback import fragment, picture
from explorer.playback.atlas import atlas_from_models
from explorer.playback.engine import play
from explorer.playback.inputs import read_inputs
from explorer.playback.runs import Place
from explorer.playback.view import view_of
from explorer.simulation import simulate
from tests.live.visitor import DEPLOY, Visitor, next_state
from tests.live_server import Server

pytestmark = pytest.mark.bench
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
TURNS = 5


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [*site, path("empty", empty)]


def tell(what: str, ratio: float, goal: str, detail: str = "") -> None:
    print(f"\n  {what:<58} {ratio:7.2f} ×   goal {goal}   {detail}", end="")  # noqa: T201


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


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Atlas]:
    with django_db_blocker.unblock():
        call_command("load_fixtures", verbosity=0)
        yield atlas_from_models()


@pytest.mark.parametrize(
    ("address", "goal"),
    [("/", "≤ 2"), (f"{DEPLOY}?step=200", "≤ 3"), (f"{DEPLOY}?replicas=50&machines=50", "≤ 3")],
)
def test_pages_against_an_empty_view(loaded: Atlas, settings: Settings, address: str, goal: str) -> None:
    settings.ROOT_URLCONF = "tests.bench.test_bench"
    client = Client()
    for warm in ("/empty", address):
        assert client.get(warm).status_code == 200
    ratio = by_turns(
        lambda: median_of(lambda: client.get("/empty"), 40),
        lambda: median_of(lambda: client.get(address), 20),
    )
    ours = median_of(lambda: client.get(address), 20)
    tell(f"11 page {address}", ratio, goal, f"{ours * 1000:.1f} ms")


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


@pytest.mark.parametrize("system", ["kubernetes", "borg"])
def test_a_fragment_against_its_bare_template(loaded: Atlas, system: str) -> None:
    place = Place(read_inputs(loaded, system, "deploy", {}))
    steps = play(loaded, place.inputs).steps
    places = [Place(place.inputs, step.index, "abcdefghjkmn", 1, step.number) for step in steps]
    views = [view_of(loaded, one, "en", drawings=False) for one in places]

    def bare() -> float:
        return median_of(
            lambda: [render_to_string("partials/fragment.html", {"view": view}) for view in views], 3
        )

    def ours() -> float:
        return median_of(
            lambda: [fragment.render(view_of(loaded, one, "en", drawings=False), "en") for one in places], 3
        )

    tell(f"14 fragment, {system}", by_turns(bare, ours), "≤ 1.5", f"{ours() / len(views) * 1000:.1f} ms")
    first = fragment.fragment(places[0], "en")
    assert fragment.fragment(places[0], "en") is first, "a second viewer costs no render"


@pytest.mark.parametrize("drawing", ["wide", "compact"])
def test_a_drawing_against_joining_its_elements(drawing: str) -> None:
    atlas = Atlas.from_fixtures(FIXTURES)
    of = play(atlas, read_inputs(atlas, "kubernetes", "deploy", {}))
    scene = picture.scene(of, drawing, "en")
    moment = picture.moment(of, of.steps[len(of.steps) // 2], "en")
    elements = [element.split('"') for element in svg(scene, moment).split("<")]

    def bare() -> float:
        return median_of(lambda: "".join(f"<{'"'.join(parts)}" for parts in elements), 200)

    def ours() -> float:
        return median_of(lambda: svg(scene, moment), 200)

    tell(
        f"15 {drawing} drawing",
        by_turns(bare, ours),
        "≤ 3",
        f"{ours() * 1000:.2f} ms, {len(elements)} elements",
    )


def test_from_next_to_the_fragment_at_the_client(server: Server) -> None:
    grace = Visitor(server)
    made = grace.command("goto", index=0)
    run, seq = made.headers["Orrery-Run"], int(made.headers["Orrery-Seq"])
    host, _, port = server.url.removeprefix("http://").partition(":")
    plain = HTTPConnection(host, int(port))

    def trip() -> None:
        plain.request("GET", "/healthz")
        plain.getresponse().read()

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
    tell("   next to the fragment at the client, in /healthz trips", ours / bar, "-", f"{ours * 1000:.1f} ms")
    plain.close()
