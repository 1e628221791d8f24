"""Finding components by the names people use: in both languages, with slips of the finger, in bounded time.

Whatever a visitor sends is an answerable question: it is cut to LONGEST letters and MOST_WORDS words, so
that the work does not depend on who asks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

from explorer.errors import likeness
from explorer.graph.atlas import Atlas, Component

LONGEST = 64
"""Letters of a question that count; the rest is not read."""
MOST_WORDS = 6
"""Words of a question that count."""
MOST_HITS = 40
ALIASES = Path(__file__).with_name("aliases.yaml")

type Where = Literal["name", "alias", "summary"]

_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_SLIP_FROM = 4
"""Letters; in a shorter word a wrong letter makes another word."""
_TWO_SLIPS_FROM = 8
_NEARLY = 0.75
_KINDS: tuple[tuple[Where, float], ...] = (("name", 1.0), ("alias", 0.94), ("summary", 0.5))
_WORTH = dict(_KINDS)


@dataclass(frozen=True, slots=True)
class Text:
    """One text that can be found. `flat` are its letters without spaces, `at` where each stands in `said`."""

    where: Where
    language: str
    said: str
    flat: str
    at: tuple[int, ...]
    words: tuple[tuple[str, int], ...]
    """Each word with the place in `flat` where it begins."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A component that answers: how well (0 to 1), and the text that says so with the letters that match.

    `spans` are (begin, end) in `said`; `slip` says that the letters are alike and not the same.
    """

    component: Component
    score: float
    where: Where
    language: str
    said: str
    spans: tuple[tuple[int, int], ...]
    slip: bool


@dataclass(frozen=True, slots=True)
class _Match:
    worth: float
    spans: tuple[tuple[int, int], ...]
    slip: bool


def question(text: str) -> str:
    """The part of a visitor's text that is searched for: printable, one space at a time, at most LONGEST.

    >>> question("  Kube \\x00 proxy\\n")
    'Kube proxy'
    """
    some = text[: LONGEST * 4]  # white space and control characters may take up some of it
    plain = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFKC", some))
    return " ".join(plain.split())[:LONGEST].strip()


class Index:
    """Everything that can be found in an Atlas: built once a version, asked often."""

    def __init__(
        self, atlas: Atlas, aliases: Mapping[str, Mapping[str, Iterable[str]]] | None = None
    ) -> None:
        known = aliases_from_file() if aliases is None else aliases
        self._texts: list[tuple[Component, tuple[Text, ...]]] = [
            (
                component,
                tuple(_texts(atlas, component, known.get(component.system, {}).get(component.slug, ()))),
            )
            for component in atlas.components.values()
        ]

    def find(self, asked: str, language: str = "en") -> list[Hit]:
        """The components that answer, the best first. Never raises; of equals the page's language wins.

        Where nothing has every word of the question, what has some of them answers.
        """
        folded = _fold(question(asked))
        words = tuple(dict.fromkeys(_WORD.findall(folded)))[:MOST_WORDS]
        hits = self._hits(_letters(folded)[0], words, language)
        if not hits and len(words) > 1:
            hits = [hit for word in words for hit in self._hits(word, (word,), language)]
        best: dict[tuple[str, str], Hit] = {}
        for hit in sorted(hits, key=lambda hit: (-hit.score, hit.component.order)):
            best.setdefault((hit.component.system, hit.component.slug), hit)
        found = list(best.values())
        if found and not found[0].slip:  # who spelled it right does not ask for what looks alike
            found = [hit for hit in found if not hit.slip]
        return found[:MOST_HITS]

    def _hits(self, flat: str, words: tuple[str, ...], language: str) -> list[Hit]:
        if not flat:
            return []
        asked = _Asked(flat, words)
        found = (_best(component, texts, asked, language) for component, texts in self._texts)
        return [hit for hit in found if hit is not None]

    def nearest(self, asked: str, language: str, most: int = 5) -> list[Component]:
        """The components whose names look most like the question, for when none answers."""
        wanted = question(asked)
        scores = {
            (component.system, component.slug): max(
                likeness(wanted, (component.slug, *component.name.values())).values()
            )
            for component, _ in self._texts
        }
        ranked = sorted((c for c, _ in self._texts), key=lambda c: -scores[c.system, c.slug])
        return ranked[:most]


@lru_cache(maxsize=1)
def aliases_from_file() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """System to component to the further names people use for it."""
    read = yaml.safe_load(ALIASES.read_text(encoding="utf-8"))
    return {
        system: {slug: tuple(str(name) for name in names) for slug, names in parts.items()}
        for system, parts in read.items()
    }


def _texts(atlas: Atlas, component: Component, aliases: Iterable[str]) -> Iterator[Text]:
    said: set[str] = set()
    term = atlas.terms.get(component.slug)
    forms = [(form, code) for code, some in term.forms.items() for form in some] if term else []
    texts: list[tuple[Where, str, str]] = [
        *(("name", code, name) for code, name in component.name.items()),
        ("name", "", component.slug),
        *(("alias", "", alias) for alias in aliases),
        *(("alias", code, form) for form, code in forms),
        *(("summary", code, text) for code, text in component.summary.items()),
    ]  # fmt: skip
    for where, code, text in texts:
        flat, at = _letters(_fold(text))
        if flat and flat not in said:
            said.add(flat)
            yield Text(where, code, text, flat, at, tuple(_starts(_fold(text))))


def _fold(text: str) -> str:
    """Small letters, each in its place: what is found in it is marked in the text as it is written."""
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def _letters(text: str) -> tuple[str, tuple[int, ...]]:
    """The letters and digits of a folded text, and where each stands."""
    found = [(letter, word.start() + k) for word in _WORD.finditer(text) for k, letter in enumerate(word[0])]
    return "".join(letter for letter, _ in found), tuple(place for _, place in found)


def _starts(text: str) -> Iterator[tuple[str, int]]:
    """Each word of a folded text, with the number of letters before it."""
    begin = 0
    for word in _WORD.finditer(text):
        yield word[0], begin
        begin += len(word[0])


class _Asked:
    """A question taken apart, and what it has already compared."""

    def __init__(self, flat: str, words: tuple[str, ...]) -> None:
        self.flat, self.words = flat, words
        self._alike: dict[tuple[str, str], float] = {}

    def alike(self, one: str, word: str) -> float:
        """How well a text's word answers a word of the question: 1 if it begins with it, less for a slip.

        A slip is a letter wrong, missing, too many, or two swapped; a longer word may have two, and the
        beginning of a word one ("brogm" for "borgmaster").
        """
        key = (one, word)
        if key not in self._alike:
            self._alike[key] = _alike(one, word)
        return self._alike[key]


def _alike(one: str, word: str) -> float:
    if not word.isascii():
        return 1.0 if word in one else 0.0  # Han characters are written without spaces between the words
    if one.startswith(word):
        return 1.0
    if len(word) < _SLIP_FROM or len(one) < _SLIP_FROM or not one.isascii():
        return 0.0
    most = 1 if len(word) < _TWO_SLIPS_FROM else 2
    slips = slip_distance(one, word, most)
    if slips <= most:
        return 0.92 - 0.06 * slips
    begin = one[: len(word)]
    begun = len(one) > len(word) and one[0] == word[0] and slip_distance(begin, word, 1) <= 1
    if begun and len(word) == _SLIP_FROM:
        begun = sorted(begin) == sorted(word)  # "brog" for "borgmaster", not "brog" for "browser"
    return 0.72 if begun else 0.0


def _best(component: Component, texts: tuple[Text, ...], asked: _Asked, language: str) -> Hit | None:
    """The text that answers best gives the score; one in the reader's language says so, if it does nearly."""
    found: list[tuple[float, Text, _Match]] = []
    for text in texts:
        match = (_as_one(text, asked.flat) if text.where != "summary" else None) or _by_words(text, asked)
        if match is not None:
            found.append((match.worth * _WORTH[text.where], text, match))
    if not found:
        return None
    best = max(score for score, _, _ in found)
    _, text, match = max(
        (one for one in found if one[0] >= best * _NEARLY),
        key=lambda one: (one[1].language == language, one[1].language == "", one[0]),
    )
    slip = next(match.slip for score, _, match in found if score == best)
    return Hit(component, best, text.where, text.language, text.said, match.spans, slip)


def _as_one(text: Text, flat: str) -> _Match | None:
    """The letters of the question in a row: the whole text, its beginning, words of it, or a piece of one."""
    at = text.flat.find(flat)
    if at < 0:
        return None
    spans = _spans(text, [(at, at + len(flat))])
    starts = {begin for _, begin in text.words}
    if at not in starts and flat.isascii() and (len(flat) < 3 or _over_a_gap(text, spans[0])):
        return None  # the end of one word and the beginning of another
    worth = 0.8 if at == 0 else 0.7 if at in starts else 0.4
    return _Match(worth + 0.2 * len(flat) / len(text.flat), spans, slip=False)


def _over_a_gap(text: Text, span: tuple[int, int]) -> bool:
    return len(_WORD.findall(_fold(text.said[span[0] : span[1]]))) > 1


def _by_words(text: Text, asked: _Asked) -> _Match | None:
    """Every word of the question begins a word of the text, or nearly is one."""
    found: list[tuple[int, int]] = []
    worth = 1.0
    for word in asked.words:
        begun = text.where != "summary" or len(word) >= 3 or not word.isascii()
        scores = [
            (asked.alike(one, word) if begun else float(one == word), one, at) for one, at in text.words
        ]
        alike, one, at = max(scores, key=lambda score: (score[0], -score[2]), default=(0.0, "", 0))
        if not alike or (alike < 1 and text.where == "summary"):
            return None
        worth *= alike
        inside = one.find(word)
        begin = at + max(0, inside)
        found.append((begin, begin + (len(word) if inside >= 0 else len(one))))
    if not found:
        return None
    covered = min(1.0, sum(end - begin for begin, end in found) / len(text.flat))
    return _Match(worth * (0.5 + 0.3 * covered), _spans(text, sorted(found)), slip=worth < 1)


def slip_distance(one: str, other: str, most: int) -> int:
    """How many slips make `one` of `other`; `most` + 1 stands for anything more.

    >>> slip_distance("borg", "brog", 2), slip_distance("manager", "manger", 2)
    (1, 1)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


def _spans(text: Text, found: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Places in `flat` as places in what is shown; what lies side by side becomes one."""
    spans: list[tuple[int, int]] = []
    for begin, end in found:
        a, b = text.at[begin], text.at[end - 1] + 1
        if spans and a <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(b, spans[-1][1]))
        else:
            spans.append((a, b))
    return tuple(spans)
