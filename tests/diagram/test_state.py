"""A state applied to any picture of a run gives the picture of that state."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.diagram import REST, Cast, Moment, Scene, svg
from tests.diagram.applier import apply, parse, same
from tests.diagram.casts import CASTS, PLACEMENTS, play, whole_run

DRAWINGS = ("wide", "compact")
LIVE = [(system, name) for system in ("kubernetes", "borg") for name in CASTS[system]]


@pytest.mark.parametrize("drawing", DRAWINGS)
@pytest.mark.parametrize(("system", "name"), LIVE)
def test_a_state_applied_to_the_drawing_at_rest_is_the_drawing_of_the_step(
    system: str, name: str, drawing: str
) -> None:
    one = play(system, name)
    for language in ("en", "zh-hans"):
        scene = Scene(PLACEMENTS, system, drawing, one.cast, language)
        document = parse(svg(scene))
        apply(document, json.loads(json.dumps(scene.state(one.moment))))
        assert same(document, parse(svg(scene, one.moment)))
        apply(document, scene.state(REST))
        assert same(document, parse(svg(scene)))


@st.composite
def moments(draw: st.DrawFn, scene: Scene, known: tuple[Moment, ...]) -> Moment:
    """A step of some cast with faults, visits and units of any kind thrown in."""
    base = draw(st.sampled_from(known))
    machines = scene.cast.machines
    names = sorted({name for units in scene.cast.units.values() for name in units})
    states = st.sampled_from(["running", "starting", "lost", "unready", "never heard of"])
    units = draw(
        st.dictionaries(st.sampled_from(names), st.tuples(st.sampled_from(machines), states), max_size=9)
    )
    links = sorted(scene.cast.links)
    hub = scene.layout.hub
    replicas = [f"{hub.key}@{part.place}" for part in scene.layout.members_of(hub.id)]
    instances = [*base.sources, *base.targets, *replicas, *(f"machine/{m}" for m in machines[:4])]
    when = st.sampled_from(["3.2 s", "0.068 s"])
    ends = st.sampled_from([*instances, f"task:{names[0]}@{machines[0]}", "nothing@nowhere"])
    return Moment(
        sources=base.sources,
        targets=base.targets,
        link=base.link,
        hops=draw(st.lists(st.tuples(ends, ends), max_size=3).map(tuple)),
        label=draw(st.sampled_from(["", base.label, "a <b> & a very long label indeed", "写入"])),
        short=base.short,
        visited=frozenset(draw(st.lists(st.sampled_from([*links, *instances]), max_size=6))),
        units=units,
        changed=frozenset(draw(st.lists(st.sampled_from(names), max_size=2))),
        leaders=draw(st.dictionaries(st.just(hub.key), st.sampled_from([None, "bm-2", "apiserver-1"]))),
        down=draw(st.dictionaries(st.sampled_from(instances), when, max_size=2)),
        cut=draw(st.dictionaries(st.sampled_from([*links, f"machine/{machines[0]}"]), when, max_size=2)),
        slow=draw(st.dictionaries(st.sampled_from(links), st.just("+200 ms"), max_size=2)),
        organ=draw(st.one_of(st.none(), st.integers(0, 5))),
    )


@pytest.mark.parametrize("count", [3, 50])
@pytest.mark.parametrize("drawing", DRAWINGS)
@pytest.mark.parametrize("system", ["kubernetes", "borg"])
def test_any_state_applied_to_any_picture_is_its_own_picture(system: str, drawing: str, count: int) -> None:
    scene, known = whole_run(system, drawing, count)

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(moments(scene, known), moments(scene, known))
    def law(one: Moment, other: Moment) -> None:
        document = parse(svg(scene, one))
        apply(document, json.loads(json.dumps(scene.state(other))))
        assert same(document, parse(svg(scene, other)))
        assert scene.state(one).keys() == scene.state(other).keys()
        for key in ("zones", "parts", "links", "paths", "units", "texts"):
            assert scene.state(one)[key].keys() == scene.state(other)[key].keys(), key

    law()


def test_every_element_with_an_id_is_in_the_state() -> None:
    one = play("kubernetes", "deploy")
    scene = Scene(PLACEMENTS, "kubernetes", "wide", one.cast, "en")
    text, state = svg(scene), scene.state(REST)
    for key in ("zones", "parts", "links", "units", "texts"):
        assert set(re.findall(f'data-{key[:-1]}="([^"]*)"', text)) == state[key].keys()


def test_a_drawing_carries_no_styles_and_no_colours() -> None:
    for system in CASTS:
        one = play(system, "deploy")
        for drawing in DRAWINGS:
            text = svg(Scene(PLACEMENTS, system, drawing, one.cast, "en"), one.moment)
            assert not re.search(r"style=|fill=|stroke=|#[0-9a-f]{3}|rgb|font-size|<script| on\w+=", text)


def test_names_from_outside_are_escaped() -> None:
    cast = Cast(machines=("node-1",), units={"node-1": ("<b>&",)})
    scene = Scene(PLACEMENTS, "kubernetes", "wide", cast, "en")
    moment = Moment(
        sources=('kubelet@"<i>',),
        targets=("kube-apiserver",),
        label='"<b>',
        units={"<b>&": ("node-1", "<u>")},
    )
    text = svg(scene, moment)
    assert parse(text) is not None
    assert "<b>" not in text
    assert "<i>" not in text


def test_the_same_inputs_give_the_same_text() -> None:
    texts = set()
    for _ in range(3):
        one = play("borg", "deploy", 5)
        texts.add(svg(Scene(PLACEMENTS, "borg", "wide", one.cast, "en"), one.moment))
    assert len(texts) == 1
