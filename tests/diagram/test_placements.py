"""What placements.yaml may say, what it must agree with, and which links are never drawn."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from explorer.diagram import Cast, Placements, Scene
from explorer.diagram.placements import FILE
from explorer.diagram.reading import read
from explorer.errors import NotAllowed, NotKnown
from tests.diagram.casts import PLACEMENTS

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
DATA: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
FORBIDDEN = {
    "kubernetes": """kubelet>etcd kube-scheduler>etcd kube-controller-manager>etcd kube-proxy>etcd
        coredns>etcd kube-scheduler>kubelet kube-controller-manager>kubelet kubectl>kubelet
        users>kube-apiserver""",
    "borg": """borglet>paxos-store scheduler>paxos-store scheduler>borglet borgcfg>borglet users>borgmaster
        tasks>paxos-store borglet>link-shard borglet>borgmaster""",
    "mesos": """user>mesos.agent mesos.marathon>mesos.agent mesos.agent>mesos.registry users>mesos.master""",
    "swarm": """swarm.agent>swarm.raft docker>swarm.agent users>swarm.manager swarm.scheduler>swarm.agent""",
}


@pytest.mark.parametrize("system", list(FORBIDDEN))
def test_a_link_that_must_not_exist_is_not_drawn_unless_it_is_told(system: str) -> None:
    pairs = {tuple(pair.split(">")) for pair in FORBIDDEN[system].split()}
    for link in PLACEMENTS.systems[system].links:
        assert (link.opener, link.accepter) not in pairs or link.told, link.id


def test_told_links_are_drawn_only_for_a_cast_that_tells_them() -> None:
    machines = ("m-1", "m-2")
    every = frozenset(link.id for link in PLACEMENTS.systems["borg"].links if not link.told)
    for told in (frozenset[str](), frozenset({"T1"}), frozenset({"T1", "T2"})):
        scene = Scene(PLACEMENTS, "borg", "wide", Cast(links=every, machines=machines, told=told), "en")
        assert {wire.spec.id for wire in scene.wires.values() if wire.spec.told} == told
        assert not [wire for wire in scene.wires.values() if wire.spec.told and wire.always]


@pytest.mark.parametrize("system", ["borg", "kubernetes"])
def test_parts_and_tiers_are_those_of_the_graph(system: str) -> None:
    rows = yaml.safe_load((FIXTURES / "components" / f"{system}.yaml").read_text(encoding="utf-8"))
    tiers = {row["fields"]["slug"]: row["fields"]["tier"] for row in rows}
    for part in PLACEMENTS.systems[system].components.values():
        if not part.slot:
            assert tiers.get(part.slug) == part.tier, part.key


@pytest.mark.parametrize("system", ["borg", "kubernetes"])
def test_links_are_those_of_the_graph(system: str) -> None:
    rows = yaml.safe_load((FIXTURES / "links" / f"{system}.yaml").read_text(encoding="utf-8"))
    known = {row["fields"]["slug"] for row in rows if row["model"] == "explorer.link"}
    for link in PLACEMENTS.systems[system].links:
        assert {link.id, *link.carries} <= known, link.id


def test_second_lines_say_it_in_a_few_words() -> None:
    for system in PLACEMENTS.systems.values():
        for part in system.components.values():
            words = (part.sub or {}).get("en", "")
            assert len(words.replace(" · ", " ").split()) <= 5, part.key


def _break(change: Callable[[dict[str, Any]], object]) -> str:
    data = copy.deepcopy(DATA)
    change(data)
    with pytest.raises(NotAllowed) as found:
        read(data)
    return str(found.value)


def test_a_wrong_entry_is_refused_by_name() -> None:
    parts = "systems", "kubernetes", "components"

    def link(data: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = data["systems"]["borg"]["links"][0]
        return found

    def part(data: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = data[parts[0]][parts[1]][parts[2]]["etcd"]
        return found

    assert "borg.links.L1.route=diagonal" in _break(lambda data: link(data).update(route="diagonal"))
    assert "borg.links.L1.to=nobody" in _break(lambda data: link(data).update(to="nobody"))
    assert "borg.links.L1=colour" in _break(lambda data: link(data).update(colour="red"))
    assert "borg.links.L1.show=sometimes" in _break(lambda data: link(data).update(show="sometimes"))
    assert "kubernetes.components.etcd.wide=t9" in _break(lambda data: part(data).update(wide="t9"))
    assert "kubernetes.components.etcd.tier=big" in _break(lambda data: part(data).update(tier="big"))
    assert "etcd.members.show=stars" in _break(lambda data: part(data)["members"].update(show="stars"))
    assert "kubernetes.hub=nobody" in _break(lambda data: data["systems"]["kubernetes"].update(hub="nobody"))
    assert "drawings.wide.pill" in _break(lambda data: data["drawings"]["wide"]["pill"].pop("h"))


def test_an_unknown_system_drawing_or_language_is_refused_by_name() -> None:
    with pytest.raises(NotKnown, match="nomad"):
        Scene(PLACEMENTS, "nomad", "wide", Cast(), "en")
    with pytest.raises(NotKnown, match="tiny"):
        Scene(PLACEMENTS, "borg", "tiny", Cast(), "en")
    with pytest.raises(NotKnown, match="fr"):
        Scene(PLACEMENTS, "borg", "wide", Cast(), "fr")


def test_two_readings_are_alike() -> None:
    assert Placements.load().systems.keys() == PLACEMENTS.systems.keys()
