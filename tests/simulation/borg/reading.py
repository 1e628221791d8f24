"""What tests read off a run: frames of a kind, and state as the effects tell it."""

from collections.abc import Iterable
from typing import Any

from explorer.frames import Frame

type Objects = dict[str, dict[str, Any]]


def of_kind(frames: Iterable[Frame], narration: str) -> list[Frame]:
    return [frame for frame in frames if frame.narration == narration]


def kept(frames: Iterable[Frame], where: str = "store") -> Objects:
    """The objects that `where` holds after these frames."""
    objects: Objects = {}
    for frame in frames:
        apply(objects, frame, where)
    return objects


def apply(objects: Objects, frame: Frame, where: str = "store") -> bool:
    """Take one frame's effects in; True when there were any."""
    any_effect = False
    for effect in frame.effects:
        if effect.where == where:
            any_effect = True
            held = objects.setdefault(effect.object, {})
            for field, value in effect.after.items():
                if value is None:
                    held.pop(field, None)
                else:
                    held[field] = value
    return any_effect


def tasks_of(objects: Objects) -> Objects:
    return {name.removeprefix("tasks/"): held for name, held in objects.items() if name.startswith("tasks/")}
