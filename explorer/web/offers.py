"""The pages that may have been meant by an address where nothing stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db import DatabaseError
from django.urls import reverse
from django.utils.translation import gettext as _

from explorer.exports.maps import TYPES
from explorer.models import Component, Scenario, Staging, Storyboard, System

OFFERED = 5
LONGEST = 200
"""Letters of an address that are compared; what comes after them is noise."""


@dataclass(frozen=True)
class Offer:
    """A page that may be the one meant."""

    href: str
    title: str


def offers(address: str) -> list[Offer]:
    """The pages whose addresses are most like `address`, the nearest first.

    Without a database there are only those of the menu, and they still stand on a page.
    """
    likeness = SequenceMatcher(b=address.strip("/").lower()[:LONGEST])

    def distance(offer: Offer) -> float:
        likeness.set_seq1(offer.href.strip("/"))
        return -likeness.ratio()

    found = list(_parts())
    with suppress(DatabaseError):
        found += [*_walkthroughs(), *_comparisons(), *_systems()]
    return sorted(found, key=distance)[:OFFERED]


def _parts() -> list[Offer]:
    return [
        Offer(reverse("walkthroughs"), _("Walkthroughs")),
        Offer(reverse("comparisons"), _("Compare")),
        Offer(reverse("systems"), _("Systems")),
        Offer(reverse("concepts"), _("Concepts")),
        Offer(reverse("misconceptions"), _("Misconceptions")),
        Offer(reverse("glossary"), _("Glossary")),
    ]


def _walkthroughs() -> Iterator[Offer]:
    rows = [
        *Staging.objects.values_list("system__slug", "scenario__slug", "title"),
        *Storyboard.objects.values_list("system__slug", "slug", "title"),
    ]
    return (Offer(reverse("walkthrough", args=(system, slug)), title) for system, slug, title in rows)


def _comparisons() -> Iterator[Offer]:
    staged = Counter(Staging.objects.values_list("scenario__slug", flat=True))
    for slug, title in Scenario.objects.values_list("slug", "title"):
        if staged[slug] > 1:
            yield Offer(reverse("comparison", args=(slug,)), _("%(title)s, side by side") % {"title": title})


def _systems() -> Iterator[Offer]:
    parts = list(Component.objects.values_list("system__slug", "slug", "name"))
    drawn = {system for system, _slug, _name in parts}
    for slug, name in System.objects.values_list("slug", "name"):
        yield Offer(reverse("system", args=(slug,)), name)
        if slug in drawn:
            yield Offer(reverse("insights", args=(slug,)), _("Insights into %(name)s") % {"name": name})
            for ext in TYPES:
                title = f"{_('Map of %(name)s') % {'name': name}} ({ext})"
                yield Offer(reverse("download", args=(slug, ext)), title)
    for system, slug, name in parts:
        yield Offer(reverse("component", args=(system, slug)), name)
