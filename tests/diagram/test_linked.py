"""The drawing as a map: its parts are links, each once in the order of the keyboard."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from explorer.diagram import Cast, Moment, Placements, Scene, Way, linked_svg, svg

NODES = ("node-1", "node-2", "node-3")
UNITS = {f"web-{k}": (node, "running") for k, node in enumerate(NODES)}
CAST = Cast(machines=NODES, acting=NODES, units={node: (name,) for name, (node, _) in UNITS.items()})
REST = Moment(acting=False, units=UNITS)
WAYS = {"kubelet": Way("/k/?a=1&b=2", "the <kubelet>"), "pod": Way("/p/", "Pod"), "etcd": Way("/e/", "etcd")}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def scene() -> Scene:
    return Scene(Placements.load(), "kubernetes", "wide", CAST, "en")


def drawn(text: str) -> ET.Element:
    return ET.fromstring(text)  # our own drawing


def test_parts_and_units_lead_where_their_component_does(scene: Scene) -> None:
    root = drawn(linked_svg(scene, WAYS, REST, "Map & more"))
    links = root.findall(f".//{SVG}a")
    assert [(a.get("data-part") or a.get("data-unit"), a.get("href"), a.get("tabindex")) for a in links] == [
        ("etcd", "/e/", None),
        ("kubelet@1", "/k/?a=1&b=2", None),
        ("kubelet@2", "/k/?a=1&b=2", "-1"),
        ("kubelet@3", "/k/?a=1&b=2", "-1"),
        ("1.1@1", "/p/", None),
        ("1.1@2", "/p/", "-1"),
        ("1.1@3", "/p/", "-1"),
    ]
    assert links[1].findtext(f"{SVG}title") == "the <kubelet>"
    assert (root.get("role"), root.get("aria-label")) == ("group", "Map & more")


def test_links_name_the_parts_they_join(scene: Scene) -> None:
    root = drawn(linked_svg(scene, WAYS, REST, "Map"))
    parts = {part.get("data-part") for part in root.iter() if part.get("data-part")}
    ends = {path.get("data-link"): path.get("data-ends", "") for path in root.iter() if path.get("data-link")}
    assert ends["K12@1"] == "kubelet@1 kube-apiserver"
    assert all(set(both.split()) <= parts and len(both.split()) == 2 for both in ends.values())


def test_without_ways_it_is_the_drawing_itself(scene: Scene) -> None:
    label = scene.state(REST)["label"]
    assert linked_svg(scene, {}, REST, label) == svg(scene, REST)
