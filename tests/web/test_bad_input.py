"""Whatever an address says, the answer is a page, a 400 that names what is allowed, or a 404."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tests.web.asking import DEPLOY, LONG, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


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


@pytest.mark.parametrize("spoken", ["xx", "%00", "../../etc/passwd", LONG, "en%0d%0aX:1"])
def test_a_language_that_is_not_spoken_is_answered_with_those_that_are(client: Client, spoken: str) -> None:
    answer = client.get(f"{DEPLOY}?lang={spoken}")
    assert answer.status_code == 400
    assert "en, zh-hans" in said(answer)
    assert len(answer.content) < 30_000


@pytest.mark.parametrize(
    "query",
    [
        "step=", "replicas=", "replicas=0&replicas=3", "rev=", "rev=zzz", f"rev={LONG}", "run=%00",
        f"run={LONG}", "run=aaaaaaaaaaaa", "run=AAAAAAAAAAAA", "run=../..", "lang=", "%", "%zz=%zz",
        "=&=&;", f"{LONG}=1",
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
