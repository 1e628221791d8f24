"""The drawing in words, for people who do not see it."""

from __future__ import annotations

import pytest

from explorer.diagram import REST, Cast, Item, Moment, Scene, outline, sentence
from tests.diagram.casts import CASTS, PLACEMENTS, play

CAST = Cast(
    links=frozenset({"K12"}),
    machines=("node-1", "node-2"),
    units={"node-1": ("web-a",), "node-2": ("web-b",)},
)
STEP = Moment(
    sources=("kubelet@node-2",),
    targets=("kube-apiserver@apiserver-0",),
    link="K12",
    label="PATCH pod/status",
    units={"web-a": ("node-1", "running"), "web-b": ("node-2", "starting")},
    visited=frozenset({"kubectl"}),
    down={"machine/node-1": "3.2 s", "etcd@etcd-0": "1 s"},
)

ACTS = {"en": ("sends", "receives", "acts"), "zh-hans": ("发出", "收到", "动作", "自行")}


def zones(language: str) -> dict[str, dict[str, Item]]:
    scene = Scene(PLACEMENTS, "kubernetes", "wide", CAST, language)
    return {zone.zone: {item.name: item for item in zone.items} for zone in outline(scene, STEP)}


def test_every_zone_lists_its_parts_with_their_states() -> None:
    found = zones("en")
    assert list(found) == [
        "Clients",
        "Control plane",
        "node-1, stopped at 3.2 s",
        "node-2",
        "Around the cluster",
    ]
    assert found["Clients"]["kubectl"] == Item("kubectl", "seen", "took part earlier")
    assert found["Control plane"]["kube-apiserver"].text == "receives"
    assert found["Control plane"]["etcd"].text == "etcd-0 stopped at 1 s"
    assert found["node-2"]["kubelet"] == Item("kubelet", "source", "sends")
    assert found["node-2"]["web-b"] == Item("web-b", "starting", "starting")
    assert found["node-1, stopped at 3.2 s"]["web-a"].text == "lost"


def test_the_outline_speaks_chinese() -> None:
    found = zones("zh-hans")
    assert list(found)[2] == "node-1，停止于 3.2 s"
    assert found["node-2"]["kubelet"].text == "发出"
    assert found["控制平面"]["kube-apiserver"].text == "收到"


@pytest.mark.parametrize(
    ("language", "step", "rest"),
    [
        (
            "en",
            "Diagram of Kubernetes: kubelet on node-2 sends PATCH pod/status "
            "to kube-apiserver on apiserver-0",
            "Diagram of Kubernetes at rest",
        ),
        (
            "zh-hans",
            "Kubernetes 示意图：node-2 上的 kubelet 向 apiserver-0 上的 kube-apiserver 发送 PATCH pod/status",
            "Kubernetes 示意图，静止",
        ),
    ],
)
def test_one_sentence_says_who_sends_what_to_whom(language: str, step: str, rest: str) -> None:
    scene = Scene(PLACEMENTS, "kubernetes", "wide", CAST, language)
    assert sentence(scene, STEP) == step
    assert sentence(scene, REST) == sentence(scene) == rest


def test_a_part_that_acts_by_itself_is_said_to() -> None:
    scene = Scene(PLACEMENTS, "borg", "compact", Cast(), "en")
    moment = Moment(sources=("borgmaster@bm-0",), targets=("borgmaster@bm-0",))
    items = {item.name: item.text for zone in outline(scene, moment) for item in zone.items}
    assert items["Borgmaster"] == "acts by itself, bm-0 leads"
    assert sentence(scene, moment) == "Diagram of Borg: Borgmaster on bm-0 acts by itself"


@pytest.mark.parametrize("system", list(CASTS))
def test_every_cast_has_an_outline(system: str) -> None:
    for name in CASTS[system]:
        one = play(system, name)
        for language in ("en", "zh-hans"):
            scene = Scene(PLACEMENTS, system, "compact", one.cast, language)
            found = outline(scene, one.moment)
            assert all(zone.zone and zone.items for zone in found)
            if one.moment.sources:
                said = " ".join(item.text for zone in found for item in zone.items)
                assert any(word in said for word in ACTS[language]), name
