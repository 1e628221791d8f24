"""The table after two runs, in one language: each figure of both, and how it is computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from explorer.playback import breaking
from explorer.playback.looking import Looking, clock, phase_name
from explorer.playback.rail import Both
from explorer.playback.tally import Figures, Struck

MOST_NAMES = 4
"""Components that one cell names; "+n" stands for the others."""


type _OfAFault = list[tuple[Looking, Struck | None]]


class _Rows:
    """The rows as they are added, each to the group that was opened last."""

    def __init__(self) -> None:
        self.made: list[dict[str, str]] = []
        self._group = ""

    def group(self, name: str) -> None:
        self._group = name

    def add(self, label: str, left: object, right: object, how: str) -> None:
        row = {"label": label, "left": str(left), "right": str(right), "help": how, "group": self._group}
        self.made.append(row)

    def each(self, label: str, pair: _OfAFault, tell: Callable[[Looking, Struck], str], how: str) -> None:
        """A row about one fault of each side; a dash where a side has none."""
        left, right = (tell(look, struck) if struck is not None else "–" for look, struck in pair)
        self.add(label, left, right, how)


def table(at: Both) -> dict[str, Any]:
    """The figures of both runs: caption, columns, rows."""
    with override(at.language):
        return _table(at)


def _table(at: Both) -> dict[str, Any]:
    left, right = (Figures(look.of) for look in at.sides)
    rows = _Rows()
    _work(rows, left, right)
    _time(rows, at, left, right)
    _store(rows, left, right)
    _connections(rows, at, left, right)
    _faults(rows, at, left, right)
    names = [look.of.atlas.systems[look.of.system].name[at.language] for look in at.sides]
    return {
        "caption": pgettext("comparison", "What the two runs took"),
        "columns": [pgettext("comparison", "Figure"), *names],
        "rows": rows.made,
    }


def _work(rows: _Rows, left: Figures, right: Figures) -> None:
    rows.group(pgettext("figures", "Work"))
    rows.add(
        pgettext("figures", "Steps"),
        left.steps,
        right.steps,
        _("Steps of this player, in the detail chosen."),
    )
    rows.add(
        pgettext("figures", "Messages"),
        left.messages,
        right.messages,
        _("Frames between two parts that brought something new."),
    )
    rows.add(
        pgettext("figures", "Messages without news"),
        left.idle_messages,
        right.idle_messages,
        _("Empty polls, renewals and heartbeats. The player hides them."),
    )


def _time(rows: _Rows, at: Both, left: Figures, right: Figures) -> None:
    rows.group(pgettext("figures", "Simulated seconds"))
    rows.add(
        pgettext("figures", "In all"),
        clock(left.time),
        clock(right.time),
        _("The time of the last frame."),
    )
    how = _("From the end of the phase before to the last message of this one. Together they make the whole.")
    spent = left.phases, right.phases
    for phase in dict.fromkeys([*spent[0], *spent[1]]):
        one, other = (clock(of[phase]) if phase in of else "" for of in spent)
        rows.add(phase_name(phase, at.language), one, other, how)


def _store(rows: _Rows, left: Figures, right: Figures) -> None:
    rows.group(pgettext("figures", "Store"))
    rows.add(
        pgettext("figures", "Round trips to the store"),
        left.commits,
        right.commits,
        _(
            "Frames that change what is stored, but for the renewals that the player hides. Each waits until"
            " most replicas of the store have it."
        ),
    )
    rows.add(
        pgettext("figures", "Stored objects changed"),
        left.changes,
        right.changes,
        _("Changes of one object each. One round trip may carry several."),
    )


def _connections(rows: _Rows, at: Both, left: Figures, right: Figures) -> None:
    rows.group(pgettext("figures", "Connections"))
    rows.add(
        pgettext("figures", "Connections used"),
        len(left.connections),
        len(right.connections),
        _(
            "Pairs of parts on one link, with at least one message that brought something new. Local calls,"
            " such as starting a process, are left out. On the wire several may share one connection."
        ),
    )
    rows.add(
        pgettext("figures", "Opened to the machines"),
        left.to_machines,
        right.to_machines,
        _("Opened from elsewhere, accepted by a program on a machine."),
    )
    rows.add(
        pgettext("figures", "Opened by the machines"),
        left.from_machines,
        right.from_machines,
        _("Opened by a program on a machine, accepted elsewhere."),
    )
    rows.add(
        pgettext("figures", "Who opens them"),
        _counted(at.left, left.openers),
        _counted(at.right, right.openers),
        _("Connections by the component at the end that opens, the most first."),
    )
    rows.add(
        pgettext("figures", "Who is called"),
        _counted(at.left, left.called),
        _counted(at.right, right.called),
        _("Connections by the component at the end that accepts, the most first."),
    )


def _faults(rows: _Rows, at: Both, left: Figures, right: Figures) -> None:
    """Fault by fault, the first of the one side beside the first of the other."""
    most = max(len(left.struck), len(right.struck))
    for number in range(most):
        pair = [
            (look, figures.struck[number] if number < len(figures.struck) else None)
            for look, figures in zip(at.sides, (left, right), strict=True)
        ]
        rows.group(
            pgettext("figures", "Fault")
            if most == 1
            else pgettext("figures", "Fault %(number)s") % {"number": number + 1}
        )
        rows.each(
            pgettext("figures", "What was struck"), pair, _what,
            _("The fault, and from when on."),
        )  # fmt: skip
        rows.each(
            pgettext("figures", "Refused or unanswered"), pair, _failed,
            _("Requests that failed until it ended, all ran again, or the next fault began."),
        )  # fmt: skip
        rows.each(
            pgettext("figures", "What stood still"), pair, _idle,
            _("Other parts that act in that time in the run without this fault, and not in this one."),
        )  # fmt: skip
        rows.each(
            pgettext("figures", "Longest standstill"), pair, _standstill,
            _("The longest time in which no message with news arrived anywhere."),
        )  # fmt: skip
        rows.each(
            pgettext("figures", "Time to recover"), pair, _recovery,
            _("From the fault until as many units run as are wanted, and go on running."),
        )  # fmt: skip


def _what(look: Looking, struck: Struck) -> str:
    told = breaking.deed(look.of.atlas, look.of.system, struck.fault.target, struck.fault.kind, look.language)
    since = breaking.since(struck.fault, struck.fault.start)
    return pgettext("figures", "%(deed)s, %(since)s") % {"deed": told, "since": since}


def _failed(look: Looking, struck: Struck) -> str:
    return str(struck.failed)


def _idle(look: Looking, struck: Struck) -> str:
    return _names(look, struck.idle) or pgettext("figures", "none")


def _standstill(look: Looking, struck: Struck) -> str:
    return pgettext("figures", "%(time)s s") % {"time": clock(struck.standstill)}


def _recovery(look: Looking, struck: Struck) -> str:
    if struck.until == struck.fault.start and struck.recovered is None:
        return pgettext("figures", "the run was over")
    if struck.recovered is None:
        return pgettext("figures", "not within %(time)s s") % {
            "time": clock(struck.until - struck.fault.start)
        }
    if struck.recovered == 0:
        return pgettext("figures", "ran on")
    return pgettext("figures", "%(time)s s") % {"time": clock(struck.recovered)}


def _counted(look: Looking, counts: Counter[str]) -> str:
    told = [f"{_name(look, slug)} {count}" for slug, count in counts.most_common()]
    return _listed(look, told)


def _names(look: Looking, slugs: tuple[str, ...]) -> str:
    return _listed(look, [_name(look, slug) for slug in slugs])


def _listed(look: Looking, told: list[str]) -> str:
    comma = "、" if look.language == "zh-hans" else ", "
    more = len(told) - MOST_NAMES
    return comma.join([*told[:MOST_NAMES], *([f"+{more}"] if more > 0 else [])])


def _name(look: Looking, slug: str) -> str:
    return breaking.display(look.of.atlas, look.of.system, slug, look.language)
