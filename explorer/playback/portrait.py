"""One component told in one language: what it is, whom it talks to, what answers to it, where it acts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from explorer.graph import Atlas, Component, Link
from explorer.graph.atlas import Counterpart, Fact
from explorer.playback.appearances import appearances
from explorer.playback.looking import phase_name
from explorer.playback.names import whole, whole_text
from explorer.playback.narrate import with_terms
from explorer.playback.survey import href_of, kind_name, tier_name, zone_name
from explorer.playback.telling import citation, mark_of

_STORES = {("kubernetes", "etcd"): 3, ("borg", "paxos-store"): 5}
"""The stores that a majority of replicas holds up, with the usual number of replicas."""


def portrait(atlas: Atlas, component: Component, language: str) -> dict[str, Any]:
    """Everything that the page of a component prints, but for its drawing."""
    system, slug = component.system, component.slug
    summary, replicas, apart = with_terms(
        atlas,
        language,
        component.summary[language],
        component.replicas[language],
        component.unreachable[language],
    )
    replicated = _STORES.get((system, slug))
    told = {
        "slug": slug,
        "name": component.name[language],
        "heading": whole_text(component.name[language]),
        "kind": kind_name(component.kind),
        "zone": {"name": zone_name(component.zone), "href": f"{href_of(system)}?zone={component.zone}"},
        "tier": tier_name(component),
        "summary": whole(summary),
        "replicas": whole(replicas),
        "apart": whole(apart),
        "ports": component.ports,
        "line": [
            _named(atlas, system, parent, language) for parent in reversed(atlas.lineage(system, slug)[1:])
        ],
        "parts": [
            _named(atlas, system, other.slug, language)
            for other in atlas.components_of(system)
            if other.part_of == slug
        ],
        "links": _link_groups(atlas, component, language),
        "forbidden": _forbidden(atlas, component, language),
        "counterparts": [
            _counterpart(atlas, pair, system, slug, language) for pair in _pairs(atlas, component)
        ],
        "runs": appearances(atlas, system, slug, language),
        "misconceptions": [
            {
                "href": f"/misconceptions/#{one.slug}",
                "claim": one.claim[language],
                "correction": one.correction[language],
                "verdict": _verdict(one.verdict),
            }
            for one in atlas.misconceptions.values()
            if (system, slug) in one.components
        ],
        "quorum": f"/quorum/?n={replicated}" if replicated else "",
        **_written(atlas, component, language),
    }
    return told | {"contents": _contents(told)}


def _contents(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The sections of the page that have something in them, and how much."""
    counts = (
        ("links", pgettext("component", "Links"), sum(len(group["links"]) for group in told["links"])),
        ("never", _("What never happens"), len(told["forbidden"])),
        ("other", _("What answers to it elsewhere"), len(told["counterparts"])),
        ("acts", _("Where it takes part"), sum(run["count"] for run in told["runs"])),
        ("told", _("Often told otherwise"), len(told["misconceptions"])),
    )
    return [{"anchor": anchor, "name": name, "count": count} for anchor, name, count in counts if count]


def _named(atlas: Atlas, system: str, slug: str, language: str) -> dict[str, str]:
    component = atlas.components[system, slug]
    return {"slug": slug, "name": component.name[language], "href": href_of(system, slug)}


def _written(atlas: Atlas, fact: Fact, language: str) -> dict[str, Any]:
    """Where a fact is written, and how sure we are."""
    return {
        "citations": [citation(atlas, cite, language) for cite in fact.citations],
        "mark": mark_of(fact.mark),
    }


# Links.


def _link_groups(atlas: Atlas, component: Component, language: str) -> list[dict[str, Any]]:
    """A component's own links, those of what it is part of, and those of its parts."""
    system, slug = component.system, component.slug
    links = [link for link in atlas.links.values() if link.system == system]
    own = [link for link in links if slug in (link.opener, link.accepter)]
    groups = [
        (_("It opens"), [link for link in own if link.opener == slug], slug),
        (_("Opened to it"), [link for link in own if link.opener != slug], slug),
    ]
    for parent in atlas.lineage(system, slug)[1:]:
        name = atlas.components[system, parent].name[language]
        through = [link for link in links if parent in (link.opener, link.accepter) and link not in own]
        groups.append((_("Through %(name)s") % {"name": name}, through, parent))
    for other in atlas.components_of(system):
        if slug in atlas.lineage(system, other.slug)[1:]:
            title = _("Of its part %(name)s") % {"name": other.name[language]}
            inner = [link for link in links if other.slug in (link.opener, link.accepter) and link not in own]
            groups.append((title, inner, other.slug))
    return [
        {"title": title, "links": [_link(atlas, link, of, language) for link in some]}
        for title, some, of in groups
        if some
    ]


def _link(atlas: Atlas, link: Link, of: str, language: str) -> dict[str, Any]:
    """One link as its end `of` sees it."""
    opens = link.opener == of
    other = link.accepter if opens else link.opener
    mode, mode_help = _mode(link.mode)
    return {
        "slug": link.slug,
        "opens": opens,
        "itself": link.opener == link.accepter,
        "peer": _named(atlas, link.system, other, language),
        "protocol": pgettext("protocol", link.protocol) if link.protocol else "",
        "port": link.port,
        "mode": mode,
        "mode_help": mode_help,
        "data": link.carries_data,
        "told": link.told,
        "why": whole_text(link.why[language]),
        **_written(atlas, link, language),
    }


def _mode(mode: str) -> tuple[str, str]:
    """A link's mode, and what that means."""
    return {
        "request": (_("request"), _("The opener asks and gets one answer.")),
        "watch": (
            _("watch"),
            _("The opener asks once and leaves the request open; changes come back on it as they happen."),
        ),
        "poll": (_("poll"), _("The opener asks again and again, whether or not there is news.")),
        "push": (_("push"), _("The opener sends when it has something to say.")),
        "local": (_("local"), _("Inside one machine: a call, a socket or a file.")),
    }[mode]


def _forbidden(atlas: Atlas, component: Component, language: str) -> list[dict[str, Any]]:
    """The links that must not exist: of the component itself and of what it is part of."""
    line = atlas.lineage(component.system, component.slug)
    found = []
    for ban in atlas.forbidden:
        if ban.system != component.system or not {ban.opener, ban.accepter} & set(line):
            continue
        found.append(
            {
                "opener": _named(atlas, ban.system, ban.opener, language),
                "accepter": _named(atlas, ban.system, ban.accepter, language),
                "reason": whole_text(ban.reason[language]),
                **_written(atlas, ban, language),
            }
        )
    return found


# What answers to it elsewhere.


def _pairs(atlas: Atlas, component: Component) -> Iterator[Counterpart]:
    here = (component.system, component.slug)
    return (pair for pair in atlas.counterparts.values() if here in (pair.left, pair.right))


def _counterpart(atlas: Atlas, pair: Counterpart, system: str, slug: str, language: str) -> dict[str, Any]:
    other_system, other = pair.right if pair.left == (system, slug) else pair.left
    return {
        "system": {"slug": other_system, "name": atlas.systems[other_system].name[language]},
        "other": _named(atlas, other_system, other, language),
        "summary": atlas.components[other_system, other].summary[language],
        "same": whole_text(pair.same[language]),
        "different": whole_text(pair.different[language]),
        "why": whole_text(pair.why[language]),
        "phase": phase_name(pair.phase, language),
        **_written(atlas, pair, language),
    }


def _verdict(verdict: str) -> str:
    return {"wrong": _("wrong"), "outdated": _("outdated"), "simplified": _("simplified")}.get(
        verdict, verdict
    )
