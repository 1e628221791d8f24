"""Every word of the interface is there in Chinese, and what is compiled is what is written."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

from explorer.graph import Atlas

ROOT = Path(__file__).resolve().parents[1]
WORDS = ROOT / "explorer" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
CONTEXT = "\x04"
_STRING = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_CALL = re.compile(rf"(?<!\w)(p?n?p?gettext|_)\(\s*{_STRING}(?:\s*,\s*{_STRING})?")


def compiled() -> dict[str, str]:
    with WORDS.with_suffix(".mo").open("rb") as file:
        catalog = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
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
                if name in ("_", "gettext", "gettext_noop", "ngettext") and texts:
                    yield str(texts[0]), path.name
                elif name == "pgettext" and len(texts) == 2:
                    yield CONTEXT.join(str(text) for text in texts), path.name


def test_every_word_of_templates_and_code_has_its_chinese() -> None:
    known = compiled()
    missing = {text: place for text, place in [*in_templates(), *in_code()] if not known.get(text)}
    assert not missing


def test_every_phase_has_its_name_in_chinese() -> None:
    atlas = Atlas.from_fixtures(ROOT / "fixtures")
    phases = {phase for scenario in atlas.scenarios.values() for phase in scenario.phases}
    assert not {phase for phase in phases if f"phase{CONTEXT}{phase}" not in compiled()}


def test_what_is_compiled_is_what_is_written() -> None:
    written = WORDS.read_text(encoding="utf-8")
    texts = [text for text in compiled().values() if text and "\n" not in text]
    assert texts
    for text in texts:
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        assert f'"{quoted}"' in written, text


@pytest.mark.parametrize("flag", ["fuzzy", 'msgstr ""\n\n'])
def test_no_word_is_left_for_later(flag: str) -> None:
    assert flag not in WORDS.read_text(encoding="utf-8").partition("\n\n")[2]
