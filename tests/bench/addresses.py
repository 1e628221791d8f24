"""The pages that are weighed and timed: one of each kind, and what each may cost."""

from dataclasses import dataclass

from tests.live.visitor import DEPLOY, Visitor, a_run, shared


@dataclass(frozen=True)
class Page:
    """`times`: at most so many times an empty view. `kib`: at most so much on a first load."""

    address: str
    times: int = 3
    kib: int = 60


PAGES = [
    Page("/", times=2, kib=50),
    Page("/walkthroughs/"),
    Page(f"{DEPLOY}?step=200"),
    Page(f"{DEPLOY}?replicas=50&machines=50"),
    Page("/compare/deploy/"),
    Page("/compare/deploy/figures/"),
    Page("/systems/kubernetes/"),
    Page("/systems/kubernetes/etcd/"),
    Page("/systems/kubernetes/insights/"),
    Page("/quorum/"),
    Page("/concepts/"),
    Page("/misconceptions/"),
    Page("/glossary/"),
    Page("/follow/{share}/", kib=40),
    Page("/follow/{share}/screen/"),
]


def a_share(visitor: Visitor) -> str:
    """The code of a Run that has been shared."""
    run, seq = a_run(visitor)
    visitor.command("next", run=run, seen=seq)
    return shared(visitor, run)
