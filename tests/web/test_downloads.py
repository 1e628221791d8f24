"""Files of the map over HTTP, and by the command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from explorer.exports import drawing
from explorer.exports.fonts import NoFont
from explorer.exports.maps import TYPES
from explorer.playback.kept import Kept
from tests.web.asking import said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


def ask(client: Client, path: str, **headers: str) -> Any:
    return client.get(f"/systems/{path}", headers={"accept-language": "en-GB", **headers})


@pytest.mark.parametrize("extension", TYPES)
def test_each_format_is_sent_as_what_it_is_under_a_good_name(client: Client, extension: str) -> None:
    answer = ask(client, f"borg/map.{extension}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == TYPES[extension]
    assert answer["Content-Disposition"].startswith('attachment; filename="orrery-borg-map')
    assert answer["Content-Disposition"].endswith(f'.{extension}"')
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_what_a_browser_has_is_not_sent_again(client: Client) -> None:
    first = ask(client, "borg/map.svg")
    again = ask(client, "borg/map.svg", **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    other = ask(client, "borg/map.svg?theme=dark", **{"if-none-match": first["ETag"]})
    assert other.status_code == 200


def test_language_comes_from_the_query_else_from_the_visitor(client: Client) -> None:
    assert "控制平面".encode() in ask(client, "kubernetes/map.svg?lang=zh-hans").content
    client.cookies.clear()
    assert b"Control plane" in ask(client, "kubernetes/map.mmd").content
    answer = ask(client, "kubernetes/map.mmd", **{"accept-language": "zh-CN"})
    assert "控制平面".encode() in answer.content
    assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))


def test_a_drawing_may_bring_its_own_style_and_nothing_else(client: Client) -> None:
    policy = ask(client, "borg/map.svg")["Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("borg/map.gif", 404, "svg"), ("borg/map.SVG", 404, "svg"), ("mesos/map.svg", 404, "kubernetes"),
        ("borgg/map.svg", 404, "borg"), ("borg/map.png?scale=9", 400, "1 to 4"),
        ("borg/map.png?scale=x", 400, "1 to 4"), ("borg/map.svg?theme=neon", 400, "light, dark"),
        ("borg/map.svg?lang=fr", 400, "zh-hans"), ("borg/map.svg.exe", 404, "svg"),
        (f"borg/map.{'x' * 5000}", 404, "svg"),
    ],
)  # fmt: skip
def test_what_is_not_there_names_what_is(client: Client, path: str, status: int, named: str) -> None:
    answer = ask(client, path)
    assert answer.status_code == status
    assert named in said(answer)


def test_a_picture_is_refused_where_its_letters_would_be_boxes(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> None:
        raise NoFont("none")

    monkeypatch.setattr(drawing, "han", none)
    monkeypatch.setattr("explorer.exports.maps._files", Kept(1))
    answer = ask(client, "borg/map.png?lang=zh-hans")
    assert answer.status_code == 503
    assert "没有中文字体" in answer.text
    assert ask(client, "borg/map.png?lang=en").status_code == 200


def test_a_file_needs_one_query(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ask(client, "kubernetes/map.graphml")
    with django_assert_num_queries(1):
        ask(client, "kubernetes/map.graphml")


def test_the_command_writes_the_same_bytes(client: Client, tmp_path: Path) -> None:
    call_command("export_map", "kubernetes", "d2", "--lang", "en", "-o", str(tmp_path / "map.d2"))
    assert (tmp_path / "map.d2").read_bytes() == ask(client, "kubernetes/map.d2?lang=en").content


@pytest.mark.parametrize(
    ("arguments", "wants"),
    [
        (("kubernets", "svg"), "kubernetes"), (("borg", "gif"), "svg, png"),
        (("borg", "png", "--scale", "7"), "1 to 4"), (("borg", "svg", "--lang", "fr"), "zh-hans"),
        (("borg", "svg", "-o", "/nowhere/at/all.svg"), "/nowhere/at/all.svg"),
    ],
)  # fmt: skip
def test_the_command_refuses_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], wants: str
) -> None:
    with pytest.raises(SystemExit) as left:
        call_command("export_map", *arguments)
    told = capsys.readouterr()
    assert left.value.code == 2
    assert told.out == ""
    assert wants in told.err
    assert told.err.count("\n") == 1
