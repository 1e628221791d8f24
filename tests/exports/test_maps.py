"""The map as a file: each format can be read again, whatever the names, and is the same bytes each time."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest
from django.contrib.staticfiles import finders
from django.utils import translation

from explorer.errors import NotAllowed, NotKnown
from explorer.exports.fonts import NoFont, han, latin, needs_han
from explorer.exports.maps import TYPES, file_of, wanted
from explorer.exports.network import graphml, network, node_link
from explorer.exports.plain import plain
from explorer.exports.raster import raster
from explorer.exports.sheet import standalone, theme_colours
from explorer.exports.sources import d2, mermaid
from explorer.graph import Atlas
from tests.graph.wired import wired

SYSTEMS = ("borg", "kubernetes")
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    'quote " and \\ back', "<script>alert(1)</script>", "a]b[c{d}e", "semi; colon: | pipe", "# hash &amp;",
    "${variable}", "`tick`", "two\nlines\ttab", "control\x00\x1b\x0b",
    "end", "--> arrow", "\u202egnp", "']]>",
)  # fmt: skip


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.from_fixtures()


@pytest.fixture(scope="module")
def hostile() -> Atlas:
    """A system in which every name and every protocol means harm."""
    return wired(
        {f"L{k}": (f"p{k}", f"p{(k + 1) % len(HOSTILE)}") for k in range(len(HOSTILE))},
        names={f"p{k}": name for k, name in enumerate(HOSTILE)},
        protocol='x" | y --> z; <b>',
        port=":1\n2",
        system='Toy "one" <two>',
    )


@pytest.fixture
def made(atlas: Atlas) -> Callable[..., bytes]:
    """A file of the map, made anew."""

    def make(system: str, extension: str, language: str = "en", theme: str = "", scale: str = "") -> bytes:
        return file_of(atlas, wanted(atlas, system, extension, language, theme, scale))

    return make


# For other programs.


@pytest.mark.parametrize("system", SYSTEMS)
def test_graphml_makes_the_same_graph_again(atlas: Atlas, system: str) -> None:
    again = nx.read_graphml(BytesIO(graphml(atlas, system).encode()), force_multigraph=True)
    assert same(again, network(atlas, system))
    keys = re.findall(r'<key id="([^"]+)"', graphml(atlas, system))
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("system", SYSTEMS)
def test_node_link_json_makes_the_same_graph_again(atlas: Atlas, system: str) -> None:
    again = nx.node_link_graph(json.loads(node_link(atlas, system)), edges="links")
    assert same(again, network(atlas, system))


def test_the_graph_has_every_component_and_every_link_that_is_not_told(atlas: Atlas) -> None:
    for system in SYSTEMS:
        graph = network(atlas, system)
        assert set(graph) == {component.slug for component in atlas.components_of(system)}
        links = {link.slug for link in atlas.links.values() if link.system == system and not link.told}
        assert {key for _one, _other, key in graph.edges(keys=True)} == links
    told = network(atlas, "kubernetes").nodes["etcd"]
    assert (told["zone"], told["kind"], told["name_zh_hans"]) == ("control-plane", "process", "etcd")
    assert network(atlas, "kubernetes").edges["kubectl", "kube-apiserver", "K1"]["port"] == "6443"


def same(one: Any, other: Any) -> bool:
    """Whether two directed multigraphs have the same nodes and edges with the same attributes."""
    return (
        dict(one.nodes(data=True)) == dict(other.nodes(data=True))
        and {key: (a, b, data) for a, b, key, data in one.edges(keys=True, data=True)}
        == {key: (a, b, data) for a, b, key, data in other.edges(keys=True, data=True)}
        and one.is_directed()
        and one.is_multigraph()
    )


def test_hostile_names_come_through_graphml_and_json(hostile: Atlas) -> None:
    read = nx.read_graphml(BytesIO(graphml(hostile, "toy").encode()), force_multigraph=True)
    assert [data["name_en"] for _slug, data in read.nodes(data=True)] == [plain(name) for name in HOSTILE]
    assert same(
        nx.node_link_graph(json.loads(node_link(hostile, "toy")), edges="links"), network(hostile, "toy")
    )


# Sources of diagrams.

_MERMAID_LINES = re.compile(
    r'---|title: ".*"|%% [^"{}]*|flowchart TB'
    r'|  subgraph (?P<zone>z_\w+)\["(?P<zoned>[^"`<>]*)"\]|(?P<end>  end)'
    r'|    (?P<node>c\d+)\["(?P<label>[^"`<>|\\]*)"\]'
    r'|  (?P<one>c\d+) (?:-->|-\.->|==>)\|"(?P<link>[^"`<>|\\]*)"\| (?P<other>c\d+)'
)
_D2_STRING = r'"(?:[^"\\$\n]|\\["\\$])*"'
_D2_LINES = re.compile(
    rf"# .*|direction: down|title: {_D2_STRING} \{{|  near: top-center|  shape: text|(?P<end>\}})"
    rf"|(?P<zone>z_\w+): {_D2_STRING} \{{|  (?P<node>c\d+): {_D2_STRING}"
    rf"|(?P<one>z_\w+\.c\d+) -> (?P<other>z_\w+\.c\d+): {_D2_STRING}(?: \{{style\.stroke-dash: 3\}})?"
)


@pytest.mark.parametrize("system", [*SYSTEMS, "toy"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_mermaid_is_a_flowchart_of_zones(atlas: Atlas, hostile: Atlas, system: str, language: str) -> None:
    of = hostile if system == "toy" else atlas
    with translation.override(language):
        lines = mermaid(of, system, language).splitlines()
    read = [(line, _MERMAID_LINES.fullmatch(line)) for line in lines]
    assert not [line for line, match in read if match is None]
    matches = [match for _line, match in read if match]
    nodes = [match["node"] for match in matches if match["node"]]
    assert len(nodes) == len(set(nodes))
    assert sum(bool(match["zone"]) for match in matches) == sum(bool(match["end"]) for match in matches)
    links = [(match["one"], match["other"]) for match in matches if match["one"]]
    assert len(links) == sum(link.system == system and not link.told for link in of.links.values())
    assert {end for pair in links for end in pair} == set(nodes)


@pytest.mark.parametrize("system", [*SYSTEMS, "toy"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_d2_has_a_container_for_each_zone(atlas: Atlas, hostile: Atlas, system: str, language: str) -> None:
    of = hostile if system == "toy" else atlas
    with translation.override(language):
        lines = d2(of, system, language).splitlines()
    read = [(line, _D2_LINES.fullmatch(line)) for line in lines]
    assert not [line for line, match in read if match is None]
    within, zone = set(), ""
    for _line, match in read:
        assert match is not None
        zone = match["zone"] or zone
        if match["node"]:
            within.add(f"{zone}.{match['node']}")
    links = [(match["one"], match["other"]) for _line, match in read if match and match["one"]]
    assert {end for pair in links for end in pair} == within
    assert len(links) == sum(link.system == system and not link.told for link in of.links.values())


def test_a_label_says_what_was_meant_once_its_entities_are_read(hostile: Atlas) -> None:
    text = mermaid(hostile, "toy", "en")
    labels = re.findall(r'^    c\d+\["(.*)"\]$', text, re.M)
    read = [re.sub(r"#(\d+);", lambda match: chr(int(match[1])), label) for label in labels]
    assert read == [plain(name) for name in HOSTILE]


# Drawings.


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_svg_stands_alone(made: Callable[..., bytes], system: str, language: str, theme: str) -> None:
    text = made(system, "svg", language, theme).decode()
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    style = root.findtext(f"{SVG}style") or ""
    assert "var(" not in text
    assert not re.search(r"url\((?!#)|@import|href=|<script|<a ", text)
    assert "Apache-2.0" in text.split("<svg")[0]
    tokens = Path(str(finders.find("css/tokens.css"))).read_text(encoding="utf-8")
    colours = theme_colours(tokens, theme == "dark")
    ground = root.find(f"{SVG}rect")
    assert ground is not None
    assert ground.get("fill") == colours["--page"]
    assert colours[f"--{system}"] in style
    assert root.findtext(f"{SVG}title")
    used = {name for node in root.iter() for name in (node.get("class") or "").split()}
    assert set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^}]*\}", "", style))) <= used


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("extension", TYPES)
def test_the_same_graph_gives_the_same_bytes(atlas: Atlas, system: str, extension: str) -> None:
    from explorer.exports.maps import _made

    wish = wanted(atlas, system, extension, "en")
    assert _made(atlas, wish) == _made(Atlas.from_fixtures(), wish) == file_of(atlas, wish)


@pytest.mark.parametrize(("scale", "width"), [("1", 1048), ("3", 3144)])
def test_the_picture_is_as_large_as_asked(made: Callable[..., bytes], scale: str, width: int) -> None:
    picture = made("borg", "png", scale=scale)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (width, 688 * width // 1048)


def test_pictures_of_two_languages_and_two_themes_differ(made: Callable[..., bytes]) -> None:
    four = {
        made("kubernetes", "png", language, theme)
        for language in ("en", "zh-hans")
        for theme in ("light", "dark")
    }
    assert len(four) == 4


def test_each_han_character_of_a_picture_is_drawn_as_itself() -> None:
    def drawn(letter: str) -> bytes:
        text = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
            f'<text x="4" y="30" font-size="28" font-family="{han().name}">{letter}</text></svg>'
        )
        return raster(text, 1, [*latin(), *han().files])

    letters = "控制平面节点"
    assert len({drawn(letter) for letter in (*letters, " ")}) == len(letters) + 1


def test_a_drawing_that_is_none_is_said_with_what_the_renderer_said() -> None:
    with pytest.raises(OSError, match="no picture"):
        raster("<svg", 1, latin())


def test_without_a_font_with_han_there_is_no_picture_rather_than_empty_boxes(tmp_path: Path) -> None:
    with pytest.raises(NoFont, match="Noto Sans CJK"):
        han((str(tmp_path), "/nowhere"))
    assert needs_han("节点")
    assert not needs_han("Raft · 3 ›")
    assert all(Path(file).is_file() for file in latin())


def test_a_sheet_for_a_drawing_alone_has_no_variables_shorthands_or_rules_for_what_moves() -> None:
    tokens = (
        ':root { --ink: #111; --toy: var(--ink); --font: A, "B"; } :root[data-theme="dark"] { --ink: #eee; }'
    )
    drawing = """.dg .nm { fill: var(--sys); font: 500 12px var(--font); transition: fill 1s; } /* no */
        .dg .nm:hover { fill: red; } .dg .gone { fill: red; } @media print { .dg .nm { fill: red; } }
        .dg.playing .nm, .dg .nm { stroke: var(--ink); }"""
    svg = '<svg class="dg toy"><text class="nm"/></svg>'
    assert standalone(tokens, drawing, svg, dark=False).splitlines() == [
        '.dg .nm { fill: #111; font-weight: 500; font-size: 12px; font-family: A, "B" }',
        ".dg .nm { stroke: #111 }",
    ]
    assert "#eee" in standalone(tokens, drawing, svg, dark=True)


# What is asked for.


def test_names_of_files_say_what_is_in_them(atlas: Atlas) -> None:
    assert wanted(atlas, "borg", "png", "zh-hans", "dark", "2").name == "orrery-borg-map-zh-hans-dark-2x.png"
    assert wanted(atlas, "kubernetes", "graphml", "zh-hans", "dark").name == "orrery-kubernetes-map.graphml"


@pytest.mark.parametrize(
    ("wish", "nearest"),
    [
        (("kubernets", "svg", "en"), "kubernetes"),
        (("mesos", "svg", "en"), "borg"),
        (("borg", "sgv", "en"), "svg"),
    ],
)
def test_what_is_not_there_names_the_nearest(atlas: Atlas, wish: tuple[str, str, str], nearest: str) -> None:
    with pytest.raises(NotKnown) as raised:
        wanted(atlas, *wish)
    assert nearest in raised.value.nearest[:2]


@pytest.mark.parametrize(
    "wish",
    [
        ("fr", "", ""),
        ("en", "neon", ""),
        ("en", "", "0"),
        ("en", "", "5"),
        ("en", "", "1.5"),
        ("en", "", "²"),
    ],
)
def test_what_is_out_of_bounds_is_refused(atlas: Atlas, wish: tuple[str, str, str]) -> None:
    with pytest.raises(NotAllowed):
        wanted(atlas, "borg", "png", *wish)
