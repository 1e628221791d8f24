"""What tests read off a run: stored objects, calls, and the chain of causes."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from explorer.frames import Effect, Frame

type Objects = dict[str, dict[str, Any]]
READY = "status.conditions.Ready"


class Call(NamedTuple):
    """One API call, from a run or from a recorded log. Times are microseconds."""

    received: int
    completed: int
    user: str
    agent: str
    verb: str
    group: str
    resource: str
    subresource: str | None
    name: str | None
    code: int
    fields: dict[str, Any]

    @property
    def act(self) -> str:
        return f"{self.verb} {self.resource}" + (f"/{self.subresource}" if self.subresource else "")


def apply(objects: Objects, effect: Effect) -> None:
    held = objects.setdefault(effect.object, {})
    for path, value in effect.after.items():
        if value is None:
            held.pop(path, None)
        else:
            held[path] = value
    if not held:
        del objects[effect.object]


def stored(frames: Iterable[Frame]) -> Objects:
    """The objects in the store after these frames."""
    objects: Objects = {}
    for _, effect in writes(frames):
        apply(objects, effect)
    return objects


def writes(frames: Iterable[Frame]) -> Iterator[tuple[Frame, Effect]]:
    """Every committed write, in order."""
    for frame in frames:
        for effect in frame.effects:
            if effect.where == "store":
                yield frame, effect


def pods(objects: Objects) -> list[dict[str, Any]]:
    return [thing for key, thing in objects.items() if key.startswith("pods/")]


def chain(frames: list[Frame], frame: Frame) -> Iterator[Frame]:
    """The causes of a frame, nearest first."""
    while frame.cause is not None:
        frame = frames[frame.cause]
        yield frame


def calls(frames: list[Frame]) -> list[Call]:
    """The API calls that were answered, in the order of their completion."""
    asked: dict[str, Frame] = {}
    found = []
    for frame in frames:
        if frame.api is None or frame.request is None:
            continue
        if frame.api["code"] is None:
            asked.setdefault(frame.request, frame)
            continue
        request = asked[frame.request]
        api = frame.api
        fields: dict[str, Any] = {}
        for cause in chain(frames, frame):
            if cause.index <= request.index:
                break
            if cause.narration == "etcd-commit" and api["code"] < 300:
                fields = dict(cause.effects[0].after)
                break
        found.append(
            Call(
                request.at, frame.sent, api["user"], api["agent"], api["verb"], api["group"], api["resource"],
                api["subresource"], api["name"] or frame.params.get("pod"), api["code"], fields,
            )
        )  # fmt: skip
    return found
