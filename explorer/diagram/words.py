"""The few words a drawing says by itself, in both languages. Everything else comes from placements."""

from __future__ import annotations

import re

LANGUAGES = ("en", "zh-hans")
HAN = "zh-hans"

Words = dict[str, str]
"""One text in every language of LANGUAGES."""

_GAP = re.compile(r"(?<=[\u3400-\u9fff：，]) (?=[\u3400-\u9fff])")

UNIT_STATES: dict[str, Words] = {
    "running": {"en": "Running", HAN: "运行中"},
    "starting": {"en": "starting", HAN: "启动中"},
    "pending": {"en": "pending", HAN: "等待中"},
    "bound": {"en": "bound", HAN: "已绑定"},
    "lost": {"en": "lost", HAN: "失联"},
    "stopping": {"en": "stopping", HAN: "停止中"},
    "stopped": {"en": "stopped", HAN: "已停止"},
    "unready": {"en": "unready", HAN: "未就绪"},
    "waiting": {"en": "waiting", HAN: "等待重启"},
    "failed": {"en": "failed", HAN: "失败"},
    "done": {"en": "done", HAN: "已完成"},
    "evicted": {"en": "evicted", HAN: "被驱逐"},
}
GHOSTS = frozenset({"starting", "pending", "bound", "waiting"})
"""States in which a unit is bound to its machine and does not run: a ring and a dashed outline."""
LOSSES = frozenset({"lost", "failed", "stopped", "evicted"})
"""States in which a unit is drawn as gone."""


def pick(words: Words | None, language: str) -> str:
    """The text in a language; "" when there is none."""
    return words[language] if words else ""


def unit_state(state: str, language: str) -> str:
    """The word for a unit's state; a state without words of its own is its own word."""
    words = UNIT_STATES.get(state)
    return words[language] if words else state


def none_yet(unit: str, language: str) -> str:
    """What an empty cell says."""
    if language == HAN:
        return f"还没有{' ' if unit.isascii() else ''}{unit}"
    return f"no {unit}s yet"


def more(count: int, language: str, wide: bool) -> str:
    """How many machines the last column stands for besides its own."""
    if not wide:
        return f"+{count}"
    return f"+{count} 台" if language == HAN else f"+{count} more"


def stopped_at(when: str, language: str) -> str:
    """When a machine or a part stopped; that it has gone where no time is told."""
    if not when:
        return "已移除" if language == HAN else "gone"
    return f"停止于 {when}" if language == HAN else f"stopped at {when}"


def cut_at(when: str, language: str) -> str:
    """When a link was cut."""
    return f"断开于 {when}" if language == HAN else f"cut at {when}"


def join(words: list[str], language: str) -> str:
    """Several words as one text."""
    return ("，" if language == HAN else ", ").join(words)


def closed_up(chinese: str) -> str:
    """A Chinese text without the spaces that stand beside Latin names, where a name is Chinese too.

    >>> closed_up("bm-1 上的 链接分片")
    'bm-1 上的链接分片'
    """
    return _GAP.sub("", chinese)


def electing(language: str) -> str:
    """What the hub says while nobody leads."""
    return "选举中" if language == HAN else "electing"
