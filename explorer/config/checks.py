"""System checks: what a wrong setting or a broken checkout would otherwise say only in production.

Each has an id and a hint that says what to change; `docs/operate.md` lists them.
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

type Apps = Sequence[AppConfig] | None

# A row of a README's table under static/vendor: file, where it was, hash.
_VENDORED = re.compile(r"^\| `(?P<file>[^`]+)` \|.*\| `(?P<sha256>[0-9a-f]{64})` \|$", re.MULTILINE)


def vendored(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each vendored file below `folder` with the hash its README gives."""
    for readme in sorted(folder.glob("*/README.md")):
        for row in _VENDORED.finditer(readme.read_text(encoding="utf-8")):
            yield readme.parent / row["file"], row["sha256"]


@register(Tags.staticfiles)
def vendored_files_are_the_released_ones(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """E001: a vendored file is missing or was edited."""
    return [
        Error(
            f"{file.relative_to(settings.BASE_DIR)} is not the file its README describes.",
            hint="Put the released file back, or correct version and sha256 in the README beside it.",
            id="explorer.E001",
        )
        for file, wanted in vendored(settings.BASE_DIR / "static" / "vendor")
        if not file.exists() or sha256(file.read_bytes()).hexdigest() != wanted
    ]


@register(Tags.security)
def hosts_are_named(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """E002: with `*` among the hosts, a page of any site could open our sockets."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Error(
            "ALLOWED_HOSTS contains '*': any other site's pages could open sockets here.",
            hint="Name the hosts under which people reach the site, ALLOWED_HOSTS=orrery.example.edu.",
            id="explorer.E002",
        )
    ]


@register(Tags.security)
def the_kept_secret_is_private(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """E003: the generated secret key can be read by others on the machine."""
    path = settings.ENVIRONMENT.data_dir / "secret-key"
    if settings.ENVIRONMENT.secret_key or not path.exists() or not path.stat().st_mode & 0o077:
        return []
    return [
        Error(
            f"{path} can be read by other accounts of this machine.",
            hint=f"Run: chmod 600 {path}",
            id="explorer.E003",
        )
    ]


@register(Tags.compatibility)
def redis_is_named_by_a_url(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """E004: REDIS_URL is something else than an address of Redis."""
    url = settings.ENVIRONMENT.redis_url
    if not url or urlsplit(url).scheme in {"redis", "rediss", "unix"}:
        return []
    return [
        Error(
            f"REDIS_URL={url} is no address of Redis.",
            hint="Write redis://host:6379/0, or leave REDIS_URL out where one process serves.",
            id="explorer.E004",
        )
    ]


@register(Tags.translation)
def interface_words_are_compiled(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """E005: a catalogue of interface words has no compiled form, so that its language would not be spoken."""
    return [
        Error(
            f"{source.relative_to(settings.BASE_DIR)} is not compiled.",
            hint="Run: manage.py compilemessages",
            id="explorer.E005",
        )
        for folder in settings.LOCALE_PATHS
        for source in sorted(folder.glob("*/LC_MESSAGES/*.po"))
        if not source.with_suffix(".mo").exists()
    ]


@register(Tags.database)
def fixtures_are_loaded(
    app_configs: Apps, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """W002: the database holds no systems. Asked by `check --database default` and by `migrate`, which must
    not be stopped by what it is about to mend: a warning."""
    if not databases:
        return []
    from explorer.models import System

    try:
        if System.objects.exists():
            return []
        says = "The database holds no systems."
    except DatabaseError as error:
        says = f"The database does not answer: {error}"
    return [checks.Warning(says, hint="Run: manage.py prepare", id="explorer.W002")]


@register(Tags.staticfiles, deploy=True)
def static_files_are_collected(app_configs: Apps, **_: Any) -> list[CheckMessage]:
    """W001: nothing is collected, so static files are read from their sources at every request."""
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return []
    return [
        checks.Warning(
            "Static files are not collected: each request reads them from disk, uncompressed.",
            hint="Run: manage.py prepare",
            id="explorer.W001",
        )
    ]
