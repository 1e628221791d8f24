"""Frames that nobody simulates: what an author wrote, and (later) what a log recorded. Enter here."""

from explorer.recordings.storyboard import storyboard_frames

__all__ = ["storyboard_frames"]
