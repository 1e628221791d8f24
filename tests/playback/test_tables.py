"""Decision tables as the page gets them: few enough columns, words in the reader's language."""

from typing import Any

from django.utils.translation import override

from explorer.frames import Frame
from explorer.playback.keeping import tables

COLUMNS = ("node", "zone", "free cpu", "fit", "balanced", "image", "taint ×3", "spread ×2", "sum")


def table(rows: list[list[Any]], columns: tuple[str, ...] = COLUMNS, **params: Any) -> dict[str, Any]:
    frame = Frame(
        index=0, sent=0, at=0, phase="schedule", source="a", target="a", link=None, message="", narration="",
        params={"table": "filter-score", "columns": columns, "rows": rows, **params}, effects=(),
        outcome="internal", background=False, cause=None, request=None, api=None,
    )  # fmt: skip
    with override("en"):
        [made] = tables(frame)
    return made


def test_a_column_that_decides_nothing_is_said_beside_a_wide_table() -> None:
    made = table([["node-1", "a", 1, 2, 3, 4, 100, 6, 7], ["node-2", "b", 1, 2, 3, 4, 100, 6, 8]])
    assert "taint ×3" not in made["columns"]
    assert made["columns"][-1] == "sum"
    assert made["note"] == "taint ×3: 100 for all"
    assert [cell["text"] for cell in made["rows"][1]] == ["node-2", "b", "1", "2", "3", "4", "6", "8"]


def test_a_column_that_differs_stays() -> None:
    made = table([["node-1", "a", 1, 2, 3, 4, 100, 6, 7], ["node-2", "b", 1, 2, 3, 4, 0, 6, 8]])
    assert made["columns"] == list(COLUMNS)
    assert made["note"] == ""


def test_verdicts_are_words_and_numbers_stand_to_the_right() -> None:
    made = table([["cpu", 3, True], ["ram", 9, False]], ("resource", "asked", "enough"), chosen="ram")
    assert [[cell["text"] for cell in row] for row in made["rows"]] == [
        ["cpu", "3", "yes"],
        ["ram", "9", "no"],
    ]
    assert [head["number"] for head in made["heads"]] == [False, True, False]
    assert [row[0]["strong"] for row in made["rows"]] == [False, True]
