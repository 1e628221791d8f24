"""The pages of what the graph tells: right for every system, in both languages, and for any question."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.reading import read_page
from tests.web.asking import LONG, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]

KUBERNETES = "/systems/kubernetes/insights/"
BORG = "/systems/borg/insights/"
LANGUAGES = {"en": "en-GB", "zh-hans": "zh-CN"}


def ask(client: Client, path: str, language: str = "en") -> Any:
    return client.get(path, headers={"accept-language": LANGUAGES[language]})


def words(answer: Any) -> str:
    """The page's text without its tags, on one line."""
    return " ".join(re.sub(r"<[^>]+>", "", said(answer)).split())


def test_the_hub_the_store_and_the_steps_are_told_in_words(client: Client) -> None:
    text = words(ask(client, KUBERNETES))
    assert "72 % of all shortest paths between the other parts lie through kube-apiserver." in text
    assert "Only kube-apiserver speaks with etcd: no client reaches it in any other way." in text
    assert "which starts the program, it is 3 steps." in text
    assert "A copy of kube-apiserver may go and nothing falls off; when all 2 have gone" in text


def test_borg_tells_that_the_master_calls(client: Client) -> None:
    text = words(ask(client, BORG))
    assert "Every connection between control plane and machines is opened from above: L13." in text
    assert "lie through Borgmaster." in text


def test_every_finding_says_how_it_was_computed(client: Client) -> None:
    assert said(ask(client, BORG)).count("How this is computed") == 6


def test_both_systems_stand_side_by_side(client: Client) -> None:
    versus = said(ask(client, BORG)).partition('id="versus"')[2]
    assert "kube-apiserver, 72 %" in versus
    assert "Borgmaster, 66 %" in versus


def test_a_cut_link_with_another_beside_it_separates_nothing(client: Client) -> None:
    text = words(ask(client, f"{KUBERNETES}?cut=K3"))
    assert "Nothing is separated" in text
    assert "The two are still joined by K4" in text


def test_a_part_taken_away_tells_who_loses_the_store_and_shows_it(client: Client) -> None:
    answer = ask(client, f"{KUBERNETES}?without=kube-apiserver")
    assert "30 parts lose every path to etcd." in words(answer)
    assert re.search(r'data-part="kube-apiserver"[^>]*class="[^"]*down', said(answer))
    borg = words(ask(client, f"{BORG}?without=borgmaster"))
    assert "The store is gone: nobody reads or writes." in borg


def test_a_part_without_links_takes_nothing_with_it(client: Client) -> None:
    text = words(ask(client, f"{KUBERNETES}?without=lease"))
    assert "This part has no link of its own." in text
    assert "Nothing is separated" in text


def test_link_and_part_may_go_together_and_stay_chosen(client: Client) -> None:
    text = said(ask(client, f"{BORG}?cut=L13&without=chubby"))
    assert '<option value="L13" selected>' in text
    assert '<option value="chubby" selected>' in text


@pytest.mark.parametrize(
    ("query", "named"),
    [("cut=K3x", "K3"), ("without=kube-apiservr", "kube-apiserver"), ("cut=T1", "K1"), (f"cut={LONG}", "…")],
)
def test_what_is_not_there_is_404_and_names_the_nearest(client: Client, query: str, named: str) -> None:
    answer = ask(client, f"{KUBERNETES}?{query}")
    assert answer.status_code == 404
    assert named in said(answer)
    assert len(answer.content) < 40_000


@pytest.mark.parametrize("text", ["<b>K3</b>", "\x00", "K3%0a", "' or 1=1"])
def test_harm_is_answered_as_text(client: Client, text: str) -> None:
    answer = client.get(KUBERNETES, {"cut": text})
    assert answer.status_code == 404
    assert "<b>K3" not in answer.text


@pytest.mark.parametrize("system", ["mesos", "swarm"])
def test_a_system_without_a_graph_says_so(client: Client, system: str) -> None:
    answer = ask(client, f"/systems/{system}/insights/")
    assert answer.status_code == 200
    assert "There is no graph to ask yet" in said(answer)
    assert ask(client, f"/systems/{system}/insights/?cut=K3").status_code == 404
    assert ask(client, f"/systems/{system}/insights/?without=etcd").status_code == 404


def test_an_unknown_system_names_the_nearest(client: Client) -> None:
    answer = ask(client, "/systems/kubernets/insights/")
    assert answer.status_code == 404
    assert "kubernetes" in said(answer)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [KUBERNETES, f"{BORG}?without=borgmaster", f"{KUBERNETES}?cut=K3", f"{BORG}?cut=L13&without=chubby",
     "/systems/mesos/insights/", "/quorum/", "/quorum/?n=4&lost=2", "/quorum/?n=1"],
)  # fmt: skip
def test_each_page_speaks_its_language(client: Client, path: str, language: str) -> None:
    answer = ask(client, path, language)
    assert answer.status_code == 200
    found = read_page(answer.text)
    assert not sorted({*found.foreign("en"), *found.foreign("zh-hans")})


@pytest.mark.parametrize("path", [KUBERNETES, BORG, "/quorum/", f"{KUBERNETES}?cut=K3"])
def test_a_page_needs_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, path: str
) -> None:
    ask(client, path)
    with django_assert_num_queries(1):
        assert ask(client, path).status_code == 200


# The quorum calculator.


def test_five_replicas_bear_two_losses(client: Client) -> None:
    text = words(ask(client, "/quorum/?n=5&lost=2"))
    assert "3 of 5 replicas are a majority, so 2 may fail." in text
    assert "3 of 5 answer: still a majority. Writes go on. The next loss stops them." in text
    assert "Any 3 of the 5 stop all writes: 10 different sets" in text


def test_four_replicas_buy_nothing(client: Client) -> None:
    assert "4 tolerate 1, and so do 3" in words(ask(client, "/quorum/?n=4"))


def test_the_drawing_crosses_out_who_is_lost(client: Client) -> None:
    text = said(ask(client, "/quorum/?n=5&lost=3"))
    assert text.count('<g class="lost"') == 3
    assert text.count('<g class="idle"') == 2
    assert "No write counts any more." in text


def test_the_other_way_round_failures_give_replicas(client: Client) -> None:
    text = said(ask(client, "/quorum/?f=3"))
    assert 'name="n" type="number" min="1" max="15" required value="7"' in text


def test_both_stores_are_told_with_their_sources(client: Client) -> None:
    text = said(ask(client, "/quorum/"))
    for system, slug in (("kubernetes", "etcd"), ("borg", "paxos-store")):
        store = text.partition(f'aria-labelledby="store-{system}"')[2].partition("</section>")[0]
        assert f"/systems/{system}/{slug}/" in store
        assert store.count("chip cite") >= 5


@pytest.mark.parametrize(
    ("query", "wants"),
    [
        ("n=0", "1 to 15"), ("n=16", "1 to 15"), ("n=abc", "1 to 15"), ("n=-3", "1 to 15"), ("n=", "1 to 15"),
        ("n=5&lost=6", "0 to 5"), ("n=5&lost=-1", "0 to 5"), ("n=5&lost=x", "0 to 5"), ("n=1e3", "1 to 15"),
        (f"n={'9' * 400}", "1 to 15"), ("n=٣", "1 to 15"), ("f=8", "0 to 7"), ("f=x", "0 to 7"),
        ("f=1&lost=4", "0 to 3"), ("f=1&n=3", "n or f, not both"),
    ],
)  # fmt: skip
def test_what_is_no_number_in_the_range_is_400_and_names_the_range(
    client: Client, query: str, wants: str
) -> None:
    answer = ask(client, f"/quorum/?{query}")
    assert answer.status_code == 400
    assert wants in said(answer)


def test_nothing_is_written(client: Client) -> None:
    for path in (KUBERNETES, "/quorum/"):
        assert client.post(path).status_code in (403, 405)
