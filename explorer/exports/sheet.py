"""The site's style sheets as one for a drawing that stands alone: no variables, no rules for what moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*\)")
_FONT = re.compile(r"^(?P<weight>\d+) (?P<size>[\d.]+px)(?:/\S+)? (?P<family>.+)$", re.S)
_CLASSES = re.compile(r'class="([^"]*)"')
_CLASS = re.compile(r"\.([A-Za-z][\w-]*)")
_PSEUDO = re.compile(r":|^@")
_DROPPED = ("transition", "animation", "outline", "display: block", "overflow", "width: 100%", "height: 100%")


def theme_colours(tokens: str, dark: bool) -> dict[str, str]:
    """The variables of the token sheet, in the light theme or in the dark one."""
    found: dict[str, str] = {}
    for selector, body in _rules(tokens):
        if selector == ":root" or (dark and selector == ':root[data-theme="dark"]'):
            found |= _declarations(body)
    return {name: value for name, value in found.items() if name.startswith("--")}


def standalone(
    tokens: str, drawing: str, svg: str, dark: bool, font: Callable[[str], str] | None = None
) -> str:
    """The rules of a drawing's sheet that say how `svg` looks at rest, with every variable replaced.

    The first class after `dg` is the system's, whose colours it has. `font` may exchange a list of font
    families for another. Shorthands are written out and rules with pseudo-classes left out: readers that know
    little CSS understand the rest.
    """
    classes = {name for names in _CLASSES.findall(svg) for name in names.split()}
    _dg, system, *_more = _CLASSES.findall(svg)[0].split()
    values = theme_colours(tokens, dark)
    values |= {"--sys": f"var(--{system})", "--sys-tint": f"var(--{system}-tint)"}
    kind = {"--hatch": "url(#hatch-wide)", "--hatch-zone": "url(#hatch-zone-wide)"}
    written = []
    for selector, body in _rules(drawing):
        chosen = [one.strip() for one in selector.split(",")]
        kept = [one for one in chosen if set(_CLASS.findall(one)) <= classes and not _PSEUDO.search(one)]
        declared = [
            line for name, value in _declarations(body).items()
            for line in _written(name, _replaced(value, values | kind), font)
        ]  # fmt: skip
        if kept and declared:
            written.append(f"{', '.join(kept)} {{ {'; '.join(declared)} }}")
    return "\n".join(written)


def _written(name: str, value: str, font: Callable[[str], str] | None) -> list[str]:
    """A declaration as lines: a font's shorthand in its parts, none for what does not show."""
    if name.startswith("--") or any(f"{name}: {value}".startswith(drop) for drop in _DROPPED):
        return []
    if name == "font" and (match := _FONT.match(value)):
        family = match["family"]
        return [
            f"font-weight: {match['weight']}",
            f"font-size: {match['size']}",
            f"font-family: {font(family) if font else family}",
        ]
    if name == "font-family" and font:
        return [f"font-family: {font(value)}"]
    return [f"{name}: {value}"]


def _replaced(value: str, values: dict[str, str]) -> str:
    """The value without variables; one that stands for another is followed."""
    for _depth in range(4):
        value = _VARIABLE.sub(lambda match: values.get(match[1], "currentColor"), value)
    return re.sub(r"\s+", " ", value).strip()


@lru_cache(maxsize=8)
def _rules(sheet: str) -> tuple[tuple[str, str], ...]:
    """Selector and body of each rule outside of media queries and other blocks."""
    text = _COMMENT.sub("", sheet)
    flat, depth, start = [], 0, 0
    for match in re.finditer(r"[{}]", text):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            flat.append(text[start : match.end()].strip())
            start = match.end()
    rules = (_RULE.fullmatch(block) for block in flat if not block.startswith("@"))
    return tuple((rule[1].strip(), rule[2]) for rule in rules if rule)


def _declarations(body: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in body.split(";"))
    return {name.strip(): value.strip() for name, _colon, value in pairs if value.strip()}
