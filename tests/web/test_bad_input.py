"""Whatever an address or a form says, the answer is a page, a 400 that names what is allowed, or a 404."""

from __future__ import annotations

from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from explorer.models import Run
from explorer.playback.runs import MOST_RUNS, Place, obey, tidy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]

DEPLOY = "/walkthroughs/kubernetes/deploy/"
LONG = "x" * 9000
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def said(answer: Any) -> str:
    """The page's text, as a reader sees it."""
    return unescape(answer.text)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("replicas=0", "whole numbers from 1 to 50"),
        ("replicas=-1", "whole numbers from 1 to 50"),
        ("replicas=３", "whole numbers from 1 to 50"),
        ("replicas=%ff", "whole numbers from 1 to 50"),
        ("replicas=3&replicas=0", "whole numbers from 1 to 50"),
        ("machines=9999", "whole numbers from 1 to 50"),
        ("cached=maybe", "true or false"),
        ("seed=-1", "whole numbers from 0 to 999999"),
        (f"seed={LONG}", "whole numbers from 0 to 999999"),
        (f"seed={'1' * 5000}", "whole numbers from 0 to 999999"),
        ("step=-1", "whole numbers from 0 to"),
        ("step=1.5", "whole numbers from 0 to"),
        ("step=%00", "whole numbers from 0 to"),
        ("step=٣", "whole numbers from 0 to"),
        ("step=99999999", "whole numbers from 0 to"),
        ("detail=FULL", "story, full, idle"),
        ("fault=nonsense", "TARGET:KIND"),
        ("fault=", "TARGET:KIND"),
        ("fault=%00", "TARGET:KIND"),
        (f"fault={LONG}", "TARGET:KIND"),
        ("fault=machine/node-9:down@1", "machine/node-1"),
        ("fault=kubelett@node-1:down@1", "kubelet@node-1"),
        ("fault=K3/kubectl~kube-apiserver@apiserver-0:cut@0", "a target out of"),
        ("fault=K3/a~b~c:cut@0", "a target out of"),
        ("fault=machine/node-1:burn@1", "down, cut, slow"),
        ("fault=machine/node-1:down@86401", "times from 0 to 86400 seconds"),
        ("fault=machine/node-1:down@5-5", "an UNTIL after its FROM"),
        ("fault=machine/node-1:down@1.2.3", "at most six decimals"),
        ("fault=machine/node-1:down=5@1", "no VALUE for down"),
        ("fault=K3:slow=60001@0", "1 to 60000 milliseconds"),
        (f"fault=K3:slow=000000001{'9' * 5000}@0", "TARGET:KIND"),
        (f"fault=machine/node-1:down@{'9' * 5000}", "TARGET:KIND"),
        ("&".join(f"fault=machine/node-1:down@{second}" for second in range(13)), "at most 12"),
    ],
)
def test_what_is_out_of_range_is_answered_with_the_range(client: Client, query: str, names: str) -> None:
    answer = client.get(f"{DEPLOY}?{query}")
    assert answer.status_code == 400
    assert names in said(answer)
    assert len(answer.content) < 30_000
    chinese = client.get(f"{DEPLOY}?{query}", headers={"accept-language": "zh-CN"})
    assert chinese.status_code == 400
    assert '<html lang="zh-Hans"' in chinese.text


@pytest.mark.parametrize(
    "query",
    [
        "step=", "replicas=", "replicas=0&replicas=3", "rev=", "rev=zzz", f"rev={LONG}", "run=%00",
        f"run={LONG}", "run=aaaaaaaaaaaa", "run=AAAAAAAAAAAA", "run=../..", "lang=xx", "lang=%00",
        "lang=../../etc/passwd", f"lang={LONG}", "lang=en%0d%0aX:1", "%", "%zz=%zz", "=&=&;", f"{LONG}=1",
        "utm_source=paper", "fault=machine/node-1:down@1&fault=machine/node-1:down@1.0",
        "fault=pod:x@node-1:down@1", "fault=machine/node-1:down@86400",
    ],
)  # fmt: skip
def test_what_says_nothing_is_passed_over(client: Client, query: str) -> None:
    answer = client.get(f"{DEPLOY}?{query}")
    assert answer.status_code == 200
    assert 'id="step"' in answer.text


def test_the_same_fault_twice_is_one(client: Client) -> None:
    once, twice = (
        client.post(f"{DEPLOY}do/", {"do": "goto", "index": "0", "kept": ["machine/node-1:down@1"] * n})
        for n in (1, 2)
    )
    assert once["Location"].count("fault=") == twice["Location"].count("fault=") == 1


@pytest.mark.parametrize(
    "path",
    [
        "/%00", "/☃/", f"/{LONG}", "/walkthroughs/%00/deploy/", f"/walkthroughs/kubernetes/{LONG}/",
        "/walkthroughs//deploy/", "/walkthroughs/../admin/", "/static/%00", "/static/..%2f..%2fmanage.py",
        "/ws/runs/aaaaaaaaaaaa/", "/healthz/", "/robots.txt", "/walkthroughs/mesos/deploy/",
        "/walkthroughs/-/-/", f"{DEPLOY}do", f"{DEPLOY}do/do/", "/walkthroughs/kubernetes/deploy/%3Fstep=3",
    ],
)  # fmt: skip
def test_an_address_where_nothing_stands_offers_the_nearest(client: Client, path: str) -> None:
    answer = client.get(path, follow=True)
    assert answer.status_code in (404, 405)
    if answer.status_code == 404:
        assert 'href="/walkthroughs/' in answer.text
        assert len(answer.content) < 30_000


@pytest.mark.parametrize(
    ("path", "offered"),
    [
        ("kuberntes/deploy", "kubernetes/deploy"),
        ("borg/depoly", "borg/deploy"),
        ("kubernetes/deploys", "kubernetes/deploy"),
    ],
)
def test_a_mistyped_walkthrough_offers_the_one_that_was_meant(
    client: Client, path: str, offered: str
) -> None:
    answer = client.get(f"/walkthroughs/{path}/")
    assert answer.status_code == 404
    assert answer.text.index(f'href="/walkthroughs/{offered}/"') > 0


@pytest.mark.parametrize(
    ("fields", "status", "names"),
    [
        ({}, 404, "goto"),
        ({"do": "\0"}, 404, "goto"),
        ({"do": LONG}, 404, "goto"),
        ({"do": "goto"}, 400, "whole numbers from"),
        ({"do": "goto", "index": "-2"}, 400, "whole numbers from -1 to"),
        ({"do": "goto", "index": "--1"}, 400, "whole numbers from -1 to"),
        ({"do": "goto", "index": "٣"}, 400, "whole numbers from -1 to"),
        ({"do": "speed", "speed": "nan"}, 400, "0.25, 0.5, 1, 2, 4"),
        ({"do": "fault"}, 400, "TARGET:KIND"),
        (
            {"do": "fault", "target": "kubelet@node-1", "kind": "slow", "ms": "x"},
            400,
            "1 to 60000 milliseconds",
        ),
        ({"do": "fault", "target": "kubelet@node-1", "kind": "burn"}, 400, "down, cut, slow"),
        ({"do": "fault", "target": LONG, "kind": "down"}, 400, "TARGET:KIND"),
        ({"do": "fault", "fault": f"K3:slow=000000001{'9' * 5000}@0"}, 400, "TARGET:KIND"),
        ({"do": "undo"}, 400, "no fault is on"),
        ({"do": "undo", "fault": "\0"}, 400, "no fault is on"),
        ({"do": "next", "replicas": "0"}, 400, "whole numbers from 1 to 50"),
        ({"do": "next", "step": "-1"}, 400, "whole numbers from 0 to"),
        ({"do": "next", "detail": "\0"}, 400, "story, full, idle"),
        ({"do": "next", "kept": LONG}, 400, "TARGET:KIND"),
    ],
)
def test_a_command_that_cannot_be_makes_no_run_and_says_what_can(
    client: Client, fields: dict[str, str], status: int, names: str
) -> None:
    answer = client.post(f"{DEPLOY}do/", fields)
    assert answer.status_code == status
    assert names in said(answer)
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"do": "next"}', "application/json"),
        (b"do=next", "application/x-www-form-urlencoded; charset=latin-1"),
        (b"do=next", "multipart/form-data"),
        (b"do=next", "multipart/form-data; boundary=\x01"),
        (b"do=next", "text/plain"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"do=next&a=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
        (b"&".join([b"a=1"] * 2000), "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_is_no_form_moves_nothing(client: Client, body: bytes, kind: str) -> None:
    answer = client.post(f"{DEPLOY}do/", body, content_type=kind)
    assert answer.status_code in (400, 404)
    assert not Run.objects.exists()


def test_an_address_with_endless_parameters_is_refused(client: Client) -> None:
    assert client.get(DEPLOY, {f"a{number}": "1" for number in range(1100)}).status_code == 400


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace", "options"])
@pytest.mark.parametrize("path", ["/", DEPLOY, f"{DEPLOY}do/", "/walkthroughs/", "/theme/"])
def test_other_methods_are_refused_with_those_that_are_not(client: Client, method: str, path: str) -> None:
    answer = getattr(client, method)(path)
    assert answer.status_code == 405
    assert answer["Allow"] in ("GET, HEAD", "POST")


@pytest.mark.parametrize("path", ["/", DEPLOY, "/walkthroughs/", "/healthz"])
def test_asking_for_the_head_alone_is_answered_like_asking_for_all(client: Client, path: str) -> None:
    answer = client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_get_of_a_command_moves_nothing(client: Client) -> None:
    assert client.get(f"{DEPLOY}do/?do=next").status_code == 405
    assert not Run.objects.exists()


def test_a_commands_address_says_nothing_only_its_form_does(client: Client) -> None:
    answer = client.post(f"{DEPLOY}do/?do=play&step=999999&replicas=0", {"do": "goto", "index": "0"})
    assert answer.status_code == 303
    assert not Run.objects.get().playing


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-csrftoken": "x" * 64},
        {"x-csrftoken": ""},
        {"x-csrftoken": "\x00"},
    ],
)
def test_a_command_without_the_visitors_token_moves_nothing(headers: dict[str, str]) -> None:
    mallory = Client(enforce_csrf_checks=True)
    mallory.get(DEPLOY)
    answer = mallory.post(f"{DEPLOY}do/", {"do": "next"}, headers=headers)
    assert answer.status_code == 403
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://testserver.evil.example", "http://["]
)
def test_a_command_from_another_sites_page_moves_nothing(origin: str) -> None:
    victim = Client(enforce_csrf_checks=True)
    victim.get(DEPLOY)
    token = victim.cookies["csrftoken"].value
    answer = victim.post(f"{DEPLOY}do/", {"do": "next"}, headers={"x-csrftoken": token, "origin": origin})
    assert answer.status_code == 403
    own = victim.post(
        f"{DEPLOY}do/", {"do": "next"}, headers={"x-csrftoken": token, "origin": "http://testserver"}
    )
    assert own.status_code == 303


def a_run(client: Client, **fields: str) -> str:
    made = client.post(f"{DEPLOY}do/", {"do": "goto", "index": "5", **fields}, headers={"hx-request": "true"})
    assert made.status_code == 200
    return str(made["Orrery-Run"])


def test_the_run_of_another_walkthrough_is_not_shown_and_not_moved(client: Client) -> None:
    code = a_run(client)
    answer = client.get("/walkthroughs/borg/deploy/", {"run": code})
    assert answer.status_code == 200
    assert f"/ws/runs/{code}" not in answer.text
    client.post("/walkthroughs/borg/deploy/do/", {"do": "goto", "index": "9", "run": code})
    assert Run.objects.get(code=code).cursor == 5


def test_a_run_at_a_step_of_its_own_wins_over_the_steps_of_the_address(client: Client) -> None:
    code = a_run(client)
    shown = client.get(DEPLOY, {"run": code, "step": "99999999"})
    assert shown.status_code == 200


def test_looking_at_a_run_writes_nothing(client: Client) -> None:
    code = a_run(client)
    before = Run.objects.values().get(code=code)
    client.get(DEPLOY, {"run": code})
    client.head(DEPLOY, {"run": code})
    assert Run.objects.values().get(code=code) == before


def test_a_visitor_who_commands_gets_no_session(client: Client) -> None:
    a_run(client)
    assert set(client.cookies) <= {"csrftoken"}


@pytest.mark.parametrize(
    ("wanted", "went"),
    [
        ("http://testserver//evil.example/", "/evil.example/"),
        ("http://testserver/\\evil.example", "/evil.example"),
        ("http://testserver///evil.example", "/evil.example"),
        ("/\\evil.example", "/"),
        ("/a\nb", "/ab"),
        ("/%0d%0aX:1", "/%0d%0aX:1"),
        ("http://[::1", "/"),
        ("\x00", "/"),
        (f"/{LONG}", "/"),
    ],
)
def test_the_way_back_never_leads_to_another_site(client: Client, wanted: str, went: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": wanted})["Location"] == went


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


def test_runs_beyond_what_is_kept_go_the_longest_untouched_first(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_RUNS >= 10_000
    monkeypatch.setattr("explorer.playback.runs.MOST_RUNS", 3)
    codes = [a_run(client) for _ in range(5)]
    client.post(f"{DEPLOY}do/", {"do": "goto", "index": "0", "run": codes[0]})
    assert tidy() == 2
    assert set(Run.objects.values_list("code", flat=True)) == {codes[0], codes[3], codes[4]}


def test_a_flood_of_new_runs_tidies_up_after_itself(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.playback.runs.MOST_RUNS", 5)
    monkeypatch.setattr("explorer.playback.runs.TIDY_EVERY", 4)
    for _ in range(30):
        a_run(client)
    assert Run.objects.count() <= 5 + 4


def test_a_simulation_is_done_before_the_database_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    from explorer.playback import engine
    from explorer.playback.atlas import atlas_from_models
    from explorer.playback.inputs import read_inputs

    depth: list[int] = []
    made = engine._make

    def making(*given: Any) -> Any:
        depth.append(len(connection.savepoint_ids))
        return made(*given)

    monkeypatch.setattr(engine, "_make", making)
    inputs = read_inputs(atlas_from_models(), "kubernetes", "deploy", {"seed": "123456"})
    place = obey(Place(inputs), "goto", {"index": "3"})
    obey(place, "fault", {"fault": "machine/node-2:down@0.5"})
    assert depth == [0, 0]


def test_every_host_but_ours_is_refused(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["orrery.example.edu"]
    for host in (
        "evil.example",
        "orrery.example.edu.evil.example",
        "[::1",
        "a" * 300,
        "",
        "orrery.example.edu\x00",
    ):
        assert client.get("/", HTTP_HOST=host).status_code == 400
    assert client.get("/", HTTP_HOST="orrery.example.edu").status_code == 200


def test_without_tables_pages_say_that_something_broke_and_health_says_what(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from django.db import OperationalError

    from explorer.models import System

    def broken(*_: object, **__: object) -> None:
        raise OperationalError("no such table: explorer_system")

    for name in ("explorer.web.home.atlas_from_models", "explorer.web.walkthrough.atlas_from_models"):
        monkeypatch.setattr(name, broken)
    monkeypatch.setattr(System.objects, "count", broken)
    visitor = Client(raise_request_exception=False)
    for path in ("/", "/walkthroughs/", DEPLOY):
        for language, words in (("en", "Something broke here."), ("zh-CN", '<html lang="zh-Hans"')):
            answer = visitor.get(path, headers={"accept-language": language})
            assert answer.status_code == 500
            assert words in answer.text
            assert "explorer_system" not in answer.text
    health = visitor.get("/healthz")
    assert (health.status_code, "no such table" in health.json()["reason"]) == (503, True)
