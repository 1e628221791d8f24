"""The words of the field, in both languages side by side, and which of them answer a question."""

from __future__ import annotations

from typing import Any

from explorer.errors import likeness
from explorer.graph import Atlas, Term
from explorer.graph.schema import LANGUAGES
from explorer.graph.search import question
from explorer.playback.lessons import marks_of, part
from explorer.playback.telling import citation, mark_of

_OFFERED = 4


def glossary(atlas: Atlas, language: str, asked: str = "") -> dict[str, Any]:
    """Every Term, or those that answer what a visitor asked, by the letter their English word begins with.

    Where nothing answers, `nearest` are the words most like it. Never raises, whatever was asked.
    """
    every = sorted(atlas.terms.values(), key=lambda term: (_letter(term), term.word["en"].casefold()))
    wanted = question(asked)
    rows = [term for term in every if _answers(term, wanted.casefold())]
    if wanted:
        rows.sort(key=lambda term: (_letter(term), not _named(term, wanted.casefold())))
    letters: dict[str, list[dict[str, Any]]] = {}
    for term in rows:
        letters.setdefault(_letter(term), []).append(_term(atlas, term, language))
    return {
        "asked": wanted,
        "letters": [{"letter": letter, "terms": terms} for letter, terms in sorted(letters.items())],
        "count": len(rows),
        "all": len(every),
        "nearest": [] if rows else _nearest(every, wanted, language),
        "marks": marks_of(rows),
    }


def _letter(term: Term) -> str:
    return term.word["en"][:1].upper()


def _term(atlas: Atlas, term: Term, language: str) -> dict[str, Any]:
    other = next(code for code in LANGUAGES if code != language)
    return {
        "slug": term.slug,
        "word": term.word[language],
        "other": term.word[other] if term.word[other] != term.word[language] else "",
        "other_language": other,
        "meaning": term.meaning[language],
        "citations": [citation(atlas, cite, language) for cite in term.citations],
        "mark": mark_of(term.mark),
        "parts": [
            part(atlas, system, slug, language) for system, slug in atlas.components if slug == term.slug
        ],
    }


def _texts(term: Term) -> list[str]:
    return [*term.word.values(), *(form for forms in term.forms.values() for form in forms)]


def _named(term: Term, wanted: str) -> bool:
    return any(wanted in text.casefold() for text in _texts(term))


def _answers(term: Term, wanted: str) -> bool:
    return _named(term, wanted) or any(wanted in text.casefold() for text in term.meaning.values())


def _nearest(terms: list[Term], wanted: str, language: str) -> list[dict[str, str]]:
    ranked = sorted(terms, key=lambda term: -max(likeness(wanted, _texts(term)).values()))
    return [{"href": f"/glossary/#{term.slug}", "word": term.word[language]} for term in ranked[:_OFFERED]]
