"""What has to be in place before the site can serve: tables, fixtures, static files."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from explorer.playback.runs import tidy

STAMP = "collected-from"


def prepare(say: Callable[[str], object]) -> None:
    """Bring tables, fixtures and static files up to date, each where something changed; idle Runs go.

    `say` is called with one line for each piece of work done.

    Raises CommandError when the fixtures break one of their rules; nothing is loaded then.
    """
    settings.ENVIRONMENT.data_dir.mkdir(parents=True, exist_ok=True)
    if _migrations_wait():
        say("Preparing the database")
        call_command("migrate", interactive=False, verbosity=0)
    call_command("load_fixtures")
    if idle := tidy():
        say(f"Deleted {idle} idle runs")
    if not settings.DEBUG and collect():
        say("Collected the static files")


def _migrations_wait() -> bool:
    # Asking is ten times quicker than `migrate` with nothing to do.
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def collect() -> bool:
    """Collect the static files if a source file changed since the last time; tell whether that was so."""
    stamp = Path(settings.STATIC_ROOT) / STAMP
    wanted = fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return False
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    # Clearing takes the stamp away too: when collecting breaks off, the next start collects again.
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted, encoding="ascii")
    return True


def fingerprint() -> str:
    """Return a hash over name, size and time of every source file; the same hash means nothing to collect."""
    digest = sha256()
    for finder in get_finders():
        for name, storage in finder.list(None):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
