"""What a step tells: its words, its sources, its causes, and the sum of a run at its end."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from explorer.graph import Atlas, Citation
from explorer.playback import objects
from explorer.playback.catalogue import first_play
from explorer.playback.inputs import Inputs, walkthroughs
from explorer.playback.looking import Looking, clock, phase_name, title_of
from explorer.playback.names import whole, whole_text
from explorer.playback.narrate import Words, with_terms
from explorer.playback.steps import reading_seconds
from explorer.playback.stored import STORE

MOST_CAUSES = 4
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2}")


def step(at: Looking, words: Words | None, permalink: str, *, meanings: bool) -> dict[str, Any]:
    """The narration of the step, or what stands there before the first; `meanings` with the terms' own."""
    of, frame = at.of, at.frame
    place = of.position(at.place.cursor)
    here = at.step
    phase = of.phases[here.block] if here is not None else of.phases[0]
    told: dict[str, Any] = {
        "number": place + 1,
        "total": len(of.steps),
        "index": at.place.cursor,
        "first": here is None,
        "last": place == len(of.steps) - 1,
        "phase": {"slug": phase, "name": phase_name(phase, at.language)},
        "title": "",
        "heading": "",
        "what": "",
        "why": "",
        "citations": [],
        "mark": None,
        "told": None,
        "clock": clock(at.time),
        "outcome": {"slug": "", "label": ""},
        "background": frame is not None and frame.background,
        "permalink": permalink,
        "reading": 0.0,
    }
    if words is None or frame is None:
        return told
    what, why = with_terms(of.atlas, at.language, words.what, words.why, meanings=meanings)
    told |= {
        "title": words.title,
        "heading": whole_text(words.title),
        "what": whole(what),  # with_terms escapes everything but its own buttons
        "why": whole(why),
        "citations": [citation(of.atlas, cite, at.language) for cite in words.citations],
        "mark": mark_of(words.mark),
        "told": _told(at, words),
        "outcome": {"slug": frame.outcome, "label": _outcome(frame.outcome)},
        "reading": reading_seconds(words.title, words.what),
    }
    return told


def _told(at: Looking, words: Words) -> dict[str, str] | None:
    if words.told is None:
        return None
    atlas, system = at.of.atlas, at.of.system
    found: dict[str, str] = {"correction": whole_text(words.told.correction), "href": "", "link_text": ""}
    beside = next(
        (
            s.scenario
            for s in atlas.stagings.values()
            if s.system == system and s.scenario != at.inputs.scenario
        ),
        None,
    )
    if words.told.beside and beside is not None:
        other = first_play(atlas, system, beside)
        shown = next((f for f in other.frames if f.narration == words.told.beside), None)
        if shown is not None:
            ends = {step.index for step in other.steps}
            detail = "story" if shown.index in ends else "full"
            title = other.words(shown.index, at.language).title
            found["href"] = other.inputs.address(step=shown.index, rev=other.rev, detail=detail)
            found["link_text"] = _("See it as it is: %(title)s") % {"title": title}
    return found


def citation(atlas: Atlas, cite: Citation, language: str) -> dict[str, str]:
    """A citation as a chip shows it: short name, place in the source, address."""
    source = atlas.sources.get(cite.source)
    if source is None:
        return {"label": cite.source, "section": cite.section, "language": "", "url": "", "title": ""}
    return {
        "label": source.short[language] or source.title[language],
        "section": cite.section,
        "language": other_language(cite.section, language),
        "url": source.url,
        "title": source.title[language],
    }


def other_language(text: str, language: str) -> str:
    """The `lang` of a text that stays as its source has it; "" where that is the language of the page."""
    if _HAN.search(text):
        return "zh-Hans" if language == "en" else ""
    return "en" if language != "en" and _LATIN_WORD.search(text) else ""


def mark_of(mark: str) -> dict[str, str] | None:
    """How sure we are; nothing is shown where the fact stands in a source or a real log."""
    words = {
        "reported": (_("reported"), _("Read in a text that reports the source, not in the source itself.")),
        "memory": (_("from memory"), _("Not looked up in a source for this page.")),
        "inference": (_("inference"), _("Follows from cited facts; no source says it in so many words.")),
        "model": (_("model"), _("A number or a form of our model; the sources give none.")),
    }
    if mark not in words:
        return None
    label, help_text = words[mark]
    return {"slug": mark, "label": label, "help": help_text}


def _outcome(outcome: str) -> str:
    return {
        "refused": _("refused: nobody listens there"),
        "timeout": _("no answer"),
        "rejected": _("declined"),
    }.get(outcome, "")


def causes(at: Looking) -> tuple[list[dict[str, Any]], int]:
    """The chain of causes back to the first request, the nearest first."""
    of, frame = at.of, at.frame
    here = at.step
    # The steps that the causes lie in, each once: in the story many frames of one step cause one another.
    ends: dict[int, None] = {}
    while frame is not None and frame.cause is not None:
        frame = of.frames[frame.cause]
        step = of.step(frame.index)
        if step is not None and step is not here:
            ends[step.index] = None
    chain = list(ends)
    # The nearest ones, and where it all began.
    nearest = chain if len(chain) <= MOST_CAUSES + 1 else [*chain[:MOST_CAUSES], chain[-1]]
    shown = [
        {
            "title": of.words(index, at.language).title,
            "href": at.href(index),
            "index": index,
            "clock": clock(of.frames[index].at),
        }
        for index in nearest
    ]
    return shown, len(chain) - len(nearest)


def summing_up(at: Looking) -> list[dict[str, str]]:
    """After the last step: what the run came to, in a few lines."""
    of, step = at.of, at.step
    if step is None or step.number != len(of.steps) or of.storyboard:
        return []
    kept = of.ledger.objects(step.index)
    writes = sum(1 for frame in of.frames for effect in frame.effects if effect.where == STORE)
    people = {str(frame.api["user"]) for frame in of.frames if frame.api and frame.api.get("user")}
    messages = sum(1 for frame in of.frames if frame.link is not None and not frame.background)
    lines = [
        _("%(seconds)s simulated seconds, %(messages)s messages, %(writes)s changes of what is stored.")
        % {"seconds": clock(at.time), "messages": messages, "writes": writes},
    ]
    if people:
        lines.append(_("%(count)s different users asked the API server.") % {"count": len(people)})
    running = [name for name in objects.telling(kept) if name.startswith(("pods/", "tasks/"))]
    lines += [f"{name}: {objects.status(name, kept[name])}" for name in running[:1]]
    return [{"text": line} for line in lines]


def onward(at: Looking) -> list[dict[str, str]]:
    """After the last step: where to go from here."""
    of = at.of
    if at.step is None or at.step.number != len(of.steps):
        return []
    links = []
    for system, scenario in walkthroughs(of.atlas):
        if (system, scenario) == (of.system, of.inputs.scenario):
            continue
        name = of.atlas.systems[system].name[at.language]
        title = title_of(of.atlas, system, scenario, at.language)
        links.append({"text": f"{name}: {title}", "href": Inputs(system, scenario).path})
    return links[:3]
