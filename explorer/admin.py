"""Everything the fixtures hold, editable, both languages one below the other; an edit shows in the next run.

What an author may not write in a fixture may not be written here either: forms ask the same rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models as fields
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from explorer import models
from explorer.graph.check import check
from explorer.graph.fixtures import Fixtures
from explorer.graph.problem import Problem, tell
from explorer.graph.schema import KEYS, Row, Rows, columns, key_of, name_of
from explorer.models.row import GraphRow
from explorer.models.rows import read_rows, row_of

admin.site.site_header = admin.site.site_title = "Orrery"

if TYPE_CHECKING:
    # Django's own classes take these parameters only in the eyes of the type checker.
    RowForm = forms.ModelForm[Any]
    RowPage = TranslationAdmin[GraphRow]
    StepRows = TranslationStackedInline[models.StoryboardStep, models.Storyboard]
    RunPage = admin.ModelAdmin[models.Run]
else:
    RowForm, RowPage, StepRows, RunPage = (
        forms.ModelForm,
        TranslationAdmin,
        TranslationStackedInline,
        admin.ModelAdmin,
    )


class GraphForm(RowForm):
    """A form that refuses what the fixtures' rules find wrong with the row, or with others because of it."""

    def clean(self) -> dict[str, Any]:
        """The form's values; every problem of the edited row stands at its field."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors or not self.has_changed():
            return cleaned
        model = self._meta.model.__name__.lower()
        row = row_of(model, {name: cleaned.get(name, self._stored(name)) for name in columns(model)})
        before = read_rows()
        for problem in _new_problems(before, self._with(before, model, row), name_of(model, row)):
            own = problem.object == name_of(model, row) and problem.field in self.fields
            if problem.object == name_of(model, row) and not problem.field:
                continue  # that it has no steps, say: those are saved after it
            text = _("{says}; wants {wants}").format(
                says=tell(problem.says, gettext), wants=tell(problem.wants, gettext)
            )
            self.add_error(
                problem.field if own else None, text if own else f"{problem.object}, {problem.field}: {text}"
            )
        return cleaned

    def _stored(self, name: str) -> Any:
        """The value of a column that the form does not show: names, once a row is made."""
        return getattr(self.instance, name) if self.instance.pk else None

    def _with(self, rows: Rows, model: str, row: Row) -> Rows:
        """All rows as they would be with this one saved."""
        return _replaced(rows, model, row)


class StepForm(GraphForm):
    """A step of a storyboard; on a new page its storyboard is not in the database yet."""

    def validate_constraints(self) -> None:
        """Leaves them to the formset, which has all steps: here two that change places look like a clash."""

    def _with(self, rows: Rows, model: str, row: Row) -> Rows:
        board: models.Storyboard = self.cleaned_data["storyboard"]
        if board.system_id and board.scenario_id and board.source_id:
            values = {name: getattr(board, name) for name in columns("storyboard")}
            rows = _replaced(rows, "storyboard", row_of("storyboard", values))
        return _replaced(rows, model, row)


def _replaced(rows: Rows, model: str, row: Row) -> Rows:
    key = key_of(model, row)
    others = [other for other in rows[model] if key_of(model, other) != key]
    return {**rows, model: [*others, row]}


def _new_problems(before: Rows, after: Rows, name: str) -> list[Problem]:
    """Problems of the row itself, and those that other rows have only because of it."""
    there = {(problem.object, problem.field, problem.says) for problem in check(Fixtures.of_rows(before))}
    return [
        problem
        for problem in check(Fixtures.of_rows(after))
        if problem.object == name or (problem.object, problem.field, problem.says) not in there
    ]


class GraphAdmin(RowPage):
    """What all pages of graph rows share."""

    form = GraphForm
    list_per_page = 50
    save_on_top = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Once made, a row keeps the names that code, addresses and other rows know it by."""
        model = self.model.__name__.lower()
        return tuple(KEYS.get(model, ("slug",))) if obj is not None else ()


class CitedAdmin(GraphAdmin):
    """Rows with a source and a mark."""

    autocomplete_fields: ClassVar[tuple[str, ...]] = ("source",)


@admin.register(models.Source)
class SourceAdmin(GraphAdmin):
    """Documents that facts cite."""

    list_display = ("slug", "title", "authors", "year", "kind")
    list_filter = ("kind",)
    search_fields = ("slug", "title_en", "title_zh_hans", "authors")


@admin.register(models.System)
class SystemAdmin(CitedAdmin):
    """Cluster managers."""

    list_display = ("slug", "name", "described", "order", "mark")
    search_fields = ("slug", "name_en", "name_zh_hans")


@admin.register(models.Component)
class ComponentAdmin(CitedAdmin):
    """Kinds of parts."""

    list_display = ("slug", "name", "system", "kind", "zone", "tier", "part_of", "mark")
    list_filter = ("system", "kind", "zone", "tier", "mark", "source")
    list_select_related = ("system", "part_of__system")
    search_fields = ("slug", "name_en", "name_zh_hans", "summary_en", "summary_zh_hans")
    autocomplete_fields = ("source", "part_of")


@admin.register(models.Link)
class LinkAdmin(CitedAdmin):
    """Who opens a connection to whom."""

    list_display = ("slug", "system", "opener", "accepter", "protocol", "mode", "told", "mark")
    list_filter = ("system", "mode", "told", "carries_data", "mark", "source")
    list_select_related = ("system", "opener__system", "accepter__system")
    search_fields = ("slug", "opener__slug", "accepter__slug", "why_en", "why_zh_hans")
    autocomplete_fields = ("source", "opener", "accepter")


@admin.register(models.ForbiddenLink)
class ForbiddenLinkAdmin(CitedAdmin):
    """Links that must not exist."""

    list_display = ("system", "opener", "accepter", "mark")
    list_filter = ("system", "mark")
    search_fields = ("opener", "accepter", "reason_en", "reason_zh_hans")


@admin.register(models.Counterpart)
class CounterpartAdmin(CitedAdmin):
    """Parts of two systems that answer to one another."""

    list_display = ("slug", "left", "right", "phase", "mark")
    list_filter = ("phase", "mark", "source")
    list_select_related = ("left__system", "right__system")
    search_fields = ("slug", "left__slug", "right__slug", "same_en", "same_zh_hans")
    autocomplete_fields = ("source", "left", "right")


@admin.register(models.Term)
class TermAdmin(CitedAdmin):
    """Words of the field."""

    list_display = ("slug", "word", "meaning", "mark")
    list_filter = ("mark", "source")
    search_fields = ("slug", "word_en", "word_zh_hans", "meaning_en", "meaning_zh_hans")


@admin.register(models.Scenario)
class ScenarioAdmin(GraphAdmin):
    """Questions that runs answer."""

    list_display = ("slug", "title", "question", "order")
    search_fields = ("slug", "title_en", "title_zh_hans")


@admin.register(models.Staging)
class StagingAdmin(GraphAdmin):
    """Each system's scenarios."""

    list_display = ("__str__", "title", "scenario", "system", "order")
    list_filter = ("system", "scenario")
    list_select_related = ("scenario", "system")
    search_fields = ("title_en", "title_zh_hans", "summary_en", "summary_zh_hans")


@admin.register(models.Narration)
class NarrationAdmin(CitedAdmin):
    """Words for kinds of frames."""

    list_display = ("key", "title", "system", "story", "mark")
    list_filter = ("system", "story", "mark", "source")
    list_select_related = ("system",)
    search_fields = ("key", "title_en", "title_zh_hans", "what_en", "what_zh_hans", "why_en", "why_zh_hans")


@admin.register(models.Concept)
class ConceptAdmin(CitedAdmin):
    """Ideas of two systems that answer to one another."""

    list_display = ("slug", "left", "right", "subject", "mark")
    list_filter = ("subject", "left_system", "right_system", "mark", "source")
    list_select_related = ("left_system", "right_system")
    search_fields = ("slug", "left_en", "left_zh_hans", "right_en", "right_zh_hans")


@admin.register(models.Misconception)
class MisconceptionAdmin(CitedAdmin):
    """What is told wrongly, and what is true."""

    list_display = ("slug", "row", "verdict", "subject", "claim", "mark")
    list_filter = ("verdict", "subject", "origin", "mark", "source")
    search_fields = ("slug", "row", "claim_en", "claim_zh_hans", "correction_en", "correction_zh_hans")
    autocomplete_fields = ("source", "concept", "term")


class StepInline(StepRows):
    """A storyboard's steps, in order."""

    model = models.StoryboardStep
    form = StepForm
    extra = 0
    ordering = ("order",)
    autocomplete_fields = ("link",)
    formfield_overrides = {fields.TextField: {"widget": forms.Textarea(attrs={"rows": 3})}}


@admin.register(models.Storyboard)
class StoryboardAdmin(CitedAdmin):
    """Stories that authors tell over the graph, with their steps."""

    list_display = ("slug", "title", "system", "scenario", "mark")
    list_filter = ("system", "scenario", "mark")
    list_select_related = ("system", "scenario")
    search_fields = ("slug", "title_en", "title_zh_hans", "summary_en", "summary_zh_hans")
    inlines = (StepInline,)

    def save_formset(
        self, request: HttpRequest, form: Any, formset: BaseInlineFormSet[Any, Any, Any], change: bool
    ) -> None:
        """Saves the steps. Those that change places are first moved out of one another's way."""
        moved = [step.instance.pk for step in formset.initial_forms if "order" in step.changed_data]
        for number, pk in enumerate(moved, start=1):
            models.StoryboardStep.objects.filter(pk=pk).update(order=-number)
        super().save_formset(request, form, formset, change)


@admin.register(models.Run)
class RunAdmin(RunPage):
    """What people are looking at."""

    list_display = ("code", "system", "scenario", "cursor", "playing", "touched")
    list_filter = ("system", "scenario", "playing")
    search_fields = ("code",)
    readonly_fields = ("code", "made")
