"""When the graph changed, and what the fixtures held when they were loaded last."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import connection, models
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from explorer.models.row import GraphRow

_NOW = "SELECT token FROM explorer_graphstamp WHERE id = 1"


class GraphStamp(models.Model):
    """One row whose `token` is another after every change of a graph row.

    A random token, not a counter: when a transaction is rolled back the old token stands for the old rows
    again, and no later change can bring a token that a process has already read other rows for.
    """

    token = models.CharField(max_length=16)

    def __str__(self) -> str:
        return self.token

    @classmethod
    def now(cls) -> str:
        """The token of the graph as it is, "" before anything was ever saved. One query.

        Every page and push asks it, and putting the query together by the ORM takes far longer than it does.
        """
        with connection.cursor() as cursor:
            cursor.execute(_NOW)
            row = cursor.fetchone()
        return str(row[0]) if row else ""

    @classmethod
    def renew(cls) -> None:
        """Tells every process that the graph changed. Saving and deleting rows does it by itself; bulk
        operations send no signal, so whoever uses one calls this in the same transaction."""
        cls.objects.update_or_create(pk=1, defaults={"token": secrets.token_hex(8)})


class FixtureLoad(models.Model):
    """One row: the hash of the files' `content` loaded last, and of each row as the files had it.

    A row of the database whose hash is another has been edited since.
    """

    content = models.CharField(max_length=16, blank=True)
    rows = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.content} at {self.at:%Y-%m-%d %H:%M:%S}"


@receiver([post_save, post_delete])
def _graph_changed(sender: type[models.Model], **_: Any) -> None:
    # A signal and not save(): Django's loaddata and the admin's bulk delete never call save() or delete().
    if issubclass(sender, GraphRow):
        GraphStamp.renew()
