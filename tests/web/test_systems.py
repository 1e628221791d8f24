"""The maps: every component on them, filters, search, and an answer for whatever else is asked."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.graph import Atlas
from explorer.graph.schema import COMPONENT_KINDS, ZONES
from explorer.models import Component

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]

ATLAS = Atlas.from_fixtures()
MAPPED = ("borg", "kubernetes")
LANGUAGES = ("en", "zh-hans")
MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def said(answer: Any) -> str:
    return unescape(answer.text)


def cards(answer: Any) -> set[str]:
    """The components that the page lists, by address."""
    return set(re.findall(r'<a class="cover" href="([^"]+)"', answer.text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_names_every_system(client: Client, language: str) -> None:
    answer = client.get("/systems/", {"lang": language})
    assert answer.status_code == 200
    for slug, system in ATLAS.systems.items():
        assert f'href="/systems/{slug}/"' in answer.text
        assert system.name[language] in said(answer)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("system", MAPPED)
def test_a_map_lists_every_component_and_links_what_it_draws(
    client: Client, system: str, language: str
) -> None:
    answer = client.get(f"/systems/{system}/", {"lang": language})
    assert answer.status_code == 200
    assert cards(answer) == {f"/systems/{system}/{c.slug}/" for c in ATLAS.components_of(system)}
    for component in ATLAS.components_of(system):
        assert component.name[language] in said(answer)
        assert component.summary[language] in said(answer)
        if component.tier in ("core", "resident"):
            drawn = rf'<a data-(part|unit)="[^"]+" href="/systems/{system}/{component.slug}/"'
            assert re.search(drawn, answer.text), component.slug


@pytest.mark.parametrize("system", MAPPED)
def test_each_part_of_the_drawing_is_in_the_order_of_the_keyboard_once(client: Client, system: str) -> None:
    drawings = re.findall(r"<svg [^>]*data-drawing.*?</svg>", client.get(f"/systems/{system}/").text, re.S)
    assert len(drawings) == 2
    for drawing in drawings:
        assert 'role="group"' in drawing
        links = re.findall(r'<a data-[a-z]+="[^"]+" href="([^"]+)" ?(tabindex="-1")? class', drawing)
        reached = [href for href, away in links if not away]
        assert len(reached) == len(set(reached)) == len({href for href, _ in links})


@pytest.mark.parametrize("system", ["mesos", "swarm"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_system_without_a_graph_says_so(client: Client, system: str, language: str) -> None:
    answer = client.get(f"/systems/{system}/?q=borg&zone=nowhere", {"lang": language})
    assert answer.status_code == 200
    assert ATLAS.systems[system].summary[language] in said(answer)
    assert 'href="/#timeline"' in answer.text


@pytest.mark.parametrize("system", MAPPED)
def test_filters_show_what_they_count(client: Client, system: str) -> None:
    page = client.get(f"/systems/{system}/").text
    options = re.findall(r'<a href="(/systems/[^"]*\?[^"]+)"[^>]*>[^<]+<small>(\d+)</small>', page)
    assert len(options) >= 8
    for href, count in options:
        answer = client.get(unescape(href))
        assert answer.status_code == 200
        assert len(cards(answer)) == int(count), href
    both = client.get(f"/systems/{system}/?zone=control-plane&kind=part")
    wanted = {
        f"/systems/{system}/{c.slug}/"
        for c in ATLAS.components_of(system)
        if (c.zone, c.kind) == ("control-plane", "part")
    }
    assert cards(both) == wanted != set()
    assert both.text.count('aria-current="true"') >= 2


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("zone=nod", "one of node"),
        ("zone=服务", "one of client"),
        ("kind=proces", "one of process"),
        ("zone=service", "one of"),
        ("zone=%00", "one of"),
        (f"kind={'x' * 9000}", "one of"),
    ],
)
def test_an_unknown_filter_is_refused_with_the_nearest_there_are(
    client: Client, query: str, names: str
) -> None:
    answer = client.get(f"/systems/kubernetes/?{query}")
    assert answer.status_code == 400
    assert names in said(answer)
    assert len(answer.content) < 40_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("system", "asked", "found"),
    [
        ("borg", "Brog", "borgmaster"),
        ("kubernetes", "api server", "kube-apiserver"),
        ("kubernetes", "调度器", "kube-scheduler"),
        ("kubernetes", "kube proxy", "kube-proxy"),
        ("kubernetes", "控制器", "kube-controller-manager"),
        ("kubernetes", "manger", "kube-controller-manager"),
        ("kubernetes", "crontroller", "kube-controller-manager"),
        ("kubernetes", "minion", "node"),
        ("borg", "master", "borgmaster"),
    ],
)
def test_search_finds_what_people_mean(
    client: Client, system: str, asked: str, found: str, language: str
) -> None:
    answer = client.get(f"/systems/{system}/", {"q": asked, "lang": language})
    assert answer.status_code == 200
    first = re.search(r'<ol>.*?<a href="([^"]+)">', answer.text, re.S)
    assert first is not None
    assert first[1] == f"/systems/{system}/{found}/"
    assert "<mark>" in answer.text


def test_what_is_found_lights_up_in_the_drawing(client: Client) -> None:
    page = client.get("/systems/kubernetes/", {"q": "etcd"}).text
    assert re.search(r'data-part="etcd" href="[^"]+" class="c on', page)
    assert 'class="c on' not in client.get("/systems/kubernetes/").text


def test_search_looks_elsewhere_and_offers_the_nearest(client: Client) -> None:
    page = client.get("/systems/kubernetes/", {"q": "borglet"}).text
    assert 'href="/systems/borg/borglet/"' in page
    nothing = client.get("/systems/kubernetes/", {"q": "infrastoar system nobody has"})
    assert nothing.status_code == 200
    page = client.get("/systems/kubernetes/", {"q": "qqqq"}).text
    assert re.search(r'<ul class="near">.*?href="/systems/', page, re.S)


@pytest.mark.parametrize(
    "asked",
    ["x" * 10_000, "<script>alert(1)</script>", "\x00\x01\x1b[31m", "\u202eabc", "'\"&<>", "%", "🙂"],
)
def test_whatever_is_asked_is_answered_escaped_and_bounded(client: Client, asked: str) -> None:
    answer = client.get(f"/systems/kubernetes/?q={quote(asked)}")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "\x00" not in answer.text
    plain = client.get("/systems/kubernetes/")
    assert len(answer.content) < len(plain.content) + 30_000  # the frame repeats the address
    if len(asked) > 64:
        assert "Only the first 64 characters" in said(answer)


@MANY
@given(st.text(max_size=400), st.sampled_from(MAPPED))
def test_no_question_breaks_a_map(client: Client, asked: str, system: str) -> None:
    assert client.get(f"/systems/{system}/", {"q": asked}).status_code == 200


@pytest.mark.parametrize(
    ("address", "names"),
    [("/systems/kubernets/", "kubernetes"), ("/systems/brog/", "borg"), ("/systems/brog/etcd/", "borg")],
)
def test_an_unknown_system_is_a_404_that_names_the_nearest(client: Client, address: str, names: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert re.search(rf"<code>{names}</code>", answer.text)


def test_the_number_of_queries_does_not_grow_with_the_components(
    client: Client, django_assert_num_queries: Any
) -> None:
    addresses = ("/systems/", "/systems/kubernetes/", "/systems/borg/?q=master", "/systems/mesos/")
    for address in addresses:
        client.get(address)
        with django_assert_num_queries(1):
            client.get(address)
    for component in list(Component.objects.all())[:5]:
        component.pk, component.slug = None, f"{component.slug}-again"
        component.save()
    client.get("/systems/")  # reads the graph anew
    for address in addresses:
        with django_assert_num_queries(1):
            client.get(f"{address}{'&' if '?' in address else '?'}fresh=1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_zone_and_kind_has_a_name(client: Client, language: str) -> None:
    from django.utils.translation import override

    from explorer.playback.survey import kind_name, zone_name

    with override(language):
        names = [zone_name(zone) for zone in ZONES] + [kind_name(kind) for kind in COMPONENT_KINDS]
    assert len(set(names)) == len(names)
    assert all(names)
