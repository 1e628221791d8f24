"""The fixtures' fields and the database's columns are one table, written twice and compared here."""

from __future__ import annotations

import pytest
from django.db import models

from explorer.graph.schema import FIELDS, KEYS, Field, Kind
from explorer.models.rows import model_of

TYPES: dict[Kind, tuple[type[models.Field[object, object]], ...]] = {
    Kind.SLUG: (models.CharField,),
    Kind.TEXT: (models.CharField, models.TextField),
    Kind.WORDS: (models.CharField, models.TextField),
    Kind.WHOLE: (models.IntegerField,),
    Kind.FLAG: (models.BooleanField,),
    Kind.CHOICE: (models.CharField,),
    Kind.REFERENCE: (models.ForeignKey,),
    Kind.TEXTS: (models.JSONField,),
    Kind.COMPONENTS: (models.JSONField,),
    Kind.CITATIONS: (models.JSONField,),
    Kind.EFFECTS: (models.JSONField,),
}


@pytest.mark.parametrize("model", FIELDS)
def test_every_column_is_in_both(model: str) -> None:
    meta = model_of(model)._meta
    words = {field.name for field in FIELDS[model] if field.kind is Kind.WORDS}
    there = {field.name for field in meta.concrete_fields} - {"id"} - words
    assert there == {column for field in FIELDS[model] for column in field.columns}


@pytest.mark.parametrize(
    ("model", "field"), [(model, field) for model, fields in FIELDS.items() for field in fields], ids=str
)
def test_a_column_takes_what_the_fixture_may_say(model: str, field: Field) -> None:
    for column in field.columns:
        column_field = model_of(model)._meta.get_field(column)
        assert isinstance(column_field, TYPES[field.kind])
        if field.kind is Kind.REFERENCE:
            assert column_field.related_model is model_of(field.to)
        if field.kind is Kind.CHOICE:
            assert [value for value, _ in column_field.choices or ()] == [c for c in field.choices if c]
        if field.most:
            assert column_field.max_length == field.most
        if field.kind is not Kind.WORDS:
            assert column_field.null == field.nullable


@pytest.mark.parametrize("model", FIELDS)
def test_a_row_is_named_by_the_same_fields(model: str) -> None:
    lookups = model_of(model).natural
    assert tuple(lookup.removesuffix("__slug") for lookup in lookups) == KEYS.get(model, ("slug",))
