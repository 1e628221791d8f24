"""The database's graph rows in the form that `explorer.graph` reads: the same as the fixtures' rows."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from explorer.graph.schema import APP, FIELDS, KEY_LENGTH, Kind, Row, Rows, normal
from explorer.models.row import GraphRow


def model_of(name: str) -> type[GraphRow]:
    """The Django model of a fixture's model name."""
    model = apps.get_model(APP, name)
    assert issubclass(model, GraphRow), name
    return model


def read_rows() -> Rows:
    """All rows of the graph, one query a model."""
    return {model: [row for _, row in read_model(model)] for model in FIELDS}


def read_model(model: str) -> list[tuple[int, Row]]:
    """Primary key and row of everything of one model, in the order the rows were made."""
    lookups = _lookups(model)
    query = model_of(model)._default_manager.order_by("pk").values_list("pk", *sum(lookups.values(), ()))
    return [(values[0], _row(model, lookups, values[1:])) for values in query]


def row_of(model: str, values: dict[str, Any]) -> Row:
    """The row that these attribute values make; references are instances or None."""
    plain = {
        name: value.natural_key() if isinstance(value, GraphRow) else value for name, value in values.items()
    }
    return normal(model, plain)


def _lookups(model: str) -> dict[str, tuple[str, ...]]:
    """Column to the lookups that give its value."""
    found: dict[str, tuple[str, ...]] = {}
    for field in FIELDS[model]:
        for column in field.columns:
            if field.kind is not Kind.REFERENCE:
                found[column] = (column,)
            elif KEY_LENGTH.get(field.to, 1) == 2:
                found[column] = (f"{column}__system__slug", f"{column}__slug")
            else:
                found[column] = (f"{column}__slug",)
    return found


def _row(model: str, lookups: dict[str, tuple[str, ...]], values: tuple[Any, ...]) -> Row:
    fields: dict[str, Any] = {}
    at = 0
    for column, parts in lookups.items():
        some = values[at : at + len(parts)]
        at += len(parts)
        fields[column] = some[0] if len(parts) == 1 else (some if some[0] is not None else None)
    return normal(model, fields)


def reference_columns(model: str) -> dict[str, str]:
    """Column to the model it points at."""
    return {field.name: field.to for field in FIELDS[model] if field.kind is Kind.REFERENCE}
