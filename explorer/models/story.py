"""What is told about the graph: scenarios and their stagings, narrations, storyboards."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from explorer.frames import OUTCOMES
from explorer.graph.schema import MARKS, STORIES
from explorer.models.graph import Link, System
from explorer.models.row import CitedRow, GraphRow, among, choices, short_name


class Scenario(GraphRow):
    """The question a run answers, shared by all systems; `phases` are its stages in order."""

    slug = models.CharField(max_length=80, unique=True, validators=[short_name])
    title = models.CharField(max_length=200)
    question = models.TextField()
    phases = models.JSONField(default=list, help_text=_('In order: ["submit", "admit", "persist"]'))
    order = models.IntegerField(default=0)

    class Meta:
        ordering = ["order", "slug"]


class Staging(GraphRow):
    """One system's scenario."""

    natural = ("scenario__slug", "system__slug")

    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="+")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    summary = models.TextField()
    teaches = models.TextField(help_text=_("One sentence: what a viewer has understood afterwards."))
    order = models.IntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["scenario", "system"], name="staging_once_a_system")]


class Narration(CitedRow):
    """The words for a kind of frame; `{name}` stands for a value of the frame."""

    natural = ("system__slug", "key")

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=120, validators=[short_name])
    title = models.CharField(max_length=200)
    what = models.TextField(help_text=_("What happens. {name} stands for a value of the frame."))
    why = models.TextField(help_text=_("Why it is so."))
    label = models.CharField(max_length=200, blank=True, default="", help_text=_("What the token says."))
    short = models.CharField(
        max_length=200, blank=True, default="", help_text=_("The same where there is little room.")
    )
    story = models.CharField(
        max_length=20,
        blank=True,
        choices=choices(STORIES)[1:],
        help_text=_("Whether it is part of the story told in short, and which of several such frames."),
    )

    class Meta:
        ordering = ["system", "id"]
        constraints = [
            models.UniqueConstraint(fields=["system", "key"], name="narration_key_once_a_system"),
            among("story", STORIES),
            among("mark", MARKS),
        ]


class Storyboard(CitedRow):
    """Steps that an author wrote over the graph; it plays like a simulation."""

    slug = models.CharField(max_length=80, unique=True, validators=[short_name])
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    scenario = models.ForeignKey(
        Scenario, on_delete=models.PROTECT, related_name="+", help_text=_("Gives the phases.")
    )
    title = models.CharField(max_length=200)
    summary = models.TextField()

    class Meta:
        ordering = ["slug"]
        constraints = [among("mark", MARKS)]


class StoryboardStep(GraphRow):
    """One step of a storyboard. `told` steps differ from the sources, and `correction` says how."""

    natural = ("storyboard__slug", "order")

    storyboard = models.ForeignKey(Storyboard, on_delete=models.CASCADE, related_name="+")
    order = models.IntegerField()
    phase = models.CharField(max_length=40)
    source = models.CharField(max_length=200, help_text=_("An instance: kubelet@node-1, kubectl."))
    target = models.CharField(max_length=200, help_text=_("An instance; the source itself for an inner act."))
    link = models.ForeignKey(Link, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    message = models.CharField(max_length=300, blank=True)
    effects = models.JSONField(
        default=list,
        blank=True,
        help_text='[{"where": "store", "object": "pods/web-1", "before": {}, "after": {"phase": "Running"}}]',
    )
    outcome = models.CharField(max_length=20, choices=choices(OUTCOMES), default="delivered")
    title = models.CharField(max_length=200)
    what = models.TextField()
    why = models.TextField(blank=True, default="")
    label = models.CharField(max_length=200, blank=True, default="")
    short = models.CharField(max_length=200, blank=True, default="")
    told = models.BooleanField(default=False, help_text=_("Differs from what the sources say."))
    correction = models.TextField(blank=True, default="", help_text=_("What the sources say instead."))
    beside = models.CharField(
        max_length=120, blank=True, help_text=_("Key of the narration of the simulated step that shows it.")
    )

    class Meta:
        ordering = ["storyboard", "order"]
        constraints = [
            models.UniqueConstraint(fields=["storyboard", "order"], name="storyboardstep_order_once"),
            among("outcome", OUTCOMES),
        ]
