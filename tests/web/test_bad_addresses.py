"""Unknown systems, scenarios, pairs, components, filters, codes: the answer names the nearest there are."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from explorer.models import Run
from tests.pages import LANGUAGES
from tests.web.asking import LONG, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]

EVERYWHERE = (
    "/compare/",
    "/compare/deploy/",
    "/systems/",
    "/systems/borg/",
    "/systems/borg/borglet/",
    "/systems/borg/insights/",
    "/concepts/",
    "/misconceptions/",
    "/glossary/",
    "/follow/",
    "/quorum/",
)
HOSTILE = {
    "10 kB": "x" * 10_000,
    "10 kB of Chinese": "调度器" * 1200,
    "control characters": "\x00\x01\x1b[2J\x7f",
    "no text at all": "\ud800",
    "HTML": '"><script>alert(1)</script>',
    "an attribute": '" onmouseover="alert(1)',
    "a template": "{{ 7 }}{% debug %}",
    "line ends": "a\r\nSet-Cookie: x=1",
    "a pattern": "(a+)+$[",
    "right to left": "\u202eborg",
}


def both(client: Client, address: str) -> list[Any]:
    """The answers in both languages."""
    return [client.get(address, headers={"accept-language": locale}) for locale in LANGUAGES.values()]


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/systems/brog/", "borg"),
        ("/systems/kuberntes/", "kubernetes"),
        ("/systems/borg/borglets/", "borglet"),
        ("/systems/brog/borglet/", "borg"),
        ("/systems/kubernetes/borglet/", "kubelet"),
        ("/systems/kubernetes/api-server/", "kube-apiserver"),
        ("/systems/swarm/kubelet/", ""),
        ("/systems/brog/insights/", "borg"),
        ("/systems/borg/map.exe", ""),
        ("/systems/brog/map.svg", "borg"),
        ("/compare/deploys/", "deploy"),
        ("/compare/as-the-article-tells/", "deploy"),
        ("/compare/deploy/?left=brog", "borg, kubernetes"),
        ("/compare/deploy/?right=mesos", "borg, kubernetes"),
        ("/compare/depoly/figures/", "deploy"),
        (f"/compare/{LONG}/", "deploy"),
        (f"/systems/{LONG}/", "borg"),
        (f"/systems/borg/{LONG}/", "borg"),
        ("/share/aaaaaaaaaaaa/", ""),
        ("/concept/", "/concepts/"),
        ("/glosary/", "/glossary/"),
        ("/misconception/", "/misconceptions/"),
        ("/system/kubernetes/kubelet/", "/systems/kubernetes/kubelet/"),
    ],
)
def test_what_is_not_there_is_answered_with_the_nearest(client: Client, address: str, names: str) -> None:
    for answer in both(client, address):
        assert answer.status_code == 404
        for name in names.split(", "):
            assert name in said(answer)
        assert len(answer.content) < 40_000


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/systems/borg/?zone=nodes", "node, client"),
        ("/systems/borg/?kind=proces", "process"),
        ("/compare/deploy/?left=borg&right=borg", "kubernetes"),
        ("/compare/deploy/?left-step=99999", "whole numbers from 0 to, 0 至"),
        ("/compare/deploy/?right-step=x", "whole numbers from 0 to, 0 至"),
        ("/compare/deploy/?left-fault=x", "TARGET:KIND, 目标:种类"),
        ("/compare/deploy/?right-fault=borglet@m-1:down@1", "kubelet@node-1"),
        ("/compare/deploy/?replicas=0", "whole numbers from 1 to 50, 1 至 50"),
        ("/compare/deploy/?detail=no", "story, full"),
        ("/compare/deploy/figures/?replicas=51", "whole numbers from 1 to 50, 1 至 50"),
        ("/misconceptions/?verdict=wrng", "wrong, outdated"),
        ("/report/", "first slash, 第一个斜杠"),
        ("/report/?about=//evil.example/", "first slash, 第一个斜杠"),
        ("/report/?about=javascript:alert(1)", "first slash, 第一个斜杠"),
        (f"/report/?about=/{LONG}", "first slash, 第一个斜杠"),
        ("/quorum/?n=0", "whole numbers from, 的整数"),
        ("/quorum/?n=-1", "whole numbers from, 的整数"),
        ("/quorum/?n=３", "whole numbers from, 的整数"),
        (f"/quorum/?n={'9' * 5000}", "whole numbers from, 的整数"),
    ],
)
def test_what_is_out_of_range_is_answered_with_the_range(client: Client, address: str, names: str) -> None:
    for answer in both(client, address):
        assert answer.status_code == 400
        assert any(name in said(answer) for name in names.split(", "))
        assert len(answer.content) < 40_000


@pytest.mark.parametrize("field", ["left-fault", "right-fault"])
@pytest.mark.parametrize("fault", ["x", "nobody@m-1:down@1"])
def test_a_refused_fault_is_named_as_the_address_names_it(client: Client, field: str, fault: str) -> None:
    for answer in both(client, f"/compare/deploy/?{field}={fault}"):
        assert field in said(answer)


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("/systems/kubernetes/insights/?without=etd", "/systems/kubernetes/insights/"),
        ("/compare/deploy/?left=brog", "/compare/deploy/"),
        ("/systems/kubernetes/map.gif", "/systems/kubernetes/map.svg"),
        ("/systems/borg/insight/", "/systems/borg/insights/"),
    ],
)
def test_where_only_the_query_or_the_end_is_wrong_the_page_itself_is_offered(
    client: Client, address: str, right: str
) -> None:
    for answer in both(client, address):
        assert answer.status_code == 404
        assert f'href="{right}"' in answer.text.partition("<main")[2]


@pytest.mark.parametrize("address", EVERYWHERE)
@pytest.mark.parametrize("language", ["xx", LONG, "%00"])
def test_a_language_we_do_not_speak_is_answered_with_those_we_do(
    client: Client, address: str, language: str
) -> None:
    for answer in both(client, f"{address}?lang={language}"):
        assert answer.status_code == 400
        assert "en, zh-hans" in answer.text


@pytest.mark.parametrize("address", EVERYWHERE)
@pytest.mark.parametrize("query", ["lang=", "utm_source=paper", "%zz=%", "a=1&a=2"])
def test_what_says_nothing_is_passed_over(client: Client, address: str, query: str) -> None:
    answer = client.get(f"{address}?{query}")
    assert answer.status_code == 200
    assert '<html lang="en"' in answer.text


@pytest.mark.parametrize("address", ["/systems/borg/?q=", "/systems/kubernetes/?q=", "/glossary/?q="])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_searched_is_answered_escaped_and_bounded(
    client: Client, address: str, text: str
) -> None:
    plain = len(client.get(address.partition("?")[0]).content)
    for answer in both(client, address + quote(text, errors="surrogatepass")):
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert '" onmouseover' not in answer.text
        assert "\x00" not in answer.text
        # The address itself comes back twice: in the switch of the language and with the form of the theme.
        assert len(answer.content) < plain + 2 * 6 * len(text.encode(errors="replace")) + 20_000


@pytest.mark.parametrize(
    "address", ["/follow/?code=", "/systems/borg/?zone=", "/misconceptions/?verdict=", "/report/?about="]
)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_a_field_says_is_refused_as_text(client: Client, address: str, text: str) -> None:
    for answer in both(client, address + quote(text, errors="surrogatepass")):
        assert answer.status_code in (400, 404)
        assert "<script>alert" not in answer.text
        assert '" onmouseover' not in answer.text


@pytest.mark.parametrize("code", ["zzzzzzzz", "zz", "ZZZZ-ZZZZ", "../admin", "%00", LONG, "零零零零零零零零"])
def test_a_share_code_that_nobody_has_is_answered_with_the_field_to_type_it_in(
    client: Client, code: str
) -> None:
    answer = client.get("/follow/", {"code": code})
    assert answer.status_code == 404
    assert 'name="code"' in answer.text


@pytest.mark.parametrize("path", ["/follow/zzzzzzzz/", "/follow/zzzzzzzz/screen/"])
def test_the_address_of_an_ended_share_says_so(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert 'name="code"' in answer.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 404),
        ({"do": LONG}, 404),
        ({"do": "goto"}, 400),
        ({"do": "goto", "meeting": "x"}, 400),
        ({"do": "goto", "meeting": "99999"}, 400),
        ({"do": "next", "side": "middle"}, 400),
        ({"do": "fault", "pair": "\x00"}, 400),
        ({"do": "fault", "pair": LONG}, 400),
        ({"do": "fault", "left-fault": "x"}, 400),
        ({"do": "undo", "pair": "- -"}, 400),
        ({"do": "speed", "speed": "nan"}, 400),
        ({"do": "next", "left": "brog"}, 404),
        ({"do": "next", "left": "borg", "right": "borg"}, 400),
        ({"do": "next", "replicas": "0"}, 400),
    ],
)
def test_a_command_to_a_comparison_that_cannot_be_makes_no_run(
    client: Client, fields: dict[str, str], status: int
) -> None:
    answer = client.post("/compare/deploy/do/", fields)
    assert answer.status_code == status
    assert not Run.objects.exists()


@pytest.mark.parametrize("address", ["/compare/deploy/do/", "/walkthroughs/borg/deploy/share/"])
def test_what_takes_forms_only_writes_nothing_when_it_is_looked_at(client: Client, address: str) -> None:
    assert client.get(address).status_code == 405
    assert not Run.objects.exists()


@pytest.mark.parametrize("do", ["", "stopp", LONG, "\x00"])
def test_a_share_is_started_or_stopped_and_nothing_else(client: Client, do: str) -> None:
    made = client.post("/walkthroughs/borg/deploy/share/")
    answer = client.post(made["Location"], {"do": do})
    assert answer.status_code == 404
    assert "start" in said(answer)
    assert Run.objects.get().share


@pytest.mark.parametrize("address", ["/systems/borg/", "/glossary/"])
def test_what_was_searched_stands_in_its_field_as_it_was_typed(client: Client, address: str) -> None:
    for answer in both(client, f"{address}?q={quote('链接 分片')}"):
        assert 'value="链接 分片"' in answer.text
