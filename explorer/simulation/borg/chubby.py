"""Chubby, as far as a cell needs it: the master's lock, small files, and caches kept consistent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from explorer.frames import Effect, Frame
from explorer.simulation.borg.state import difference
from explorer.simulation.reply import Reply

if TYPE_CHECKING:
    from explorer.simulation.borg.cell import Cell
    from explorer.simulation.borg.naming import Client


class Chubby:
    """One instance stands for Chubby's own five replicas; its files survive whatever happens to it."""

    name = "chubby"

    def __init__(self, cell: Cell, holder: str) -> None:
        self._cell = cell
        self._lock = f"ls/{cell.name}/borgmaster"
        self.files: dict[str, dict[str, Any]] = {self._lock: {"holder": holder}}
        self._changed: dict[str, bool] = {}
        self._caches: dict[str, dict[str, Client]] = {}
        cell.world.register(self.name, lambda: None)

    def find(self, frame: Frame, reply: Reply, box: list[str]) -> None:
        """Who holds the cell's master lock?"""
        holder = self.files[self._lock]["holder"]
        box.append(holder)
        reply(
            holder, "master-found", "submit", cause=frame.index,
            params={"job": self._cell.job, "cell": self._cell.name, "master": holder.partition("@")[2]},
        )  # fmt: skip

    def lock(self, frame: Frame, reply: Reply, holder: str) -> None:
        """Give the lock to the replica that the others have elected."""
        before = dict(self.files[self._lock])
        self.files[self._lock]["holder"] = holder
        effect = difference(self.name, self._lock, before, self.files[self._lock])
        reply(
            "lock taken", "lock-taken", frame.phase, cause=frame.index, params=dict(frame.params),
            effects=[effect] if effect else (),
        )  # fmt: skip

    def write(self, name: str, record: dict[str, Any], size: int) -> list[Effect]:
        """Write a task's record, and the job's size beside it."""
        job = name.rpartition("/")[0]
        effects: list[Effect] = []
        for path, fields in ((name, record), (job, {"size": size})):
            held = self.files.setdefault(path, {})
            effect = difference(self.name, path, held, fields)
            held.update(fields)
            if effect is not None:
                effects.append(effect)
        self._changed[name] = bool(effects)
        return effects

    def cached(self, name: str, client: Client) -> None:
        """A client keeps the answer for this name, even "there is no such file"."""
        self._caches.setdefault(name, {})[client.name] = client

    def wrote(self, frame: Frame, reply: Reply, task: str, name: str, healthy: bool) -> None:
        """Answer the writer, and tell every client that holds the old answer to forget it."""
        reply("written", "bns-written", frame.phase, cause=frame.index,
              params={"task": task, "name": f"/{name}"})  # fmt: skip
        if not healthy or not self._changed.get(name):
            return
        for client in self._caches.pop(name, {}).values():
            self._invalidate(frame, client, task, name)

    def _invalidate(self, frame: Frame, client: Client, task: str, name: str) -> None:
        progress = self._cell.progress

        def params() -> dict[str, Any]:
            common = {"task": task, "name": f"/{name}", "machine": client.name.partition("@")[2]}
            return {**common, **progress.count("invalidate", [task])}

        self._cell.world.send(
            "L19", self.name, client.name, "read again", "invalidate", "expose", cause=frame.index,
            params=params, effects=lambda: client.forget(task),
            deliver=lambda told: client.read(task, told),
        )  # fmt: skip
