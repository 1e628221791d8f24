"""What is kept while there is room, and made once however many ask."""

import threading

from explorer.playback.kept import Kept


def test_the_least_lately_used_goes_when_the_weights_exceed_the_room() -> None:
    kept: Kept[str] = Kept(10, len)
    kept.put("a", "aaaa")
    kept.put("b", "bbbb")
    assert kept.get("a") == "aaaa"
    kept.put("c", "cccc")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == ("aaaa", None, "cccc")


def test_the_newest_is_kept_however_heavy() -> None:
    kept: Kept[str] = Kept(10, len)
    kept.put("a", "a" * 50)
    assert kept.get("a") is not None
    kept.put("b", "b")
    assert (kept.get("a"), kept.get("b")) == (None, "b")


def test_who_puts_second_gets_the_first_ones_value() -> None:
    kept: Kept[str] = Kept(10, len)
    assert kept.put("a", "first") == "first"
    assert kept.put("a", "second") == "first"


def test_one_makes_while_all_others_wait() -> None:
    kept: Kept[object] = Kept(10)
    made: list[object] = []
    got: list[object] = []
    ready = threading.Barrier(8)

    def make() -> object:
        made.append(object())
        return made[-1]

    def ask() -> None:
        ready.wait()
        got.append(kept.made("a", make))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert got == made * 8


def test_a_maker_that_fails_lets_the_next_one_try() -> None:
    kept: Kept[str] = Kept(10)

    def fail() -> str:
        raise ValueError

    for _ in range(2):
        try:
            kept.made("a", fail)
        except ValueError:
            continue
        raise AssertionError("the error is the asker's")
    assert kept.made("a", lambda: "made") == "made"
