"""What exists: sources, systems, components, links, counterparts and the words of the field.

Fields named in `explorer.translation` have a column a language (`name_en`, `name_zh_hans`). The same
columns stand in `explorer.graph.schema`.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from explorer.graph.schema import COMPONENT_KINDS, MARKS, MODES, SOURCE_KINDS, TIERS, ZONES
from explorer.models.row import CitedRow, GraphRow, among, choices, short_name


class Source(GraphRow):
    """A document that can be cited; `slug` is the dossiers' key in lower case (`b15`)."""

    slug = models.CharField(max_length=80, unique=True, validators=[short_name])
    title = models.CharField(max_length=200)
    short = models.CharField(max_length=40, help_text=_('The name on a chip: "Borg 2015".'))
    authors = models.CharField(max_length=500, blank=True)
    year = models.IntegerField(null=True, blank=True)
    publisher = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=20, choices=choices(SOURCE_KINDS))

    class Meta:
        ordering = ["slug"]
        constraints = [among("kind", SOURCE_KINDS)]


class System(CitedRow):
    """A cluster manager: `borg`, `kubernetes`, and for the history `mesos` and `swarm`."""

    slug = models.CharField(max_length=80, unique=True, validators=[short_name])
    name = models.CharField(max_length=200)
    tagline = models.TextField()
    described = models.CharField(max_length=200, help_text=_('What is described: "Borg as of 2015".'))
    summary = models.TextField()
    order = models.IntegerField(default=0)

    class Meta:
        ordering = ["order", "slug"]
        constraints = [among("mark", MARKS)]


class Component(CitedRow):
    """A kind of part of a system; its running copies are instances and live in runs only."""

    natural = ("system__slug", "slug")

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    slug = models.CharField(max_length=80, validators=[short_name])
    kind = models.CharField(max_length=20, choices=choices(COMPONENT_KINDS))
    part_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("What it lives in."),
    )
    zone = models.CharField(max_length=20, choices=choices(ZONES))
    tier = models.CharField(
        max_length=20,
        choices=choices(TIERS),
        help_text=_(
            "core: always drawn; resident, stage: when there is room or use; reference: never drawn."
        ),
    )
    name = models.CharField(max_length=200)
    summary = models.TextField(help_text=_("One or two sentences."))
    replicas = models.TextField(
        blank=True, default="", help_text=_("How many, and what happens when one is lost.")
    )
    ports = models.CharField(max_length=200, blank=True)
    unreachable = models.TextField(
        blank=True, default="", help_text=_("Why no client can reach it over links.")
    )
    order = models.IntegerField(default=0)

    class Meta:
        ordering = ["system", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["system", "slug"], name="component_slug_once_a_system"),
            among("kind", COMPONENT_KINDS),
            among("zone", ZONES),
            among("tier", TIERS),
            among("mark", MARKS),
        ]


class Link(CitedRow):
    """Who opens a connection to whom. `told` links exist in a storyboard's telling only."""

    slug = models.CharField(max_length=80, unique=True, validators=[short_name])
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    opener = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+")
    accepter = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+")
    protocol = models.CharField(max_length=200, blank=True)
    port = models.CharField(max_length=80, blank=True)
    mode = models.CharField(max_length=20, choices=choices(MODES))
    carries_data = models.BooleanField(
        default=False, help_text=_("Users' own traffic, not the system's talk.")
    )
    told = models.BooleanField(
        default=False, help_text=_("Only told in a storyboard; no simulation may use it.")
    )
    why = models.TextField()
    order = models.IntegerField(default=0)

    class Meta:
        ordering = ["system", "order", "id"]
        constraints = [among("mode", MODES), among("mark", MARKS)]


class ForbiddenLink(CitedRow):
    """A link that a system must not have; the ends are slugs of its components."""

    natural = ("system__slug", "opener", "accepter")

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    opener = models.CharField(max_length=80, validators=[short_name])
    accepter = models.CharField(max_length=80, validators=[short_name])
    reason = models.TextField()

    class Meta:
        ordering = ["system", "id"]
        constraints = [
            models.UniqueConstraint(fields=["system", "opener", "accepter"], name="forbiddenlink_once"),
            among("mark", MARKS),
        ]


class Counterpart(CitedRow):
    """A component of one system and the component of another that answers to it."""

    slug = models.CharField(max_length=80, unique=True, validators=[short_name])
    left = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+")
    same = models.TextField()
    different = models.TextField()
    why = models.TextField(help_text=_("Why the two differ."))
    phase = models.CharField(
        max_length=40, blank=True, help_text=_("The phase in which the two are compared best.")
    )
    order = models.IntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [among("mark", MARKS)]


class Term(CitedRow):
    """A word of the field with its meaning in one sentence; `forms_*` are found in texts and marked."""

    slug = models.CharField(max_length=80, unique=True, validators=[short_name])
    word = models.CharField(max_length=200)
    meaning = models.TextField()
    forms_en = models.JSONField(default=list, help_text=_('What it looks like in texts: ["Pod", "Pods"]'))
    forms_zh_hans = models.JSONField(default=list)

    class Meta:
        ordering = ["slug"]
        constraints = [among("mark", MARKS)]
