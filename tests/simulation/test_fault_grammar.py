"""The fault grammar: units at either end of a pair, and what is suggested where a target is not there."""

import pytest

from explorer.errors import MOST, NotAllowed, NotKnown
from explorer.graph import Atlas
from explorer.simulation import parse_fault, simulate, topology_of
from explorer.simulation.topology import Topology

TASK = "task:jfoo/0@m-3"
POD = "pod:web-1@node-3"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.from_fixtures()


@pytest.fixture(scope="module")
def borg(atlas: Atlas) -> Topology:
    return topology_of(atlas, "borg", "deploy", {})


@pytest.fixture(scope="module")
def kubernetes(atlas: Atlas) -> Topology:
    return topology_of(atlas, "kubernetes", "deploy", {})


def suggested(topology: Topology, target: str) -> NotKnown:
    with pytest.raises(NotKnown) as refused:
        topology.check(parse_fault(f"{target}:cut@1"))
    return refused.value


@pytest.mark.parametrize(
    ("link", "ends"),
    [("L16", (TASK, "borglet@m-3")), ("K25", (POD, "kubelet@node-3")), ("L99", (TASK, TASK))],
)
def test_a_unit_stands_at_either_end_of_a_pair(link: str, ends: tuple[str, str]) -> None:
    for source, target in (ends, ends[::-1]):
        text = f"{link}/{source}~{target}:slow=20@1-2"
        fault = parse_fault(text)
        assert str(fault) == text
        assert fault.pair == (link, source, target)


def test_a_pair_is_struck_the_same_whichever_end_is_written_first(atlas: Atlas) -> None:
    whole = simulate(atlas, "borg", "deploy")
    starts = next(frame for frame in whole if frame.link == "L16" and not frame.internal)
    ends = (starts.source, starts.target)
    one, other = (
        simulate(atlas, "borg", "deploy", faults=[f"L16/{a}~{b}:cut@0"]) for a, b in (ends, ends[::-1])
    )
    assert one == other
    assert one != whole


@pytest.mark.parametrize("text", ["a:b:cut@1", "task:x~y@m-1:b@c:cut@1", "~:cut@1", "a~:cut@1", "a b:cut@1"])
def test_a_colon_anywhere_else_is_no_target(text: str) -> None:
    with pytest.raises(NotAllowed, match="TARGET:KIND"):
        parse_fault(text)


@pytest.mark.parametrize(
    ("target", "first"),
    [
        ("K12/a~b", "K12"),
        ("K12/kubelet@node-1~kube-apiserver@apiserver-9", "K12/kubelet@node-1~kube-apiserver@apiserver-0"),
        ("K12/kube-apiserver@apiserver-9~kubelet@node-1", "K12/kube-apiserver@apiserver-0~kubelet@node-1"),
        ("k12/kubelet@node-1~kube-apiserver@apiserver-0", "K12/kubelet@node-1~kube-apiserver@apiserver-0"),
        ("K3/kubectl~kube-apiserver@apiserver-0", "K1/kubectl~kube-apiserver@apiserver-0"),
        ("kubectl~kube-apiserver@apiserver-0", "K1/kubectl~kube-apiserver@apiserver-0"),
        ("K25/pod:web-1@node-9~kubelet@node-1", "K25/pod:web-1@node-1~kubelet@node-1"),
        ("K10/a~b", "K10"),
        ("pod:web-1@node-9", "pod:web-1@node-1"),
        ("kubelt@node-2", "kubelet@node-2"),
        ("k12", "K12"),
        ("machine/node-9", "machine/node-1"),
    ],
)
def test_what_is_suggested_is_the_nearest_whole_target(kubernetes: Topology, target: str, first: str) -> None:
    names = suggested(kubernetes, target).nearest
    assert names[0] == first
    for name in names:
        kubernetes.check(parse_fault(f"{name}:cut@1"))


@pytest.mark.parametrize(
    "target", ["L16/a~b", "L7m/borgmaster@bm-9~borgmaster@bm-1", "L0/a~b~c", "~".join("ab")]
)
def test_whatever_is_suggested_is_taken(borg: Topology, target: str) -> None:
    names = suggested(borg, target).nearest
    assert 0 < len(names) <= MOST
    for name in names:
        borg.check(parse_fault(f"{name}:cut@1"))


def test_a_list_that_leaves_some_out_says_so(kubernetes: Topology) -> None:
    long, short = suggested(kubernetes, "K12/a~b"), suggested(kubernetes, "machine/x")
    assert len(long.nearest) == MOST
    assert "…" not in long.nearest
    assert str(long).endswith(", …")
    assert "…" not in str(short)
    assert "…" not in str(NotKnown("letter", "x", "abcdefghijkl"))
    assert str(NotKnown("letter", "x", "abcdefghijklm")).endswith("l, …")


def test_a_refusal_is_one_line_whatever_was_written() -> None:
    with pytest.raises(NotAllowed) as refused:
        parse_fault("a\nb\u2028\x1b[1m")
    assert len(str(refused.value).splitlines()) == 1
    assert r"a\nb\u2028\x1b[1m" in str(refused.value)
