"""BNS: the elected master writes each healthy task's address under its name; a client's library reads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from explorer.frames import Effect, Frame
from explorer.simulation.borg.constants import NAME_RETRY, NAME_RETRY_MOST
from explorer.simulation.reply import Reply

if TYPE_CHECKING:
    from explorer.simulation.borg.cell import Cell
    from explorer.simulation.borg.master import Master


class Names:
    """The master's half. It does not remember what earlier masters wrote: writing again is harmless."""

    def __init__(self, master: Master) -> None:
        self._master = master
        self._written: dict[str, tuple[str | None, bool]] = {}
        self._patience: dict[str, int] = {}

    def look(self, tasks: Iterable[str], cause: Frame) -> None:
        """Write the names of those tasks whose address or health differs from what was written."""
        for task in tasks:
            fields = self._master.state.get(f"tasks/{task}")
            if fields.get("process") == "running" and fields.get("health") == "healthy":
                self._master.cell.progress.reach("expose", [task])
                self._write(task, f"{fields['machine']}:{fields['port']}", True, cause.index)
            elif task in self._written and fields.get("health") != "healthy":
                self._write(task, None, False, cause.index)

    def lost(self, tasks: Iterable[str], cause: Frame) -> None:
        """These tasks have left their machine: their names must not be called healthy."""
        for task in tasks:
            if task in self._written:
                self._write(task, None, False, cause.index)

    def _write(self, task: str, address: str | None, healthy: bool, cause: int | None) -> None:
        master = self._master
        cell = master.cell
        if not master.serves or self._written.get(task) == (address, healthy):
            return
        self._written[task] = (address, healthy)
        if not healthy:
            cell.progress.owe(f"task/{task}")
        chubby, name = cell.chubby, cell.bns(task)
        record: dict[str, Any] = {"healthy": healthy}
        if address is not None:
            record["address"] = address
        machine, _, port = (address or ":").partition(":")

        def params() -> dict[str, Any]:
            common = {"task": task, "tasks": task, "name": f"/{name}"}
            if not healthy:
                return common
            place = {"address": address, "machine": machine, "port": int(port), "size": len(cell.tasks)}
            return {**common, **place, **cell.progress.count("write-bns", [task])}

        def failed(frame: Frame | None) -> None:
            if self._written.get(task) == (address, healthy):
                del self._written[task]
                again = cause if frame is None else frame.index
                wait = self._patience.get(task, NAME_RETRY.us)
                self._patience[task] = min(2 * wait, NAME_RETRY_MOST.us)
                cell.world.after(
                    wait, self._retry, task, address, healthy, again, of=master.name, periodic=True
                )

        cell.world.call(
            "L18", master.name, chubby.name, "write name" if healthy else "unhealthy",
            "write-bns" if healthy else "write-health", "expose" if healthy else cell.progress.phase,
            params=params, effects=lambda: chubby.write(name, record, len(cell.tasks)),
            serve=lambda frame, reply: chubby.wrote(frame, reply, task, name, healthy),
            done=lambda _frame: self._done(task, healthy), fail=failed, cause=cause,
        )  # fmt: skip

    def _retry(self, task: str, address: str | None, healthy: bool, cause: int | None) -> None:
        if task not in self._written:
            self._write(task, address, healthy, cause)

    def _done(self, task: str, healthy: bool) -> None:
        self._patience.pop(task, None)
        if healthy:
            self._master.cell.progress.pay(f"task/{task}")


class Client:
    """A program on another machine whose RPC library has asked for the job's names before they existed.

    Chubby keeps its cached answers consistent by telling it to forget them; it then reads again.
    """

    def __init__(self, cell: Cell, name: str) -> None:
        self.name, self._cell = name, cell
        self._addresses: dict[str, str | None] = dict.fromkeys(cell.tasks)
        cell.world.register(name, self._start)

    def _start(self) -> None:
        for task in self._addresses:
            self._addresses[task] = None
            self._cell.chubby.cached(self._cell.bns(task), self)

    def forget(self, task: str) -> list[Effect]:
        """Drop what the cache says of this task's name."""
        held = self._addresses.get(task)
        return [Effect(self.name, f"cache/{task}", {"address": held or "no such name"}, {"address": None})]

    def read(self, task: str, cause: Frame) -> None:
        """Ask Chubby for the name again."""
        cell = self._cell
        chubby, name = cell.chubby, cell.bns(task)
        box: list[str] = []

        def serve(frame: Frame, reply: Reply) -> None:
            chubby.cached(name, self)
            box.append(str(chubby.files.get(name, {}).get("address", "")))
            reply(
                box[0], "name-read", "expose", cause=frame.index,
                params={"task": task, "name": f"/{name}", "address": box[0]},
                effects=lambda: self._learn(task, box[0]),
            )  # fmt: skip

        cell.world.call(
            "L19", self.name, chubby.name, f"{task}?", "read-name", "expose",
            params={"task": task, "name": f"/{name}", "address": ""},
            serve=serve, done=lambda _frame: None, fail=lambda _frame: None, cause=cause.index,
        )  # fmt: skip

    def _learn(self, task: str, address: str) -> list[Effect]:
        self._addresses[task] = address
        return [Effect(self.name, f"cache/{task}", {"address": None}, {"address": address})]
