"""Which fields have a column a language (django-modeltranslation finds this module by its name)."""

from __future__ import annotations

from modeltranslation.translator import TranslationOptions, translator

from explorer import models
from explorer.graph.schema import FIELDS, LANGUAGES, Kind

for _model in (
    models.Source,
    models.System,
    models.Component,
    models.Link,
    models.ForbiddenLink,
    models.Counterpart,
    models.Term,
    models.Scenario,
    models.Staging,
    models.Narration,
    models.Concept,
    models.Misconception,
    models.Storyboard,
    models.StoryboardStep,
):
    _words = [field for field in FIELDS[_model.__name__.lower()] if field.kind is Kind.WORDS]
    translator.register(
        _model,
        type(
            f"{_model.__name__}Words",
            (TranslationOptions,),
            {
                "fields": tuple(field.name for field in _words),
                "required_languages": {
                    code: tuple(field.name for field in _words if field.required) for code in LANGUAGES
                },
            },
        ),
    )
