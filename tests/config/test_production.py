"""The settings of a public site, all of them from environment variables."""

from pathlib import Path

from tests.live_server import Server

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
