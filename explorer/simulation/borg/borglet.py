"""The Borglet: one agent a machine. It does what polls bring, runs tasks, answers with its whole state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.frames import Effect, Frame
from explorer.simulation.borg.constants import (
    FIRST_HEALTH_CHECK,
    HEALTH_INTERVAL,
    PACKAGE_INSTALL,
    PACKAGE_RETRY,
    PROCESS_START,
    RESTART_BACKOFF,
    RESTART_BACKOFF_MOST,
)  # fmt: skip
from explorer.simulation.borg.dispatch import Report, Request
from explorer.simulation.borg.shards import newly_running
from explorer.simulation.reply import Reply

if TYPE_CHECKING:
    from explorer.simulation.borg.cell import Cell


@dataclass(eq=False, slots=True)
class Process:
    """A task's processes on the machine: they are there whether the Borglet is or not."""

    port: int
    alive: bool = True


@dataclass(eq=False, slots=True)
class Local:
    """What the Borglet remembers of a task. `cause` is the frame that brought the last news of it."""

    port: int
    process: str
    cause: int
    health: str | None = None
    restarts: int = 0

    def report(self) -> dict[str, Any]:
        return {
            "process": self.process, "port": self.port, "health": self.health, "restarts": self.restarts,
        }  # fmt: skip


class Borglet:
    """The Borglet of `machine`. `packages` and `processes` are the machine's and outlive the Borglet."""

    def __init__(self, cell: Cell, machine: str, cached: bool) -> None:
        self._cell, self._machine = cell, machine
        self.name = f"borglet@{machine}"
        self.packages: dict[str, None] = {cell.package: None} if cached else {}
        self.processes: dict[str, Process] = {}
        self._tasks: dict[str, Local] = {}
        self._waiting: list[str] = []
        self._reported: Report = {}
        self._news: int | None = None
        cell.world.register(self.name, self._start)

    def unit(self, task: str) -> str:
        """The instance that stands for a task's processes on this machine."""
        return f"task:{task}@{self._machine}"

    # life

    def _start(self) -> None:
        """A Borglet that comes back looks for tasks that ran on without it."""
        running = {task: process for task, process in self.processes.items() if process.alive}
        self._tasks, self._waiting, self._reported, self._news = {}, [], {}, None
        if not running:
            return
        frame = self._cell.world.act(
            self.name, "adopt", "borglet-adopts", self._cell.progress.phase,
            params={"machine": self._machine, "count": len(running), **self._cell.about(list(running))},
            effects=[self._belief(task, {}, process="running", port=p.port) for task, p in running.items()],
        )  # fmt: skip
        for task, process in running.items():
            self._tasks[task] = Local(process.port, "running", frame.index)
            self._later(FIRST_HEALTH_CHECK.us, task, self._check)
        self._news = frame.index

    def _belief(self, task: str, before: dict[str, Any], **after: Any) -> Effect:
        return Effect(self.name, f"tasks/{task}", {key: before.get(key) for key in after}, after)

    # polls

    def polled(self, frame: Frame, reply: Reply, requests: Sequence[Request], box: list[Report]) -> None:
        """Take the requests, then answer with the full state of the machine."""
        cell = self._cell
        started: list[str] = []
        stopped: list[str] = []
        for request in requests:
            if request.kind == "stop":
                self._kill(request.task, frame)
                stopped.append(request.task)
            elif request.task not in self._tasks:
                self._tasks[request.task] = Local(request.port, "starting", frame.index)
                started.append(request.task)
        if started:
            cell.progress.reach("start", started)
            self._install(started, frame)
        report = {task: local.report() for task, local in self._tasks.items()}
        box.append(report)
        before, self._reported = self._reported, report
        running = newly_running(before, report)
        news, self._news = self._news, None
        if running:
            self._answer(reply, "full state", "poll-report", "report", running, running, news)
        elif started:
            effects = [self._belief(task, {}, process="starting", port=self._tasks[task].port)
                       for task in started]  # fmt: skip
            self._answer(reply, "starting", "start-accepted", "dispatch", started, (), frame.index, effects)
        elif stopped:
            self._answer(reply, "stopping", "stop-accepted", cell.progress.phase, stopped, (), frame.index)
        elif report != before:
            changed = [task for task in {**before, **report} if before.get(task) != report.get(task)]
            self._answer(reply, "full state", "report-news", cell.progress.phase, changed, (), news)
        elif requests:
            tasks = [request.task for request in requests]
            self._answer(reply, "starting", "start-accepted", "dispatch", tasks, (), frame.index)
        else:
            reply(
                "same", "poll-same", cell.progress.phase, params={"machine": self._machine}, background=True
            )

    def _answer(
        self,
        reply: Reply,
        message: str,
        key: str,
        phase: str,
        tasks: Sequence[str],
        counted: Sequence[str],
        cause: int | None,
        effects: Sequence[Effect] = (),
    ) -> None:
        cell = self._cell

        def params() -> dict[str, Any]:
            return {**cell.about(tasks), "machine": self._machine, **cell.progress.count(key, counted)}

        reply(message, key, phase, params=params, effects=effects, cause=cause, background=False)

    # packages

    def _install(self, tasks: Sequence[str], cause: Frame) -> None:
        """Bring the package to the machine, once for all tasks that wait for it."""
        cell = self._cell
        if cell.package in self.packages:
            cell.world.after(0, self._installed_already, tasks, cause, of=self.name)
            return
        fetching = bool(self._waiting)
        self._waiting += tasks
        if not fetching:
            self._fetch(cause.index)

    def _installed_already(self, tasks: Sequence[str], cause: Frame) -> None:
        frame = self._cell.world.act(
            self.name, "packages are here", "package-cached", "start",
            params=self._package("package-cached", tasks), cause=cause.index,
        )  # fmt: skip
        self._run_all(tasks, frame)

    def _package(self, key: str, tasks: Sequence[str]) -> dict[str, Any]:
        cell = self._cell
        place = {"machine": self._machine, "package": cell.package}
        return {**cell.about(tasks), **place, **cell.progress.count(key, tasks)}

    def _fetch(self, cause: int | None) -> None:
        cell = self._cell
        world = cell.world
        tasks = list(self._waiting)
        common = {"machine": self._machine, "package": cell.package}

        def serve(frame: Frame, reply: Reply) -> None:
            # The transfer itself is the answer that takes long: a tree of peers, not one server's disk.
            world.after(PACKAGE_INSTALL.us, send, frame, reply, of="package-repo")

        def send(frame: Frame, reply: Reply) -> None:
            reply(
                "packages", "package-install", "start", cause=frame.index,
                params=lambda: self._package("package-install", self._waiting),
                effects=[Effect(self.name, f"packages/{cell.package}", {"here": None}, {"here": True})],
            )  # fmt: skip

        world.call(
            "L17", self.name, "package-repo", "fetch package", "package-fetch", "start",
            params=lambda: {**cell.about(tasks), **common, **cell.progress.count("package-fetch", tasks)},
            serve=serve, done=self._fetched, fail=self._failed, cause=cause,
        )  # fmt: skip

    def _fetched(self, frame: Frame) -> None:
        self.packages[self._cell.package] = None
        tasks, self._waiting = self._waiting, []
        self._run_all(tasks, frame)

    def _failed(self, frame: Frame | None) -> None:
        cell = self._cell
        self._waiting = [task for task in self._waiting if task in self._tasks]
        if not self._waiting:
            return
        again = cell.world.act(
            self.name, "try again", "package-failed", "start", cause=frame.index if frame else None,
            params={**cell.about(self._waiting), "machine": self._machine, "package": cell.package,
                    "wait": int(PACKAGE_RETRY.value)},
        )  # fmt: skip
        cell.world.after(PACKAGE_RETRY.us, self._retry, again.index, of=self.name, periodic=True)

    def _retry(self, cause: int) -> None:
        if self._waiting:
            self._fetch(cause)

    # tasks

    def _run_all(self, tasks: Sequence[str], cause: Frame) -> None:
        for task in tasks:
            self._run(task, cause.index)

    def _run(self, task: str, cause: int) -> None:
        """Make the container and start the processes, with the port as a parameter."""
        local = self._tasks.get(task)
        if local is None:
            return
        cell = self._cell
        world, unit, life = cell.world, self.unit(task), cell.world.life(self.name)
        before = {"process": local.process, "port": local.port}

        def params() -> dict[str, Any]:
            common = {"task": task, "tasks": task, "machine": self._machine, "port": local.port}
            return {**common, **cell.progress.count("task-start", [task])}

        def begun(frame: Frame) -> None:
            process = self.processes[task] = Process(local.port)
            world.topology.add(unit)
            world.register(unit, lambda: None, lambda: self._ended(task, process))
            if world.life(self.name) == life and self._tasks.get(task) is local:
                local.process, local.health, local.cause = "running", None, frame.index
                self._news = frame.index
                cell.progress.reach("report", [task])
                self._later(FIRST_HEALTH_CHECK.us, task, self._check)

        world.send(
            "L15", self.name, unit, f"start {task}", "task-start", "start", params=params, deliver=begun,
            effects=lambda: [self._belief(task, before, process="running", port=local.port)],
            fail=lambda frame: self._exited(task, local, frame.index), cause=cause,
            latency=PROCESS_START.us,
        )  # fmt: skip

    def _ended(self, task: str, process: Process) -> None:
        """The processes are gone: the Borglet, if it runs, sees its child exit."""
        process.alive = False
        local = self._tasks.get(task)
        if local is not None:
            self._cell.world.after(1, self._exited, task, local, None, of=self.name)

    def _exited(self, task: str, local: Local, cause: int | None) -> None:
        """Start it again on the spot, a little later each time; the master is not asked."""
        if self._tasks.get(task) is not local:
            return
        cell = self._cell
        local.restarts += 1
        backoff = min(RESTART_BACKOFF.us * 2 ** (local.restarts - 1), RESTART_BACKOFF_MOST.us)
        before = {"process": local.process, "health": local.health}
        local.process, local.health = "restarting", None
        frame = cell.world.act(
            self.name, f"{task} exited", "task-exit", cell.progress.phase,
            cause=local.cause if cause is None else cause,
            effects=[self._belief(task, before, process="restarting", health=None)],
            params={"task": task, "tasks": task, "machine": self._machine, "wait": backoff // 1_000_000,
                    "restarts": local.restarts},
        )  # fmt: skip
        self._news = local.cause = frame.index
        cell.world.after(backoff, self._restart, task, local, frame.index, of=self.name, periodic=True)

    def _restart(self, task: str, local: Local, cause: int) -> None:
        if self._tasks.get(task) is local:
            self._run(task, cause)

    def _kill(self, task: str, frame: Frame) -> None:
        """Stop a task that runs elsewhere by now."""
        local, process = self._tasks.pop(task, None), self.processes.get(task)
        if local is None or process is None or not process.alive:
            self._news = frame.index
            return

        def killed(kill: Frame) -> None:
            process.alive = False
            self._news = kill.index

        self._cell.world.send(
            "L15", self.name, self.unit(task), f"kill {task}", "task-kill", self._cell.progress.phase,
            params={"task": task, "tasks": task, "machine": self._machine}, deliver=killed,
            effects=[self._belief(task, local.report(), process=None, port=None)], cause=frame.index,
        )  # fmt: skip

    # health

    def _later(self, delay: int, task: str, check: Callable[[str, Local], None]) -> None:
        local = self._tasks[task]
        self._cell.world.after(delay, check, task, local, of=self.name, periodic=local.health is not None)

    def _check(self, task: str, local: Local) -> None:
        """Ask the task's own HTTP server how it is."""
        if self._tasks.get(task) is not local or local.process != "running":
            return
        cell = self._cell
        unit, first = self.unit(task), local.health is None
        process = self.processes[task]
        place = {"task": task, "tasks": task, "machine": self._machine, "port": local.port}

        def params() -> dict[str, Any]:
            return {**place, **cell.progress.count("health-check", [task])} if first else place

        def serve(frame: Frame, reply: Reply) -> None:
            reply(
                "200 OK", "healthy" if first else "health-ok", frame.phase, params=place, effects=belief,
                cause=frame.index if first else None,
            )  # fmt: skip

        def belief() -> list[Effect]:
            waited_for = first and self._tasks.get(task) is local and local.process == "running"
            return [self._belief(task, {}, health="healthy")] if waited_for else []

        def well(frame: Frame) -> None:
            if self._tasks.get(task) is not local or self.processes.get(task) is not process:
                return
            if local.health is None:
                local.health = "healthy"
                self._news = local.cause = frame.index
            self._later(HEALTH_INTERVAL.us, task, self._check)

        def ill(frame: Frame | None) -> None:
            if self._tasks.get(task) is local and local.process == "running":
                self._exited(task, local, frame.index if frame else None)

        cell.world.call(
            "L16", self.name, unit, "GET /healthz", "health-check" if first else "health-poll",
            "report" if first else cell.progress.phase, params=params, serve=serve, done=well, fail=ill,
            cause=local.cause if first else None, background=not first,
        )  # fmt: skip
