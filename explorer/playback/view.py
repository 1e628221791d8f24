"""One view of a run, in one language, as plain values: what the page, the pushed text and tests read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from explorer.diagram import delta
from explorer.graph import Atlas
from explorer.playback import breaking, picture
from explorer.playback.engine import Play, play
from explorer.playback.inputs import Inputs, is_storyboard, parameters_of, subject_of, walkthroughs
from explorer.playback.keeping import stored, tables
from explorer.playback.looking import Looking, socket_of, title_of
from explorer.playback.narrate import meanings
from explorer.playback.pairing import beside
from explorer.playback.place import Place
from explorer.playback.settings import settings
from explorer.playback.showing import as_script, drawn, happening, parts
from explorer.playback.telling import causes, onward, step, summing_up
from explorer.playback.transport import transport


def view_of(atlas: Atlas, place: Place, language: str, *, drawings: bool = True) -> dict[str, Any]:
    """Everything a template prints. With `drawings` false without the two SVGs, which only a page needs."""
    looking = Looking(play(atlas, place.inputs), place, language)
    with override(language):
        return _view(looking, drawings)


def _view(at: Looking, drawings: bool) -> dict[str, Any]:
    of, place = at.of, at.place
    words = of.words(place.cursor, at.language) if at.frame is not None else None
    permalink = of.inputs.address(step=place.cursor, rev=of.rev)
    view: dict[str, Any] = {
        "system": _system(of.atlas, of.system, at.language),
        "staging": _staging(of, at.language),
        "run": {
            "code": place.code,
            "seq": place.seq,
            "epoch": place.epoch,
            "path": of.inputs.path,
            "command": f"{of.inputs.path}do/",
            "socket": socket_of(place, at.language),
        },
        "step": step(at, words, permalink, meanings=drawings),
        "tables": tables(at.frame),
        "faults": _faults(at),
        "transport": transport(at),
        "story": summing_up(at),
        "next_links": onward(at),
    }
    view["causes"], view["causes_more"] = causes(at)
    view |= stored(at)
    view["diagram"] = _diagram(at, view["step"]["title"], drawings)
    if drawings:
        other = "full" if of.inputs.detail == "story" else "story"
        view["detail"] = of.inputs.detail
        view["show_background"] = of.inputs.detail == "idle"
        if of.inputs.detail != "story":
            idle = "full" if of.inputs.detail == "idle" else "idle"
            view["background_href"] = of.inputs.address(step=place.cursor, rev=of.rev, detail=idle)
        view["detail_href"] = of.inputs.address(step=place.cursor, rev=of.rev, detail=other)
        view["form"] = _form(of)
        view["terms"] = as_script(meanings(of.atlas, at.language))
        view["pickers"] = _pickers(of.atlas, of.inputs, at.language)
        view["versus"] = beside(of.atlas, of.inputs, place.cursor, at.language)
        view["faults"]["menu"] = [
            {"label": label, "options": [{"value": value, "label": name} for value, name in options]}
            for label, options in breaking.menu(of, at.language)
        ]
    return view


def _faults(at: Looking) -> dict[str, Any]:
    of = at.of
    switches = breaking.switches(of, at.frame, at.time, at.language)
    held = {switch.undo for switch in switches if switch.on}
    active = [
        {
            "text": breaking.deed(of.atlas, of.system, fault.target, fault.kind, at.language)
            + (f" (+{fault.value} ms)" if fault.kind == "slow" else ""),
            "since": breaking.since(fault, at.time),
            "undo": str(fault),
        }
        for fault in of.faults
        if str(fault) not in held
    ]
    return {
        "switches": [asdict(switch) for switch in switches],
        "active": active,
        "menu": [],
        "count": len(of.faults),
    }  # fmt: skip


def _system(atlas: Atlas, slug: str, language: str) -> dict[str, str]:
    system = atlas.systems[slug]
    return {"slug": slug, "name": system.name[language], "described": system.described[language]}


def _staging(of: Play, language: str) -> dict[str, Any]:
    told = subject_of(of.atlas, of.system, of.inputs.scenario)
    return {
        "slug": of.inputs.scenario,
        "title": told.title[language],
        "summary": told.summary[language],
        "storyboard": of.storyboard,
    }


def _pickers(atlas: Atlas, inputs: Inputs, language: str) -> dict[str, Any]:
    playable = walkthroughs(atlas)
    systems: dict[str, str] = {}
    for system, scenario in playable:
        if system not in systems or scenario == inputs.scenario:
            systems[system] = Inputs(system, scenario).path
    return {
        "systems": [
            {"slug": s, "name": atlas.systems[s].name[language], "href": href, "current": s == inputs.system}
            for s, href in systems.items()
        ],
        "scenarios": [
            {
                "title": title_of(atlas, system, scenario, language),
                "href": Inputs(system, scenario).path,
                "current": scenario == inputs.scenario,
                "kind": "storyboard" if is_storyboard(atlas, system, scenario) else "simulation",
            }
            for system, scenario in playable
            if system == inputs.system
        ],
    }


def _form(of: Play) -> dict[str, Any]:
    return {
        "action": of.inputs.path,
        "seed": str(of.inputs.seed),
        "detail": of.inputs.detail,
        "parameters": settings(
            parameters_of(of.atlas, of.system, of.inputs.scenario),
            dict(of.inputs.parameters),
            _("packages cached") if of.system == "borg" else _("image cached"),
        ),
        "hidden": [("fault", fault) for fault in of.inputs.faults],
    }


def _diagram(at: Looking, title: str, drawings: bool) -> dict[str, Any]:
    of = at.of
    moment = picture.moment(of, at.step, at.language)
    scenes = {drawing: picture.scene(of, drawing, at.language) for drawing in picture.DRAWINGS}
    summary = (
        _("%(system)s at rest: nothing has happened yet.")
        % {"system": of.atlas.systems[of.system].name[at.language]}
        if at.frame is None
        else title
    )
    rest = {drawing: picture.at_rest(of, drawing, at.language) for drawing in picture.DRAWINGS}
    wide, compact = (scenes[drawing].state(moment) for drawing in picture.DRAWINGS)
    data = {
        "wide": delta(rest["wide"], wide),
        "compact": delta(rest["compact"], compact, like=(rest["wide"], wide)),
    }
    made: dict[str, Any] = {
        "data": as_script(data),
        "summary": summary,
        **happening(scenes["wide"], moment, at.language),
        "wide": "",
        "compact": "",
    }
    if drawings:
        made["rest"] = as_script(rest)
        made["parts"] = parts(scenes["wide"])
        made |= {drawing: drawn(scenes[drawing], moment) for drawing in picture.DRAWINGS}
    return made
