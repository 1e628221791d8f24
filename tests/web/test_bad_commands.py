"""Whatever a command says, only the visitor's own form moves a Run; what is refused is told what can be."""

from __future__ import annotations

import pytest
from django.test import Client

from explorer.models import Run
from tests.web.asking import DEPLOY, LONG, a_run, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


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
