"""The fixtures' and the drawing's words: both languages are there, well set, and the same only as names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from explorer.graph import Fixtures, read
from explorer.graph.drawn import PLACEMENTS
from explorer.graph.schema import FIELDS, LANGUAGES, Kind
from tests.catalog import placeholders, slips
from tests.reading import HAN, SENTENCE

NAMES = Path(__file__).parent / "proper_names.txt"
_WORD = re.compile(r"[A-Za-z]+")
_JOINED = re.compile(r"(?<=-)\||(?<=[㐀-鿿：，])\|(?=[㐀-鿿])")
_DRAWN = frozenset(
    {"foot", "frame", "name", "namec", "narrow", "organs", "short", "status", "sub", "subc", "title", "unit"}
)
"""Keys of the placements that hold words."""


class Pair(NamedTuple):
    """A text in both languages, and where it is written."""

    place: str
    english: str
    chinese: str


@pytest.fixture(scope="module")
def fixtures() -> Fixtures:
    return read()


def pairs(fixtures: Fixtures) -> Iterator[Pair]:
    """Every translated column of every row, and every word of the drawing."""
    for entry in fixtures.entries:
        for field in FIELDS[entry.model]:
            if field.kind is Kind.WORDS:
                english, chinese = (str(entry.row[f"{field.name}_{suffix}"]) for suffix in LANGUAGES.values())
                yield Pair(f"{entry.file}:{entry.line}: {entry.name}, {field.name}", english, chinese)
    root = yaml.compose(PLACEMENTS.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    yield from _drawn(root, "")


def _drawn(node: Any, key: str) -> Iterator[Pair]:
    if isinstance(node, yaml.MappingNode):
        entries = {str(k.value): value for k, value in node.value}
        if "en" in entries and set(entries) <= {"en", "zh"}:
            halves = [_text(entries.get(code, entries["en"])) for code in ("en", "zh")]
            yield Pair(_place(node, key), *halves)
            return
        for name, value in entries.items():
            if isinstance(value, yaml.ScalarNode):
                other = entries.get(f"{name}zh", value)
                if name in _DRAWN:
                    yield Pair(_place(value, name), _text(value), _text(other))
            elif name != "links":  # a link's words come from the narration of its step
                yield from _drawn(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _drawn(value, key)


def _place(node: yaml.Node, key: str) -> str:
    return f"{PLACEMENTS.name}:{node.start_mark.line + 1}: {key}"


def _text(node: Any) -> str:
    """A drawn text as it is read: where a line may break, nothing or a space stands."""
    some = [str(item.value) for item in node.value] if isinstance(node, yaml.SequenceNode) else [node.value]
    return "\n".join(_JOINED.sub("", text).replace("|", " ") for text in some)


def test_a_text_is_there_in_both_languages_or_in_none(fixtures: Fixtures) -> None:
    assert not [pair for pair in pairs(fixtures) if bool(pair.english) != bool(pair.chinese)]


def test_only_proper_names_are_the_same_in_both_languages(fixtures: Fixtures) -> None:
    names = known_names()
    same = [pair for pair in pairs(fixtures) if has_words(pair.english) and pair.english == pair.chinese]
    unlisted = [f"{pair.place}: {pair.english}" for pair in same if pair.english not in names]
    assert not unlisted, f"want Chinese words, or a line in {NAMES.name}"
    unused = names - {pair.english for pair in same}
    assert not unused, f"no text is one of these any more: take them out of {NAMES.name}"


def test_the_list_of_proper_names_is_in_order() -> None:
    lines = NAMES.read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines), key=lambda line: (line.casefold(), line))


def test_the_chinese_is_well_set(fixtures: Fixtures) -> None:
    wrong = {pair.place: found for pair in pairs(fixtures) if (found := list(slips(pair.chinese)))}
    assert not wrong


def test_the_chinese_has_no_english_sentence_and_the_english_no_chinese(fixtures: Fixtures) -> None:
    wrong = [
        pair
        for pair in pairs(fixtures)
        if (SENTENCE.search(pair.chinese) and not HAN.search(pair.chinese)) or HAN.search(pair.english)
    ]
    assert not [pair for pair in wrong if pair.english not in known_names()]


def test_both_languages_fill_in_the_same_values(fixtures: Fixtures) -> None:
    wrong = {
        f"{entry.file}:{entry.line}: {entry.name}, {name}": (missing, more)
        for entry in fixtures.of("narration")
        for name in ("title", "what", "why", "label", "short")
        # A Chinese title may say less: 第 1 个 Pod, not "Pod 1 of 3".
        if (
            missing := _asked(entry.row[f"{name}_en"]) - _asked(entry.row[f"{name}_zh_hans"])
            if name != "title"
            else set()
        )
        | (more := _asked(entry.row[f"{name}_zh_hans"]) - _asked(entry.row[f"{name}_en"]))
    }
    assert not wrong


def _asked(text: str) -> set[str]:
    return set(placeholders(text))


def known_names() -> set[str]:
    return set(NAMES.read_text(encoding="utf-8").splitlines())


def has_words(text: str) -> bool:
    """Whether anything of a text could be translated: `{ip}` and `200` cannot."""
    return _WORD.search(re.sub(r"\{[a-z_]+\}", "", text)) is not None
