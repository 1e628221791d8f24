"""Small systems for the questions to a graph: parts and links, no words."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from explorer.graph import Atlas, Component, Forbidden, Link, System
from explorer.graph.atlas import Citation

NOTHING = {"en": "", "zh-hans": ""}
CITED: dict[str, Any] = {"citations": (Citation("doc", "§1"),), "mark": "verified"}


def named(text: str) -> dict[str, str]:
    return {"en": text, "zh-hans": text}


def wired(
    links: Mapping[str, tuple[str, str]],
    *,
    inside: Mapping[str, str] | None = None,
    zones: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    told: Sequence[str] = (),
    data: Sequence[str] = (),
    boundaries: Sequence[str] = (),
    **changed: Any,
) -> Atlas:
    """An Atlas with the one system "toy". `links` maps a slug to opener and accepter, `inside` a part to its
    process. A component is in the control plane unless `zones` says otherwise; it is called by its slug."""
    parents = dict(inside or {})
    slugs = dict.fromkeys([*(end for pair in links.values() for end in pair), *parents, *parents.values()])
    components = {
        ("toy", slug): Component(
            system="toy",
            slug=slug,
            kind="boundary" if slug in boundaries else "part" if slug in parents else "process",
            part_of=parents.get(slug),
            zone=(zones or {}).get(slug, "control-plane"),
            tier="core",
            name=named((names or {}).get(slug, slug)),
            summary=NOTHING,
            replicas=NOTHING,
            ports="",
            unreachable=NOTHING,
            order=number,
            **CITED,
        )
        for number, slug in enumerate(slugs)
    }
    made = {
        slug: Link(
            slug=slug,
            system="toy",
            opener=opener,
            accepter=accepter,
            protocol=changed.get("protocol", "RPC"),
            port=changed.get("port", ""),
            mode="request",
            carries_data=slug in data,
            told=slug in told,
            why=NOTHING,
            order=number,
            **CITED,
        )
        for number, (slug, (opener, accepter)) in enumerate(links.items())
    }
    system = System(
        slug="toy", name=named(changed.get("system", "Toy")), tagline=NOTHING, described=named("As of now"),
        summary=NOTHING, order=1, **CITED,
    )  # fmt: skip
    forbidden: tuple[Forbidden, ...] = ()
    return Atlas(
        systems={"toy": system}, components=components, links=made, forbidden=forbidden, counterparts={},
        sources={}, terms={}, scenarios={}, stagings={}, narrations={}, concepts={}, misconceptions={},
        storyboards={}, version="toy",
    )  # fmt: skip


def chain(*slugs: str) -> dict[str, tuple[str, str]]:
    """Links from each to the next: `A-B` is the link between A and B."""
    return {f"{one}-{other}": (one, other) for one, other in itertools.pairwise(slugs)}


def star(hub: str, *leaves: str) -> dict[str, tuple[str, str]]:
    """A link from every leaf to the hub."""
    return {f"{leaf}-{hub}": (leaf, hub) for leaf in leaves}
