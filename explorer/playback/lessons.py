"""What there is to learn, in one language: the table of concepts, and what is told wrongly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from explorer.graph import Atlas, Concept, Misconception
from explorer.graph.atlas import Fact
from explorer.graph.schema import SUBJECTS, THEMES, VERDICTS
from explorer.playback.evidence import first_step
from explorer.playback.telling import citation, mark_of

ARTICLE = "seed"
"""The source whose claims have numbers."""


def concepts(atlas: Atlas, language: str) -> dict[str, Any]:
    """Every concept, section by section, and the marks that their rows need explained."""
    rows = list(atlas.concepts.values())
    sections = _sections(
        zip(THEMES, _themes(), strict=True), [(row.subject, _concept(atlas, row, language)) for row in rows]
    )
    return {"sections": sections, "count": len(rows), "marks": marks_of(rows)}


def misconceptions(atlas: Atlas, language: str, verdict: str = "") -> dict[str, Any]:
    """What is told wrongly, section by section; of one `verdict` only, or all with ""."""
    every = list(atlas.misconceptions.values())
    rows = [row for row in every if verdict in ("", row.verdict)]
    sections = _sections(
        zip(SUBJECTS, _subjects(), strict=True),
        [(row.subject, _misconception(atlas, row, language)) for row in rows],
    )
    counts = Counter(row.verdict for row in every)
    return {
        "sections": sections,
        "count": len(rows),
        "verdict": verdict,
        "filters": [
            {"slug": slug, "label": _verdict(slug)["label"], "count": counts[slug]} for slug in VERDICTS
        ],
        "all": len(every),
        "article": _article(atlas, language),
        "marks": marks_of(rows),
    }


def _misconception(atlas: Atlas, row: Misconception, language: str) -> dict[str, Any]:
    """One misconception as plain values: claim, correction, sources, and the step that shows the truth."""
    shown = None
    if row.system and row.scenario:
        shown = first_step(atlas, row.system, row.scenario, row.narration, language)
    concept = atlas.concepts.get(row.concept or "")
    term = atlas.terms.get(row.term or "")
    return {
        "slug": row.slug,
        "number": row.row,
        "origin": row.origin,
        "verdict": _verdict(row.verdict),
        "claim": row.claim[language],
        "correction": row.correction[language],
        "step": shown,
        "concept": {"href": f"/concepts/#{concept.slug}", "name": _concept_name(concept, language)}
        if concept
        else None,
        "term": {"href": f"/glossary/#{term.slug}", "name": term.word[language]} if term else None,
        **_fact(atlas, row, row.components, language),
    }


def _concept_name(concept: Concept, language: str) -> str:
    """Both names of a concept in one line; one where they are the same."""
    left, right = concept.left[language], concept.right[language]
    return left if left == right else f"{left} / {right}"


def marks_of(facts: Iterable[Fact]) -> list[dict[str, str]]:
    """The marks that these facts show, each once, with what it means."""
    found = (mark_of(mark) for mark in dict.fromkeys(fact.mark for fact in facts))
    return [mark for mark in found if mark is not None]


def _concept(atlas: Atlas, row: Concept, language: str) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "sides": [
            {"system": slug, "system_name": atlas.systems[slug].name[language], "name": words[language]}
            for slug, words in ((row.left_system, row.left), (row.right_system, row.right))
        ],
        "same": row.same[language],
        "different": row.different[language],
        "lesson": row.lesson[language],
        **_fact(atlas, row, row.components, language),
    }


def _fact(atlas: Atlas, fact: Fact, components: Iterable[tuple[str, str]], language: str) -> dict[str, Any]:
    return {
        "citations": [citation(atlas, cite, language) for cite in fact.citations],
        "mark": mark_of(fact.mark),
        "parts": [part(atlas, system, slug, language) for system, slug in components],
    }


def part(atlas: Atlas, system: str, slug: str, language: str) -> dict[str, str]:
    """A component as a link to its page."""
    name = atlas.component(system, slug).name[language]
    return {"system": system, "href": f"/systems/{system}/{slug}/", "name": name}


def _sections(
    titles: Iterable[tuple[str, str]], rows: Iterable[tuple[str, dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The rows, each with its subject, under the subjects' titles; a subject without rows is left out."""
    by_subject: dict[str, list[dict[str, Any]]] = {}
    for subject, row in rows:
        by_subject.setdefault(subject, []).append(row)
    return [
        {"slug": slug, "title": title, "rows": by_subject[slug]}
        for slug, title in titles
        if slug in by_subject
    ]


def _article(atlas: Atlas, language: str) -> dict[str, Any] | None:
    source = atlas.sources.get(ARTICLE)
    if source is None:
        return None
    return {"title": source.title[language], "authors": source.authors}


def _verdict(slug: str) -> dict[str, str]:
    words = {
        "wrong": pgettext("verdict", "wrong"),
        "outdated": pgettext("verdict", "outdated"),
        "simplified": pgettext("verdict", "simplified"),
    }
    return {"slug": slug, "label": words[slug]}


def _themes() -> tuple[str, ...]:
    return (
        _("What is asked for"),
        _("How it is named and found"),
        _("Who decides, and where it is written"),
        _("Where it runs, and who gives way"),
        _("How it changes, fails and is looked into"),
    )


def _subjects() -> tuple[str, ...]:
    return (
        _("Borg: who talks to whom"),
        _("The control plane of Kubernetes"),
        _("On the node"),
        _("Traffic"),
        _("Around the cluster"),
        _("History"),
        _("Cloud models"),
    )
