"""The site as it is, each pushed text carrying the moment at which it was handed over (`sent_at`).

    daphne … tests.bench.stamped:application

The stamp goes into a text that has been rendered: what is timed from it on is the way to the phones alone.
"""

import time

from explorer.config.asgi import application
from explorer.live.text import Text

__all__ = ["application"]

_made = Text.__init__


def _stamped(self: Text, text: str) -> None:
    _made(self, f'{{"sent_at":{time.time():.6f},{text[1:]}')


Text.__init__ = _stamped  # type: ignore[method-assign]  # only here: the product carries no stamp
