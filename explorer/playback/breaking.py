"""What a viewer may break from here on: the few most telling switches, and everything else as a menu."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from explorer.frames import Frame, component_of, place_of
from explorer.graph import Atlas
from explorer.playback import picture
from explorer.playback.engine import Play, fault_from
from explorer.playback.looking import clock
from explorer.playback.names import whole_text
from explorer.playback.narrate import standing_on
from explorer.simulation import Fault

MOST_SWITCHES = 4
_LONG_NAME = 16
"""Letters; a switch has room for two lines of them."""
_MOST_PAIRS = 60
"""What the menu lists of them; a page has to stay small with fifty machines too."""
_GAP_IN_HAN = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_OFTEN_ASKED = {
    "kubernetes": (
        ("kube-scheduler@scheduler-0", "down"),
        ("etcd@etcd-0", "down"),
        ("kube-apiserver@apiserver-0", "down"),
        ("kube-controller-manager@kcm-0", "down"),
    ),
    "borg": (
        ("borgmaster@bm-0", "down"),
        ("scheduler@0", "down"),
        ("chubby", "down"),
        ("package-repo", "down"),
    ),
}


@dataclass(frozen=True, slots=True)
class Switch:
    """One thing to break, or (when on) to mend; `fault` and `undo` are texts of the fault grammar."""

    label: str
    help: str
    fault: str
    on: bool
    since: str
    undo: str


def switches(of: Play, frame: Frame | None, time: int, language: str) -> list[Switch]:
    """At most four: what acts in this step first, then what people ask about most."""
    if of.topology is None:
        return []
    wishes: list[tuple[str, str]] = []
    if frame is not None:
        for end in (frame.target, frame.source):
            place = place_of(end)
            if place in of.topology.machines:
                wishes += [(f"machine/{place}", "down"), (f"machine/{place}", "cut")]
                component = of.atlas.components.get((of.system, component_of(end)))
                if component is not None and component.kind == "process":
                    wishes.append((end, "down"))
    else:
        last = of.topology.machines[-1]
        wishes += [(f"machine/{last}", "down"), (f"machine/{last}", "cut")]
    wishes += _OFTEN_ASKED.get(of.system, ())
    on: dict[tuple[str, str], Fault] = {(fault.target, fault.kind): fault for fault in of.faults_on(time)}
    shown = [(name, kind) for name, kind in dict.fromkeys(wishes) if _known(of, name)][:MOST_SWITCHES]
    # A switch that is on stays in sight, wherever the run has gone since; the others keep their places.
    for missing in [wish for wish in on if wish not in shown and wish[1] != "slow"]:
        spare = [wish for wish in shown if wish not in on]
        if spare:
            shown.remove(spare[-1])
            shown.append(missing)
    made: list[Switch] = []
    for target, kind in shown:
        fault = on.get((target, kind))
        label = _deed(target, kind, on_a_switch(of, target, language))
        made.append(
            Switch(
                whole_text(label),
                label,
                fault_from(target, kind, "", time),
                fault is not None,
                since(fault, time) if fault else "",
                str(fault) if fault else "",
            )
        )
    return made


def menu(of: Play, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every target by group: (group's name, [(target, its name)])."""
    topology = of.topology
    if topology is None:
        return []
    programs: list[tuple[str, str]] = []
    for name in topology.instances:
        if component_of(name) not in topology.unit_components:
            programs.append((name, display(of.atlas, of.system, name, language)))

    def name_of(slug: str) -> str:
        return _component(of.atlas, of.system, slug, language)

    links: list[tuple[str, str]] = []
    pairs: list[tuple[str, str]] = []
    for slug, (a, b) in topology.graph.links.items():
        if slug not in of.first_seen:
            continue
        links.append((slug, f"{slug}: {name_of(a)} → {name_of(b)}"))
        pairs += [(name, display(of.atlas, of.system, name, language)) for name in _pairs(of, slug)]
    made = [
        (_("Machines"), [(f"machine/{name}", name) for name in topology.machines]),
        (_("Programs"), programs),
        (_("Links, every pair"), links),
    ]
    return [*made, (_("One pair of a link"), pairs[:_MOST_PAIRS])] if pairs else made


def deed(atlas: Atlas, system: str, target: str, kind: str, language: str) -> str:
    """What a fault does, as a button says it."""
    return _deed(target, kind, display(atlas, system, target, language))


def _deed(target: str, kind: str, name: str) -> str:
    machine = target.startswith("machine/")
    return spoken(kind, target.removeprefix("machine/") if machine else name, machine=machine)


def spoken(kind: str, name: str, *, machine: bool) -> str:
    """What a fault of that kind does to what is named so."""
    if machine:
        whole = {
            "down": _("Power off %(name)s"),
            "cut": _("Cut %(name)s off"),
            "slow": _("Slow down %(name)s"),
        }
        return whole[kind] % {"name": name}
    words = {"down": _("Stop %(name)s"), "cut": _("Cut %(name)s off"), "slow": _("Slow down %(name)s")}
    return _GAP_IN_HAN.sub("", words[kind] % {"name": name})


def on_a_switch(of: Play, target: str, language: str) -> str:
    """A name in at most two short lines: as the drawing has it, with its place only if there are several."""
    topology, component, place = of.topology, component_of(target), place_of(target) or ""
    name = picture.drawn_name(of.system, component, language, _LONG_NAME)
    if topology is None or not name or "/" in target:
        return display(of.atlas, of.system, target, language)
    if place in topology.machines:
        return standing_on(name, place, language)
    alone = sum(1 for other in topology.instances if component_of(other) == component) == 1
    if alone or place.isdigit():
        return name
    return place if place.rpartition("-")[0] in component else f"{name} {place}"


def short(fault: Fault) -> str:
    """The fault in two words, for a mark under the scrubber."""
    name = fault.target.removeprefix("machine/").partition("/")[0]
    if "@" in name:
        component, _at, place = name.partition("@")
        name = place if not place.isdigit() else component
    words = {"down": _("%(name)s down"), "cut": _("%(name)s cut"), "slow": _("%(name)s slow")}
    return words[fault.kind] % {"name": name}


def since(fault: Fault, time: int) -> str:
    """From when on (and until when) a fault is in force."""
    words = _("since %(time)s s") if fault.start <= time else _("from %(time)s s on")
    text = words % {"time": clock(fault.start)}
    if fault.end is not None:
        text = _("from %(start)s to %(end)s s") % {
            "start": clock(fault.start), "end": clock(fault.end),
        }  # fmt: skip
    return text


def display(atlas: Atlas, system: str, instance: str, language: str) -> str:
    """An instance's name for a menu: component and where it runs."""
    if "/" in instance:
        slug, _slash, pair = instance.partition("/")
        ends = [display(atlas, system, end, language) for end in pair.split("~")]
        return _("%(link)s (%(ends)s)") % {"link": slug, "ends": " → ".join(ends)}
    if instance in atlas.links:
        link = atlas.links[instance]
        ends = [display(atlas, system, end, language) for end in (link.opener, link.accepter)]
        return _("%(link)s (%(ends)s)") % {"link": instance, "ends": " → ".join(ends)}
    name = _component(atlas, system, component_of(instance), language).partition(" (")[0].partition("（")[0]
    place = place_of(instance)
    if not place or place.isdigit():
        return name
    stem = place.rpartition("-")[0]
    if stem and stem in component_of(instance):
        return place  # etcd-0, scheduler-0: the replica's name says what it is
    if stem not in ("node", "m"):
        return f"{name} {place}"
    return standing_on(name, place, language)


def _component(atlas: Atlas, system: str, slug: str, language: str) -> str:
    component = atlas.components.get((system, slug))
    return component.name[language] if component is not None else slug


def _known(of: Play, target: str) -> bool:
    topology = of.topology
    assert topology is not None
    if target.startswith("machine/"):
        return target.removeprefix("machine/") in topology.machines
    return target in topology.instances or target.partition("/")[0] in topology.graph.links


def _pairs(of: Play, slug: str) -> list[str]:
    """The pairs of a link, opener first, that the run has used and that have an end on a machine."""
    topology = of.topology
    assert topology is not None
    opener = topology.graph.links[slug][0]
    found: list[str] = []
    for name in of.first_seen:
        link, _slash, pair = name.partition("/")
        one, _wave, other = pair.partition("~")
        if link != slug or one not in topology.instances or other not in topology.instances:
            continue
        if place_of(one) in topology.machines or place_of(other) in topology.machines:
            ends = (one, other) if component_of(one) == opener else (other, one)
            found.append(f"{slug}/{'~'.join(ends)}")
    return sorted(set(found))
