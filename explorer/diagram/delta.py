"""A state as its differences from the drawing at rest: what is pushed, since most of a drawing rests.

The page holds the state at rest once; rest and differences make the whole state again, so applying one
needs nothing of the step before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

GROUPS = ("zones", "parts", "links", "units")
MAPS = ("paths", "texts")
SHARED = (*GROUPS, *MAPS)
PLAIN: Mapping[str, Any] = {"class": "travel", "back": False, "pill": None}
"""What a travelling message is unless it says otherwise."""


def delta(
    rest: Mapping[str, Any],
    state: Mapping[str, Any],
    like: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """What `state` has that `rest` has not.

    `like` is the other drawing of the same step, at rest and now: what changed there is expected to have
    changed alike. In GROUPS, where a key has a class, the answer is `{class: "key key …"}`; texts are
    `[[class, words, "key key …"], …]`, paths the entries themselves, and of the rest whatever differs.

    >>> delta({"parts": {"a": "c", "b": "c"}, "badges": []}, {"parts": {"a": "c on", "b": "c"}, "badges": []})
    {'parts': {'c on': 'a'}}
    """
    told: dict[str, Any] = {}
    for name, value in state.items():
        if name in GROUPS:
            by_class: dict[str, list[str]] = {}
            expected = _expected(rest, like, name)
            for key, css in value.items():
                if expected.get(key) != css:
                    by_class.setdefault(css, []).append(key)
            if by_class:
                told[name] = {css: " ".join(keys) for css, keys in by_class.items()}
        elif name in MAPS:
            expected = _expected(rest, like, name)
            changed = {key: entry for key, entry in value.items() if expected.get(key) != entry}
            if name == "paths":  # of a link that is not shown nobody needs to know where it runs
                changed = {key: d for key, d in changed.items() if state["links"].get(key) != "off"}
            if changed:
                told[name] = _gathered(changed) if name == "texts" else changed
        elif name == "travel":
            if value:
                told[name] = [{k: v for k, v in item.items() if PLAIN.get(k, ...) != v} for item in value]
        # The sheet always: by it a page knows whether its drawing is still the run's.
        elif name == "sheet" or (rest if like is None or name != "label" else like[1]).get(name) != value:
            told[name] = value
    return told


def whole(
    rest: Mapping[str, Any],
    told: Mapping[str, Any],
    like: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """The state that `delta` told the differences of, with the same `like`.

    >>> whole({"parts": {"a": "c", "b": "c"}}, {"parts": {"c on": "a"}})
    {'parts': {'a': 'c on', 'b': 'c'}}
    """
    state = {name: _expected(rest, like, name) if name in SHARED else value for name, value in rest.items()}
    if like is not None and "label" in like[1]:
        state["label"] = like[1]["label"]
    for name, value in told.items():
        if name in GROUPS:
            for css, keys in value.items():
                state[name] |= dict.fromkeys(keys.split(" "), css)
        elif name in MAPS:
            state[name] |= _scattered(value) if name == "texts" else value
        elif name == "travel":
            state[name] = [{**PLAIN, **item} for item in value]
        else:
            state[name] = value
    return state


def _gathered(texts: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """[[class, words, "key key …"], …]: many units say the same word."""
    by_text: dict[tuple[str, str], list[str]] = {}
    for key, (css, words) in texts.items():
        by_text.setdefault((css, words), []).append(key)
    return [[css, words, " ".join(keys)] for (css, words), keys in by_text.items()]


def _scattered(gathered: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    return {key: [css, words] for css, words, keys in gathered for key in keys.split(" ")}


def _expected(
    rest: Mapping[str, Any], like: tuple[Mapping[str, Any], Mapping[str, Any]] | None, name: str
) -> dict[str, Any]:
    if like is None or name == "paths":
        return dict(rest[name])
    then, now = like[0][name], like[1][name]
    moved = {key: entry for key, entry in now.items() if then.get(key) != entry}
    return {key: moved.get(key, entry) for key, entry in rest[name].items()}
