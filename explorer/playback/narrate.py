"""Words for a frame: title, what happens, why it is so, where that is written; in one language."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from explorer.frames import Frame, component_of, place_of
from explorer.graph import Atlas, Citation, Step

LANGUAGES = ("en", "zh-hans")


@dataclass(frozen=True, slots=True)
class Told:
    """Where a storyboard's step differs from the sources: what would be right, and the step that shows it."""

    correction: str
    beside: str


@dataclass(frozen=True, slots=True)
class Words:
    """What to say of one frame; `label` and `short` go with the token."""

    title: str
    what: str
    why: str
    label: str
    short: str
    citations: tuple[Citation, ...]
    mark: str
    told: Told | None = None


def narrate(atlas: Atlas, system: str, frame: Frame, language: str) -> Words:
    """The words of one frame. A key without words tells the message itself: nothing is hidden."""
    if "/" in frame.narration:
        return _of_storyboard(atlas, frame, language)
    narration = atlas.narrations.get((system, frame.narration))
    if narration is None:
        plain = frame.message or frame.narration
        return Words(plain, "", "", plain, plain, (), "model")
    values = _values(atlas, system, frame, language)
    label = _fill(narration.label[language], values) or frame.message
    return Words(
        _fill(narration.title[language], values),
        _fill(narration.what[language], values),
        _fill(narration.why[language], values),
        label,
        _fill(narration.short[language], values) or label,
        narration.citations,
        narration.mark,
    )


def with_terms(atlas: Atlas, language: str, *texts: str, meanings: bool = True) -> list[str]:
    """The texts as safe HTML, the first occurrence of each Term marked (and explained, with `meanings`)."""
    key = (atlas.version, language)
    forms = _learned.get(key)
    if forms is None:
        for stale in [kept for kept in _learned if kept[0] != atlas.version]:
            del _learned[stale]
        forms = _learned[key] = _forms_of(atlas, language)
    used: set[str] = set()
    return [_marked(text, forms, used, meanings) for text in texts]


def meanings(atlas: Atlas, language: str) -> dict[str, str]:
    """What every Term means, for words that reach a page later."""
    return {term.slug: term.meaning[language] for term in atlas.terms.values()}


def _of_storyboard(atlas: Atlas, frame: Frame, language: str) -> Words:
    slug, _, order = frame.narration.partition("/")
    board = atlas.storyboards[slug]
    step: Step = next(step for step in board.steps if step.order == int(order))
    told = Told(step.correction[language], step.beside) if step.told else None
    label = step.label[language] or step.message
    return Words(
        step.title[language], step.what[language], step.why[language], label,
        step.short[language] or label, board.citations, board.mark, told,
    )  # fmt: skip


class _Values(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return f"‹{name}›"


def _values(atlas: Atlas, system: str, frame: Frame, language: str) -> Mapping[str, Any]:
    values = _Values(frame.params)
    values.setdefault("source", shown(frame.source))
    values.setdefault("target", shown(frame.target))
    values.setdefault("message", _message(atlas, system, frame, language))
    values.setdefault("source_name", _name(atlas, system, frame.source, language))
    values.setdefault("target_name", _name(atlas, system, frame.target, language))
    return values


def _message(atlas: Atlas, system: str, frame: Frame, language: str) -> str:
    """What was sent in vain, in this language where it is words and no protocol: 找主节点, PUT lease."""
    wanted = atlas.narrations.get((system, str(frame.params.get("wanted", ""))))
    if language == "en" or wanted is None:
        return frame.message
    label = wanted.label[language]
    pattern = "".join(
        re.escape(text) + (f"(?P<{name}>.+)" if name else "")
        for text, name, _, _ in string.Formatter().parse(wanted.label["en"])
    )
    if said := re.fullmatch(pattern, frame.message):
        return _fill(label, said.groupdict())
    return label if "{" not in label and "/" not in frame.message and not label.isascii() else frame.message


def shown(instance: str) -> str:
    """An instance's name as people say it.

    >>> shown("pod:web-1@node-1"), shown("kubelet@node-1"), shown("kubectl")
    ('web-1', 'kubelet on node-1', 'kubectl')
    """
    component, place = component_of(instance), place_of(instance)
    if ":" in instance:
        return instance.partition(":")[2].partition("@")[0]
    return f"{component} on {place}" if place and not place.isdigit() else component


def _name(atlas: Atlas, system: str, instance: str, language: str) -> str:
    component = atlas.components.get((system, component_of(instance)))
    name = component.name[language] if component is not None else component_of(instance)
    place = place_of(instance)
    if ":" in instance:
        return instance.partition(":")[2].partition("@")[0]
    if not place or place.isdigit():
        return name
    return standing_on(name, place, language)


def standing_on(name: str, place: str, language: str) -> str:
    """A component's name with the machine or replica it stands on.

    >>> standing_on("kubelet", "node-1", "en"), standing_on("kubelet", "node-1", "zh-hans")
    ('kubelet on node-1', 'node-1 上的 kubelet')
    """
    if language == "zh-hans":
        return f"{place} 上的{' ' if name[0].isascii() else ''}{name}"
    return f"{name} on {place}"


def _fill(template: str, values: Mapping[str, Any]) -> str:
    return string.Formatter().vformat(template, (), values) if "{" in template else template


type Forms = Mapping[str, Sequence[tuple[str, str, str]]]
"""By first word (or Han character): (form, the Term's slug, its meaning), the longest form first."""

_learned: dict[tuple[str, str], Forms] = {}
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*|[^\x00-\u2e7f]")
_IN_WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_OPENS = (". ", ": ", "")


def _forms_of(atlas: Atlas, language: str) -> Forms:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for term in atlas.terms.values():
        for form in term.forms[language]:
            first = _WORD.match(form)
            if first is not None:
                found.setdefault(first[0], []).append((form, term.slug, term.meaning[language]))
    for same in found.values():
        same.sort(key=lambda entry: (-len(entry[0]), entry[0]))
    return found


def _marked(text: str, forms: Forms, used: set[str], explained: bool) -> str:
    pieces, end = [], 0
    for word in _WORD.finditer(text):
        start = word.start()
        if start < end:
            continue
        found = _form_at(text, start, word[0], forms)
        if found is None or found[1] in used:
            continue
        form, slug, meaning = found
        used.add(slug)
        title = f' title="{escape(meaning)}"' if explained else ""
        shown = escape(text[start : start + len(form)])
        pieces.append(escape(text[end:start]))
        pieces.append(f'<button class="term" data-term="{escape(slug)}"{title}>{shown}</button>')
        end = start + len(form)
    pieces.append(escape(text[end:]))
    return "".join(pieces)


def _form_at(text: str, start: int, word: str, forms: Forms) -> tuple[str, str, str] | None:
    """The longest form that stands at this place as whole words.

    A lower-case form may open a sentence with a capital; elsewhere "Job" is not "job".
    """
    candidates = forms.get(word, ())
    opening = word[0].isupper() and text[max(0, start - 2) : start] in _OPENS
    if opening:
        candidates = (*candidates, *forms.get(word[0].lower() + word[1:], ()))
    for entry in candidates:
        form = entry[0]
        stands = text.startswith(form, start) or (opening and text.startswith(form[1:], start + 1))
        after = text[start + len(form) : start + len(form) + 1]
        if stands and not (form[-1] in _IN_WORD and after in _IN_WORD):
            return entry
    return None
