"""Running text is not broken inside names, nor between a Term and the mark after it."""

import pytest

from explorer.playback.names import whole, whole_text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("m-3 polls.", "<bdi>m-3</bdi> polls."),
        ("调度器选 node-2。", "调度器选 <bdi>node-2</bdi>。"),
        ("web-x2l22-8fmch, and kube-proxy", "<bdi>web-x2l22-8fmch</bdi>, and <bdi>kube-proxy</bdi>"),
        ("a read-only key-value store", "a read-only key-value store"),
        ("a-name-that-is-far-too-long-for-a-line-1", "a-name-that-is-far-too-long-for-a-line-1"),
        ("<m-3>", "&lt;<bdi>m-3</bdi>&gt;"),
    ],
)
def test_names_with_a_number_stay_whole(text: str, html: str) -> None:
    assert whole_text(text) == html


def test_a_term_takes_the_mark_after_it_along_and_is_left_as_it_is() -> None:
    term = '<button class="term" data-term="kube-proxy">kube-proxy</button>'
    assert whole(f"{term}, then {term}") == f"<bdi>{term},</bdi> then {term}"
