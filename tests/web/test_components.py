"""A component's page: everything the graph says of it, and the exact steps in which it acts."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils.translation import override, pgettext

from explorer.graph import Atlas
from explorer.playback.appearances import acts_in
from explorer.playback.catalogue import first_play
from explorer.playback.engine import play
from explorer.playback.inputs import Inputs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]

ATLAS = Atlas.from_fixtures()
EVERY = list(ATLAS.components)
LANGUAGES = ("en", "zh-hans")


def said(answer: Any) -> str:
    """The page's text without its tags, as a reader sees it."""
    return unescape(re.sub(r"<[^>]+>", "", answer.text))


def page_of(client: Client, system: str, slug: str, language: str = "en") -> Any:
    return client.get(f"/systems/{system}/{slug}/", {"lang": language})


def links_of(system: str, slug: str) -> list[Any]:
    return [
        link for link in ATLAS.links.values()
        if link.system == system and slug in (link.opener, link.accepter)
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_component_has_a_page_that_says_what_it_is(client: Client, language: str) -> None:
    for system, slug in EVERY:
        answer = page_of(client, system, slug, language)
        assert answer.status_code == 200, (system, slug)
        component = ATLAS.components[system, slug]
        text = said(answer)
        for words in (component.name, component.summary, component.replicas, component.unreachable):
            assert words[language] in text, (system, slug)
        assert component.ports in text
        for link in links_of(system, slug):
            assert link.why[language] in text, (system, slug, link.slug)
        for pair in ATLAS.counterparts.values():
            for here, there in ((pair.left, pair.right), (pair.right, pair.left)):
                if here == (system, slug):
                    assert f'href="/systems/{there[0]}/{there[1]}/"' in answer.text
                    assert all(w[language] in text for w in (pair.same, pair.different, pair.why))
        for ban in ATLAS.forbidden:
            if ban.system == system and slug in (ban.opener, ban.accepter):
                assert ban.reason[language] in text, (system, slug)
        for one in ATLAS.misconceptions.values():
            if (system, slug) in one.components:
                assert f'href="/misconceptions/#{one.slug}"' in answer.text
                assert one.claim[language] in text
        for citation in component.citations:
            assert ATLAS.sources[citation.source].short[language] in text


def test_every_step_that_a_page_links_is_one_in_which_the_component_acts(client: Client) -> None:
    seen = 0
    for system, slug in EVERY:
        answer = page_of(client, system, slug)
        for href in re.findall(r'<li><a href="(/walkthroughs/[^"]+step=\d+[^"]*)"', answer.text):
            parts = urlsplit(unescape(href))
            scenario = parts.path.split("/")[3]
            query = parse_qs(parts.query)
            of = first_play(ATLAS, system, scenario)
            if query.get("detail") == ["full"]:
                inputs = of.inputs
                of = play(
                    ATLAS, Inputs(inputs.system, inputs.scenario, inputs.parameters, detail="full")
                )  # fmt: skip
            index = int(query["step"][0])
            assert index in {step.index for step in of.steps}, href
            assert slug in acts_in(ATLAS, system, of.frames[index]), (slug, href)
            seen += 1
    assert seen > 100


def test_a_linked_step_opens(client: Client) -> None:
    answer = page_of(client, "kubernetes", "etcd")
    hrefs = re.findall(r'<li><a href="(/walkthroughs/[^"]+step=\d+[^"]*)"', answer.text)
    assert len(hrefs) > 8
    assert "<details>" in answer.text  # more than a few are folded away
    for href in hrefs[:3]:
        assert client.get(unescape(href)).status_code == 200


def test_what_acts_in_no_walkthrough_says_so(client: Client) -> None:
    assert "In none of the walkthroughs" in said(page_of(client, "borg", "dremel"))


@pytest.mark.parametrize(("system", "slug"), [("kubernetes", "etcd"), ("borg", "paxos-store")])
def test_the_replicated_stores_lead_to_the_quorum_calculator(client: Client, system: str, slug: str) -> None:
    assert 'href="/quorum/?n=' in page_of(client, system, slug).text
    assert 'href="/quorum/' not in page_of(client, "borg", "borglet").text


def test_a_part_uses_the_links_of_what_it_is_in(client: Client) -> None:
    text = said(page_of(client, "kubernetes", "deployment-controller"))
    assert "Through kube-controller-manager" in text
    assert ATLAS.links["K8"].why["en"] in text


def test_a_told_link_is_marked_as_told(client: Client) -> None:
    assert "only told, not so" in said(page_of(client, "borg", "paxos-store"))
    assert "only told, not so" not in said(page_of(client, "kubernetes", "etcd"))


def test_the_drawing_lights_the_part_or_what_it_is_in(client: Client) -> None:
    kubelet = page_of(client, "kubernetes", "kubelet").text
    assert kubelet.count('data-part="kubelet@') == 3
    assert len(re.findall(r'data-part="kubelet@\d" class="c on', kubelet)) == 3
    loop = page_of(client, "kubernetes", "deployment-controller").text
    assert re.search(r'data-part="kube-controller-manager" class="c on', loop)
    assert "<svg xmlns" not in page_of(client, "borg", "dremel").text


def test_a_mistake_can_be_reported_from_the_page(client: Client) -> None:
    href = re.search(r'href="(/report/\?[^"]+)"', page_of(client, "kubernetes", "kubelet").text)
    assert href is not None
    assert "/systems/kubernetes/kubelet/" in parse_qs(urlsplit(unescape(href[1])).query)["about"][0]


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/systems/kubernetes/kubelt/", "kubelet"),
        ("/systems/borg/paxos/", "paxos-store"),
        ("/systems/kubernetes/borglet/", "kubelet"),
        (f"/systems/borg/{'x' * 3000}/", "borgmaster"),
        ("/systems/mesos/master/", ""),
    ],
)
def test_an_unknown_component_is_a_404_that_names_the_nearest(
    client: Client, address: str, names: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert names in said(answer)
    assert len(answer.content) < 40_000


def test_a_page_takes_one_query(client: Client, django_assert_num_queries: Any) -> None:
    page_of(client, "kubernetes", "kube-apiserver")
    page_of(client, "borg", "sawzall")
    for system, slug in (("kubernetes", "kube-apiserver"), ("borg", "sawzall"), ("kubernetes", "coredns")):
        with django_assert_num_queries(1):
            page_of(client, system, slug)


def test_protocols_that_are_words_have_chinese_ones() -> None:
    names = {"", "RPC", "HTTPS", "HTTP", "DNS", "TCP", "Paxos", "Chubby RPC", "Stubby RPC"}
    with override("zh-hans"):
        for link in ATLAS.links.values():
            if link.protocol not in names:
                assert pgettext("protocol", link.protocol) != link.protocol
