"""Static files: collected under hashed names, compressed once, and answered from memory before Django is asked.

A request that reaches Django costs ten times what one answered here costs, and a class that arrives by QR code
asks for every file a thousand times.
"""

import gzip
import mimetypes
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]
type Application = Callable[[Scope, Receive, Send], Awaitable[None]]

A_YEAR = 365 * 24 * 3600  # seconds
MANIFEST = "staticfiles.json"


class CollectedFiles(CompressedManifestStaticFilesStorage):
    """Hashed names where files have been collected, plain names where they have not (tests, DEBUG)."""

    # Module imports inside our scripts have to name the hashed files as well.
    support_js_module_import_aggregation = True

    def url(self, name: str | None, force: bool = False) -> str:
        """Return the address of the file `name`; hashed once `collectstatic` has run."""
        if settings.DEBUG or not self.hashed_files:
            return cast(str, super(CompressedManifestStaticFilesStorage, self).base_url) + (name or "")
        return cast(str, super().url(name, force))
