"""Infrastore: a read-only archive of submissions, task events and usage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from explorer.frames import Frame
from explorer.simulation.borg.constants import ARCHIVE_DELAY, ARCHIVE_RETRY

if TYPE_CHECKING:
    from explorer.simulation.borg.master import Master


class Archive:
    """The master's outgoing records, in the 2019 trace's words; sent a little later, many at a time."""

    def __init__(self, master: Master) -> None:
        self._master = master
        self._records: list[tuple[str, int]] = []
        self._used: dict[str, None] = {}
        self._cause: int | None = None
        self._due = False

    def note(self, event: str, count: int, cause: Frame, used: Sequence[str] = ()) -> None:
        """Something to be archived has happened. `used`: tasks whose first usage record this is."""
        self._records.append((event, count))
        self._used.update(dict.fromkeys(used))
        self._cause = cause.index
        if not self._due:
            self._due = True
            self._master.cell.world.after(ARCHIVE_DELAY.us, self._send, of=self._master.name)

    def _send(self) -> None:
        self._due = False
        master = self._master
        cell = master.cell
        if not master.serves or not self._records:
            return
        records, used = self._records, list(self._used)
        self._records, self._used = [], {}
        total: dict[str, int] = {}
        for event, count in records:
            total[event] = total.get(event, 0) + count

        def params() -> dict[str, Any]:
            ordinal = cell.progress.count("archive", used) if used else {"n": 0, "of": len(cell.tasks)}
            text = ", ".join(f"{event} {count}" for event, count in total.items())
            return {"count": sum(total.values()), "events": text, **ordinal}

        def failed(_frame: Frame) -> None:
            self._records[:0] = records
            self._used.update(dict.fromkeys(used))
            if not self._due:
                self._due = True
                cell.world.after(ARCHIVE_RETRY.us, self._send, of=master.name, periodic=True)

        phase = "expose" if cell.progress.phase == "expose" else "report"
        cell.world.send(
            "L26", master.name, "infrastore", "events", "archive", phase,
            params=params, fail=failed, cause=self._cause,
        )  # fmt: skip
