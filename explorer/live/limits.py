"""How much one client may ask of the live line."""

from __future__ import annotations

LARGEST_BYTES = 4096
"""Nothing that a client may say is longer."""
LARGEST_FRAME_BYTES = 65_536
"""What the server takes in before the rest of an endless message is refused unread."""
MOST_PINGS = 60
"""Protocol pings a minute: browsers send none, and each costs an answer."""
MOST_LINES = 4000
"""Live lines in one process; more are asked to come back later."""


class Lines:
    """Counts the open lines of this process."""

    def __init__(self, most: int = MOST_LINES) -> None:
        self.most = most
        self.open = 0

    def enter(self) -> bool:
        if self.open >= self.most:
            return False
        self.open += 1
        return True

    def leave(self) -> None:
        self.open -= 1


lines = Lines()
