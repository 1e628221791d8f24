"""The ASGI application: static files from memory, pages by Django, sockets by Channels.

`daphne -e tcp:port=8000:interface=127.0.0.1:backlog=4096 explorer.config.asgi:application` serves it.
"""

import logging
import os
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

from explorer.config.static_files import Receive, Scope, Send, StaticFiles  # noqa: E402
from explorer.live.consumers import RunConsumer  # noqa: E402

logger = logging.getLogger("explorer.live")


class KnownOrigins(OriginValidator):
    """Refuses a socket opened by a page of another site, or by none, and says so in the log."""

    def valid_origin(self, parsed_origin: ParseResult | None) -> bool:
        """Tell whether the page's origin is one of ALLOWED_HOSTS."""
        valid = bool(super().valid_origin(parsed_origin))
        if not valid:
            origin = parsed_origin.geturl()[:200] if parsed_origin else "none"
            logger.warning("socket refused: its origin %s is not among ALLOWED_HOSTS", origin)
        return valid


async def no_such_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Accept and close with 4404: browsers retry a refused handshake for ever, but not this code."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 4404})


# To `path` a socket's application is a view like any other; its types only know those of pages.
nowhere: Any = no_such_socket
sockets = URLRouter([path("ws/runs/<slug:code>/", RunConsumer.as_asgi()), re_path("", nowhere)])
application = StaticFiles(
    ProtocolTypeRouter({"http": pages, "websocket": KnownOrigins(sockets, settings.ALLOWED_HOSTS)})
)
