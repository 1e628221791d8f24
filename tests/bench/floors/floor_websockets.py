"""The bar in Python: the `websockets` library's own `broadcast`, without compression.

    python floor_websockets.py PORT BODY

BODY is a file with what follows the number in a text. "next" from a socket is a push to all others.
"""

import asyncio
import sys
import time
from pathlib import Path

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

BODY = Path(sys.argv[2]).read_text(encoding="utf-8")
members: set[ServerConnection] = set()
pushed = 0


async def welcome(peer: ServerConnection) -> None:
    """One socket, to its end."""
    global pushed
    members.add(peer)
    try:
        async for _ in peer:
            pushed += 1
            text = f'{{"sent_at":{time.time():.6f},"epoch":1,"seq":{pushed}{BODY}'
            broadcast(members - {peer}, text)
    except ConnectionClosed:
        pass  # the load client hangs up without a word
    finally:
        members.discard(peer)


async def main() -> None:
    """Serve until killed."""
    async with serve(welcome, "127.0.0.1", int(sys.argv[1]), backlog=4096, compression=None) as server:
        await server.serve_forever()


asyncio.run(main())
