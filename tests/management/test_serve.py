"""`manage.py serve`, the command behind `make run`, as a process."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live_server import ROOT, Server, free_port

type Serve = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def serve(server: Server) -> Iterator[Serve]:
    """Starts the command over the prepared database of the session's server."""
    started: list[subprocess.Popen[str]] = []

    def start(**environ: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env={**server.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def said_until(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if word in line:
            return said
    raise AssertionError(f"never said {word!r}:\n{said}")


def wait_for(port: int) -> bytes:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return bytes(answer.read())
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nothing answers at port {port}")


def test_a_second_start_prints_the_address_and_serves_within_three_seconds(serve: Serve) -> None:
    port = free_port()
    began = time.monotonic()
    process = serve(PORT=str(port))
    assert f"Orrery is at http://127.0.0.1:{port}/" in said_until(process, "Orrery is at")
    assert b'"status": "ok"' in wait_for(port)
    assert time.monotonic() - began < 3


def test_it_ends_when_it_is_told_to(serve: Serve) -> None:
    port = free_port()
    process = serve(PORT=str(port))
    wait_for(port)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=15)
    assert "Traceback" not in said


def test_a_taken_port_is_one_line_and_no_work_is_done(tmp_path: Path, serve: Serve) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = serve(PORT=str(port), DATA_DIR=str(tmp_path / "empty"))
        said, _ = process.communicate(timeout=15)
    assert process.returncode == 1
    taken = f"CommandError: Port {port} on 127.0.0.1 is taken: stop what listens there or take another, PORT="
    assert said == f"{taken}{port + 1}.\n"
    assert not (tmp_path / "empty" / "orrery.sqlite3").exists()
