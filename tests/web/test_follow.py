"""Sharing a run, and the pages of those who follow it."""

from __future__ import annotations

import gzip
import re
import socket
from collections.abc import Iterator

import pytest
import zxingcpp
from django.test import Client
from pytest_django import Settings

from explorer.models import Run
from explorer.models.run import ALPHABET
from explorer.playback import runs
from explorer.web.qr import QUIET, Code, qr
from explorer.web.reach import reach

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]

DEPLOY = "/walkthroughs/kubernetes/deploy/"
PX = 4
"""Pixels a module, as a camera would see it."""


@pytest.fixture
def shared(client: Client) -> Run:
    answer = client.post(f"{DEPLOY}share/?replicas=2&step=41")
    assert answer.status_code == 303
    return Run.objects.get(share__isnull=False)


def share_page(client: Client, run: Run, **headers: str) -> str:
    answer = client.get(f"/share/{run.code}/", **headers)  # type: ignore[arg-type]  # headers of the request
    assert answer.status_code == 200
    return answer.content.decode()


def test_sharing_makes_a_run_at_the_very_place_of_the_page(client: Client, shared: Run) -> None:
    place = runs.place_of_run(shared.code)
    assert place is not None
    assert dict(place.inputs.parameters)["replicas"] == 2
    shown = client.get(f"{DEPLOY}?replicas=2&step=41").content.decode()
    assert f'data-index="{place.cursor}"' in shown
    assert re.fullmatch(f"[{ALPHABET}]{{8}}", shared.share or "")


def test_sharing_a_run_keeps_it_where_it_stands(client: Client, shared: Run) -> None:
    for query in (f"run={shared.code}", f"run={shared.code}&step=3&replicas=9"):
        answer = client.post(f"{DEPLOY}share/?{query}")
        assert answer["Location"] == f"/share/{shared.code}/"
    assert list(Run.objects.values_list("code", "share", "seq")) == [(shared.code, shared.share, 1)]


def test_a_get_shares_nothing(client: Client) -> None:
    assert client.get(f"{DEPLOY}share/").status_code == 405
    assert client.get(f"{DEPLOY}?step=41").status_code == 200
    assert not Run.objects.exists()


def test_sharing_what_cannot_be_is_refused_as_its_page_is(client: Client) -> None:
    assert client.post(f"{DEPLOY}share/?replicas=0").status_code == 400
    assert client.post("/walkthroughs/kubernetes/dance/share/").status_code == 404
    assert not Run.objects.exists()


def test_a_form_without_its_token_shares_nothing() -> None:
    assert Client(enforce_csrf_checks=True).post(f"{DEPLOY}share/").status_code == 403
    assert not Run.objects.exists()


def test_the_player_offers_to_share_what_it_shows(client: Client) -> None:
    page = client.get(f"{DEPLOY}?replicas=2&step=41").content.decode()
    assert f'action="{DEPLOY}share/?replicas=2&amp;step=41"' in page


def test_the_qr_code_leads_to_the_followers_page(client: Client, shared: Run, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["orrery.example.edu"]
    page = share_page(client, shared, HTTP_HOST="orrery.example.edu:8000")
    link = f"http://orrery.example.edu:8000/follow/{shared.share}/"
    assert f'href="{link}"' in page
    assert read(page) == link
    screen = client.get(f"/follow/{shared.share}/screen/", HTTP_HOST="orrery.example.edu:8000")
    assert read(screen.content.decode()) == link


def read(page: str) -> str:
    """What a camera reads on the page: its QR code drawn in black and white, and decoded."""
    found = re.search(r'viewBox="0 0 (\d+) \1".*?<path fill="#15181e" d="([^"]*)"', page)
    assert found
    return decoded(Code(found[1], found[2]))


def decoded(code: Code) -> str:
    width = int(code.size) * PX
    pixels = bytearray(b"\xff" * width * width)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", code.path):
        for row in range(int(y) * PX, int(y) * PX + PX):
            start = row * width + int(x) * PX
            pixels[start : start + int(length) * PX] = bytes(int(length) * PX)
    (found,) = zxingcpp.read_barcodes(memoryview(pixels).cast("B", (width, width)))
    return str(found.text)


@pytest.mark.parametrize("length", [1, 30, 80, 200])
def test_a_code_of_any_length_can_be_read_and_has_its_quiet_zone(length: int) -> None:
    text = ("http://orrery.example.edu/follow/" * 7)[:length]
    code = qr(text)
    assert decoded(code) == text
    corners = [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h", code.path)]
    assert min(min(corner) for corner in corners) == QUIET


@pytest.fixture
def listening() -> Iterator[int]:
    """A port at which this machine's every address answers."""
    with socket.socket() as server:
        server.bind(("0.0.0.0", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_link_asked_for_on_this_machine_names_an_address_that_others_reach(
    client: Client, shared: Run, settings: Settings, listening: int
) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    settings.LAN_ADDRESSES = ["127.0.0.9"]  # another address of this machine, on every Linux
    for host in ("localhost", "127.0.0.1"):
        page = share_page(client, shared, HTTP_HOST=f"{host}:{listening}")
        assert f'href="http://127.0.0.9:{listening}/follow/{shared.share}/"' in page
        assert "make class" not in page


def test_a_server_that_only_this_machine_reaches_says_so(
    client: Client, shared: Run, settings: Settings
) -> None:
    settings.LAN_ADDRESSES = ["127.0.0.9"]
    settings.ALLOWED_HOSTS = ["localhost"]
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.9", 0))  # taken, and nobody listens
        page = share_page(client, shared, HTTP_HOST=f"localhost:{unheard.getsockname()[1]}")
    assert "make class" in page
    assert "<svg class=qr" not in page.replace('"', "")


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("[::1]", True),
        ("orrery.example", False),
        ("10.0.0.5", False),
    ],
)
def test_only_names_that_mean_oneself_are_replaced(
    rf: object, settings: Settings, host: str, alone: bool
) -> None:
    settings.ALLOWED_HOSTS, settings.LAN_ADDRESSES = [host], []
    request = rf.get("/", headers={"host": host})  # type: ignore[attr-defined]  # pytest-django's factory
    assert reach(request).alone is alone
    assert reach(request).base == f"http://{host}"


@pytest.mark.parametrize("path", ["/follow/{}/", "/follow/{}/screen/"])
def test_the_runs_own_code_is_in_nothing_that_followers_get(client: Client, shared: Run, path: str) -> None:
    runs.obey(place_of(shared), "fault", {"target": "kubelet@node-1"})
    for language in ("en", "zh-hans"):
        answer = client.get(path.format(shared.share), headers={"accept-language": language})
        assert answer.status_code == 200
        assert shared.code not in answer.content.decode()
        assert shared.code not in str(answer.headers) + str(answer.cookies)


def place_of(run: Run) -> runs.Place:
    place = runs.place_of_run(run.code)
    assert place is not None
    return place


@pytest.mark.parametrize("path", ["/follow/{}/", "/follow/{}/screen/"])
def test_followers_get_no_form_and_may_send_none(client: Client, shared: Run, path: str) -> None:
    page = client.get(path.format(shared.share)).content.decode()
    assert not re.search(r"<form|<input|<select|csrfmiddlewaretoken", page)
    assert client.post(path.format(shared.share), {"do": "next"}).status_code == 405


def test_a_follower_reads_in_their_own_language(client: Client, shared: Run) -> None:
    path = f"/follow/{shared.share}/"
    assert "Step " in client.get(path).content.decode()
    assert '<html lang="zh-Hans"' in client.get(path, headers={"accept-language": "zh-CN"}).content.decode()
    chinese = client.get(f"{path}?lang=zh-hans").content.decode()
    assert '<html lang="zh-Hans"' in chinese
    assert f"/ws/follow/{shared.share}/?lang=zh-hans&amp;epoch=1&amp;seq=1" in chinese
    assert '<html lang="zh-Hans"' in client.get(path).content.decode()  # the cookie remembers


def test_looking_around_leads_to_this_very_step_and_back(client: Client, shared: Run) -> None:
    page = client.get(f"/follow/{shared.share}/").content.decode()
    found = re.search(r'id="alone"[^>]* href="([^"]*)"', page)
    assert found
    own = found[1].replace("&amp;", "&")
    assert own.startswith(f"{DEPLOY}?")
    assert "run=" not in own
    walkthrough = client.get(own).content.decode()
    assert f'data-index="{shared.cursor}"' in walkthrough
    assert f'href="/follow/{shared.share}/"' in walkthrough
    moved = client.post(
        f"{DEPLOY}do/", {"do": "next", "step": "41", "seen": "0", "follow": shared.share or ""},
        headers={"hx-request": "true"},
    )  # fmt: skip
    assert moved["Orrery-Address"].endswith(f"&follow={shared.share}")
    assert moved["Orrery-Run"] != shared.code


@pytest.mark.parametrize("left", ["../../admin", "aaaaaaaa&run=x", '"><script>', "AAAAAAAA", "a" * 500])
def test_a_way_back_that_is_no_share_code_leads_nowhere(client: Client, left: str) -> None:
    moved = client.post(
        f"{DEPLOY}do/", {"do": "next", "seen": "0", "follow": left}, headers={"hx-request": "true"}
    )
    assert "follow" not in moved["Orrery-Address"]
    page = client.get(DEPLOY, {"follow": left})
    assert page.status_code == 200
    assert "<script>" not in page.content.decode().partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    "path", ["/follow/aaaaaaaa/", "/follow/aaaaaaaa/screen/", "/follow/AB-1/", "/follow/x/"]
)
def test_a_code_that_nobody_shares_is_answered_kindly(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "No run is shared under this code" in answer.content.decode()
    chinese = client.get(path, headers={"accept-language": "zh-CN"}).content.decode()
    assert "没有用这个代码共享的运行" in chinese


def test_a_code_can_be_typed_as_it_is_read_out(client: Client, shared: Run) -> None:
    code = shared.share or ""
    for typed in (code, code.upper(), f" {code[:4].upper()} {code[4:].upper()} ", f"{code[:4]}-{code[4:]}"):
        assert client.get("/follow/", {"code": typed})["Location"] == f"/follow/{code}/"
    assert client.get("/follow/").status_code == 200


@pytest.mark.parametrize("typed", ["x", "aaaaaaaa", "<b>", "\x00", "９" * 8, "a" * 10_000, "--"])
def test_what_is_mistyped_stays_in_its_field_to_be_mended(client: Client, typed: str) -> None:
    answer = client.get("/follow/", {"code": typed})
    assert answer.status_code in (200, 404)
    assert len(answer.content) < 30_000
    assert "<b>" not in answer.content.decode().partition("<main")[2].partition("<svg")[0].replace(
        "<b></b>", ""
    )


def test_whoever_stops_sharing_is_told_so_and_may_share_anew(client: Client, shared: Run) -> None:
    before = shared.share
    assert client.post(f"/share/{shared.code}/", {"do": "stop"}).status_code == 303
    assert "Nobody can follow this run" in share_page(client, shared)
    assert client.get(f"/follow/{before}/").status_code == 404
    client.post(f"/share/{shared.code}/", {"do": "start"})
    shared.refresh_from_db()
    assert shared.share not in (None, before)
    assert client.post(f"/share/{shared.code}/", {"do": "dance"}).status_code == 404
    assert client.post(f"/share/{shared.code}/").status_code == 404


@pytest.mark.parametrize("code", ["aaaaaaaaaaaa", "x", "AAAAAAAAAAAA", "a" * 200])
def test_a_run_that_is_not_there_has_no_sharers_page(client: Client, code: str) -> None:
    assert client.get(f"/share/{code}/").status_code == 404
    assert client.post(f"/share/{code}/", {"do": "stop"}).status_code == 404


def test_the_sharers_page_leads_back_into_the_run(client: Client, shared: Run) -> None:
    found = re.search(r'id="back" href="([^"]*)"', share_page(client, shared))
    assert found
    back = client.get(found[1].replace("&amp;", "&")).content.decode()
    assert f"/ws/runs/{shared.code}/" in back


def test_followers_cost_a_constant_number_of_queries(
    client: Client, shared: Run, django_assert_max_num_queries: object
) -> None:
    for path in (f"/follow/{shared.share}/", f"/follow/{shared.share}/screen/"):
        client.get(path)
        with django_assert_max_num_queries(2):  # type: ignore[operator]  # the graph's version, the Run
            client.get(path)


def test_a_comparison_is_followed_side_by_side(client: Client) -> None:
    answer = client.post("/compare/deploy/share/?left-step=22&right-step=89")
    assert answer.status_code == 303
    run = Run.objects.get()
    assert (run.right_system, run.share is None) == ("kubernetes", False)
    assert "Borg · Kubernetes" in share_page(client, run)
    back = re.search(r'id="back" href="([^"]*)"', share_page(client, run))
    assert back
    assert back[1].startswith("/compare/deploy/?")
    for language, waiting in (("en", "waits for"), ("zh-hans", "等待")):
        for path in (f"/follow/{run.share}/", f"/follow/{run.share}/screen/"):
            answer = client.get(path, headers={"accept-language": language})
            page = answer.content.decode()
            assert answer.status_code == 200
            assert waiting in page
            assert all(f'id="{side}-step"' in page for side in ("left", "right"))
            assert run.code not in page
            assert not re.search(r"<form|<input|csrfmiddlewaretoken", page)


def test_a_comparison_that_cannot_be_is_not_shared(client: Client) -> None:
    assert client.post("/compare/dance/share/").status_code == 404
    assert client.post("/compare/deploy/share/?left=borg&right=borg").status_code == 400
    assert not Run.objects.exists()


@pytest.mark.parametrize("path", ["/follow/{}/", "/follow/{}/screen/"])
def test_a_followers_page_is_the_same_bytes_for_everybody(shared: Run, path: str) -> None:
    answers = [Client().get(path.format(shared.share), headers={"accept-encoding": "gzip, br"}) for _ in "ab"]
    assert {answer["Content-Encoding"] for answer in answers} == {"gzip"}
    assert answers[0].content == answers[1].content
    assert {"Accept-Encoding", "Cookie"} <= set(answers[0]["Vary"].split(", "))
    assert not answers[0].cookies
    plain = Client().get(path.format(shared.share))
    assert gzip.decompress(answers[0].content) == plain.content
    assert "Content-Encoding" not in plain
