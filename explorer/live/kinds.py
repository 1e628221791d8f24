"""The kinds of rooms: what their names mean, what their viewers read, and how their lines end.

Whoever is in a Run names it by its own code, with which one may also command; whoever follows names the code
it is shared by, and is brought texts that know no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from explorer.playback import following, fragment, runs
from explorer.playback.place import Place

NO_SUCH_RUN = 4404
NO_LONGER_SHARED = 4410

type Numbers = dict[str, tuple[int, int]]


class Kind(Protocol):
    """How rooms of one kind read. The methods may ask the database: they are called in a thread.

    `open_named` rooms bear their Run's own code as their name. `ended` is the close code when a Run that
    was there is not there any more.
    """

    open_named: bool
    ended: int

    def place(self, name: str) -> Place | None:
        """Where the Run of the room that is called so stands."""

    def text(self, place: Place, language: str) -> str:
        """What the room's viewers are brought there."""

    def numbers(self, names: Sequence[str]) -> Numbers:
        """(epoch, seq) of the Runs of several rooms."""


class Partakers:
    """Rooms of those who are in a Run."""

    open_named = True
    ended = NO_SUCH_RUN

    def place(self, name: str) -> Place | None:
        return runs.place_of_run(name)

    def text(self, place: Place, language: str) -> str:
        return fragment.envelope(place, language)

    def numbers(self, names: Sequence[str]) -> Numbers:
        return runs.numbers(names)


class Followers:
    """Rooms of those who follow a shared Run."""

    open_named = False
    ended = NO_LONGER_SHARED

    def place(self, name: str) -> Place | None:
        return runs.place_of_share(name)

    def text(self, place: Place, language: str) -> str:
        return following.envelope(place, language)

    def numbers(self, names: Sequence[str]) -> Numbers:
        return runs.shared_numbers(names)


PARTAKERS: Kind = Partakers()
FOLLOWERS: Kind = Followers()
