"""autobahn's debug lines are worded only when somebody reads them, and then as ever."""

from pprint import pformat
from typing import Any

import autobahn.util
import autobahn.websocket.protocol
import pytest

from explorer.live.quiet import WORDED, Later, Wording, word_later

protocol: Any = autobahn.websocket.protocol
util: Any = autobahn.util


@pytest.mark.parametrize(("module", "name"), [(m, name) for m, names in WORDED.items() for name in names])
def test_the_pinned_autobahn_words_later(module: object, name: str) -> None:
    word_later()
    assert isinstance(getattr(module, name), Wording)


def test_a_line_that_is_written_says_what_it_always_said() -> None:
    word_later()
    settings = [("maxFramePayloadSize", 65536, "factory")]
    assert f"{protocol.pformat(settings)}" == pformat(settings)
    assert f"{protocol.hltype(word_later)}" == util.hltype(word_later)


def test_nothing_is_worded_before() -> None:
    asked: list[object] = []

    def word(of: object) -> str:
        asked.append(of)
        return "worded"

    later = Wording(word)("something")
    assert isinstance(later, Later)
    assert asked == []
    assert f"{later}" == "worded"
    assert asked == ["something"]


def test_it_is_done_once_however_often_it_is_asked_for() -> None:
    word_later()
    before = protocol.pformat
    word_later()
    assert protocol.pformat is before
