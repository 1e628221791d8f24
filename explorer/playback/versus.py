"""One view of a comparison, in one language, as plain values: what page, pushed text and tests read."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import permutations
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from explorer.diagram import delta
from explorer.graph import Atlas
from explorer.playback import breaking, picture
from explorer.playback.counterfaults import switches
from explorer.playback.dressing import dressing
from explorer.playback.engine import neighbour
from explorer.playback.figures import table
from explorer.playback.inputs import subject_of
from explorer.playback.looking import Looking, socket_of
from explorer.playback.opposites import every_opposite, opposites
from explorer.playback.pairing import SIDES, comparable, pairs_in, parameters_of_both, path_of
from explorer.playback.place import Place
from explorer.playback.rail import Both, both_at, rail, transport
from explorer.playback.settings import settings
from explorer.playback.showing import as_script, drawn, happening, parts
from explorer.playback.steering import NOTHING
from explorer.playback.steps import Detail
from explorer.playback.telling import step
from explorer.playback.ties import ties
from explorer.simulation import Fault

_DRAWING = "compact"


def view_of(atlas: Atlas, place: Place, language: str, *, drawings: bool = True) -> dict[str, Any]:
    """Everything a template prints. With `drawings` false without what only a whole page needs."""
    with override(language):
        return _view(both_at(atlas, place, language), drawings)


def reading_seconds_at(atlas: Atlas, place: Place) -> float:
    """How long the words take to read that are new at this meeting: of the two sides the longer."""
    at = both_at(atlas, place, "en")
    before = at.meetings.cursors(max(-1, at.number - 1))
    return max(
        (
            look.of.reading_seconds(look.step.index)
            for side, look in enumerate(at.sides)
            if look.step is not None
            and (look.place.cursor != before[side] or not at.meetings.meets(at.cursors))
        ),
        default=0.0,
    )


def figures_of(atlas: Atlas, place: Place, language: str) -> dict[str, Any]:
    """What the page of the figures alone prints: the table, what was compared, and the way back."""
    with override(language):
        at = both_at(atlas, place, language)
        last = len(at.meetings.meetings) - 1
        return {
            "scenario": _scenario(at),
            "left": {"system": _system(at.left)},
            "right": {"system": _system(at.right)},
            "figures": table(at),
            "player_href": at.pair.address(*at.meetings.cursors(last)),
        }


def _view(at: Both, drawings: bool) -> dict[str, Any]:
    meetings, rev = at.meetings.meetings, at.left.of.rev
    permalink = at.pair.address(*at.cursors, rev=rev)
    road, pairs = rail(at), sorted(opposites(at), key=lambda pair: not pair["shown"])
    last = _over(at)
    view: dict[str, Any] = {
        "scenario": _scenario(at),
        "run": {
            "code": at.place.code,
            "seq": at.place.seq,
            "epoch": at.place.epoch,
            "path": at.pair.path,
            "command": f"{at.pair.path}do/",
            "socket": socket_of(at.place, at.language),
        },
        "permalink": permalink,
        "step": {
            "permalink": permalink,
            "index": at.number,
            "number": at.number + 1,
            "total": len(meetings),
            "first": at.number < 0 and at.meetings.meets(at.cursors),
            "last": last,
        },
        "rail": road,
        "pairs": pairs,
        "ties": (lines := ties(pairs, at.language)),
        "dressing": dressing(at, road, pairs, lines),
        "transport": transport(at, road["phases"]),
        "faults": _faults(at),
        "figures_href": at.pair.address(-1, -1, under="figures/"),
    }
    told = [_side(at, side, drawings) for side in range(len(SIDES))]
    for name, (shown, data, rest) in zip(SIDES, told, strict=True):
        view[name] = shown
        view.setdefault("diagram", {"data": {}, "rest": {}})
        view["diagram"]["data"][name] = data
        view["diagram"]["rest"][name] = rest
    view["diagram"] = {
        "data": as_script(view["diagram"]["data"]),
        "rest": as_script(view["diagram"]["rest"]) if drawings else "",
    }
    if drawings:
        view |= {
            "detail": at.left.inputs.detail,
            "form": _form(at),
            "pickers": _pickers(at),
            "sides": [view[name] for name in SIDES],
            "detail_href": _other_detail(at),
            "counterparts": every_opposite(at, pairs),
            "figures": table(at) if last else None,
            "stale": False,
        }
    return view


def _other_detail(at: Both) -> str:
    """The same pair of steps with every message a step, or back in the story."""
    detail: Detail = "full" if at.left.inputs.detail == "story" else "story"
    left, right = (replace(look.inputs, detail=detail) for look in at.sides)
    return replace(at.pair, left=left, right=right).address(*at.cursors)


def _scenario(at: Both) -> dict[str, str]:
    told = at.left.of.atlas.scenarios[at.left.inputs.scenario]
    return {
        "slug": told.slug,
        "title": told.title[at.language],
        "question": told.question[at.language],
    }


def _system(look: Looking) -> dict[str, str]:
    told = look.of.atlas.systems[look.of.system]
    return {
        "slug": told.slug,
        "name": told.name[look.language],
        "described": told.described[look.language],
    }


def _side(at: Both, side: int, drawings: bool) -> tuple[dict[str, Any], Any, Any]:
    """One side as the templates take it, its drawing as differences from rest, and that rest."""
    look = at.sides[side]
    of, cursor = look.of, look.place.cursor
    words = of.words(cursor, look.language) if look.frame is not None else None
    told = step(look, words, "", meanings=drawings)
    staging = subject_of(of.atlas, of.system, of.inputs.scenario)
    scene, moment = picture.scene(of, _DRAWING, look.language), picture.moment(of, look.step, look.language)
    rest = picture.at_rest(of, _DRAWING, look.language)
    back, further = neighbour(of, cursor, -1), neighbour(of, cursor, 1)
    summary = told["title"] or _("%(system)s at rest: nothing has happened yet.") % {
        "system": of.atlas.systems[of.system].name[look.language]
    }
    shown = {
        "side": SIDES[side],
        "system": _system(look),
        "staging": {"title": staging.title[look.language], "summary": staging.summary[look.language]},
        "clock": told["clock"],
        "index": cursor,
        "number": told["number"],
        "total": told["total"],
        "title": told["heading"],
        "what": told["what"],
        "why": told["why"],
        "phase": told["phase"],
        "citations": told["citations"],
        "mark": told["mark"],
        "outcome": told["outcome"],
        "first": told["first"],
        "last": told["last"],
        "holding": _holding(at, side),
        "back_href": _href(at, side, back) if back != cursor else "",
        "next_href": _href(at, side, further) if further != cursor else "",
        "href": of.inputs.address(step=cursor, rev=of.rev),
        "summary": summary,
        "outline": happening(scene, moment, look.language),
    }
    if drawings:
        shown |= {"svg": drawn(scene, moment), "parts": parts(scene)}
    return shown, delta(rest, scene.state(moment)), rest


def _href(at: Both, side: int, index: int) -> str:
    """The way to a pair of steps of which one side's is another."""
    left, right = at.cursors
    return at.pair.href(*((left, index) if side else (index, right)))


def _over(at: Both) -> bool:
    """Whether both runs stand at their end, where nobody waits for anybody."""
    return at.cursors == at.meetings.cursors(len(at.meetings.meetings) - 1)


def _holding(at: Both, side: int) -> str:
    """Why a side stays where it is while the other plays on; "" where it moves."""
    meeting, other = at.meeting, at.sides[1 - side]
    name = other.of.atlas.systems[other.of.system].name[at.language]
    ahead = _ahead(at, side)
    if ahead:
        said = ngettext("%(count)s step ahead of the other", "%(count)s steps ahead of the other", ahead)
        return said % {"count": ahead}
    if meeting is None or not at.meetings.meets(at.cursors) or _over(at):
        return ""
    own, theirs = meeting.steps[side], meeting.steps[1 - side]
    if not own:
        return pgettext("comparison", "nothing of its own in this phase")
    left = theirs - max(own, meeting.turn - 1)
    if left <= 0 or meeting.turn < own:
        return ""
    count = {"system": name, "count": left}
    if meeting.turn == own:
        return (
            ngettext(
                "then waits for %(system)s, %(count)s step",
                "then waits for %(system)s, %(count)s steps",
                left,
            )
            % count
        )
    return (
        ngettext("waits for %(system)s, %(count)s step", "waits for %(system)s, %(count)s steps", left)
        % count
    )


def _ahead(at: Both, side: int) -> int:
    """How many of its own steps a side is ahead of the meeting they came from."""
    look, cursors = at.sides[side], at.meetings.cursors(at.number)
    return look.of.position(at.cursors[side]) - look.of.position(cursors[side])


def _faults(at: Both) -> dict[str, Any]:
    """What may be broken in both, and what is broken in one of them alone."""
    offered = switches(at)
    held = {text for switch in offered if switch.on for text in switch.undo.split(" ")}
    active = [
        {
            "text": _deed(look, fault),
            "side": SIDES[side],
            "since": breaking.since(fault, look.time),
            "undo": " ".join([NOTHING, str(fault)] if side else [str(fault), NOTHING]),
        }
        for side, look in enumerate(at.sides)
        for fault in look.of.faults
        if str(fault) not in held
    ]
    return {
        "switches": [asdict(switch) for switch in offered],
        "active": active,
        "count": sum(switch.on for switch in offered) + len(active),
    }


def _deed(look: Looking, fault: Fault) -> str:
    told = breaking.deed(look.of.atlas, look.of.system, fault.target, fault.kind, look.language)
    return f"{told} (+{fault.value} ms)" if fault.kind == "slow" else told


def _form(at: Both) -> dict[str, Any]:
    left, right = at.left.inputs, at.right.inputs
    systems = [] if at.pair.usual else [("left", left.system), ("right", right.system)]
    faults = [
        (f"{side}-fault", fault)
        for side, look in zip(SIDES, at.sides, strict=True)
        for fault in look.inputs.faults
    ]
    return {
        "action": at.pair.path,
        "seed": str(left.seed),
        "detail": left.detail,
        "parameters": settings(
            parameters_of_both(left.system, right.system, left.scenario),
            dict(left.parameters) | dict(right.parameters),
            pgettext("comparison", "image and packages cached"),
        ),
        "hidden": [*systems, *faults],
    }


def _pickers(at: Both) -> dict[str, Any]:
    atlas, language = at.left.of.atlas, at.language
    scenario, systems = at.left.inputs.scenario, (at.left.of.system, at.right.of.system)
    return {
        "scenarios": [
            {
                "title": atlas.scenarios[slug].title[language],
                "href": path_of(slug),
                "current": slug == scenario,
            }
            for slug in comparable(atlas)
        ],
        "pairs": pair_entries(atlas, scenario, language, systems),
    }


def pair_entries(
    atlas: Atlas, scenario: str, language: str, current: tuple[str, str] | None = None
) -> list[dict[str, Any]]:
    """Every two systems of a scenario, either way round, each with its address."""

    def entry(left: str, right: str) -> dict[str, Any]:
        usual = (left, right) == pairs_in(atlas, scenario)[0]
        return {
            "left": {"slug": left, "name": atlas.systems[left].name[language]},
            "right": {"slug": right, "name": atlas.systems[right].name[language]},
            "href": path_of(scenario) + ("" if usual else f"?left={left}&right={right}"),
            "current": (left, right) == current,
        }

    return [entry(*pair) for pair in permutations(comparable(atlas)[scenario], 2)]


def listing(atlas: Atlas, language: str) -> list[dict[str, Any]]:
    """Every scenario that can be compared, with the systems that stage it and the pairs there are."""
    return [
        {
            "slug": slug,
            "title": atlas.scenarios[slug].title[language],
            "question": atlas.scenarios[slug].question[language],
            "href": path_of(slug),
            "pairs": pair_entries(atlas, slug, language),
        }
        for slug in comparable(atlas)
    ]
