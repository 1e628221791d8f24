"""The Atlas of the database's rows, kept by each process until a row changes."""

from __future__ import annotations

from django.db import DatabaseError

from explorer.graph import Atlas
from explorer.models import GraphStamp
from explorer.models.rows import read_rows

_kept: tuple[str, Atlas] | None = None


def atlas_from_models() -> Atlas:
    """The Atlas of the rows as they are now.

    One small query when nothing changed since this process asked last; a query a model otherwise. So an
    edit in the admin shows in the next run, in every process.
    """
    global _kept
    kept = _kept  # another thread may replace it meanwhile
    stamp = GraphStamp.now()
    if kept is not None and stamp and kept[0] == stamp:
        return kept[1]
    while True:
        atlas = Atlas.from_rows(read_rows())
        after = GraphStamp.now()
        if after == stamp:
            break
        stamp = after  # somebody saved while the tables were read one after the other: read again
    if stamp:
        _kept = (stamp, atlas)
    return atlas


def atlas_at_hand() -> Atlas:
    """The Atlas of the database, or of the fixtures while nothing has been loaded yet."""
    try:
        atlas = atlas_from_models()
    except DatabaseError:
        return Atlas.from_fixtures()
    return atlas if atlas.systems else Atlas.from_fixtures()
