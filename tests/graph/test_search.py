"""Components are found by the names people use, in both languages; whatever is asked is bounded."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.graph import Atlas
from explorer.graph.search import LONGEST, MOST_HITS, Index, aliases_from_file, question, slip_distance

ATLAS = Atlas.from_fixtures()
INDEX = Index(ATLAS)


def names(asked: str, language: str = "en") -> list[str]:
    return [f"{hit.component.system}/{hit.component.slug}" for hit in INDEX.find(asked, language)]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("Brog", "borg/borgmaster"),
        ("api server", "kubernetes/kube-apiserver"),
        ("apiserver", "kubernetes/kube-apiserver"),
        ("API-Server", "kubernetes/kube-apiserver"),
        ("kube proxy", "kubernetes/kube-proxy"),
        ("kubeproxy", "kubernetes/kube-proxy"),
        ("paxos", "borg/paxos-store"),
        ("manger", "kubernetes/kube-controller-manager"),
        ("Crontroller Manger", "kubernetes/kube-controller-manager"),
        ("kubelt", "kubernetes/kubelet"),
        ("scedular", "borg/scheduler"),
        ("ｅｔｃｄ", "kubernetes/etcd"),
        ("链接分片", "borg/link-shard"),
    ],
)
def test_the_component_that_is_meant_comes_first(asked: str, first: str) -> None:
    assert names(asked)[0] == first


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("asked", "among"),
    [
        ("调度器", {"borg/scheduler", "kubernetes/kube-scheduler"}),
        ("scheduler", {"borg/scheduler", "kubernetes/kube-scheduler"}),
        ("控制器", {"kubernetes/kube-controller-manager", "kubernetes/deployment-controller"}),
        ("crontroller", {"kubernetes/kube-controller-manager", "kubernetes/deployment-controller"}),
        ("minion", {"kubernetes/node", "borg/machine"}),
        ("master", {"borg/borgmaster", "kubernetes/kube-apiserver"}),
        ("节点代理", {"borg/borglet", "kubernetes/kubelet"}),
        ("DNS", {"kubernetes/coredns", "borg/bns"}),
    ],
)
def test_both_systems_answer_in_either_language(asked: str, among: set[str], language: str) -> None:
    assert among <= set(names(asked, language))


def test_every_component_is_found_by_each_of_its_names() -> None:
    for component in ATLAS.components.values():
        for asked in (component.slug, *component.name.values()):
            hits = INDEX.find(asked)
            best = [(hit.component.system, hit.component.slug) for hit in hits if hit.score == hits[0].score]
            assert (component.system, component.slug) in best, asked


def test_what_is_marked_is_what_was_asked_for() -> None:
    hit = INDEX.find("api server")[0]
    assert [hit.said[begin:end] for begin, end in hit.spans] == ["apiserver"]
    assert not hit.slip
    hit = INDEX.find("调度器", "zh-hans")[0]
    assert [hit.said[begin:end] for begin, end in hit.spans] == ["调度器"]
    hit = INDEX.find("manger")[0]
    assert [hit.said[begin:end] for begin, end in hit.spans] == ["manager"]
    assert hit.slip


def test_who_spells_it_right_is_not_offered_what_looks_alike() -> None:
    assert "kubernetes/kubectl" in names("kubelt")
    assert "kubernetes/kubectl" not in names("kubelet")


def test_where_nothing_has_all_words_what_has_some_answers() -> None:
    assert {"kubernetes/node", "borg/borgmaster"} <= set(names("master node"))


def test_nothing_found_offers_names() -> None:
    assert names("qqqqqq") == []
    assert len(INDEX.nearest("qqqqqq", "en")) == 5
    assert INDEX.nearest("infrastoar", "en")[0].slug == "infrastore"


@pytest.mark.parametrize("asked", ["", "   ", "\x00\x01", "!?.,", "…", "<>"])
def test_a_question_without_letters_finds_nothing(asked: str) -> None:
    assert names(asked) == []


def test_only_the_beginning_of_a_question_counts() -> None:
    assert question("x" * 10_000) == "x" * LONGEST
    assert question("kube\x00\n\tproxy  \x7f") == "kube proxy"
    assert names("etcd" + " " * 10_000 + "borglet") == names("etcd")


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), st.text("kube-apisrvBorgmt 调度器控制", max_size=80)))
def test_whatever_is_asked_is_answered_within_bounds(asked: str) -> None:
    hits = INDEX.find(asked)
    assert len(hits) <= MOST_HITS
    assert len({(hit.component.system, hit.component.slug) for hit in hits}) == len(hits)
    for hit in hits:
        assert 0 < hit.score <= 1
        last = 0
        for begin, end in hit.spans:
            assert last <= begin < end <= len(hit.said)
            last = end
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@settings(max_examples=200, deadline=None)
@given(st.text("abc", max_size=7), st.text("abc", max_size=7), st.integers(0, 3))
def test_slips_count_the_same_in_both_directions(one: str, other: str, most: int) -> None:
    found = slip_distance(one, other, most)
    assert found == slip_distance(other, one, most)
    assert (found == 0) == (one == other)
    assert 0 <= found <= most + 1


def test_further_names_belong_to_components_that_are_there() -> None:
    for system, parts in aliases_from_file().items():
        for slug, aliases in parts.items():
            assert (system, slug) in ATLAS.components, f"{system}/{slug}"
            assert len(set(aliases)) == len(aliases) > 0, f"{system}/{slug}"
            assert all(question(alias) == alias for alias in aliases), f"{system}/{slug}"
