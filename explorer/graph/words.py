"""Rules about words: both languages are there, templates can be filled in, terms are told apart."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Any

from explorer.graph.fixtures import Entry, Fixtures
from explorer.graph.problem import Problem, said
from explorer.graph.schema import FIELDS, LANGUAGES, Field, Kind

HAN = re.compile(r"[\u3400-\u9fff]")
LATIN = re.compile(r"[A-Za-z]")
WORD = re.compile(r"\w+")
NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
_LANGUAGE_NAMES = {"en": said("English"), "zh_hans": said("Chinese")}


def language_problems(fixtures: Fixtures) -> Iterator[Problem]:
    """No half is empty, the Chinese half is Chinese, the English half English."""
    for entry in fixtures.entries:
        for field in FIELDS[entry.model]:
            if field.kind is Kind.WORDS and fixtures.sound(entry, *field.columns):
                yield from _pair_problems(entry, field)


def _pair_problems(entry: Entry, field: Field) -> Iterator[Problem]:
    halves = {suffix: str(entry.row[f"{field.name}_{suffix}"]) for suffix in LANGUAGES.values()}
    for suffix, text in halves.items():
        if not text and any(halves.values()):
            other = next(_LANGUAGE_NAMES[other] for other in halves if halves[other])
            yield entry.problem(
                f"{field.name}_{suffix}",
                said("is empty, while the {language} has words", language=other),
                said("the same in {language}, or all empty", language=_LANGUAGE_NAMES[suffix]),
            )
    english, chinese = halves["en"], halves["zh_hans"]
    if not english or not chinese:
        return
    if len(HAN.findall(english)) > len(LATIN.findall(english)):
        yield entry.problem(
            f"{field.name}_en", said("'{text}' is Chinese", text=_short(english)), said("English words")
        )
    # A name may be the same in both languages, but for the punctuation between its words.
    same = WORD.findall(english) == WORD.findall(chinese) and (field.term or not LATIN.search(english))
    if not HAN.search(chinese) and not same:
        wants = said("Chinese words, or exactly the English term") if field.term else said("Chinese words")
        yield entry.problem(
            f"{field.name}_zh_hans",
            said("'{text}' has no Chinese character", text=_short(chinese)),
            wants,
        )


def template_problems(fixtures: Fixtures) -> Iterator[Problem]:
    """Narrations hold plain `{name}` fields and nothing else that `str.format` would take."""
    for entry in fixtures.of("narration"):
        for field in FIELDS["narration"]:
            for column in field.columns if field.kind is Kind.WORDS else ():
                if fixtures.sound(entry, column):
                    for says in template_faults(entry.row[column]):
                        yield entry.problem(
                            column, says, said("plain fields such as {{pod}}, and {{{{ }}}} for braces")
                        )


def template_faults(text: str) -> Iterator[str]:
    """What is wrong with a template, in words.

    >>> list(template_faults("{pod} on {node.name}"))
    ["'{node.name}' is not a plain field"]
    """
    try:
        for _, name, spec, conversion in string.Formatter().parse(text):
            if name is not None and (not NAME.match(name) or spec or conversion):
                shown = name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
                yield said("'{field}' is not a plain field", field=f"{{{shown}}}")
    except ValueError as error:
        yield said("'{text}' is not a template: {error}", text=_short(text), error=str(error))


def template_names(text: str) -> set[str]:
    """The names a sound template asks for.

    >>> sorted(template_names("{pod} runs on {node}"))
    ['node', 'pod']
    """
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def term_problems(fixtures: Fixtures) -> Iterator[Problem]:
    """No two terms claim the same form in a language: a text's word has one meaning to show."""
    for suffix in LANGUAGES.values():
        column = f"forms_{suffix}"
        owners: dict[Any, Entry] = {}
        for entry in fixtures.of("term"):
            for form in entry.row[column] if fixtures.sound(entry, column) else ():
                owner = owners.setdefault(form, entry)
                if owner is not entry:
                    yield entry.problem(
                        column,
                        said("'{form}' is a form of {owner} too", form=form, owner=owner.name),
                        said("a form of one term only"),
                    )
            if fixtures.sound(entry, column) and len(set(entry.row[column])) < len(entry.row[column]):
                yield entry.problem(column, said("has a form twice"), said("each form once"))


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}…"
