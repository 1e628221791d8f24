"""Every page of the site, made from its addresses and its Atlas: what the crawls of words and looks visit.

A new address is either given its variants here or said to be no page: the crawl names the one that is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from explorer.graph import Atlas
from explorer.playback.inputs import is_storyboard, walkthroughs

LANGUAGES = {"en": "en-GB", "zh-hans": "zh-CN"}
"""The site's languages, and the locale of a visitor who reads each."""

QUERIES: dict[str, tuple[str, ...]] = {
    "home": ("",),
    "walkthroughs": ("",),
    "walkthrough": ("", "step=130", "step=60&detail=full&fault=machine/node-2:down@0.1"),
    "comparisons": ("",),
    "comparison": ("", "left-step=60&right-step=130", "left=kubernetes&right=borg&detail=full"),
    "comparison-figures": ("",),
    "sharing": ("",),
    "enter": ("",),
    "follow": ("",),
    "projector": ("",),
    "concepts": ("",),
    "misconceptions": ("", "verdict=outdated"),
    "glossary": ("", "q=pod", "q=zzzz"),
    "report": ("about=/walkthroughs/&what=Walkthroughs", "about=/"),
    "systems": ("",),
    "system": ("", "q=scheduler", "zone=node&kind=process"),
    "component": ("",),
    "insights": ("",),
    "quorum": ("", "n=5&lost=2", "f=2"),
    "download": ("",),
    "healthz": ("",),
    "admin": ("",),
}
"""Name of an address to its variants, three at most; one that does not fit a page is left out there."""

NO_PAGES = {
    "walkthrough-command": "takes forms only",
    "comparison-command": "takes forms only",
    "share": "takes forms only",
    "share-comparison": "takes forms only",
    "language": "takes forms only",
    "theme": "takes forms only",
}

SPECIAL = (
    "/walkthroughs/kubernetes/deploy/?step=400&fault=machine/node-2:down@0.1",
    "/walkthroughs/borg/as-the-article-tells/?step=5",
    "/systems/kubernetes/",
    "/systems/borg/?q=qqqq",
    "/systems/mesos/",
    "/systems/kubernetes/kube-apiserver/",
    "/systems/borg/paxos-store/",
    "/systems/borg/insights/?cut=L13&without=borgmaster",
    "/systems/mesos/insights/",
    "/quorum/?n=4&lost=2",
    "/glossary/?q=kubelte",
)
"""Pages that look different from the first of their kind: the largest, the empty, the broken."""

ERRORS = (
    "/nowhere/",
    "/walkthroughs/kubernets/deploy/",
    "/walkthroughs/kubernetes/deploy/?replicas=0",
    "/systems/kubernetes/kubelt/",
    "/misconceptions/?verdict=none",
)
"""What answers with an error on purpose."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A page to visit; `first` is the first of its kind: it stands for the others where looking is dear."""

    name: str
    path: str
    first: bool


def names() -> dict[str, URLPattern | URLResolver]:
    """Every address of the site by its name; what another app brings goes by the app's."""
    return {
        str(entry.app_name if isinstance(entry, URLResolver) else entry.name): entry
        for entry in get_resolver().url_patterns
    }


def visits(atlas: Atlas, made: Mapping[str, str]) -> Iterator[Visit]:
    """Every page with every slug and each variant of its query. `made` has the codes of a shared Run."""
    for name, entry in names().items():
        if name in NO_PAGES:
            continue
        route = str(entry.pattern)
        for number, given in enumerate(_arguments(tuple(entry.pattern.converters), atlas, made)):
            path = "/" + route
            for key, converter in entry.pattern.converters.items():
                path = path.replace(f"<{_kind(route, key)}{key}>", converter.to_url(given[key]))
            for query in QUERIES[name]:
                if _fits(atlas, given, query):
                    yield Visit(name, f"{path}?{query}" if query else path, number == 0)


def _kind(route: str, key: str) -> str:
    """`slug:` of `<slug:system>`, "" of `<system>`."""
    return route.partition(f"{key}>")[0].rpartition("<")[2]


def _arguments(wanted: tuple[str, ...], atlas: Atlas, made: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Every set of values for the arguments of an address. KeyError for arguments nobody has thought of."""
    played = walkthroughs(atlas)
    simulated = [
        (system, scenario) for system, scenario in played if not is_storyboard(atlas, system, scenario)
    ]
    scenarios = dict.fromkeys(scenario for _, scenario in simulated)
    known: dict[tuple[str, ...], Sequence[tuple[str, ...]]] = {
        (): [()],
        ("system",): [(slug,) for slug in (*_with_parts(atlas), *_without_parts(atlas))],
        ("system", "component"): list(atlas.components),
        ("system", "scenario"): played,
        ("system", "ext"): [
            (system, ext)
            for system in _with_parts(atlas)
            for ext in ("svg", "png", "graphml", "json", "mmd", "d2")
        ],
        ("scenario",): [
            (slug,) for slug in scenarios if sum(scenario == slug for _, scenario in simulated) > 1
        ],
        **{(name,): [(code,)] for name, code in made.items()},
    }
    for values in known[wanted]:
        yield dict(zip(wanted, values, strict=True))


def _with_parts(atlas: Atlas) -> list[str]:
    return [slug for slug in atlas.systems if any(system == slug for system, _ in atlas.components)]


def _without_parts(atlas: Atlas) -> list[str]:
    return [slug for slug in atlas.systems if slug not in _with_parts(atlas)]


def _fits(atlas: Atlas, given: Mapping[str, str], query: str) -> bool:
    """A telling has few steps and cannot be broken; a fault on node-2 needs a cluster with nodes."""
    system, scenario = given.get("system", ""), given.get("scenario", "")
    if is_storyboard(atlas, system, scenario):
        return not query
    return "node-2" not in query or system == "kubernetes"
