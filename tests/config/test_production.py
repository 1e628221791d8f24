"""The settings of a public site, all of them from environment variables."""

import re
import stat
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from tests.live_server import ROOT, Server

PRODUCTION = {
    "SECRET_KEY": "x7-not-a-secret-but-long-enough-and-of-many-different-letters-0123456789",
    "ALLOWED_HOSTS": "orrery.example.edu",
    "CSRF_TRUSTED_ORIGINS": "https://orrery.example.edu",
    "HTTPS": "1",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}


def test_the_deployment_checks_find_nothing(server: Server) -> None:
    site = Server(server.data_dir, PRODUCTION)
    done = site.manage("check", "--deploy", "--database", "default", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


def test_a_wrong_setting_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    done = Server(tmp_path, {"HTTPS": "maybe"}).manage("check")
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["HTTPS='maybe' is neither on nor off: write HTTPS=1 or HTTPS=0."]


@pytest.fixture(scope="module")
def public(server: Server) -> Iterator[Server]:
    """The prepared site as it runs behind a proxy that speaks TLS; without Redis it is one process."""
    site = Server(server.data_dir, {name: value for name, value in PRODUCTION.items() if name != "REDIS_URL"})
    site.start()
    yield site
    site.stop()


def ask(site: Server, path: str, method: str = "GET", **headers: str) -> HTTPResponse:
    """A request as the proxy passes it on."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=10)
    sent = {"Host": "orrery.example.edu", "X-Forwarded-Proto": "https"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=sent)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/walkthroughs/kubernetes/deploy/", 200),
        ("/nowhere/", 404),
        ("/walkthroughs/borg/deploy/?step=x", 400),
    ],
)
def test_every_answer_of_a_public_site_is_guarded(public: Server, path: str, status: int) -> None:
    answer = ask(public, path)
    assert answer.status == status
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


def test_a_visitors_cookies_travel_over_https_only_and_none_is_a_session(public: Server) -> None:
    cookies = ask(public, "/walkthroughs/borg/deploy/?lang=en").headers.get_all("Set-Cookie") or []
    assert {cookie.partition("=")[0] for cookie in cookies} == {"csrftoken", "language"}
    assert all("Secure" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_a_plain_request_is_sent_on_to_https_but_not_its_health(public: Server) -> None:
    answer = ask(public, "/walkthroughs/?a=1", X_Forwarded_Proto="http")
    assert (answer.status, answer.headers["Location"]) == (
        301,
        "https://orrery.example.edu/walkthroughs/?a=1",
    )
    assert ask(public, "/healthz", X_Forwarded_Proto="http").status == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "evil.example", "orrery.example.edu.evil.example", "[::1"])
def test_another_host_is_refused_in_one_line_of_the_log(public: Server, host: str) -> None:
    said = len(public.said())
    assert ask(public, "/", Host=host).status == 400
    lines = public.said()[said:].splitlines()
    assert len(lines) == 1
    assert "DisallowedHost" in lines[0]


def test_the_site_without_its_fixtures_or_tables_says_why_it_is_unfit(tmp_path: Path) -> None:
    site = Server(tmp_path)
    site.start()
    try:
        answer = ask(site, "/healthz", Host="localhost")
        assert answer.status == 503
        assert ask(site, "/", Host="localhost").status == 500
    finally:
        site.stop()
    done = site.manage("migrate")
    assert done.returncode == 0, done.stderr
    assert "Run: manage.py prepare" in done.stdout + done.stderr


def test_no_secret_is_in_the_tree_and_the_generated_one_is_its_owners(server: Server) -> None:
    secret = server.data_dir / "secret-key"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    text = (ROOT / "explorer" / "config" / "settings.py").read_text(encoding="utf-8")
    assert not re.search(r"SECRET_KEY\s*=\s*[\"']", text)
