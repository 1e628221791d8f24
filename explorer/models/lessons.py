"""What is to be learned from comparing: concepts that answer to one another, and what is told wrongly."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from explorer.graph.schema import MARKS, ORIGINS, SUBJECTS, THEMES, VERDICTS
from explorer.models.graph import System, Term
from explorer.models.row import CitedRow, among, choices, short_name
from explorer.models.story import Scenario

_PAIRS = _('The parts it is about: [["borg", "borglet"]]')


class Concept(CitedRow):
    """An idea of one system and the idea of another that answers to it: job and Deployment."""

    slug = models.CharField(max_length=80, unique=True, validators=[short_name])
    left_system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    right_system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=20, choices=choices(THEMES))
    left = models.CharField(max_length=200)
    right = models.CharField(max_length=200)
    same = models.TextField()
    different = models.TextField()
    lesson = models.TextField(help_text=_("What to learn from the two."))
    components = models.JSONField(default=list, blank=True, help_text=_PAIRS)
    order = models.IntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [among("subject", THEMES), among("mark", MARKS)]


class Misconception(CitedRow):
    """What is often told, against what the sources say, and the step that shows it."""

    slug = models.CharField(max_length=80, unique=True, validators=[short_name])
    row = models.CharField(
        max_length=10, blank=True, help_text=_("Its number among the article's claims: S58.")
    )
    origin = models.CharField(max_length=20, choices=choices(ORIGINS))
    subject = models.CharField(max_length=20, choices=choices(SUBJECTS))
    verdict = models.CharField(max_length=20, choices=choices(VERDICTS))
    claim = models.TextField(help_text=_("What is told."))
    correction = models.TextField(help_text=_("What is true."))
    components = models.JSONField(default=list, blank=True, help_text=_PAIRS)
    system = models.ForeignKey(System, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    scenario = models.ForeignKey(
        Scenario,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("With the system: the run that shows what is true."),
    )
    narration = models.CharField(
        max_length=120, blank=True, help_text=_("Key of the narration of the step that shows it.")
    )
    concept = models.ForeignKey(Concept, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    order = models.IntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            among("origin", ORIGINS),
            among("subject", SUBJECTS),
            among("verdict", VERDICTS),
            among("mark", MARKS),
        ]
