"""A real Daphne on a real port, with its own database file; killed, it comes back at the same place."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 30.0  # seconds until a server that does not answer is given up
_LOOK_AGAIN = 0.05  # seconds


class Server:
    """The site as people run it: `manage.py prepare`, then the plain `daphne` command.

    `environ` is added to a clean environment: nothing of the tests' settings or of the developer's shell.
    """

    application = "explorer.config.asgi:application"
    before: tuple[str, ...] = ()
    """What stands before the command: where the process is to run."""

    def __init__(self, data_dir: Path, environ: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ws = f"ws://127.0.0.1:{self.port}"
        self.log = data_dir / "server.log"
        kept = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
            if name in os.environ
        }
        self.environ = {**kept, "DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1", **(environ or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command against this server's database; the result carries its output."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def prepare(self) -> None:
        """Make database, fixtures and static files ready."""
        done = self.manage("prepare")
        assert done.returncode == 0, f"manage.py prepare failed:\n{done.stdout}{done.stderr}"

    def start(self) -> None:
        """Start Daphne and return once it answers; an AssertionError carries its log."""
        assert self._process is None, "the server runs already"
        command = [*self.before, sys.executable, "-m", "daphne", "-v", "0"]
        command += [
            "-e",
            f"tcp:port={self.port}:interface=127.0.0.1:backlog=4096",
            self.application,
        ]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=log, stderr=log)
        give_up = time.monotonic() + _PATIENCE
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > give_up:
                self.kill()
                raise AssertionError(f"the server does not answer at {self.url}:\n{self.said()}")
            time.sleep(_LOOK_AGAIN)

    def answers(self) -> bool:
        """Tell whether something answers at the port, whatever it says."""
        try:
            urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            return False
        return True

    def said(self) -> str:
        """Return what the server has written so far."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def complaints(self) -> list[str]:
        """Return the lines of its log that are more than information."""
        return [line for line in self.said().splitlines() if line.strip() and " INFO " not in line]

    @property
    def pid(self) -> int:
        """Return the number of the server's process."""
        assert self._process is not None, "the server does not run"
        return self._process.pid

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as systemd would (SIGTERM)."""
        self._end(signal.SIGTERM)

    def restart(self) -> None:
        """Kill it and start it again, at the same port and over the same database."""
        self.kill()
        self.start()

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.wait(timeout=_PATIENCE)
        self._process = None


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
