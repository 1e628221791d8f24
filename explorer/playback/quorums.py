"""The quorum calculator's page: figures, a drawing of the replicas, and what a lost majority means."""

from __future__ import annotations

from math import comb, cos, pi, sin
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from explorer.errors import NotAllowed
from explorer.graph import Atlas, Citation
from explorer.graph.quorum import LEAST, MOST, MOST_FAILURES, Quorum, majority, replicas_for
from explorer.playback.names import whole
from explorer.playback.narrate import with_terms
from explorer.playback.survey import href_of
from explorer.playback.telling import citation, mark_of
from explorer.playback.tellings import sentences

TABLE = range(1, 10)
USUAL = 5
RING = 132
"""Radius of the ring on which replicas are drawn; the drawing is 400 units wide."""

_STORES = (("kubernetes", "etcd"), ("borg", "paxos-store"))
_ET = Citation("et", "failures")
_B15 = Citation("b15", "§3.1")


def asked(n: str | None, lost: str | None, f: str | None) -> Quorum:
    """The quorum that a query asks for. `f` asks the other way round: replicas for so many failures.

    Raises NotAllowed, with the range, for anything that is not a number in it, and for n and f together.
    """
    if f is not None:
        if n is not None:
            raise NotAllowed("f", f, "n or f, not both")
        failures = _number("f", f, 0, MOST_FAILURES)
        replicas = replicas_for(failures)
        return majority(replicas, _number("lost", lost, 0, replicas) if lost is not None else failures)
    replicas = _number("n", n, LEAST, MOST) if n is not None else USUAL
    return majority(replicas, _number("lost", lost, 0, replicas) if lost is not None else 0)


def page(atlas: Atlas, quorum: Quorum, language: str) -> dict[str, Any]:
    """Everything that the page prints."""
    n = quorum.replicas
    return {
        "quorum": quorum,
        "least": LEAST,
        "most": MOST,
        "most_failures": MOST_FAILURES,
        "sentence": _sentence(quorum),
        "state": _state(quorum),
        "sets": ngettext(
            "Any %(k)s of the %(n)s stop all writes: %(sets)s set of that size does it.",
            "Any %(k)s of the %(n)s stop all writes: %(sets)s different sets of that size do it.",
            comb(n, quorum.stops_at),
        )
        % {"k": quorum.stops_at, "n": n, "sets": comb(n, quorum.stops_at)},
        "odd": _odd(quorum),
        "ring": ring(quorum),
        "steps": _steps(quorum),
        "rows": [
            {"n": row, "majority": majority(row).majority, "f": majority(row).tolerated,
             "wasted": majority(row).wasted, "current": row == n, "href": _href(row)}
            for row in TABLE
        ],
        "stores": [_store(atlas, system, slug, language) for system, slug in _STORES
                   if (system, slug) in atlas.components],
    }  # fmt: skip


def ring(quorum: Quorum) -> list[dict[str, Any]]:
    """Each replica's place on the ring, clockwise from the top; the first hold a write, the last are lost."""
    found = []
    for number in range(quorum.replicas):
        angle = 2 * pi * number / quorum.replicas - pi / 2
        lost = number >= quorum.left
        holds = quorum.writes and number < quorum.majority
        x = 200 + RING * cos(angle) if quorum.replicas > 1 else 200
        y = 176 + RING * sin(angle)
        kind = "lost" if lost else "holds" if holds else "spare" if quorum.writes else "idle"
        found.append({"number": number + 1, "x": round(x, 1), "y": round(y, 1), "kind": kind})
    return found


def _sentence(quorum: Quorum) -> str:
    told = {"n": quorum.replicas, "majority": quorum.majority, "f": quorum.tolerated}
    if quorum.replicas == 1:
        return _("A single replica is its own majority: it tolerates no loss.")
    return ngettext(
        "%(majority)s of %(n)s replicas are a majority, so %(f)s may fail.",
        "%(majority)s of %(n)s replicas are a majority, so %(f)s may fail.",
        quorum.tolerated,
    ) % told  # fmt: skip


def _state(quorum: Quorum) -> str:
    told = {"left": quorum.left, "n": quorum.replicas, "majority": quorum.majority}
    if not quorum.lost:
        return _("All %(n)s answer. A write counts once %(majority)s hold it.") % told
    if quorum.writes:
        spare = quorum.left - quorum.majority
        go_on = _("%(left)s of %(n)s answer: still a majority. Writes go on.") % told
        more = ngettext(
            "%(spare)s more may be lost.", "%(spare)s more may be lost.", spare
        ) % {"spare": spare}  # fmt: skip
        return sentences([go_on, more if spare else _("The next loss stops them.")])
    return _("%(left)s of %(n)s answer: %(majority)s are needed. No write counts any more.") % told


def _odd(quorum: Quorum) -> str:
    n = quorum.replicas
    told = {"n": n, "fewer": n - 1, "f": quorum.tolerated, "majority": quorum.majority}
    if quorum.wasted:
        return (
            _(
                "Why odd? %(n)s tolerate %(f)s, and so do %(fewer)s: the majority grows to %(majority)s with"
                " the last one. It costs a machine, makes each write wait for one more, and buys nothing."
            )
            % told
        )
    if n == 1:
        return _("Why odd? From 1 to 3 the tolerance grows from 0 to 1; a second replica alone buys nothing.")
    return (
        _(
            "Why odd? %(fewer)s replicas tolerate one failure fewer than %(n)s, though the majority is"
            " %(majority)s for both."
        )
        % told
    )


def _steps(quorum: Quorum) -> dict[str, str]:
    """The ways to one replica more or fewer, and to one more or fewer lost; "" at an end."""
    n, lost = quorum.replicas, quorum.lost
    return {
        "fewer": _href(n - 1, min(lost, n - 1)) if n > LEAST else "",
        "more": _href(n + 1, lost) if n < MOST else "",
        "lose": _href(n, lost + 1) if lost < n else "",
        "regain": _href(n, lost - 1) if lost else "",
    }


def _href(n: int, lost: int = 0) -> str:
    return f"/quorum/?{urlencode({'n': n, **({'lost': lost} if lost else {})})}"


def _store(atlas: Atlas, system: str, slug: str, language: str) -> dict[str, Any]:
    """A store that a majority holds up: what its page says, and what stops and what goes on without one."""
    component = atlas.components[system, slug]
    (replicas,) = with_terms(atlas, language, component.replicas[language])
    return {
        "system": system,
        "system_name": atlas.systems[system].name[language],
        "name": component.name[language],
        "href": href_of(system, slug),
        "protocol": "Raft" if system == "kubernetes" else "Paxos",
        "replicas": whole(replicas),
        "citations": [citation(atlas, cite, language) for cite in component.citations],
        "mark": mark_of(component.mark),
        "rows": [
            {
                "title": title,
                "text": text,
                "citations": [citation(atlas, c, language) for c in cites if c.source in atlas.sources],
                "mark": mark_of(mark),
            }
            for title, text, cites, mark in (_etcd() if system == "kubernetes" else _paxos())
        ],
    }


type _Told = tuple[str, str, tuple[Citation, ...], str]


def _etcd() -> tuple[_Told, ...]:
    return (
        (
            _("Writes"),
            _("None is accepted: without a majority no leader can be elected."),
            (_ET,),
            "verified",
        ),
        (
            _("Reads"),
            _(
                "A fresh read asks a majority as well, so it fails. What the API server answers from its"
                " cache may be old, or be refused."
            ),
            (Citation("kep", "KEP-2340"), _ET),
            "inference",
        ),
        (
            _("What runs"),
            _(
                "Containers run on, and the kubelet restarts one that crashes. Nothing is scheduled,"
                " scaled or replaced on another node."
            ),
            (_ET, Citation("w32", "Nodes")),
            "inference",
        ),
        (
            _("Afterwards"),
            _("When a majority is back it elects a leader. No write that was committed is missing."),
            (_ET,),
            "verified",
        ),
    )


def _paxos() -> tuple[_Told, ...]:
    return (
        (
            _("Writes"),
            _("None is committed: a change counts once a majority of the five replicas holds it."),
            (_B15,),
            "inference",
        ),
        (
            _("Reads"),
            _(
                "Each replica keeps a copy of most of the cell's state in memory. Whether it answers reads"
                " without a majority is not published."
            ),
            (_B15,),
            "inference",
        ),
        (
            _("What runs"),
            _("Tasks run on, even when every replica of the Borgmaster is gone."),
            (Citation("b15", "§3.3"),),
            "verified",
        ),
        (
            _("Afterwards"),
            _("A new master is elected: about 10 s, up to a minute in a big cell."),
            (_B15,),
            "verified",
        ),
    )


def _number(field: str, text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 4 or not least <= int(text) <= most:
        raise NotAllowed(field, text, "whole numbers from {low} to {high}", low=least, high=most)
    return int(text)
