"""Made-up input of every kind: addresses, queries, faults and forms are answered and never break a page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.asking import DEPLOY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TARGETS = st.sampled_from(
    [
        "kubelet@node-1", "kube-apiserver@apiserver-0", "etcd@etcd-0", "kubectl", "image-registry", "users",
        "pod:x@node-1", "pod@node-1", "machine/node-3", "machine/", "kubelet", "borgmaster@bm-0", "~", "@",
        "K1", "K3", "K3/", "K3/~", "K12/kubelet@node-1~kube-apiserver@apiserver-0", "L7", "T1",
    ]
)  # fmt: skip
FIELDS = ["replicas", "machines", "cached", "seed", "fault", "detail", "step", "rev", "run", "lang", "x"]
FORM = [
    "do",
    "index",
    "seen",
    "speed",
    "fault",
    "target",
    "kind",
    "ms",
    "step",
    "kept",
    "replicas",
    "run",
    "detail",
]
WORDS = [
    "goto",
    "next",
    "back",
    "play",
    "pause",
    "speed",
    "fault",
    "undo",
    "0",
    "1",
    "-1",
    "down",
    "kubelet@node-1",
]
TIMES = st.one_of(
    st.sampled_from(
        ["0", "0.000001", "86400", "86400.000001", "00012", ".5", "5.", ".", "", "-1", "1e3", "٣"]
    ),
    st.floats(0, 40).map(lambda seconds: f"{seconds:.3f}"),
)
FAULTS = st.one_of(
    st.builds(
        lambda target, kind, value, start, end: f"{target}:{kind}{value}@{start}{end}",
        st.one_of(TARGETS, st.text(max_size=30)),
        st.sampled_from(["down", "cut", "slow", "burn", ""]),
        st.sampled_from(["", "", "", "=1", "=60000", "=60001", "=0", "=", "=x", "=000000001"]),
        TIMES,
        st.one_of(st.just(""), TIMES.map(lambda time: f"-{time}")),
    ),
    st.text(max_size=60),
)


def fit_to_be_seen(answer: Any) -> None:
    assert answer.status_code in (200, 400)
    assert b"Traceback" not in answer.content


@MANY
@given(st.lists(FAULTS, max_size=4), st.one_of(st.none(), st.integers(-5, 500)))
def test_faults_of_every_kind_give_a_page_or_a_range(faults: list[str], step: int | None) -> None:
    query = [("fault", fault) for fault in faults] + ([("step", str(step))] if step is not None else [])
    fit_to_be_seen(Client().get(f"{DEPLOY}?{urlencode(query, errors='replace')}"))


@MANY
@given(
    st.lists(
        st.tuples(
            st.sampled_from(FIELDS),
            st.one_of(st.text(max_size=20), st.integers(-9, 99).map(str), st.just("true"), st.just("full")),
        ),
        max_size=6,
    )
)
def test_queries_of_every_kind_give_a_page_or_a_range(query: list[tuple[str, str]]) -> None:
    fit_to_be_seen(Client().get(f"{DEPLOY}?{urlencode(query, errors='replace')}"))


@MANY
@given(
    st.dictionaries(
        st.sampled_from(FORM),
        st.one_of(
            st.sampled_from(WORDS),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
        ),
    )
)
def test_forms_of_every_kind_are_obeyed_or_refused(fields: dict[str, str]) -> None:
    answer = Client().post(f"{DEPLOY}do/", fields)
    assert answer.status_code in (303, 400, 404)


@MANY
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_addresses_of_every_kind_are_answered(path: str) -> None:
    assert Client().get(f"/walkthroughs/{quote(path)}").status_code in (200, 301, 404)
