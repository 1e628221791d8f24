"""A run as text: a transcript to read and to compare, JSON lines, or a Mermaid sequence diagram."""

from __future__ import annotations

import re
from collections.abc import Iterator

from explorer.frames import Frame, component_of, place_of, seconds
from explorer.playback.engine import Play

FORMATS = ("text", "jsonl", "mermaid")


def lines(of: Play, form: str, language: str) -> Iterator[str]:
    """The lines of a run in one of FORMATS, in the detail of its inputs."""
    match form:
        case "jsonl":
            yield from (frame.line() for frame in of.frames)
        case "mermaid":
            yield from _mermaid(of, language)
        case _:
            yield from _text(of, language)


def transcript_line(frame: Frame) -> str:
    """One frame on one line: time, who to whom, over what, what, its key, and how it ended if not well."""
    who = frame.source if frame.internal else f"{frame.source} → {frame.target}"
    link = f" [{frame.link}]" if frame.link else ""
    ended = f"  !{frame.outcome}" if frame.outcome in ("refused", "timeout", "rejected") else ""
    quiet = "  ~" if frame.background else ""
    what = f"{frame.message}  ({frame.narration}){ended}{quiet}"
    return f"{seconds(frame.at):>12}  {frame.phase:<8} {who}{link}  {what}"


def _text(of: Play, language: str) -> Iterator[str]:
    system = of.atlas.systems[of.system]
    told = " ".join(f"{name}={value}" for name, value in of.inputs.pairs())
    yield f"{system.described[language]}: {of.inputs.scenario} {told}".rstrip()
    for step in of.steps:
        frame = of.frames[step.index]
        words = of.words(step.index, language)
        yield ""
        yield f"{step.number:>3}. {words.title}"
        yield f"     {transcript_line(frame).strip()}"
        cited = "; ".join(
            f"{of.atlas.sources[cite.source].short[language]} {cite.section}".rstrip()
            for cite in words.citations
        )
        yield from (f"     {text}" for text in (words.what, words.why) if text)
        if cited:
            yield f"     [{cited}] {words.mark}"
        for effect in frame.effects:
            for path, value in effect.after.items():
                if effect.where == "store":
                    was, now = _value(effect.before.get(path)), _value(value)
                    yield f"     {effect.object}  {path}: {was} → {now}"


def _value(value: object) -> str:
    return "–" if value is None else str(value)


def _mermaid(of: Play, language: str) -> Iterator[str]:
    yield "sequenceDiagram"
    names: dict[str, str] = {}
    for step in of.steps:
        for end in (of.frames[step.index].source, of.frames[step.index].target):
            if end not in names:
                names[end] = f"p{len(names)}"
                yield f"    participant {names[end]} as {_mermaid_text(_display(of, end, language))}"
    for step in of.steps:
        frame = of.frames[step.index]
        title = _mermaid_text(of.words(step.index, language).title)
        if frame.internal:
            yield f"    Note over {names[frame.source]}: {title}"
        else:
            arrow = "->>" if frame.outcome == "delivered" else "--x"
            yield f"    {names[frame.source]}{arrow}{names[frame.target]}: {title}"


def _display(of: Play, instance: str, language: str) -> str:
    component = of.atlas.components.get((of.system, component_of(instance)))
    name = component.name[language] if component is not None else component_of(instance)
    place = place_of(instance)
    return f"{name} ({place})" if place else name


def _mermaid_text(text: str) -> str:
    """Mermaid ends a message at a semicolon or a hash sign."""
    return re.sub(r"[;#\n]", ",", text)
