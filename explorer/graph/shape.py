"""Whether one fixture row has the shape its model asks for: fields, types, closed lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from explorer.graph.problem import Problem, one_of, said
from explorer.graph.schema import APP, FIELDS, KEY_LENGTH, Field, Kind, columns, name_of, normal, tidy

SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
"""No slash: in a frame's narration it stands between a storyboard and its step."""
_REFERENCE_SHAPE = {1: "[slug]", 2: "[system, slug]"}


def entry_problems(file: str, line: int, raw: Any) -> tuple[list[Problem], str]:
    """What is wrong with one `- model: … fields: …`, and its model ("" when nothing can be made of it)."""
    unnamed = f"row at line {line}"
    shape = "model: explorer.<model> and fields: {…}"
    if not isinstance(raw, dict):
        return [Problem(file, unnamed, "", "is not a row", shape, line)], ""
    label = raw.get("model")
    known = [f"{APP}.{model}" for model in FIELDS]
    if not isinstance(label, str) or label.lower() not in known:
        says = "is missing" if label is None else f"'{label}' is not a model"
        return [Problem(file, unnamed, "model", says, one_of(label, known), line)], ""
    model = label.lower().partition(".")[2]
    fields = raw.get("fields")
    if not isinstance(fields, dict):
        return [Problem(file, unnamed, "fields", "is missing or not a mapping", shape, line)], ""
    name = name_of(model, normal(model, fields))
    problems = [
        Problem(file, name, str(key), "does not belong here", "only model and fields", line)
        for key in raw
        if key not in ("model", "fields")
    ]
    problems += [
        Problem(file, name, column, says, wants, line) for column, says, wants in faults(model, fields)
    ]
    return problems, model


def faults(
    model: str, fields: Mapping[str, Any], *, references: bool = True
) -> Iterator[tuple[str, str, str]]:
    """`(column, says, wants)` for everything wrong with the shape of a row's fields.

    Without `references` those are left out: in rows that did not come from YAML they are plain values.
    """
    known = columns(model)
    for column in fields:
        if column not in known:
            yield (
                str(column),
                said("'{column}' is not a field of {model}", column=column, model=model),
                one_of(column, known),
            )
    for field in FIELDS[model]:
        if field.kind is Kind.REFERENCE and not references:
            continue
        for column in field.columns:
            value = fields.get(column)
            if value is None:
                if field.required:
                    yield column, said("is missing"), _wants(field)
            else:
                yield from ((column, says, wants) for says, wants in _value_faults(field, tidy(value)))


def _wants(field: Field) -> str:
    if field.kind is Kind.CHOICE:
        return one_of("", field.choices, most=12)
    if field.kind is Kind.REFERENCE:
        shape = _REFERENCE_SHAPE[KEY_LENGTH.get(field.to, 1)]
        return said("the {model} it belongs to, written {shape}", model=field.to, shape=shape)
    return said(_braced(field.kind))


def _braced(text: str) -> str:
    """A text that is no template, as one."""
    return text.replace("{", "{{").replace("}", "}}")


def _value_faults(field: Field, value: Any) -> Iterator[tuple[str, str]]:
    kind = field.kind
    if kind is Kind.WHOLE:
        if not isinstance(value, int) or isinstance(value, bool):
            yield said("{value} is not a whole number", value=repr(value)), _wants(field)
    elif kind is Kind.FLAG:
        if not isinstance(value, bool):
            yield said("{value} is not true or false", value=repr(value)), _wants(field)
    elif kind is Kind.REFERENCE:
        yield from _reference_faults(field, value)
    elif kind in (Kind.TEXTS, Kind.COMPONENTS, Kind.CITATIONS, Kind.EFFECTS):
        yield from _list_faults(field, value)
    else:
        yield from _text_faults(field, value)


def _text_faults(field: Field, value: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(value, str):
        yield (
            said("{value} is not text", value=repr(value)),
            said("text: put it in quotes ('{value}')", value=value),
        )
    elif field.kind is Kind.CHOICE:
        if value not in field.choices:
            yield (
                said("'{value}' is not a known {field}", value=value, field=field.name),
                one_of(value, [c for c in field.choices if c], 12),
            )
    elif not value:
        if field.required:
            yield said("is empty"), _wants(field)
    elif field.kind is Kind.SLUG and not SLUG.match(value):
        yield said("'{value}' is not a short name", value=value), _wants(field)
    elif field.most and len(value) > field.most:
        yield said("is {length} characters long", length=len(value)), said("at most {most}", most=field.most)


def _reference_faults(field: Field, value: Any) -> Iterator[tuple[str, str]]:
    length = KEY_LENGTH.get(field.to, 1)
    parts = value if isinstance(value, list | tuple) else None
    if parts is None or len(parts) != length or not all(isinstance(part, str) and part for part in parts):
        yield (
            said("{value} does not name a {model}", value=repr(value), model=field.to),
            _REFERENCE_SHAPE[length],
        )


def _list_faults(field: Field, value: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(value, list):
        yield said("{value} is not a list", value=repr(value)), _wants(field)
        return
    if field.required and not value:
        yield said("is empty"), said("{what}, at least one", what=_wants(field))
    for item in value:
        if field.kind is Kind.TEXTS:
            if not isinstance(item, str) or not item.strip():
                yield said("{item} in it is not text", item=repr(item)), _wants(field)
        elif field.kind is Kind.COMPONENTS:
            if not _is_pair(item):
                yield said("{item} in it does not name a component", item=repr(item)), _wants(field)
        elif field.kind is Kind.CITATIONS:
            if not _is_mapping(item, {"source": str, "section": str}):
                yield said("{item} in it is not a citation", item=repr(item)), _wants(field)
        elif not _is_mapping(item, {"where": str, "object": str, "before": dict, "after": dict}):
            yield said("{item} in it is not an effect", item=repr(item)), _wants(field)


def _is_pair(item: Any) -> bool:
    return isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) and part for part in item)


def _is_mapping(item: Any, types: Mapping[str, type]) -> bool:
    return (
        isinstance(item, dict)
        and set(item) == set(types)
        and all(isinstance(item[name], kind) for name, kind in types.items())
    )
