"""Reads a page as a visitor does: each text with the language it claims to be in, each link, each asset."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from tests.catalog import slips

VOID = frozenset({"base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
UNREAD = frozenset({"script", "style", "template"})
MACHINE = frozenset({"code", "kbd", "samp", "pre", "textarea"})
"""What stands in these is said by or to a machine, and the same in every language."""
SPOKEN = ("title", "aria-label", "alt", "placeholder", "aria-valuetext", "aria-description")
HAN = re.compile(r"[㐀-鿿]")
SENTENCE = re.compile(r"(?<![\w./:@-])[A-Za-z][a-z]* (?:[a-z]+,? ){1,}[a-z]+(?![\w./:@-])")
"""At least three plain words in a row, the later ones small: `Skip to content`, no name and no command."""


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text: what it says, the nearest `lang`, and where it stands (`main p`, `main p@title`).

    `kind` is "read" by people, "cited" as its source has it, "machine" for what a machine says or is told,
    "data" for what a script shows.
    """

    says: str
    language: str
    place: str
    kind: str = "read"


@dataclass(slots=True)
class Reading:
    """What a page holds. `links` and `assets` are addresses as written."""

    texts: list[Text] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)

    def foreign(self, language: str) -> list[str]:
        """Texts that claim to be in `language` ("en", "zh-hans") and are not."""
        wrong = _chinese if language == "en" else _english
        # Data also holds names of classes, which look like English.
        kinds = ("read", "cited", "data") if language == "en" else ("read", "cited")
        return [
            f"{text.place}: {text.says[:120]}"
            for text in self.texts
            if text.kind in kinds and text.language.lower() == language and wrong(text.says)
        ]

    def slips(self) -> list[str]:
        """What a Chinese typesetter would mark; cited texts stand as their sources have them."""
        return [
            f"{text.place}: {slip} in {text.says[:120]}"
            for text in self.texts
            if text.kind == "read" and text.language.lower() == "zh-hans" and HAN.search(text.says)
            for slip in slips(text.says)
        ]

    def addresses(self, page: str) -> Iterator[str]:
        """Links and assets of the page at `page` that stay on its host: absolute, without a fragment."""
        for address in (*self.links, *self.assets):
            whole = urldefrag(urljoin(page, address))[0]
            if urlsplit(whole)[:2] == urlsplit(page)[:2]:
                yield whole


def _chinese(text: str) -> bool:
    return HAN.search(text) is not None


def _english(text: str) -> bool:
    return HAN.search(text) is None and SENTENCE.search(text) is not None


def read_page(html: str) -> Reading:
    """Everything of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Reading()
        self._open: list[tuple[str, str, str]] = []  # tag, language, kind

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        _, language, kind = self._open[-1] if self._open else ("", "", "read")
        if tag in MACHINE or "mono" in given.get("class", "").split():
            kind = "machine"
        if tag == "cite" or "cite" in given.get("class", "").split():
            kind = "cited"
        if tag == "script" and given.get("type") == "application/json":
            kind = "data"
        self._open.append((tag, given.get("lang", language), kind))
        for name in SPOKEN:
            self._say(given.get(name, ""), f"@{name}")
        if tag == "meta" and given.get("name") == "description":
            self._say(given.get("content", ""), "@content")
        if tag == "input" and given.get("type") in ("submit", "button", "reset"):
            self._say(given.get("value", ""), "@value")
        self._point(tag, given)
        if tag in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        tags = [entry[0] for entry in self._open]
        if tag in tags:
            del self._open[len(tags) - 1 - tags[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        tag, _, kind = self._open[-1] if self._open else ("script", "", "")
        if kind == "data":
            for text in _strings(json.loads(data)):
                self._say(text, "")
        elif tag not in UNREAD:
            self._say(data, "")

    def _say(self, text: str, attribute: str) -> None:
        if text.strip() and self._open:
            _, language, kind = self._open[-1]
            place = " ".join(tag for tag, *_ in self._open[1:][-3:]) + attribute
            self.found.texts.append(Text(" ".join(text.split()), language, place, kind))

    def _point(self, tag: str, given: dict[str, str]) -> None:
        if tag == "a" and "href" in given:
            self.found.links.append(given["href"])
        elif tag == "form" and given.get("method", "get").lower() == "get" and given.get("action"):
            self.found.links.append(given["action"])
        elif tag in ("link", "use", "image") and "href" in given:
            self.found.assets.append(given["href"])
        elif tag in ("script", "img", "source") and "src" in given:
            self.found.assets.append(given["src"])


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
