"""What all rows that come from fixtures have in common: natural keys, citations, closed lists."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from explorer.graph.schema import MARKS
from explorer.graph.shape import SLUG

short_name = RegexValidator(
    SLUG, _("Use letters, digits, '-', '.' and '_', beginning with a letter or digit.")
)


class NaturalManager[Kind: models.Model](models.Manager[Kind]):
    """Finds a row by the values of its model's `natural` lookups, as Django's loaddata asks for."""

    def get_by_natural_key(self, *values: Any) -> Kind:
        """The row of that natural key; the model's DoesNotExist otherwise."""
        natural: tuple[str, ...] = getattr(self.model, "natural", ("slug",))
        return self.get(**dict(zip(natural, values, strict=True)))


class GraphRow(models.Model):
    """A row that fixtures give and the admin edits; saving one makes processes read the graph anew."""

    natural: ClassVar[tuple[str, ...]] = ("slug",)
    """Lookups whose values name a row, in the order of its natural key."""

    objects = NaturalManager()

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[Any, ...]:
        """The values that name this row, for fixtures."""
        values = []
        for lookup in self.natural:
            value: Any = self
            for name in lookup.split("__"):
                value = getattr(value, name)
            values.append(value)
        return tuple(values)

    def __str__(self) -> str:
        return "/".join(map(str, self.natural_key()))


class CitedRow(GraphRow):
    """A fact: where it is written, and how sure we are."""

    source = models.ForeignKey("explorer.Source", on_delete=models.PROTECT, related_name="+")
    section = models.CharField(
        max_length=300, blank=True, help_text=_("Where in the source: §3.3, a page, a file.")
    )
    mark = models.CharField(
        max_length=20,
        choices=[(mark, mark) for mark in MARKS],
        help_text=_("How the fact is known; the page shows it unless it is verified or seen in a log."),
    )
    more_sources = models.JSONField(
        default=list,
        blank=True,
        help_text=_('Further citations: [{"source": "bok16", "section": "Lessons"}]'),
    )

    class Meta:
        abstract = True


def among(field: str, values: tuple[str, ...]) -> models.CheckConstraint:
    """A constraint that keeps `field` within a closed list, whoever writes the row."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": values}),
        name=f"%(class)s_{field}_known",
        violation_error_message=f"{field} is one of: {', '.join(value or '(empty)' for value in values)}.",
    )


def choices(values: tuple[str, ...]) -> list[tuple[str, str]]:
    """A closed list as Django's forms want it."""
    return [(value, value or "—") for value in values]
