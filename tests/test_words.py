"""Every word of the interface is there in Chinese, well set, and what is compiled is what is written."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

from explorer.graph import Atlas
from explorer.graph.schema import Kind
from tests.catalog import CONTEXT, PLACEHOLDER, Message, placeholders, read_catalog, slips
from tests.reading import HAN, SENTENCE

ROOT = Path(__file__).resolve().parents[1]
WORDS = ROOT / "explorer" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
MESSAGES = read_catalog(WORDS)
_STRING = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_CALL = re.compile(rf"(?<!\w)(p?n?p?gettext|_)\(\s*{_STRING}(?:\s*,\s*{_STRING})?")
_ASKS = re.compile(r"_|(np|n|p)?gettext(_lazy|_noop)?")
_WORD = re.compile(r"\w+")
_SCRIPT_TEXT = re.compile(
    r"""(?:^\s*//.*$)|\s//\s.*$|"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'""", re.MULTILINE
)


def compiled() -> dict[str, str]:
    with WORDS.with_suffix(".mo").open("rb") as file:
        catalog = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # no public way in
    return {key[0] if isinstance(key, tuple) else key: text for key, text in catalog.items()}


def in_templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for call in _CALL.finditer(templatize(path.read_text(encoding="utf-8"))):
            first, second = ast.literal_eval(call[2]), call[3] and ast.literal_eval(call[3])
            yield (f"{first!s}{CONTEXT}{second!s}" if "pgettext" in call[1] else str(first)), path.name


def in_code() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "explorer").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                name, texts = node.func.id, [a.value for a in node.args if isinstance(a, ast.Constant)]
                if not _ASKS.fullmatch(name):
                    continue
                if "pgettext" in name and len(texts) > 1:
                    yield CONTEXT.join(str(text) for text in texts[:2]), path.name
                elif "pgettext" not in name and texts:
                    yield str(texts[0]), path.name


def refusals() -> Iterator[tuple[str, str]]:
    """What rooms without languages say would be right; pages say it in the visitor's."""
    for path in sorted((ROOT / "explorer").rglob("*.py")):
        if {"management", "diagram"} & set(path.parts):
            continue  # those refuse what a developer wrote, not what a visitor sent
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NotAllowed":
                wants = node.args[2] if len(node.args) > 2 else None
                if isinstance(wants, ast.Constant):
                    yield str(wants.value), path.name


def problems() -> Iterator[tuple[str, str]]:
    """What is said of a row that breaks a rule; the admin says it in the author's language."""
    for path in sorted((ROOT / "explorer" / "graph").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "said":
                template = node.args[0]
                if isinstance(template, ast.Constant):
                    yield str(template.value), path.name
    for kind in Kind:
        yield kind.replace("{", "{{").replace("}", "}}"), "schema.py"


@pytest.mark.parametrize("where", [in_templates, in_code, refusals, problems])
def test_every_word_has_its_chinese(where: object) -> None:
    assert callable(where)
    known = compiled()
    assert not {text: place for text, place in where() if not known.get(text)}


def test_every_phase_has_its_name_in_chinese() -> None:
    atlas = Atlas.from_fixtures(ROOT / "fixtures")
    phases = {phase for scenario in atlas.scenarios.values() for phase in scenario.phases}
    assert not {phase for phase in phases if f"phase{CONTEXT}{phase}" not in compiled()}


def test_what_is_compiled_is_what_is_written() -> None:
    there = {key: text for key, text in compiled().items() if key}
    assert there == {message.key: message.texts[0] for message in MESSAGES}, "manage.py compilemessages"


def test_no_word_is_left_for_later_or_written_twice() -> None:
    assert not [message.id for message in MESSAGES if "fuzzy" in message.flags or not all(message.texts)]
    assert len({message.key for message in MESSAGES}) == len(MESSAGES)
    assert "#~" not in WORDS.read_text(encoding="utf-8")


def test_no_translation_has_outlived_its_word() -> None:
    asked = {text for where in (in_templates, in_code) for text, _ in where()}
    # Words asked for by a computed text carry a note that says where from.
    assert not [m.id for m in MESSAGES if m.key not in asked and not m.note]


def test_a_translation_fills_in_the_same_and_is_well_set() -> None:
    wrong = {
        f"{WORDS.name}:{message.line}": problems
        for message in MESSAGES
        if (problems := list(_wrong_with(message)))
    }
    assert not wrong


def _wrong_with(message: Message) -> Iterator[str]:
    if HAN.search(message.id):
        yield f"{message.id} is not English"
    for text in message.texts:
        if placeholders(text) != placeholders(message.plural or message.id):
            yield f"{text} does not fill in what {message.id} does"
        words = [_WORD.findall(PLACEHOLDER.sub("", said.lower())) for said in (text, message.id)]
        if not HAN.search(text) and words[0] and words[0] != words[1]:
            yield f"{text} is neither Chinese nor the same name"
        yield from slips(text)


def test_scripts_hold_no_words_of_their_own() -> None:
    """They take what they say from the page, which is in the visitor's language."""
    for path in sorted((ROOT / "static" / "js").glob("*.js")):
        for found in _SCRIPT_TEXT.finditer(path.read_text(encoding="utf-8")):
            text = found[1] or found[2] or ""
            assert not HAN.search(text), path.name
            assert not SENTENCE.fullmatch(text), (path.name, text)
