"""Static files: collected under hashed names, compressed once, answered from memory before Django is asked.

A request that reaches Django costs ten times as much, and a class that arrives by QR code asks for every file
once a phone.
"""

import asyncio
import json
import mimetypes
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from whitenoise.storage import CompressedManifestStaticFilesStorage

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]
type Application = Callable[[Scope, Receive, Send], Awaitable[None]]
type Headers = list[tuple[bytes, bytes]]

MANIFEST = "staticfiles.json"
FOR_EVER = b"public, max-age=31536000, immutable"
ASK_AGAIN = b"no-cache"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))  # the smaller first


class CollectedFiles(CompressedManifestStaticFilesStorage):
    """Hashed names where files have been collected, plain names where they have not (tests, DEBUG)."""

    # Module imports inside our scripts have to name the hashed files as well.
    support_js_module_import_aggregation = True
    scripts_hash = ""

    def post_process(self, paths: dict[str, Any], **options: Any) -> Iterator[Any]:
        """Give every collected file its hashed name and compress it; `paths` says where each comes from."""
        digest = sha256()
        for name, (storage, path) in sorted(paths.items()):
            if name.endswith(".js"):
                with storage.open(path) as file:
                    digest.update(file.read())
        self.scripts_hash = digest.hexdigest()[:12]
        yield from super().post_process(paths, **options)

    def file_hash(self, name: str, content: Any = None) -> str | None:
        """Return the part of a hashed name that changes with the content.

        Scripts share one: modules may import each other in a ring, and a name that depends on the names
        inside the file would then never come to rest.
        """
        if name and name.endswith(".js"):
            return self.scripts_hash
        found: str | None = super().file_hash(name, content)
        return found

    def url(self, name: str | None, force: bool = False) -> str:
        """Return the address of the file `name`, a path below a static folder.

        Raises ValueError when files have been collected and `name` is not among them.
        """
        if not self.hashed_files and not force:
            return f"{settings.STATIC_URL}{name or ''}"
        return str(super().url(name, force))


@dataclass(frozen=True)
class StaticFile:
    """One file in memory: its bytes by content encoding ("" for none) and the headers all of them share."""

    bodies: dict[str, bytes]
    headers: Headers = field(repr=False)
    etag: bytes

    @classmethod
    def read(cls, path: Path, *, unchanging: bool) -> Self:
        """Return the file at `path` with what the collector compressed beside it."""
        plain = path.read_bytes()
        bodies = {"": plain}
        for encoding, suffix in _ENCODINGS:
            beside = path.with_name(path.name + suffix)
            if unchanging and beside.exists():
                bodies[encoding] = beside.read_bytes()
        kind, _ = mimetypes.guess_type(path.name)
        kind = {".js": "text/javascript", ".mjs": "text/javascript"}.get(
            path.suffix, kind or "application/octet-stream"
        )
        if kind.startswith("text/") or kind in {"image/svg+xml", "application/json"}:
            kind += "; charset=utf-8"
        etag = f'"{sha256(plain).hexdigest()[:16]}"'.encode()
        headers = [
            (b"content-type", kind.encode()),
            (b"cache-control", FOR_EVER if unchanging else ASK_AGAIN),
            (b"etag", etag),
            (b"vary", b"Accept-Encoding"),
            (b"x-content-type-options", b"nosniff"),
        ]
        return cls(bodies, headers, etag)

    def choose(self, accepted: bytes) -> tuple[str, bytes]:
        """Return the encoding and bytes for an `Accept-Encoding` header."""
        offered = {
            part.partition(b";")[0].strip()
            for part in accepted.split(b",")
            if part.partition(b"q=")[2].strip(b" 0.") or b"q=" not in part
        }
        for encoding, _ in _ENCODINGS:
            if encoding.encode() in offered and encoding in self.bodies:
                return encoding, self.bodies[encoding]
        return "", self.bodies[""]


class StaticFiles:
    """An ASGI application that answers below STATIC_URL and passes everything else on to `inner`.

    Collected files are read into memory when it is made. Without them (DEBUG, or `collectstatic` has not run)
    each request reads the source file, so that an edit shows at once.
    """

    def __init__(self, inner: Application) -> None:
        self.inner = inner
        self.prefix = settings.STATIC_URL
        self.files = {} if settings.DEBUG else collected(Path(settings.STATIC_ROOT))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for a static file, or hand the connection on."""
        if scope["type"] != "http" or not scope["path"].startswith(self.prefix):
            await self.inner(scope, receive, send)
            return
        if scope["method"] not in {"GET", "HEAD"}:
            await _answer(send, 405, [(b"allow", b"GET, HEAD")], b"")
            return
        name = scope["path"].removeprefix(self.prefix)
        file = self.files.get(name) if self.files else await asyncio.to_thread(_source, name)
        if file is None:
            await _answer(send, 404, [(b"content-type", b"text/plain")], b"No such static file.\n")
            return
        asked = dict(scope["headers"])
        if file.etag in {
            tag.strip().removeprefix(b"W/") for tag in asked.get(b"if-none-match", b"").split(b",")
        }:
            await _answer(send, 304, file.headers, b"")
            return
        encoding, body = file.choose(asked.get(b"accept-encoding", b""))
        headers = [*file.headers, (b"content-length", str(len(body)).encode())]
        if encoding:
            headers.append((b"content-encoding", encoding.encode()))
        await _answer(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


def collected(root: Path) -> dict[str, StaticFile]:
    """Return what `collectstatic` left in `root`, by the path a browser asks for; empty before it ran."""
    manifest = root / MANIFEST
    if not manifest.exists():
        return {}
    hashed = set(json.loads(manifest.read_text(encoding="utf-8"))["paths"].values())
    return {name: StaticFile.read(root / name, unchanging=True) for name in sorted(hashed)}


def _source(name: str) -> StaticFile | None:
    try:
        found = finders.find(name)
    except SuspiciousFileOperation:  # a path that climbs out of the static folders
        return None
    if not found or not Path(found).is_file():
        return None
    return StaticFile.read(Path(found), unchanging=False)


async def _answer(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
