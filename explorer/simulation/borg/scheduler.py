"""The scheduler: a process of its own that works on a cached copy and proposes, never writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from explorer.frames import Effect, Frame
from explorer.simulation.borg.assigning import FIRST_VERSION, MOST_ROWS, Assignment, News, memory_of
from explorer.simulation.borg.constants import (
    FEASIBLE_ENOUGH,
    FIRST_PORT,
    PASS_FOR_A_JOB,
    PASS_FOR_A_TASK,
    PASS_MOST,
    PORTS,
    SCHEDULER_INTERVAL,
)  # fmt: skip
from explorer.simulation.borg.scoring import RACK_NAMES, Score, obstacle, score
from explorer.simulation.borg.state import difference
from explorer.simulation.borg.store import REPLICA_NAMES
from explorer.simulation.reply import Reply

if TYPE_CHECKING:
    from explorer.simulation.borg.cell import Cell


UNSCORED = (None, None, None, None)


class Plan(NamedTuple):
    """What one pass over one equivalence class came to."""

    assignments: list[Assignment]
    unplaced: list[str]
    obstacles: dict[str, int]
    examined: int
    feasible: int
    rows: list[list[Any]]


class Scheduler:
    """One instance. `copy` is what it believes of tasks and machines, as fresh as its last answer."""

    name = "scheduler@0"

    def __init__(self, cell: Cell) -> None:
        self._cell = cell
        self.copy: dict[str, dict[str, Any]] = {}
        self._forget()
        cell.world.register(self.name, self._start)

    def _forget(self) -> None:
        self.copy = {}
        self._memory, self._version = "", 0
        self._master = self._cell.first_master
        self._busy = self._asking = self._fresh = False
        self._box: list[News] | None = None
        self._mute: str | None = None
        self._notes: dict[str, str] = {}

    def _start(self) -> None:
        if self._cell.world.life(self.name) == 0:
            self._know_the_machines()
        else:
            self._forget()
        self._tick()

    def _know_the_machines(self) -> None:
        """A run begins with a scheduler that is up to date."""
        cell = self._cell
        self._memory = memory_of(f"borgmaster@{cell.first_master}", cell.first_ballot)
        self._version = FIRST_VERSION
        self.copy = {f"machines/{machine}": {"state": "up"} for machine in cell.machines}

    def _tick(self) -> None:
        """Between passes: ask the elected master what changed."""
        world = self._cell.world
        if not self._busy and not self._asking:
            self._ask()
        world.after(SCHEDULER_INTERVAL.us, self._tick, of=self.name, periodic=True)

    # catching up

    def _ask(self) -> None:
        cell = self._cell
        replica = cell.masters[self._master]
        box: list[News] = []
        self._asking, self._box = True, box

        def serve(frame: Frame, reply: Reply) -> None:
            if replica.master is None:
                replica.refuse(reply, frame.index, cell.progress.phase)
            else:
                replica.master.assigning.fetch(frame, reply, self._memory, self._version, box)

        cell.world.call(
            "L10", self.name, replica.name, "changes?", "poll-changes", cell.progress.phase,
            serve=serve, done=lambda frame: self._caught_up(frame, box), fail=self._look_elsewhere,
            background=True,
        )  # fmt: skip

    def _caught_up(self, frame: Frame, box: list[News]) -> None:
        self._asking = False
        if not box:
            self._look_elsewhere(frame)
            return
        self._memory, self._version, self._mute = box[0].memory, box[0].version, None
        if frame.background:
            return
        self._take(box[0])
        self._fresh = True
        if frame.effects:
            self._cell.progress.moved()
        self._maybe_pass(frame)

    def _look_elsewhere(self, frame: Frame | None) -> None:
        """Not the elected master: ask whom it names, else the next replica, at the next turn."""
        self._asking = self._busy = False
        self._box = None
        named = None
        if frame is not None and frame.narration == "not-master":
            named = str(frame.params["master"])
        else:
            self._mute = self._master
        following = REPLICA_NAMES[(REPLICA_NAMES.index(self._master) + 1) % len(REPLICA_NAMES)]
        # Whoever did not answer is not asked again on hearsay.
        self._master = named if named in REPLICA_NAMES and named != self._mute else following

    def believes(self, box: list[News]) -> list[Effect]:
        """What this news changes in the copy; nothing when it comes too late to be waited for."""
        effects: list[Effect] = []
        if box is not self._box:
            return effects
        for name, fields in box[0].objects.items():
            effect = difference(self.name, name, self.copy.get(name, {}), fields)
            if effect is not None:
                effects.append(effect)
        return effects

    def _take(self, news: News) -> None:
        if news.whole:
            self.copy = {}
        for name, fields in news.objects.items():
            self.copy[name] = dict(fields)

    # a pass

    def _pending(self) -> list[str]:
        return [
            name.removeprefix("tasks/")
            for name, fields in self.copy.items()
            if name.startswith("tasks/") and fields["state"] == "pending"
        ]

    def _maybe_pass(self, cause: Frame) -> None:
        pending = self._pending()
        if not pending or self._busy or not self._fresh:
            return
        self._busy, self._fresh = True, False
        length = min(PASS_FOR_A_JOB.us + PASS_FOR_A_TASK.us * len(pending), PASS_MOST.us)
        began = self._cell.world.now
        self._cell.world.after(length, self._pass, pending, began, cause, of=self.name)

    def _pass(self, pending: list[str], began: int, cause: Frame) -> None:
        """Each class of identical tasks is looked at once; a task that fell on a machine avoids it."""
        cell = self._cell
        classes: dict[str | None, list[str]] = {}
        for task in pending:
            classes.setdefault(self.copy[f"tasks/{task}"].get("avoid"), []).append(task)
        ports = self._ports()
        plans = [self._place(tasks, avoid, ports) for avoid, tasks in classes.items()]
        assignments = [assignment for plan in plans for assignment in plan.assignments]
        machines = list(dict.fromkeys(assignment.machine for assignment in assignments))
        first = plans[0]
        key = "schedule-pass" if assignments else "no-machine-fits"
        frame = cell.world.act(
            self.name, "feasibility, scoring", key, "schedule", since=began, cause=cause.index,
            params={
                "job": cell.job, "replicas": len(pending), "count": len(assignments),
                **cell.about(pending), "examined": first.examined, "feasible": first.feasible,
                "machines": cell.listed(machines), "machine": machines[0] if machines else "",
                "table": [{
                    "table": "feasibility-score",
                    "columns": ["machine", "rack", "verdict", "packing", "spread", "locality", "score"],
                    "rows": first.rows, "chosen": machines[0] if machines else None,
                    "machines": first.examined, "total": first.examined,
                }],
            },
        )  # fmt: skip
        unplaced = [task for plan in plans for task in plan.unplaced]
        self._note(unplaced, plans, frame)
        if assignments:
            cell.progress.reach("bind", [assignment.task for assignment in assignments])
            self._propose(assignments, frame)
        else:
            self._busy = False

    def _ports(self) -> dict[str, list[int]]:
        ports: dict[str, list[int]] = {machine: [] for machine in self._cell.machines}
        for name, fields in self.copy.items():
            if name.startswith("tasks/") and fields.get("machine") is not None:
                ports[fields["machine"]].append(fields["port"])
        return ports

    def _place(self, tasks: Sequence[str], avoid: str | None, ports: dict[str, list[int]]) -> Plan:
        """Relaxed randomization: machines in random order until enough feasible ones are found."""
        cell, random = self._cell, self._cell.world.random(self.name)
        limits, order = cell.task_limits, random.sample(cell.machines, len(cell.machines))
        racks = dict.fromkeys(RACK_NAMES, 0)
        for machine, used in ports.items():
            racks[cell.shapes[machine].rack] += len(used)
        candidates: list[str] = []
        obstacles: dict[str, int] = {}
        unfit: dict[str, list[Any]] = {}
        examined = 0

        def hindrance(machine: str) -> str | None:
            state = self.copy.get(f"machines/{machine}", {}).get("state", "down")
            return obstacle(cell.shapes[machine], state, len(ports[machine]), limits, machine == avoid)

        cached: dict[str, Score] = {}

        def rated(machine: str) -> Score:
            """Its score, cached until a placement in its rack changes it (Borg 2015, §3.4)."""
            known = cached.get(machine)
            if known is None:
                shape = cell.shapes[machine]
                has = cell.package in cell.borglets[machine].packages
                known = cached[machine] = score(shape, len(ports[machine]), racks[shape.rack], limits, has)
            return known

        def look() -> None:
            nonlocal examined
            while examined < len(order) and len(candidates) < FEASIBLE_ENOUGH.count:
                machine = order[examined]
                examined += 1
                reason = hindrance(machine)
                if reason is None:
                    candidates.append(machine)
                else:
                    obstacles[reason] = obstacles.get(reason, 0) + 1
                    unfit.setdefault(reason, [machine, cell.shapes[machine].rack, reason, *UNSCORED])

        look()
        looked = {machine: rated(machine) for machine in candidates}
        assignments: list[Assignment] = []
        unplaced: list[str] = []
        for task in tasks:
            look()
            if not candidates:
                unplaced.append(task)
                continue
            scores = [(rated(machine).total, place) for place, machine in enumerate(candidates)]
            best = candidates[min(scores)[1]]
            looked.setdefault(best, rated(best))
            port = self._free_port(ports[best])
            ports[best].append(port)
            rack = cell.shapes[best].rack
            racks[rack] += 1
            for machine in cell.machines:
                if cell.shapes[machine].rack == rack:
                    cached.pop(machine, None)
            assignments.append(Assignment(task, best, port))
            reason = hindrance(best)
            if reason is not None:
                candidates.remove(best)
                obstacles[reason] = obstacles.get(reason, 0) + 1
        chosen = {assignment.machine: None for assignment in assignments}
        rows = [
            [m, cell.shapes[m].rack, "chosen" if m in chosen else "feasible", *looked[m]]
            for m in sorted(looked, key=lambda m: (m not in chosen, looked[m].total, order.index(m)))
        ]
        room = MOST_ROWS - len(unfit)
        return Plan(assignments, unplaced, obstacles, examined, len(looked), [*rows[:room], *unfit.values()])

    def _free_port(self, used: Sequence[int]) -> int:
        random = self._cell.world.random(self.name)
        while True:
            port = FIRST_PORT.count + random.randrange(PORTS.count)
            if port not in used:
                return port

    # proposing

    def _propose(self, assignments: list[Assignment], cause: Frame) -> None:
        cell = self._cell
        replica = cell.masters[self._master]
        tasks = [assignment.task for assignment in assignments]
        machines = list(dict.fromkeys(assignment.machine for assignment in assignments))

        def serve(frame: Frame, reply: Reply) -> None:
            if replica.master is None:
                replica.refuse(reply, frame.index, "bind")
            else:
                replica.master.assigning.assign(frame, reply, assignments)

        def answered(frame: Frame) -> None:
            self._busy = False
            if frame.narration == "not-master":
                self._look_elsewhere(frame)
            elif frame.params["stale"]:
                self._distrust()

        def failed(frame: Frame | None) -> None:
            self._distrust()
            self._look_elsewhere(frame)

        cell.world.call(
            "L11", self.name, replica.name, f"assign {cell.short(tasks)}", "assign", "bind",
            params={"count": len(tasks), **cell.about(tasks), "machines": cell.listed(machines)},
            serve=serve, done=answered, fail=failed, cause=cause.index,
        )  # fmt: skip

    def _distrust(self) -> None:
        """The copy was old, or nobody knows what became of the proposal: fetch everything again."""
        self._busy = False
        self._memory, self._version = "", 0

    def _note(self, unplaced: Sequence[str], plans: Sequence[Plan], cause: Frame) -> None:
        """Tell the master why tasks stay pending, when that is news."""
        if not unplaced:
            return
        total: dict[str, int] = {}
        for plan in plans:
            for reason, count in plan.obstacles.items():
                total[reason] = total.get(reason, 0) + count
        reason = ", ".join(f"{name} {count}" for name, count in sorted(total.items()))
        news = [task for task in unplaced if self._notes.get(task) != reason]
        self._notes.update(dict.fromkeys(unplaced, reason))
        if not news:
            return
        cell = self._cell
        replica = cell.masters[self._master]

        def serve(frame: Frame, reply: Reply) -> None:
            if replica.master is None:
                replica.refuse(reply, frame.index, "schedule")
            else:
                replica.master.assigning.why(frame, reply, news)

        def effects() -> list[Effect]:
            return replica.master.assigning.why_effects(news, reason) if replica.master is not None else []

        cell.world.call(
            "L11", self.name, replica.name, "why pending", "why-pending", "schedule",
            params={"count": len(news), **cell.about(news), "reason": reason}, effects=effects,
            serve=serve, done=lambda _frame: None, fail=lambda _frame: None, cause=cause.index,
        )  # fmt: skip
