"""Static files answered before Django: encodings, caching, and what is not there."""

import gzip
import json
from pathlib import Path
from typing import Any

import brotli
import pytest
from pytest_django import Settings

from explorer.config.static_files import CollectedFiles, StaticFiles

BODY = b"body { margin: 0 }\n" * 40


async def the_site(scope: dict[str, Any], receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"a page"})


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> StaticFiles:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text(json.dumps({"paths": {"a.css": "a.0123456789ab.css"}}))
    (tmp_path / "a.0123456789ab.css").write_bytes(BODY)
    (tmp_path / "a.0123456789ab.css.gz").write_bytes(gzip.compress(BODY))
    (tmp_path / "a.0123456789ab.css.br").write_bytes(brotli.compress(BODY))
    (tmp_path / "secret").write_text("not collected")
    return StaticFiles(the_site)


async def ask(
    files: StaticFiles, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await files({"type": "http", "method": method, "path": path, "headers": pairs}, receive, send)
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, sent[1]["body"]


async def test_a_collected_file_may_be_kept_for_ever(files: StaticFiles) -> None:
    status, headers, body = await ask(files, "/static/a.0123456789ab.css")
    assert (status, body) == (200, BODY)
    assert headers["content-type"] == "text/css; charset=utf-8"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in headers


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br", "br"), ("gzip;q=0.8", "gzip"), ("identity", None), ("br;q=0, gzip", "gzip")],
)
async def test_the_smallest_form_that_the_browser_takes_is_sent(
    files: StaticFiles, accepted: str, encoding: str | None
) -> None:
    _, headers, body = await ask(files, "/static/a.0123456789ab.css", accept_encoding=accepted)
    assert headers.get("content-encoding") == encoding
    assert int(headers["content-length"]) == len(body)
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert unpack(body) == BODY


async def test_a_head_request_tells_the_length_and_sends_nothing(files: StaticFiles) -> None:
    status, headers, body = await ask(files, "/static/a.0123456789ab.css", method="HEAD")
    assert (status, headers["content-length"], body) == (200, str(len(BODY)), b"")


async def test_a_browser_that_has_the_file_gets_no_second_copy(files: StaticFiles) -> None:
    _, headers, _ = await ask(files, "/static/a.0123456789ab.css")
    status, _, body = await ask(files, "/static/a.0123456789ab.css", if_none_match=f"W/{headers['etag']}")
    assert (status, body) == (304, b"")


@pytest.mark.parametrize("name", ["a.css", "secret", "../secret", "%2e%2e/secret", ""])
async def test_what_was_not_collected_is_not_served(files: StaticFiles, name: str) -> None:
    status, _, _ = await ask(files, f"/static/{name}")
    assert status == 404


async def test_nothing_can_be_posted_to_a_file(files: StaticFiles) -> None:
    status, headers, _ = await ask(files, "/static/a.0123456789ab.css", method="POST")
    assert (status, headers["allow"]) == (405, "GET, HEAD")


async def test_everything_else_is_the_sites(files: StaticFiles) -> None:
    assert (await ask(files, "/"))[0] == 299


def test_scripts_that_import_each_other_in_a_ring_find_each_other(tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text('import { two } from "./two.js";\n')
    (tmp_path / "two.js").write_text('export const two = () => import("./one.js");\n')
    files = CollectedFiles(tmp_path, "/static/")
    list(files.post_process({name: (files, name) for name in ("one.js", "two.js")}))
    one, two = (Path(files.url(name)).name for name in ("one.js", "two.js"))
    assert one != "one.js"
    assert f'from "./{two}"' in (tmp_path / one).read_text()
    assert f'import("./{one}")' in (tmp_path / two).read_text()


async def test_before_collecting_the_sources_are_served_and_asked_for_again(
    settings: Settings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path / "nothing-here"
    status, headers, body = await ask(StaticFiles(the_site), "/static/vendor/htmx/htmx.min.js")
    assert (status, headers["cache-control"]) == (200, "no-cache")
    assert b"4.0.1" in body
    assert (await ask(StaticFiles(the_site), "/static/vendor/../../manage.py"))[0] == 404
