"""A state as its differences from the drawing at rest: what is pushed, since most of a drawing rests.

The page holds the state at rest once; rest and differences make the whole state again, so applying one
needs nothing of the step before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GROUPS = ("zones", "parts", "links", "units")
MAPS = ("paths", "texts")


def delta(rest: Mapping[str, Any], state: Mapping[str, Any]) -> dict[str, Any]:
    """What `state` has that `rest` has not.

    In GROUPS, where a key has a class, `{class: "key key …"}`; in MAPS the entries themselves; of the rest
    whatever is not the same.

    >>> delta({"parts": {"a": "c", "b": "c"}, "badges": []}, {"parts": {"a": "c on", "b": "c"}, "badges": []})
    {'parts': {'c on': 'a'}}
    """
    told: dict[str, Any] = {}
    for name, value in state.items():
        if name in GROUPS:
            by_class: dict[str, list[str]] = {}
            for key, css in value.items():
                if rest[name].get(key) != css:
                    by_class.setdefault(css, []).append(key)
            if by_class:
                told[name] = {css: " ".join(keys) for css, keys in by_class.items()}
        elif name in MAPS:
            changed = {key: entry for key, entry in value.items() if rest[name].get(key) != entry}
            if changed:
                told[name] = changed
        elif rest.get(name) != value:
            told[name] = value
    return told


def whole(rest: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """The state that `delta` told the differences of.

    >>> whole({"parts": {"a": "c", "b": "c"}}, {"parts": {"c on": "a"}})
    {'parts': {'a': 'c on', 'b': 'c'}}
    """
    state = dict(rest)
    for name, value in told.items():
        if name in GROUPS:
            state[name] = dict(rest[name])
            for css, keys in value.items():
                state[name] |= dict.fromkeys(keys.split(" "), css)
        elif name in MAPS:
            state[name] = {**rest[name], **value}
        else:
            state[name] = value
    return state
