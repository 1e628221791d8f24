"""The findings of a system's graph in words, with their figures: what the page of insights prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from explorer.graph import Atlas
from explorer.playback.names import whole_text
from explorer.playback.survey import href_of
from explorer.playback.telling import citation, mark_of

if TYPE_CHECKING:
    from explorer.graph.insight.cuts import Separation
    from explorer.graph.insight.findings import Findings
    from explorer.graph.insight.routes import Hop

BAR = 240
"""Width of the longest bar, in the units of its drawing."""


class Teller:
    """The findings of one system in one language."""

    def __init__(self, atlas: Atlas, found: Findings, language: str) -> None:
        self.atlas, self.found, self.language = atlas, found, language
        self.system = found.wiring.system

    def everything(self) -> dict[str, Any]:
        """All sections of the page, but for what is asked of it."""
        return {
            "hub": self.hub(),
            "falls": self.falls(),
            "routes": self.routes(),
            "store": self.store(),
            "bridges": self.bridges(),
            "direction": self.direction(),
            "scope": self.scope(),
        }

    # Names.

    def name(self, slug: str) -> str:
        return self.atlas.components[self.system, slug].name[self.language]

    def part(self, slug: str) -> dict[str, str]:
        return {"slug": slug, "name": self.name(slug), "href": href_of(self.system, slug)}

    def parts(self, slugs: Iterable[str]) -> list[dict[str, str]]:
        return [self.part(slug) for slug in slugs]

    def names(self, slugs: Iterable[str]) -> str:
        return listed([self.name(slug) for slug in slugs])

    # Sections.

    def scope(self) -> dict[str, Any]:
        """What the graph holds, and what hangs together apart from the rest."""
        wiring = self.found.wiring
        return {
            "nodes": len(wiring.nodes),
            "links": len(wiring.links),
            "islands": [self.parts(island) for island in self.found.islands],
        }

    def hub(self) -> dict[str, Any]:
        """Through whom most shortest paths lie."""
        first = self.found.hubs[0]
        return {
            "sentence": _(
                "%(percent)s %% of all shortest paths between the other parts lie through %(name)s."
            )
            % {"percent": percent(first.share), "name": self.name(first.slug)},
            "rows": [
                {**self.part(hub.slug), "share": _share(hub.share), "bar": bar(hub.share, first.share)}
                for hub in self.found.hubs
            ],
        }

    def falls(self) -> dict[str, Any]:
        """Who falls off when one copy is lost, and when all are."""
        rows = []
        for fall in self.found.falls:
            component = self.atlas.components[self.system, fall.slug]
            rows.append(
                {
                    **self.part(fall.slug),
                    "copies": self._copies(fall.slug, fall.copies),
                    "replicas": whole_text(component.replicas[self.language]),
                    "one": [self._instance(name) for name in fall.by_one] if fall.copies > 1 else None,
                    "all": self.parts(fall.by_all),
                }
            )
        worst = self.found.falls[0] if self.found.falls else None
        sentence = _("No part's loss cuts another off.")
        if worst is not None and worst.copies > 1 and not worst.by_one:
            sentence = ngettext(
                "A copy of %(name)s may go and nothing falls off; when all %(copies)s have gone, %(n)s part"
                " is cut off.",
                "A copy of %(name)s may go and nothing falls off; when all %(copies)s have gone, %(n)s parts"
                " are cut off.",
                len(worst.by_all),
            ) % {"name": self.name(worst.slug), "copies": worst.copies, "n": len(worst.by_all)}
        elif worst is not None:
            sentence = ngettext(
                "Most hangs on %(name)s: without it %(n)s part is cut off.",
                "Most hangs on %(name)s: without it %(n)s parts are cut off.",
                len(worst.by_all),
            ) % {"name": self.name(worst.slug), "n": len(worst.by_all)}
        return {"sentence": sentence, "rows": rows, "store": self.part(self.found.roles.store)}

    def routes(self) -> dict[str, Any]:
        """How many steps a request takes, and which."""
        roles, found = self.found.roles, self.found
        most = max((count for _steps, count in found.spread), default=1)
        return {
            "sentence": ngettext(
                "From %(client)s to %(starter)s, which starts the program, it is %(n)s step.",
                "From %(client)s to %(starter)s, which starts the program, it is %(n)s steps.",
                len(found.to_starter),
            )
            % {
                "client": self.name(roles.client),
                "starter": self.name(roles.starter),
                "n": len(found.to_starter),
            },
            "paths": [
                {
                    "title": _("%(one)s to %(other)s")
                    % {"one": self.name(roles.client), "other": self.name(target)},
                    "count": len(hops),
                    "start": self.part(roles.client),
                    "hops": [self._hop(hop) for hop in hops],
                    "starts": self.part(roles.program) if target == roles.starter else None,
                }
                for target, hops in ((roles.starter, found.to_starter), (roles.store, found.to_store))
            ],
            "spread": [
                {"steps": steps, "count": count, "bar": bar(count, most)} for steps, count in found.spread
            ],
        }

    def store(self) -> dict[str, Any]:
        """Who reaches the store, and the links that must not exist."""
        access = self.found.access
        line = self.atlas.lineage(self.system, access.store)
        direct = [slug for slug in access.direct if self.found.wiring.between(slug, access.store).links]
        inner = [slug for slug in access.direct if slug not in direct]
        names = {"store": self.name(access.store), "names": self.names(direct)}
        sentence = _("%(names)s speak with %(store)s.")
        if len(direct) == 1:
            sentence = (
                _("Only %(names)s speaks with %(store)s: no client reaches it in any other way.")
                if direct[0] in access.gates
                else _("Only %(names)s speaks with %(store)s.")
            )
        bans = [
            ban
            for ban in self.atlas.forbidden
            if ban.system == self.system and access.store in (ban.opener, ban.accepter)
        ]
        return {
            "sentence": sentence % names,
            "part": self.part(access.store),
            "direct": [
                {**self.part(slug), "links": self._links(self.found.wiring.between(slug, access.store).links)}
                for slug in direct
            ],
            "inner": [
                {**self.part(slug), "others": self.parts(self._neighbours(slug, access.store))}
                for slug in inner
            ],
            "within": self.part(line[1]) if len(line) > 1 else None,
            "gates": self.parts(access.gates),
            "clients": self.names(access.clients),
            "behind": access.behind,
            "bans": [
                {
                    "opener": self.part(ban.opener),
                    "accepter": self.part(ban.accepter),
                    "reason": whole_text(ban.reason[self.language]),
                    "citations": [citation(self.atlas, cite, self.language) for cite in ban.citations],
                    "mark": mark_of(ban.mark),
                }
                for ban in bans
            ],
        }

    def bridges(self) -> dict[str, Any]:
        """Where one cut separates something."""
        rows = [
            {
                "one": self.part(bridge.joint.one),
                "other": self.part(bridge.joint.other),
                "links": self._links(bridge.joint.links),
                "cut": bridge.joint.links[0],
                "behind": self.parts(bridge.behind),
            }
            for bridge in self.found.bridges
        ]
        return {
            "sentence": ngettext(
                "There is %(n)s place where one cut separates something from the rest.",
                "There are %(n)s places where one cut separates something from the rest.",
                len(rows),
            )
            % {"n": len(rows)},
            "rows": rows,
        }

    def direction(self) -> dict[str, Any]:
        """Who opens the connections."""
        crossing = self.found.crossing
        first = self.found.degrees[0]
        most = max(max(degree.opens, degree.accepts) for degree in self.found.degrees)
        out, into = len(crossing.from_control), len(crossing.from_machines)
        sentence = (
            _("Every connection between control plane and machines is opened from above: %(links)s.")
            % {"links": listed(crossing.from_control)}
            if out and not into
            else _(
                "Between control plane and machines, the machines open %(into)s links and the control plane"
                " %(out)s."
            )
            % {"into": into, "out": out}
        )
        more = _("%(name)s accepts %(accepts)s kinds of connection and opens %(opens)s.") % {
            "name": self.name(first.slug),
            "accepts": first.accepts,
            "opens": first.opens,
        }
        return {
            "sentence": sentence,
            "more": more,
            "rows": [
                {
                    **self.part(degree.slug),
                    "opens": degree.opens,
                    "accepts": degree.accepts,
                    "opens_bar": bar(degree.opens, most, BAR // 2),
                    "accepts_bar": bar(degree.accepts, most, BAR // 2),
                    "accepts_x": BAR // 2 - bar(degree.accepts, most, BAR // 2),
                }
                for degree in self.found.degrees
            ],
        }

    # What is asked.

    def menu(self, cut: str, without: str) -> dict[str, Any]:
        """What can be cut and what can be taken away, with what is chosen now."""
        links = [
            {
                "value": link.slug,
                "label": f"{link.slug} · {self.name(link.opener)} → {self.name(link.accepter)}",
                "chosen": link.slug == cut,
            }
            for link in self.found.wiring.links
        ]
        parts = [
            {"value": slug, "label": self.name(slug), "chosen": slug == without}
            for slug in self.found.wiring.nodes
        ]
        if without and without not in self.found.wiring.nodes:
            parts.append({"value": without, "label": self.name(without), "chosen": True})
        return {"links": links, "parts": parts}

    def separation(self, apart: Separation, cut: str, without: str) -> dict[str, Any]:
        """What a cut has separated."""
        clients = [slug for slug in apart.from_clients if slug not in self.found.clients]
        store = self.found.roles.store
        return {
            "title": self._without(cut, without),
            "sentence": self._lost(apart, clients),
            "still": self._links(apart.still),
            "inside": apart.inside,
            "store_gone": store in apart.gone,
            "gone": self.parts(slug for slug in apart.gone if slug != without),
            "no_link": bool(without) and without not in self.found.wiring.nodes,
            "from_clients": self.parts(clients),
            "from_store": self.parts(apart.from_store),
            "pieces": [self.parts(piece) for piece in apart.pieces],
            "store": self.part(store),
        }

    def _without(self, cut: str, without: str) -> str:
        link = self.found.wiring.link(cut) if cut else None
        if link is None:
            return _("Without %(name)s") % {"name": self.name(without)}
        ends = f"{link.slug}, {self.name(link.opener)} → {self.name(link.accepter)}"
        if not without:
            return _("With %(link)s cut") % {"link": ends}
        return _("With %(link)s cut and without %(name)s") % {"link": ends, "name": self.name(without)}

    def _lost(self, apart: Separation, clients: Sequence[str]) -> str:
        if not apart.pieces and not clients and not apart.from_store:
            return _("Nothing is separated: every part still has a path to every other.")
        told = []
        if self.found.roles.store in apart.gone:
            told.append(_("The store is gone: nobody reads or writes."))
        if apart.from_store and self.found.roles.store not in apart.gone:
            told.append(
                ngettext(
                    "%(n)s part loses every path to %(store)s.",
                    "%(n)s parts lose every path to %(store)s.",
                    len(apart.from_store),
                )
                % {"n": len(apart.from_store), "store": self.name(self.found.roles.store)}
            )
        if clients:
            told.append(
                ngettext(
                    "%(n)s part loses every path to a client.",
                    "%(n)s parts lose every path to a client.",
                    len(clients),
                )
                % {"n": len(clients)}
            )
        return sentences(told) or _(
            "Some parts are apart from the rest; all keep a path to a client and to the store."
        )

    # Pieces of rows.

    def _neighbours(self, slug: str, but: str) -> list[str]:
        joints = self.found.wiring.joints
        return [
            other
            for joint in joints
            if slug in (joint.one, joint.other)
            for other in (joint.one, joint.other)
            if other not in (slug, but)
        ]

    def _links(self, slugs: Iterable[str]) -> list[dict[str, str]]:
        links = [self.found.wiring.link(slug) for slug in slugs]
        return [
            {
                "slug": link.slug,
                "told": " ".join(text for text in (link.protocol, link.port and f":{link.port}") if text),
            }
            for link in links
        ]

    def _hop(self, hop: Hop) -> dict[str, Any]:
        if hop.inside:
            opened = _("inside one program")
        elif hop.forward is None:
            opened = _("both open connections")
        else:
            opener = hop.source if hop.forward else hop.target
            opened = _("%(name)s opens") % {"name": self.name(opener)}
        return {**self.part(hop.target), "links": self._links(hop.links), "opened": opened}

    def _copies(self, slug: str, copies: int) -> str:
        if self.atlas.components[self.system, slug].zone == "node":
            return _("one on each machine")
        if slug not in self.found.places:
            return _("counted as one")
        return str(copies)

    def _instance(self, name: str) -> str:
        slug, _at, place = name.partition("@")
        return (
            _("%(name)s on %(place)s") % {"name": self.name(slug), "place": place}
            if place
            else self.name(slug)
        )


def side_by_side(tellers: Sequence[Teller]) -> list[dict[str, Any]]:
    """The same questions, and the answer of each system's graph."""
    rows = (
        ("hub", _("The hub"), _hub_in_short),
        (
            "hops",
            _("Steps from the client to what starts the program"),
            lambda of: str(len(of.found.to_starter)),
        ),
        ("hops", _("Steps from the client to the store"), lambda of: str(len(of.found.to_store))),
        ("store", _("Who speaks with the store"), _speakers),
        ("direction", _("Who opens what joins control plane and machines"), _openers),
        ("cut", _("Places where one cut separates something"), lambda of: str(len(of.found.bridges))),
    )
    return [
        {"anchor": anchor, "title": title, "cells": [answer(of) for of in tellers]}
        for anchor, title, answer in rows
    ]


def _hub_in_short(of: Teller) -> str:
    first = of.found.hubs[0]
    return _("%(name)s, %(percent)s %%") % {"name": of.name(first.slug), "percent": percent(first.share)}


def _speakers(of: Teller) -> str:
    access = of.found.access
    return of.names(slug for slug in access.direct if of.found.wiring.between(slug, access.store).links)


def _openers(of: Teller) -> str:
    crossing = of.found.crossing
    told = {"out": len(crossing.from_control), "into": len(crossing.from_machines)}
    return _("control plane %(out)s, machines %(into)s") % told


def bar(value: float, most: float, width: int = BAR) -> int:
    """The length of a bar; the longest is `width`, and what is not 0 can be seen."""
    return max(2, round(value / most * width)) if value and most else 0


def _share(share: float) -> str:
    return _("%(percent)s %%") % {"percent": percent(share)}


def percent(share: float) -> int:
    """A share in whole percent."""
    return round(share * 100)


def sentences(told: Sequence[str]) -> str:
    """Sentences one after the other, as the language sets them."""
    text, *more = told or ("",)
    for other in more:
        text = pgettext("two sentences", "%(first)s %(second)s") % {"first": text, "second": other}
    return text


def listed(names: Iterable[str]) -> str:
    """Names one after the other, as the language writes lists."""
    return pgettext("list", ", ").join(names)
