"""Tasks that nobody waits for: held while they run, their errors logged, none left behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Tasks:
    """Starts coroutines and keeps hold of them; an error in one is written down and ends only that one."""

    def __init__(self) -> None:
        self.running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], what: str) -> asyncio.Task[None]:
        """Run `work` beside everything else; `what` names it in the log."""
        task = asyncio.get_running_loop().create_task(_guarded(work, what))
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        return task


async def _guarded(work: Coroutine[Any, Any, None], what: str) -> None:
    try:
        await work
    except Exception:
        log.exception("%s failed", what)
