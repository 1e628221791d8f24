"""The ASGI application: static files from memory, pages by Django, sockets by Channels.

`daphne -e tcp:port=8000:interface=127.0.0.1:backlog=4096 explorer.config.asgi:application` serves it.
"""

import logging
import os
from contextvars import ContextVar
from typing import Any
from urllib.parse import ParseResult

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "explorer.config.settings")
pages = get_asgi_application()

# What follows needs the settings and models that the line above has loaded.
from django.conf import settings  # noqa: E402

from explorer.config.long_addresses import answer_long_addresses  # noqa: E402
from explorer.config.static_files import Receive, Scope, Send, StaticFiles  # noqa: E402
from explorer.live.consumers import FollowConsumer, RunConsumer  # noqa: E402

logger = logging.getLogger("explorer.live")
answer_long_addresses()
asked: ContextVar[tuple[str, str]] = ContextVar("asked")
"""Scheme and host that the socket being opened was asked of."""


class KnownOrigins(OriginValidator):
    """Refuses a socket opened by a page of another origin, or by none, and says so in the log.

    As for CSRF: the page comes from the very host and port that the socket is asked of, and that one is
    among ALLOWED_HOSTS; or its origin is one of CSRF_TRUSTED_ORIGINS, where a proxy hides the host.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        """Let the socket through, or refuse the handshake."""
        host = next((value.decode("latin1") for name, value in scope["headers"] if name == b"host"), "")
        secure = scope.get("scheme") == "wss" or settings.SECURE_PROXY_SSL_HEADER is not None
        asked.set(("https" if secure else "http", host.lower()))
        return await super().__call__(scope, receive, send)

    def valid_origin(self, parsed_origin: ParseResult | None) -> bool:
        """Tell whether the page's origin may open a socket here."""
        origin = f"{parsed_origin.scheme}://{parsed_origin.netloc}".lower() if parsed_origin else "none"
        same = origin == "://".join(asked.get()) and bool(super().valid_origin(parsed_origin))
        if same or origin in settings.CSRF_TRUSTED_ORIGINS:
            return True
        logger.warning("socket refused: a page of %s asked for it", origin[:200])
        return False


async def no_such_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Accept and close with 4404: browsers retry a refused handshake for ever, but not this code."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 4404})


# To `path` a socket's application is a view like any other; its types only know those of pages.
nowhere: Any = no_such_socket
sockets = URLRouter(
    [
        path("ws/runs/<slug:name>/", RunConsumer.as_asgi()),
        path("ws/follow/<slug:name>/", FollowConsumer.as_asgi()),
        re_path("", nowhere),
    ]
)
application = StaticFiles(
    ProtocolTypeRouter({"http": pages, "websocket": KnownOrigins(sockets, settings.ALLOWED_HOSTS)})
)
