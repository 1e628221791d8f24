"""How frames become steps: the rules of docs/frames.md."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from explorer.frames import Frame
from explorer.playback.steps import (
    BEFORE,
    dwell_seconds,
    full_steps,
    position,
    reading_seconds,
    story_steps,
)

PHASES = ("submit", "admit", "persist")


def frame(index: int, narration: str = "hello", phase: str = "submit", **more: Any) -> Frame:
    plain: dict[str, object] = {
        "params": {}, "effects": (), "outcome": "delivered", "background": False, "cause": None,
        "request": None, "api": None,
    }  # fmt: skip
    return Frame(index, index, index, phase, "a", "b", "X1", "m", narration, **{**plain, **more})


def ends(frames: list[Frame], **rules: str) -> list[int]:
    return [step.index for step in story_steps(frames, lambda f: rules.get(f.narration, ""), PHASES)]


def test_the_first_of_its_kind_ends_a_step_and_later_ones_do_not() -> None:
    frames = [frame(0), frame(1, "tell"), frame(2, "tell"), frame(3, "end")]
    assert ends(frames, tell="first") == [1, 3]


def test_siblings_end_a_step_with_the_last_of_them() -> None:
    frames = [frame(i, "pod", params={"n": i + 1, "of": 3}) for i in range(3)] + [frame(3, "end")]
    assert ends(frames, pod="complete") == [2, 3]
    assert ends(frames, pod="first-complete") == [0, 2, 3]


def test_each_ends_a_step_every_time() -> None:
    assert ends([frame(0), frame(1), frame(2)], hello="each") == [0, 1, 2]


def test_a_failure_ends_a_step_once() -> None:
    failed: dict[str, Any] = {"outcome": "timeout", "params": {"wanted": "hello"}}
    frames = [frame(0, "timeout", **failed), frame(1, "timeout", **failed), frame(2, "end")]
    assert ends(frames) == [0, 2]


def test_the_last_frame_always_ends_a_step() -> None:
    assert ends([frame(0), frame(1)]) == [1]


def test_background_frames_end_no_step_and_stay_hidden_in_full_detail() -> None:
    frames = [frame(0), frame(1, background=True), frame(2)]
    assert [step.index for step in full_steps(frames, PHASES)] == [0, 2]
    assert [step.index for step in full_steps(frames, PHASES, background=True)] == [0, 1, 2]


def test_a_block_is_the_earliest_phase_still_to_come() -> None:
    frames = [frame(0), frame(1, phase="persist"), frame(2, phase="admit"), frame(3, phase="persist")]
    blocks = [step.block for step in story_steps(frames, lambda _f: "each", PHASES)]
    assert blocks == [0, 1, 1, 2]


def test_every_frame_lies_in_the_step_that_ends_at_or_after_it() -> None:
    steps = story_steps([frame(i, "end" if i in (2, 5) else "x") for i in range(6)],
                        lambda f: "each" if f.narration == "end" else "", PHASES)  # fmt: skip
    assert [position(steps, index) for index in range(-1, 6)] == [-1, 0, 0, 0, 1, 1, 1]
    assert position(steps, BEFORE) == -1


@given(st.lists(st.sampled_from(["one", "two", "three"]), min_size=1, max_size=30), st.integers(0, 29))
def test_what_came_before_is_never_regrouped_by_what_comes_after(kinds: list[str], cut: int) -> None:
    rules = {"one": "first", "two": "each", "three": ""}
    whole = [frame(i, kind) for i, kind in enumerate(kinds)]
    kept = min(cut, len(whole) - 1)
    other = whole[: kept + 1] + [frame(i, "other") for i in range(kept + 1, kept + 5)]
    before = [end for end in ends(whole, **rules) if end <= kept]
    after = [end for end in ends(other, **rules) if end <= kept]
    # The very last frame of the shorter telling ends a step only because nothing follows it.
    assert [end for end in before if end < len(whole) - 1] == [end for end in after if end < len(whole) - 1]


def test_reading_time_counts_han_characters_three_times() -> None:
    assert reading_seconds("abc") == 3 * 0.040
    assert reading_seconds("节点") == 2 * 0.120


def test_autoplay_stays_three_to_eight_seconds_divided_by_the_speed() -> None:
    assert dwell_seconds(0, 1) == 3
    assert dwell_seconds(100, 1) == 8
    assert dwell_seconds(2.8, 2) == 2


def test_a_fault_opens_a_new_round_and_leaves_earlier_blocks_as_they_were() -> None:
    frames = [
        frame(i, phase=phase) for i, phase in enumerate(["submit", "admit", "persist", "admit", "persist"])
    ]
    blocks = [(step.round, step.block) for step in story_steps(frames, lambda _f: "each", PHASES, [2])]
    assert blocks == [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2)]
