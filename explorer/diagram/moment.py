"""What a run touches (Cast) and what is to be seen at one step of it (Moment): the drawing's only inputs.

Instances are written as in frames: `component@place`, `component`, or `pod:NAME@machine` for a unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Instance(NamedTuple):
    """An instance's name taken apart: `pod:web-1@node-2` is component pod, name web-1, place node-2."""

    component: str
    name: str
    place: str


def instance(text: str) -> Instance:
    """Takes an instance's name apart; what is missing is "".

    >>> instance("kubelet@node-2")
    Instance(component='kubelet', name='', place='node-2')
    """
    head, _, place = text.partition("@")
    component, _, name = head.partition(":")
    return Instance(component, name, place)


class LinkKey(NamedTuple):
    """A link, or one pair of instances on it: `K12` or `K12/kubelet@node-1~kube-apiserver`."""

    link: str
    source: str
    target: str


def link_key(text: str) -> LinkKey:
    """Takes a link's key apart; without a pair, source and target are "".

    >>> link_key("K28b/kernel@node-1~kernel@node-2")
    LinkKey(link='K28b', source='kernel@node-1', target='kernel@node-2')
    """
    link, _, pair = text.partition("/")
    source, _, target = pair.partition("~")
    return LinkKey(link, source, target)


@dataclass(frozen=True)
class Cast:
    """Everything that any step of a run touches; decides what a Scene draws.

    `touched`  component slugs; a part without a box of its own counts for its parent
    `links`    link slugs, or pairs `LINK/SOURCE~TARGET`: a traffic link that the run uses between one
               pair only is drawn at rest, all other traffic links only in the step that uses them
    `units`    machine -> names of the Pods or tasks that are ever on it, in order
    `machines` all machine names, in order
    `acting`   machines that act most, first first; they get the columns when there are too many
    `members`  replica names the run addresses (`etcd-1`, `scheduler-0`): of a part that is usually
               alone, the chips of its replicas are drawn if the run addresses two or more
    `told`     slugs of links that exist only in somebody's telling and are drawn in their step
    `parents`  component slug -> the slug it is part of, for parts that have no box
    """

    touched: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    machines: tuple[str, ...] = ()
    acting: tuple[str, ...] = ()
    members: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    parents: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """What is to be seen at one step. The default is the drawing at rest.

    `sources`, `targets` instances that act; the same one in both acts on itself
    `link`     slug of the link the message travels, None for an internal act
    `back`     the message runs from the accepter to the opener; counts only where the ends do not tell
    `hops`     (source, target) of every message of a fan-out or of a quorum write, in order
    `label`, `short` words of the pill, long and short
    `visited`  instances and link keys (`K12`, `K12/kubelet@node-1~kube-apiserver`) of earlier steps
    `units`    unit -> (machine, state); a unit that is on two machines at once is also written
               `UNIT@MACHINE`. States: running, starting, lost and the others of `words.UNIT_STATES`
    `changed`  units that this step changed
    `leaders`  component -> replica that leads, None while none does; missing: the first one
    `down`     instance or `machine/NAME` -> when it stopped ("3.2 s")
    `cut`      link key or `machine/NAME` -> when it was cut ("0.068 s")
    `slow`     link key or `machine/NAME` -> what is added ("+200 ms")
    `organ`    which part inside the hub acts, counted from 0
    `acting`   False: the picture is at rest, nothing is dimmed
    `status`   machine -> the word at its title instead of the usual one
    `shards`   machine -> replica whose link shard polls it (Borg); missing: shared out evenly
    """

    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    link: str | None = None
    back: bool = False
    hops: tuple[tuple[str, str], ...] = ()
    label: str = ""
    short: str = ""
    visited: frozenset[str] = frozenset()
    units: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    leaders: Mapping[str, str | None] = field(default_factory=dict)
    down: Mapping[str, str] = field(default_factory=dict)
    cut: Mapping[str, str] = field(default_factory=dict)
    slow: Mapping[str, str] = field(default_factory=dict)
    organ: int | None = None
    acting: bool = True
    status: Mapping[str, str] = field(default_factory=dict)
    shards: Mapping[str, str] = field(default_factory=dict)


REST = Moment(acting=False)
