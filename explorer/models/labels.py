"""What people read of the tables: names of models and fields, values of closed lists; in both languages.

Django writes `verbose_name` and `choices` of a field into migrations. These are words of the interface and no
part of the database, so they stand here and are put on the models once all of them are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Promise  # a lazy text, in the eyes of the type checker

MODELS: dict[str, tuple[Promise, Promise]] = {
    "source": (pgettext_lazy("model", "source"), pgettext_lazy("model", "sources")),
    "system": (pgettext_lazy("model", "system"), pgettext_lazy("model", "systems")),
    "component": (pgettext_lazy("model", "component"), pgettext_lazy("model", "components")),
    "link": (pgettext_lazy("model", "link"), pgettext_lazy("model", "links")),
    "forbiddenlink": (pgettext_lazy("model", "forbidden link"), pgettext_lazy("model", "forbidden links")),
    "counterpart": (pgettext_lazy("model", "counterpart"), pgettext_lazy("model", "counterparts")),
    "term": (pgettext_lazy("model", "term"), pgettext_lazy("model", "terms")),
    "scenario": (pgettext_lazy("model", "scenario"), pgettext_lazy("model", "scenarios")),
    "staging": (pgettext_lazy("model", "staging"), pgettext_lazy("model", "stagings")),
    "narration": (pgettext_lazy("model", "narration"), pgettext_lazy("model", "narrations")),
    "storyboard": (pgettext_lazy("model", "storyboard"), pgettext_lazy("model", "storyboards")),
    "storyboardstep": (pgettext_lazy("model", "storyboard step"), pgettext_lazy("model", "storyboard steps")),
    "concept": (pgettext_lazy("model", "concept"), pgettext_lazy("model", "concepts")),
    "misconception": (pgettext_lazy("model", "misconception"), pgettext_lazy("model", "misconceptions")),
    "run": (pgettext_lazy("model", "run"), pgettext_lazy("model", "runs")),
    "graphstamp": (pgettext_lazy("model", "graph stamp"), pgettext_lazy("model", "graph stamps")),
    "fixtureload": (pgettext_lazy("model", "fixture load"), pgettext_lazy("model", "fixture loads")),
}
"""Model to its name: one of it, several."""

FIELDS: dict[str, Promise] = {
    "accepter": pgettext_lazy("field", "accepter"),
    "at": pgettext_lazy("field", "at"),
    "authors": pgettext_lazy("field", "authors"),
    "beside": pgettext_lazy("field", "beside"),
    "carries_data": pgettext_lazy("field", "carries data"),
    "claim": pgettext_lazy("field", "claim"),
    "code": pgettext_lazy("field", "code"),
    "components": pgettext_lazy("field", "components"),
    "concept": pgettext_lazy("field", "concept"),
    "content": pgettext_lazy("field", "content"),
    "correction": pgettext_lazy("field", "correction"),
    "cursor": pgettext_lazy("field", "cursor"),
    "described": pgettext_lazy("field", "described"),
    "detail": pgettext_lazy("field", "detail"),
    "different": pgettext_lazy("field", "different"),
    "effects": pgettext_lazy("field", "effects"),
    "epoch": pgettext_lazy("field", "epoch"),
    "faults": pgettext_lazy("field", "faults"),
    "forms_en": pgettext_lazy("field", "forms in texts (English)"),
    "forms_zh_hans": pgettext_lazy("field", "forms in texts (Chinese)"),
    "key": pgettext_lazy("field", "key"),
    "kind": pgettext_lazy("field", "kind"),
    "label": pgettext_lazy("field", "label"),
    "left": pgettext_lazy("field", "left"),
    "left_system": pgettext_lazy("field", "left system"),
    "lesson": pgettext_lazy("field", "lesson"),
    "link": pgettext_lazy("field", "link"),
    "made": pgettext_lazy("field", "made"),
    "mark": pgettext_lazy("field", "mark"),
    "meaning": pgettext_lazy("field", "meaning"),
    "message": pgettext_lazy("field", "message"),
    "mode": pgettext_lazy("field", "mode"),
    "more_sources": pgettext_lazy("field", "more sources"),
    "name": pgettext_lazy("field", "name"),
    "narration": pgettext_lazy("field", "narration"),
    "opener": pgettext_lazy("field", "opener"),
    "order": pgettext_lazy("field", "order"),
    "origin": pgettext_lazy("field", "origin"),
    "outcome": pgettext_lazy("field", "outcome"),
    "parameters": pgettext_lazy("field", "parameters"),
    "part_of": pgettext_lazy("field", "part of"),
    "phase": pgettext_lazy("field", "phase"),
    "phases": pgettext_lazy("field", "phases"),
    "playing": pgettext_lazy("field", "playing"),
    "port": pgettext_lazy("field", "port"),
    "ports": pgettext_lazy("field", "ports"),
    "producer": pgettext_lazy("field", "producer"),
    "protocol": pgettext_lazy("field", "protocol"),
    "publisher": pgettext_lazy("field", "publisher"),
    "question": pgettext_lazy("field", "question"),
    "reason": pgettext_lazy("field", "reason"),
    "replicas": pgettext_lazy("field", "replicas"),
    "right": pgettext_lazy("field", "right"),
    "right_cursor": pgettext_lazy("field", "right cursor"),
    "right_faults": pgettext_lazy("field", "right faults"),
    "right_system": pgettext_lazy("field", "right system"),
    "row": pgettext_lazy("field", "row"),
    "rows": pgettext_lazy("field", "rows"),
    "same": pgettext_lazy("field", "same"),
    "scenario": pgettext_lazy("field", "scenario"),
    "section": pgettext_lazy("field", "section"),
    "seed": pgettext_lazy("field", "seed"),
    "seq": pgettext_lazy("field", "sequence number"),
    "share": pgettext_lazy("field", "share code"),
    "short": pgettext_lazy("field", "short form"),
    "slug": pgettext_lazy("field", "short name"),
    "source": pgettext_lazy("field", "source"),
    "speed": pgettext_lazy("field", "speed"),
    "story": pgettext_lazy("field", "story"),
    "storyboard": pgettext_lazy("field", "storyboard"),
    "storyboardstep.source": pgettext_lazy("field", "sender"),
    "storyboardstep.target": pgettext_lazy("field", "receiver"),
    "subject": pgettext_lazy("field", "subject"),
    "summary": pgettext_lazy("field", "summary"),
    "system": pgettext_lazy("field", "system"),
    "tagline": pgettext_lazy("field", "tagline"),
    "teaches": pgettext_lazy("field", "teaches"),
    "term": pgettext_lazy("field", "term"),
    "tier": pgettext_lazy("field", "tier"),
    "title": pgettext_lazy("field", "title"),
    "token": pgettext_lazy("field", "token"),
    "told": pgettext_lazy("field", "only told"),
    "touched": pgettext_lazy("field", "touched"),
    "unreachable": pgettext_lazy("field", "unreachable"),
    "url": pgettext_lazy("field", "address"),
    "verdict": pgettext_lazy("field", "verdict"),
    "what": pgettext_lazy("field", "what happens"),
    "why": pgettext_lazy("field", "why"),
    "word": pgettext_lazy("field", "word"),
    "year": pgettext_lazy("field", "year"),
    "zone": pgettext_lazy("field", "zone"),
}
"""Field to its label; `model.field` where a model means something else by it."""

VALUES: dict[str, Promise] = {
    "process": pgettext_lazy("choice", "process"),
    "part": pgettext_lazy("choice", "part"),
    "object": pgettext_lazy("choice", "object"),
    "boundary": pgettext_lazy("choice", "boundary"),
    "file": pgettext_lazy("choice", "file"),
    "client": pgettext_lazy("choice", "client"),
    "control-plane": pgettext_lazy("choice", "control-plane"),
    "node": pgettext_lazy("choice", "node"),
    "add-on": pgettext_lazy("choice", "add-on"),
    "ecosystem": pgettext_lazy("choice", "ecosystem"),
    "service": pgettext_lazy("choice", "service"),
    "core": pgettext_lazy("choice", "core"),
    "resident": pgettext_lazy("choice", "resident"),
    "stage": pgettext_lazy("choice", "stage"),
    "reference": pgettext_lazy("choice", "reference"),
    "request": pgettext_lazy("choice", "request"),
    "watch": pgettext_lazy("choice", "watch"),
    "poll": pgettext_lazy("choice", "poll"),
    "push": pgettext_lazy("choice", "push"),
    "local": pgettext_lazy("choice", "local"),
    "verified": pgettext_lazy("choice", "verified"),
    "reported": pgettext_lazy("choice", "reported"),
    "memory": pgettext_lazy("choice", "memory"),
    "inference": pgettext_lazy("choice", "inference"),
    "model": pgettext_lazy("choice", "model"),
    "log": pgettext_lazy("choice", "log"),
    "paper": pgettext_lazy("choice", "paper"),
    "documentation": pgettext_lazy("choice", "documentation"),
    "source-code": pgettext_lazy("choice", "source-code"),
    "article": pgettext_lazy("choice", "article"),
    "book": pgettext_lazy("choice", "book"),
    "first": pgettext_lazy("choice", "first"),
    "complete": pgettext_lazy("choice", "complete"),
    "each": pgettext_lazy("choice", "each"),
    "first-complete": pgettext_lazy("choice", "first-complete"),
    "delivered": pgettext_lazy("choice", "delivered"),
    "refused": pgettext_lazy("choice", "refused"),
    "Simulation": pgettext_lazy("choice", "Simulation"),
    "Storyboard": pgettext_lazy("choice", "Storyboard"),
    "Recording": pgettext_lazy("choice", "Recording"),
    "Story": pgettext_lazy("choice", "Story"),
    "Full": pgettext_lazy("choice", "Full"),
    "Idle": pgettext_lazy("choice", "Idle"),
    "timeout": pgettext_lazy("choice", "timeout"),
    "rejected": pgettext_lazy("choice", "rejected"),
    "internal": pgettext_lazy("choice", "internal"),
    "asking": pgettext_lazy("choice", "asking"),
    "naming": pgettext_lazy("choice", "naming"),
    "deciding": pgettext_lazy("choice", "deciding"),
    "placing": pgettext_lazy("choice", "placing"),
    "changing": pgettext_lazy("choice", "changing"),
    "cloud": pgettext_lazy("choice", "cloud"),
    "history": pgettext_lazy("choice", "history"),
    "borg": pgettext_lazy("choice", "borg"),
    "control": pgettext_lazy("choice", "control"),
    "traffic": pgettext_lazy("choice", "traffic"),
    "around": pgettext_lazy("choice", "around"),
    "wrong": pgettext_lazy("choice", "wrong"),
    "outdated": pgettext_lazy("choice", "outdated"),
    "simplified": pgettext_lazy("choice", "simplified"),
    "common": pgettext_lazy("choice", "common"),
}
"""A value of a closed list, as migrations know its label, to its word. The English one stays that label:
another would be a migration."""

LANGUAGES: dict[str, Promise] = {
    "en": pgettext_lazy("language of a field", "English"),
    "zh_hans": pgettext_lazy("language of a field", "Chinese"),
}
"""Suffix of a column to the language of its words."""


def label(kinds: Iterable[type[models.Model]]) -> None:
    """Give these models, their fields and choices the words above; what has none keeps Django's own."""
    for kind in kinds:
        name = str(kind._meta.model_name)
        if name in MODELS:
            kind._meta.verbose_name, kind._meta.verbose_name_plural = MODELS[name]
        for field in kind._meta.fields:
            if (words := _of_field(name, field.name)) is not None:
                field.verbose_name = words
            if field.choices:
                field.choices = [(value, VALUES.get(str(text), text)) for value, text in field.choices]


def _of_field(model: str, name: str) -> Promise | None:
    if (own := FIELDS.get(f"{model}.{name}") or FIELDS.get(name)) is not None:
        return own
    for suffix, language in LANGUAGES.items():
        plain = _of_field(model, name.removesuffix(f"_{suffix}")) if name.endswith(f"_{suffix}") else None
        if plain is not None:
            both = pgettext_lazy("label of a field", "{field}, {language}")
            return format_lazy(both, field=plain, language=language)
    return None
