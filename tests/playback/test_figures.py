"""Every figure of the table after two runs, counted a second time from the frames' own lines."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from explorer.graph import Atlas
from explorer.playback.engine import Play, play, undo
from explorer.playback.figures import MOST_NAMES, table
from explorer.playback.inputs import Inputs
from explorer.playback.place import Place
from explorer.playback.steps import BEFORE
from explorer.playback.tally import Figures
from explorer.simulation import parse_fault
from tests.playback.pairs import ATLAS, at, compared, comparisons, cursors, plays, told

type Line = dict[str, Any]

SOME = settings(max_examples=12, deadline=None)


def lines(of: Play) -> list[Line]:
    return read(of.inputs)


@lru_cache(maxsize=8)
def read(inputs: Inputs) -> list[Line]:
    return [json.loads(frame.line()) for frame in play(ATLAS, inputs).frames]


def micro(seconds: float) -> int:
    return round(seconds * 1_000_000)


def news(all_lines: list[Line]) -> list[Line]:
    return [line for line in all_lines if not line["background"]]


def kind(instance: str) -> str:
    return instance.partition("@")[0].partition(":")[0]


def where(instance: str) -> str:
    return instance.split("@")[1] if "@" in instance else ""


def ancestors(atlas: Atlas, system: str, slug: str) -> list[str]:
    found = [slug]
    while parent := atlas.components[system, found[-1]].part_of:
        found.append(parent)
    return found


def rows(place: Place, group: str = "") -> dict[str, tuple[str, str]]:
    told_rows = table(at(place))["rows"]
    return {row["label"]: (row["left"], row["right"]) for row in told_rows if group in ("", row["group"])}


def steps_by_walking(place: Place, side: str) -> int:
    place, count = told(place, "goto", meeting="-1"), 0
    while cursors(after := told(place, "next", side=side)) != cursors(place):
        place, count = after, count + 1
    return count


def phase_times(of: Play) -> dict[str, int]:
    """Each line counts for the earliest phase that is still to come before the next fault begins."""
    spent, begins = dict.fromkeys(of.phases, 0), sorted(parse_fault(text).start for text in of.inputs.faults)
    told_lines = news(lines(of))
    rounds = [sum(start < micro(line["at"]) for start in begins) for line in told_lines]
    before, earliest = 0, [0] * len(told_lines)
    for number in range(len(told_lines) - 1, -1, -1):
        earliest[number] = of.phases.index(told_lines[number]["phase"])
        if number + 1 < len(told_lines) and rounds[number + 1] == rounds[number]:
            earliest[number] = min(earliest[number], earliest[number + 1])
    for line, block in zip(told_lines, earliest, strict=True):
        spent[of.phases[block]] += micro(line["at"]) - before
        before = micro(line["at"])
    return spent


def connections(of: Play) -> set[tuple[str, frozenset[str], str]]:
    """(link, both ends, the end that opened it, "" between equals)."""
    found = set()
    for line in news(lines(of)):
        if line["link"] is None:
            continue
        link = of.atlas.links[line["link"]]
        if link.mode == "local":
            continue
        ends = line["source"], line["target"]
        kin = {end: ancestors(of.atlas, of.system, kind(end)) for end in ends}
        together = where(ends[0]) == where(ends[1])
        if together and (kind(ends[0]) in kin[ends[1]] or kind(ends[1]) in kin[ends[0]]):
            continue
        openers = [
            end
            for end, other in (ends, ends[::-1])
            if link.opener in kin[end] and link.accepter in kin[other]
        ]
        found.add((link.slug, frozenset(ends), openers[0] if len(openers) == 1 else ""))
    return found


def running(of: Play, start: int, end: int) -> int | None:
    """Microseconds from `start` until all that is wanted runs, and runs on to `end`."""
    store: dict[str, dict[str, Any]] = {}
    moments: list[tuple[int, bool]] = []
    for line in lines(of):
        writes = [effect for effect in line["effects"] if effect["where"] == "store"]
        for effect in writes:
            fields = store.setdefault(effect["object"], {})
            fields.update(effect["after"])
            for path in effect["before"]:
                if effect["after"].get(path) is None:
                    fields.pop(path, None)
            if not {path: value for path, value in fields.items() if value is not None}:
                del store[effect["object"]]
        if writes:
            moments.append((micro(line["at"]), all_run(store)))
    begun = [fine for time, fine in moments if time <= start]
    states = [(start, begun[-1] if begun else False)]
    states += [(time, fine) for time, fine in moments if start < time <= end]
    if not states[-1][1]:
        return None
    since = len(states) - 1
    while since > 0 and states[since - 1][1]:
        since -= 1
    return states[since][0] - start


def all_run(store: dict[str, dict[str, Any]]) -> bool:
    def of(prefix: str) -> list[dict[str, Any]]:
        return [fields for name, fields in store.items() if name.startswith(prefix)]

    wishes = [one.get("spec.replicas") or 0 for one in of("deployments/")]
    wishes += [one.get("tasks") or 0 for one in of("jobs/")]
    pods = [
        one
        for one in of("pods/")
        if one.get("spec.nodeName")
        and one.get("status.phase") == "Running"
        and str(one.get("status.conditions.Ready")) == "True"
    ]
    tasks = [one for one in of("tasks/") if one.get("machine") and one.get("process") == "running"]
    return sum(wishes) > 0 and len(pods) + len(tasks) >= sum(wishes)


def counted(of: Play, counts: Counter[str]) -> set[str]:
    return {f"{name(of, slug)} {count}" for slug, count in counts.items()}


def name(of: Play, slug: str) -> str:
    return of.atlas.components[of.system, slug].name["en"].split(" (")[0]


def seconds(time: int) -> str:
    return f"{time // 1_000_000}.{time % 1_000_000 // 1000:03d}"


@SOME
@given(comparisons())
def test_each_figure_is_what_the_frames_say(place: Place) -> None:
    both, found = plays(place), rows(place)
    assert found["Steps"] == tuple(str(steps_by_walking(place, side)) for side in ("left", "right"))
    for side, of in enumerate(both):
        every = lines(of)
        sent = [line for line in every if line["link"] is not None]
        assert found["Messages"][side] == str(len(news(sent)))
        assert found["Messages without news"][side] == str(len(sent) - len(news(sent)))
        assert found["In all"][side] == seconds(micro(every[-1]["at"]))
        writes = [[e for e in line["effects"] if e["where"] == "store"] for line in news(every)]
        assert found["Round trips to the store"][side] == str(sum(1 for one in writes if one))
        assert found["Stored objects changed"][side] == str(sum(map(len, writes)))


@SOME
@given(comparisons())
def test_the_phases_make_the_whole_time(place: Place) -> None:
    group = rows(place, "Simulated seconds")
    for side, of in enumerate(plays(place)):
        spent = phase_times(of)
        assert Figures(of).phases == spent
        assert [group[phase][side] for phase in of.phases] == [seconds(spent[phase]) for phase in of.phases]
        assert sum(spent.values()) == of.frames[-1].at


@SOME
@given(comparisons())
def test_connections_are_counted_once_and_at_the_end_that_opens_them(place: Place) -> None:
    found = rows(place, "Connections")
    for side, of in enumerate(plays(place)):
        used = connections(of)
        assert found["Connections used"][side] == str(len(used))
        to = opened_by = 0
        openers: Counter[str] = Counter()
        for _link, ends, opener in used:
            one, other = sorted(ends) if not opener else (opener, *(ends - {opener}))
            openers[kind(one)] += 1
            if where(one) == where(other) and where(one) in of.machines:
                continue
            to += where(other) in of.machines
            opened_by += where(one) in of.machines
        assert found["Opened to the machines"][side] == str(to)
        assert found["Opened by the machines"][side] == str(opened_by)
        shown = found["Who opens them"][side].split(", ")
        assert set(shown[:MOST_NAMES]) <= counted(of, openers)
        if len(openers) > MOST_NAMES:
            assert shown[-1] == f"+{len(openers) - MOST_NAMES}"
        numbers = [int(text.rsplit(" ", 1)[1]) for text in shown[:MOST_NAMES]]
        assert numbers == sorted(openers.values(), reverse=True)[:MOST_NAMES]


@SOME
@given(comparisons())
def test_what_followed_a_fault_is_what_the_frames_say(place: Place) -> None:
    for side, of in enumerate(plays(place)):
        faults = sorted((parse_fault(text) for text in of.inputs.faults), key=lambda one: one.start)
        last = of.frames[-1].at
        for number, fault in enumerate(faults):
            group = rows(place, f"Fault {number + 1}" if len(faults) > 1 else "Fault")
            later = [other.start for other in faults if other.start > fault.start]
            end = min(later or [max(last, fault.start)])
            back = running(of, fault.start, end)
            until = min(end, fault.end or end, fault.start + back if back else end)
            during = [line for line in news(lines(of)) if fault.start < micro(line["at"]) <= until]
            failed = [line for line in during if line["outcome"] in ("refused", "timeout")]
            assert group["Refused or unanswered"][side] == str(len(failed))
            arrived = [micro(line["at"]) for line in during if line not in failed]
            marks = sorted([fault.start, until, *arrived])
            longest = max(after - before for before, after in pairwise(marks))
            assert group["Longest standstill"][side] == f"{seconds(longest)} s"
            recovery = group["Time to recover"][side]
            if back is None and until == fault.start:
                assert recovery == "the run was over"
            elif back is None:
                assert recovery == f"not within {seconds(until - fault.start)} s"
            else:
                assert recovery == (f"{seconds(back)} s" if back else "ran on")
            sound = lines(play(ATLAS, undo(of, str(fault))))[:-1]
            would = {kind(line["source"]) for line in news(sound) if fault.start < micro(line["at"]) <= until}
            idle = would - {kind(line["source"]) for line in during} - {kind(fault.target)}
            names = group["What stood still"][side].split(", ") if idle else []
            assert set(names[:MOST_NAMES]) <= {name(of, slug) for slug in idle}
            assert len(names) == min(len(idle), MOST_NAMES + 1)


def test_the_deploy_shows_who_opens_connections() -> None:
    found = rows(compared())
    assert int(found["Opened to the machines"][0]) > 0 == int(found["Opened to the machines"][1])
    assert found["Opened by the machines"] == ("4", "12")


def test_a_stopped_scheduler_leaves_both_systems_waiting() -> None:
    place = told(compared(), "goto", meeting="9")
    place = told(place, "fault", pair="scheduler@0:down kube-scheduler@scheduler-0:down")
    fault = rows(place, "Fault")
    assert fault["Time to recover"][0].startswith("not within")
    assert "Borglet" in fault["What stood still"][0]


def test_without_a_fault_the_table_says_nothing_about_faults() -> None:
    assert not rows(compared(), "Fault")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_row_says_how_it_is_computed(language: str) -> None:
    place = told(told(compared(), "goto", meeting="9"), "fault", pair="- machine/node-1:down")
    told_rows = table(at(place, language))["rows"]
    assert all(row["label"] and row["help"] and row["group"] for row in told_rows)
    assert all(row["left"] and row["right"] for row in told_rows)
    struck = [row for row in told_rows if row["left"] == "–"]
    assert len(struck) == 5
    assert cursors(place)[0] != BEFORE
