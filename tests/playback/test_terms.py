"""Words of the field are marked in running text: whole words, the longest form, once each."""

from pathlib import Path

import pytest

from explorer.graph import Atlas
from explorer.playback.narrate import with_terms

ATLAS = Atlas.from_fixtures(Path(__file__).resolve().parents[2] / "fixtures")


def marked(text: str, language: str = "en") -> list[str]:
    [html] = with_terms(ATLAS, language, text, meanings=False)
    return [piece.split("</button>")[0].split(">")[1] for piece in html.split("<button")[1:]]


def test_a_term_is_marked_once_and_explained() -> None:
    [html] = with_terms(ATLAS, "en", "A Pod is no Pod.")
    assert html.count("<button") == 1
    assert ATLAS.terms["pod"].meaning["en"].partition("’")[0][:20] in html


def test_a_form_inside_a_longer_word_is_none() -> None:
    assert marked("Podium, myPod and Pod-like") == []


def test_the_longest_form_wins() -> None:
    assert marked("The control plane decides.") == ["control plane"]


def test_a_lower_case_form_may_open_a_sentence() -> None:
    assert marked("Nodes differ. Nodes fail.") == ["Nodes"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_form_of_every_term_is_found(language: str) -> None:
    for term in ATLAS.terms.values():
        for form in term.forms[language]:
            assert marked(form, language)[:1] == [form] or any(
                len(other) > len(form) for other in marked(form, language)
            ), form


def test_chinese_terms_need_no_spaces_around_them() -> None:
    assert marked("每个节点上都有一个容器运行时。", "zh-hans") == ["节点", "容器运行时"]


def test_what_is_not_ours_is_escaped() -> None:
    [html] = with_terms(ATLAS, "en", "<b>Pod & node</b>")
    assert "<b>" not in html
    assert "&amp;" in html
