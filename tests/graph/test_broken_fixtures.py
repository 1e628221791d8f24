"""Each way to break a fixture is told with file, object, field, what is wrong and what would be right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.graph import Atlas, BrokenFixtures, Problem, check, read
from tests.graph.small import Fields, Small, component, fields, link, row, small, write

TALE, TOY, LINKS, WORDS, CONCEPTS, TOLD = (
    "storyboards/tale.yaml",
    "components/toy.yaml",
    "links/toy.yaml",
    "narrations/toy.yaml",
    "concepts.yaml",
    "misconceptions.yaml",
)


def problems(folder: Path, fixtures: Small, placements: Path | None = None) -> list[Problem]:
    return check(read(write(folder, fixtures)), placements or folder / "none.yaml")


def change(file: str, number: int = 0, **values: object) -> Callable[[Small], None]:
    """Sets fields of one row; a field set to `...` is left out."""

    def do(fixtures: Small) -> None:
        found: Fields = fields(fixtures, file, number)
        for name, value in values.items():
            if value is ...:
                del found[name]
            else:
                found[name] = value

    return do


def add(file: str, new: dict[str, object]) -> Callable[[Small], None]:
    return lambda fixtures: fixtures[file].append(new)


def drop(file: str, number: int) -> Callable[[Small], None]:
    def do(fixtures: Small) -> None:
        del fixtures[file][number]

    return do


def elsewhere(fixtures: Small) -> None:
    """The concept's right side is another system, and its parts stay where they were."""
    third = {**fields(fixtures, "systems.yaml"), "slug": "third"}
    fixtures["systems.yaml"].append(row("system", **third))
    change(CONCEPTS, right_system=["third"])(fixtures)


AGENT, NARRATION, TALE_1, X1, CONCEPT, MISCONCEPTION = (
    "component toy/agent",
    "narration toy/server.accept",
    "storyboardstep tale/1",
    "link X1",
    "concept job-errand",
    "misconception server-calls",
)

TERM: Fields = small()["terms.yaml"][0]["fields"]
CLAIM: Fields = small()[TOLD][0]["fields"]

BREAKS: dict[str, tuple[Callable[[Small], None], str, str, str, str, str]] = {
    "unknown model": (
        add(TOY, {"model": "explorer.compnent", "fields": {}}),
        *(TOY, "row at line", "model", "'explorer.compnent' is not a model", "'explorer.component'"),
    ),
    "not a row": (
        add(TOY, row("component") | {"fields": "x"}),
        TOY,
        "row at line",
        "fields",
        "missing",
        "fields: {",
    ),
    "primary key": (
        add(TOY, component("extra", "client") | {"pk": 7}),
        *(TOY, "component toy/extra", "pk", "does not belong here", "only model and fields"),
    ),
    "unknown field": (
        change(TOY, 3, sumary_en="x"),
        *(TOY, AGENT, "sumary_en", "'sumary_en' is not a field of component", "'summary_en'"),
    ),
    "missing field": (change(TOY, 3, name_en=...), TOY, AGENT, "name_en", "is missing", "both languages"),
    "empty required field": (
        change(TOY, 3, summary_zh_hans=" "),
        TOY,
        AGENT,
        "summary_zh_hans",
        "is empty",
        "both",
    ),
    "number for text": (
        change(LINKS, 0, port=443),
        LINKS,
        X1,
        "port",
        "443 is not text",
        "in quotes ('443')",
    ),
    "text for a number": (
        change(TOY, 3, order="two"),
        TOY,
        AGENT,
        "order",
        "'two' is not a whole",
        "a whole number",
    ),
    "text for a switch": (
        change(LINKS, 0, told="no"),
        LINKS,
        X1,
        "told",
        "'no' is not true",
        "true or false",
    ),
    "outside a closed list": (
        change(TOY, 3, tier="cor"),
        *(TOY, AGENT, "tier", "'cor' is not a known tier", "'core'"),
    ),
    "no mark": (change(TOY, 3, mark=...), TOY, AGENT, "mark", "is missing", "'verified'"),
    "no source": (change(TOY, 3, source=...), TOY, AGENT, "source", "is missing", "the source it belongs to"),
    "not a short name": (
        add(TOY, component("the agent", "client")),
        *(TOY, "component toy/the agent", "slug", "'the agent' is not a short name", "letters, digits"),
    ),
    "too long": (
        change(TOY, 3, name_en="x" * 201),
        TOY,
        AGENT,
        "name_en",
        "is 201 characters long",
        "at most 200",
    ),
    "reference of the wrong shape": (
        change(LINKS, 0, opener="client"),
        *(LINKS, X1, "opener", "'client' does not name a component", "[system, slug]"),
    ),
    "not a list": (
        change("scenarios.yaml", 0, phases="submit"),
        *("scenarios.yaml", "scenario deploy", "phases", "'submit' is not a list", "a list of texts"),
    ),
    "citation of the wrong shape": (
        change(TOY, 3, more_sources=[{"source": "doc"}]),
        *(TOY, AGENT, "more_sources", "is not a citation", "{source: slug, section: text}"),
    ),
    "effect of the wrong shape": (
        change(TALE, 1, effects=[{"where": "store"}]),
        *(TALE, TALE_1, "effects", "is not an effect", "{where, object, before, after}"),
    ),
    "row twice": (
        add(TOY, component("agent", "node")),
        *(TOY, AGENT, "slug", f"is there already ({TOY}:", "another system and slug"),
    ),
    "unknown source": (
        change(TOY, 3, source=["docs"]),
        *(TOY, AGENT, "source", "there is no source 'docs'", "'doc'"),
    ),
    "unknown further source": (
        change(TOY, 3, more_sources=[{"source": "lag", "section": ""}]),
        *(TOY, AGENT, "more_sources", "there is no source 'lag'", "'log'"),
    ),
    "link to nowhere": (
        change(LINKS, 0, accepter=["toy", "sever"]),
        *(LINKS, X1, "accepter", "toy has no component 'sever'", "'server'"),
    ),
    "link to another system": (
        change(LINKS, 0, accepter=["other", "boss"]),
        *(LINKS, X1, "accepter", "is of other", "a component of toy"),
    ),
    "part of another system": (
        change(TOY, 3, part_of=["other", "boss"]),
        *(TOY, AGENT, "part_of", "is of other", "a component of toy"),
    ),
    "part of itself": (
        change(TOY, 2, part_of=["toy", "gate"]),
        *(TOY, "component toy/server", "part_of", "goes in a circle", "what it lives in"),
    ),
    "out of reach": (
        drop(LINKS, 1),
        *(TOY, AGENT, "unreachable_en", "no path of links joins it to a client", "the reason in words"),
    ),
    "forbidden link": (
        add(LINKS, link("X5", "client", "agent")),
        *(LINKS, "link X5", "accepter", "client → agent must not exist: The server asks.", "other ends"),
    ),
    "forbidden link of nobody": (
        change(LINKS, 3, opener="clint"),
        *(LINKS, "forbiddenlink toy/clint/agent", "opener", "toy has no component 'clint'", "'client'"),
    ),
    "counterpart within a system": (
        change("counterparts.yaml", right=["toy", "agent"]),
        *("counterparts.yaml", "counterpart server-boss", "right", "both are of toy", "another system"),
    ),
    "counterpart in an unknown phase": (
        change("counterparts.yaml", phase="sumbit"),
        *("counterparts.yaml", "counterpart server-boss", "phase", "no scenario has the phase", "'submit'"),
    ),
    "phase twice": (
        change("scenarios.yaml", 0, phases=["submit", "start", "submit"]),
        *("scenarios.yaml", "scenario deploy", "phases", "'submit' is there twice", "each phase once"),
    ),
    "empty half": (
        change(TOY, 3, replicas_en="One a machine."),
        *(TOY, AGENT, "replicas_zh_hans", "is empty, while the English has words", "the same in Chinese"),
    ),
    "English where Chinese belongs": (
        change(TOY, 3, summary_zh_hans="The agent."),
        *(TOY, AGENT, "summary_zh_hans", "'The agent.' has no Chinese character", "Chinese words"),
    ),
    "another English name for Chinese": (
        change(TOY, 3, name_zh_hans="Agents"),
        *(TOY, AGENT, "name_zh_hans", "'Agents' has no Chinese character", "or exactly the English term"),
    ),
    "Chinese where English belongs": (
        change(TOY, 3, summary_en="代理。"),
        *(TOY, AGENT, "summary_en", "'代理。' is Chinese", "English words"),
    ),
    "template with an attribute": (
        change(WORDS, what_en="It stores {job.name}."),
        *(WORDS, NARRATION, "what_en", "'{job.name}' is not a plain field", "plain fields such as {pod}"),
    ),
    "template with a format": (
        change(WORDS, what_zh_hans="它保存 {job!r:>9}。"),
        *(WORDS, NARRATION, "what_zh_hans", "'{job!r:>9}' is not a plain field", "plain fields"),
    ),
    "template that does not end": (
        change(WORDS, label_en="store {job"),
        *(WORDS, NARRATION, "label_en", "is not a template", "{{ }} for braces"),
    ),
    "unknown story rule": (
        change(WORDS, story="firts"),
        *(WORDS, NARRATION, "story", "'firts' is not a known story", "'first'"),
    ),
    "form of two terms": (
        add("terms.yaml", row("term", **{**TERM, "slug": "task", "forms_en": ["job"]})),
        *("terms.yaml", "term task", "forms_en", "'job' is a form of term job too", "one term only"),
    ),
    "no form": (
        change("terms.yaml", forms_zh_hans=[]),
        *("terms.yaml", "term job", "forms_zh_hans", "is empty", "at least one"),
    ),
    "concept within a system": (
        change(CONCEPTS, right_system=["toy"], components=[["toy", "server"]]),
        *(CONCEPTS, CONCEPT, "right_system", "both are toy", "another system than left_system"),
    ),
    "concept about an unknown part": (
        change(CONCEPTS, components=[["toy", "sever"]]),
        *(CONCEPTS, CONCEPT, "components", "toy has no component 'sever'", "'server'"),
    ),
    "concept about a part of neither system": (
        elsewhere,
        *(CONCEPTS, CONCEPT, "components", "other/boss is of neither toy nor third", "components of toy or"),
    ),
    "concept of an unknown system": (
        change(CONCEPTS, right_system=["othr"]),
        *(CONCEPTS, CONCEPT, "right_system", "there is no system 'othr'", "'other'"),
    ),
    "component without its system": (
        change(TOLD, components=["agent"]),
        *(TOLD, MISCONCEPTION, "components", "'agent' in it does not name a component", "[system, slug]"),
    ),
    "unknown verdict": (
        change(TOLD, verdict="rong"),
        *(TOLD, MISCONCEPTION, "verdict", "'rong' is not a known verdict", "'wrong'"),
    ),
    "claim of the article without its number": (
        change(TOLD, row=""),
        *(TOLD, MISCONCEPTION, "row", "is empty, while the article tells it", "S1 to S99"),
    ),
    "claim with a number that is none": (
        change(TOLD, row="58"),
        *(TOLD, MISCONCEPTION, "row", "'58' is no number of a claim", "S1 to S99"),
    ),
    "common claim with a number of the article": (
        change(TOLD, origin="common"),
        *(TOLD, MISCONCEPTION, "row", "'S58' is a number of the article's claims", "empty for common ones"),
    ),
    "claim twice": (
        add(TOLD, row("misconception", **{**CLAIM, "slug": "again"})),
        *(TOLD, "misconception again", "row", "is the row of misconception server-calls too", "a claim"),
    ),
    "step shown by half": (
        change(TOLD, scenario=...),
        *(TOLD, MISCONCEPTION, "scenario", "is empty, while system is given", "or none"),
    ),
    "step of an unstaged scenario": (
        change(TOLD, system=["other"], narration="server.accept"),
        *(TOLD, MISCONCEPTION, "scenario", "other does not stage 'deploy'", "something that exists"),
    ),
    "step of no narration": (
        change(TOLD, narration="server.acept"),
        *(TOLD, MISCONCEPTION, "narration", "toy has no narration 'server.acept'", "'server.accept'"),
    ),
    "claim about an unknown concept": (
        change(TOLD, concept=["job-erand"]),
        *(TOLD, MISCONCEPTION, "concept", "there is no concept 'job-erand'", "'job-errand'"),
    ),
    "claim about an unknown term": (
        change(TOLD, term=["jobb"]),
        *(TOLD, MISCONCEPTION, "term", "there is no term 'jobb'", "'job'"),
    ),
    "step of an unknown part": (
        change(TALE, 1, source="cleint@a"),
        *(TALE, TALE_1, "source", "toy has no component 'cleint'", "'client'"),
    ),
    "step over a link that does not join": (
        change(TALE, 1, target="agent@b"),
        *(TALE, TALE_1, "link", "X1 does not join client and agent", "'X9'"),
    ),
    "step over no link": (
        change(TALE, 1, link=None),
        *(TALE, TALE_1, "link", "is missing between client and gate@a", "'X1'"),
    ),
    "step in an unknown phase": (
        change(TALE, 1, phase="sumbit"),
        *(TALE, TALE_1, "phase", "'sumbit' is not a phase of scenario deploy", "'submit'"),
    ),
    "step beside nothing": (
        change(TALE, 1, beside="server.acept"),
        *(TALE, TALE_1, "beside", "toy has no narration 'server.acept'", "'server.accept'"),
    ),
    "step changes what nobody has": (
        change(TALE, 1, effects=[{"where": "sotre", "object": "a", "before": {}, "after": {}}]),
        *(TALE, TALE_1, "effects", "'sotre' is neither the store nor an instance", "'store'"),
    ),
    "told step without a correction": (
        change(TALE, 1, told=True),
        *(TALE, TALE_1, "correction_en", "is empty on a told step", "what the sources say"),
    ),
    "told link in a true step": (
        change(TALE, 3, told=False, correction_en="", correction_zh_hans=""),
        *(TALE, "storyboardstep tale/3", "told", "X9 exists only as told", "true, with a correction"),
    ),
    "storyboard of an unknown scenario": (
        change(TALE, 0, scenario=["deplay"]),
        *(TALE, "storyboard tale", "scenario", "there is no scenario 'deplay'", "'deploy'"),
    ),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_fixture_names_its_place_and_what_would_be_right(broken: str, tmp_path: Path) -> None:
    do, file, name, field, says, wants = BREAKS[broken]
    fixtures = small()
    do(fixtures)
    found = [p for p in problems(tmp_path, fixtures) if p.object.startswith(name) and p.field == field]
    assert len(found) == 1, problems(tmp_path, fixtures)
    assert found[0].file == file
    assert found[0].line > 0
    assert says in found[0].says
    assert wants in found[0].wants


def test_sound_fixtures_have_no_problems(tmp_path: Path) -> None:
    assert problems(tmp_path, small()) == []


def test_all_problems_are_told_at_once_in_the_order_of_the_files(tmp_path: Path) -> None:
    fixtures = small()
    for name in ("unknown source", "number for text", "template with an attribute", "step over no link"):
        BREAKS[name][0](fixtures)
    found = problems(tmp_path, fixtures)
    assert [(p.file, p.field) for p in found] == [
        (TOY, "source"),
        (LINKS, "port"),
        (WORDS, "what_en"),
        (TALE, "link"),
    ]


def test_text_that_is_not_yaml_is_told_with_its_line_and_hides_no_other_file(tmp_path: Path) -> None:
    write(tmp_path, small())
    (tmp_path / "terms.yaml").write_text("- model: explorer.term\n  fields: [\n", encoding="utf-8")
    fixtures = small()
    del fixtures["terms.yaml"]
    change(TOLD, 0, term=None)(fixtures)
    change(LINKS, 0, port=443)(fixtures)
    found = problems(tmp_path, fixtures)
    assert [(p.file, p.object) for p in found] == [(LINKS, X1), ("terms.yaml", "file")]
    assert found[1].line == 3


def test_a_field_given_twice_is_told(tmp_path: Path) -> None:
    write(tmp_path, small())
    path = tmp_path / "terms.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "    slug: job\n", encoding="utf-8")
    found = check(read(tmp_path))
    assert [(p.object, p.field, p.says) for p in found] == [("term job", "slug", "is given twice in one row")]


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    assert [p.says for p in check(read(tmp_path))] == ["no fixture is here"]


def test_a_missing_system_does_not_stop_the_other_rules(tmp_path: Path) -> None:
    fixtures = small()
    drop("systems.yaml", 0)(fixtures)
    change(WORDS, what_en="It stores {job.name}.")(fixtures)
    found = problems(tmp_path, fixtures)
    assert {p.says for p in found} == {"there is no system 'toy'", "'{job.name}' is not a plain field"}


def test_an_atlas_is_not_made_of_misshapen_rows(tmp_path: Path) -> None:
    fixtures = small()
    change(LINKS, 0, port=443)(fixtures)
    with pytest.raises(BrokenFixtures, match="443 is not text"):
        Atlas.from_fixtures(write(tmp_path, fixtures))


DRAWN = """
systems:
  toy:
    components:
      agent: {wide: c1, tier: core}
      client: {tier: reference}
      robot: {tier: stage}
      slot-empty: {slot: true, tier: core}
    links:
      - {id: X1, carries: [X3], from: client, to: server}
  elsewhere:
    components: {ghost: {tier: core}}
"""


def test_graph_and_drawing_have_the_same_names_and_tiers(tmp_path: Path) -> None:
    (tmp_path / "drawn").mkdir()
    placements = tmp_path / "drawn" / "placements.yaml"
    placements.write_text(DRAWN, encoding="utf-8")
    fixtures = small()
    change(TOY, 2, tier="stage")(fixtures)
    found = problems(tmp_path / "fixtures", fixtures, placements)
    assert [(p.object, p.field, p.says, p.wants) for p in found] == [
        ("component toy/server", "tier", "is stage, while it is not drawn (placements.yaml)", "'reference'"),
        (AGENT, "tier", "is reference, while it is drawn as core (placements.yaml)", "'core'"),
        ("component toy/robot", "", "is drawn and not in the fixtures", "a row for it"),
        ("link X3", "", "is drawn in toy and not in its fixtures", "a row for it"),
    ]
