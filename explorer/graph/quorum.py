"""Majorities: how many replicas must hold a write, and how many may be lost."""

from __future__ import annotations

from typing import NamedTuple

LEAST, MOST = 1, 15
"""Numbers of replicas that the calculator takes."""
MOST_FAILURES = (MOST - 1) // 2


class Quorum(NamedTuple):
    """`replicas` of a store of which `lost` do not answer.

    `majority` must hold a write before it counts, `tolerated` may be lost before writes stop, `stops_at` is
    how many must be lost to stop them.
    """

    replicas: int
    lost: int
    majority: int
    tolerated: int
    stops_at: int

    @property
    def left(self) -> int:
        return self.replicas - self.lost

    @property
    def writes(self) -> bool:
        """Whether a majority is left."""
        return self.left >= self.majority

    @property
    def wasted(self) -> bool:
        """Whether one replica fewer tolerates as many failures: so it is for every even number."""
        return self.replicas > 1 and majority(self.replicas - 1).tolerated == self.tolerated


def majority(replicas: int, lost: int = 0) -> Quorum:
    """More than half of the replicas. ValueError for no replica or for more lost than there are.

    >>> majority(5).majority, majority(5).tolerated, majority(4).tolerated
    (3, 2, 1)
    """
    if replicas < 1 or not 0 <= lost <= replicas:
        raise ValueError((replicas, lost))
    most = replicas // 2 + 1
    return Quorum(replicas, lost, most, replicas - most, replicas - most + 1)


def replicas_for(failures: int) -> int:
    """The fewest replicas that go on writing when so many are lost: 2f + 1.

    >>> replicas_for(2)
    5
    """
    return 2 * failures + 1
