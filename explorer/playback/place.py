"""Where a view stands: the inputs of one run or of two side by side, the cursors, and the clock."""

from __future__ import annotations

from dataclasses import dataclass, replace

from explorer.playback.inputs import Inputs
from explorer.playback.steps import BEFORE


@dataclass(frozen=True, slots=True)
class Place:
    """Where a view stands: in a Run, or (without `code`) at an address of its own.

    A comparison has a second side, `right`: the same scenario in another system, with a cursor of its own.
    """

    inputs: Inputs
    cursor: int = BEFORE
    code: str = ""
    epoch: int = 1
    seq: int = 0
    playing: bool = False
    speed: float = 1.0
    right: Inputs | None = None
    right_cursor: int = BEFORE

    def sides(self) -> tuple[Place, Place]:
        """Each side of a comparison as a place of its own. ValueError where there is only one."""
        if self.right is None:
            raise ValueError("one run, not two")
        left = replace(self, right=None, right_cursor=BEFORE)
        return left, replace(left, inputs=self.right, cursor=self.right_cursor)
