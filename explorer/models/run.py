"""A viewer's or a class's playback: what makes the frames, and where it stands."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Letters and digits that nobody confuses when reading a code aloud."""
SHARE_LETTERS = 8
"""Of a shared run's code: short to read out, hard to guess (39 bits), and it opens a view only."""


def new_code() -> str:
    """Twelve characters for a new run, hard to guess (59 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


def new_share() -> str:
    """A new code by which others may follow a run."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SHARE_LETTERS))


class Run(models.Model):
    """Inputs (`producer` to `detail`), cursor and clock of one playback.

    The frames are not kept: the inputs make them again. `cursor` is the index of the frame shown, -1 before
    the first; `seq` rises by one on every visible change; `epoch` when numbering had to start afresh.

    A comparison is a Run with a second side: the same scenario, parameters, seed and detail in
    `right_system`, with its own faults and cursor. `code` lets its holder command; `share` lets others
    follow and nothing more.
    """

    class Producer(models.TextChoices):
        SIMULATION = "simulation"
        STORYBOARD = "storyboard"
        RECORDING = "recording"

    class Detail(models.TextChoices):
        STORY = "story"
        FULL = "full"
        IDLE = "idle"

    code = models.CharField(max_length=12, unique=True, default=new_code)
    producer = models.CharField(max_length=20, choices=Producer, default=Producer.SIMULATION)
    system = models.CharField(max_length=80)
    scenario = models.CharField(
        max_length=80, help_text=_("Slug of the scenario staged, or of the storyboard.")
    )
    parameters = models.JSONField(default=dict, blank=True)
    faults = models.JSONField(default=list, blank=True, help_text='["machine/node-2:down@30"]')
    seed = models.BigIntegerField(default=7)
    detail = models.CharField(max_length=10, choices=Detail, default=Detail.STORY)
    cursor = models.IntegerField(default=-1)
    right_system = models.CharField(max_length=80, blank=True, default="")
    right_faults = models.JSONField(default=list, blank=True)
    right_cursor = models.IntegerField(default=-1)
    share = models.CharField(max_length=SHARE_LETTERS, unique=True, null=True, blank=True)
    playing = models.BooleanField(default=False)
    speed = models.FloatField(default=1.0)
    epoch = models.PositiveIntegerField(default=1)
    seq = models.PositiveIntegerField(default=0)
    touched = models.DateTimeField(
        default=timezone.now, db_index=True, help_text=_("Idle runs go after 24 hours.")
    )
    made = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-touched"]
        constraints = [
            models.CheckConstraint(condition=models.Q(cursor__gte=-1), name="run_cursor_from_minus_one"),
            models.CheckConstraint(
                condition=models.Q(right_cursor__gte=-1), name="run_right_cursor_from_minus_one"
            ),
            models.CheckConstraint(condition=models.Q(speed__gt=0), name="run_speed_positive"),
            models.CheckConstraint(
                condition=models.Q(producer__in=["simulation", "storyboard", "recording"]),
                name="run_producer_known",
            ),
            models.CheckConstraint(
                condition=models.Q(detail__in=["story", "full", "idle"]), name="run_detail_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.system} {self.scenario})"
