"""`manage.py simulate`: the same inputs print the same bytes; what cannot be is one line and exit code 2."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from explorer.management.commands.simulate import Command

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded(db: None) -> None:
    call_command("load_fixtures", verbosity=0)


def simulate(*arguments: str) -> str:
    out = StringIO()
    call_command("simulate", *arguments, stdout=out)
    return out.getvalue()


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    error = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("simulate", *arguments, stdout=StringIO(), stderr=error)
    assert ended.value.code == 2
    [line] = error.getvalue().splitlines()
    return line


@pytest.mark.parametrize("system", ["borg", "kubernetes"])
def test_jsonl_prints_every_frame_on_a_line_with_its_keys_in_order(system: str) -> None:
    lines = simulate(system, "deploy", "--format", "jsonl").splitlines()
    frames = [json.loads(line) for line in lines]
    assert [frame["index"] for frame in frames] == list(range(len(frames)))
    assert list(frames[0]) == [
        "index", "sent", "at", "phase", "source", "target", "link", "message", "narration", "params",
        "effects", "outcome", "background", "cause", "request", "api",
    ]  # fmt: skip
    assert lines == simulate(system, "deploy", "--format", "jsonl").splitlines()


def test_text_tells_the_story_in_either_language() -> None:
    assert "kubectl sends the Deployment" in simulate("kubernetes", "deploy")
    assert "Deployment" in simulate("kubernetes", "deploy", "--lang", "zh-hans")
    assert "调度" in simulate("kubernetes", "deploy", "--lang", "zh-hans")


def test_mermaid_is_a_sequence_diagram() -> None:
    drawn = simulate("borg", "deploy", "--format", "mermaid")
    assert drawn.startswith("sequenceDiagram\n")
    assert "participant" in drawn


def test_the_storyboard_prints_as_well() -> None:
    assert simulate("borg", "as-the-article-tells").count("\n\n") == 8


def test_parameters_faults_and_seed_are_heard() -> None:
    calm = simulate("kubernetes", "deploy", "--format", "jsonl", "--set", "replicas=2", "--set", "machines=2")
    broken = simulate(
        "kubernetes", "deploy", "--format", "jsonl", "--set", "replicas=2", "--set", "machines=2",
        "--fault", "machine/node-2:down@0.05", "--seed", "7",
    )  # fmt: skip
    assert calm != broken
    assert "node-3" not in calm


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        (["kubernets", "deploy"], "kubernetes"),
        (["kubernetes", "deplo"], "deploy"),
        (["kubernetes", "deploy", "--set", "replica=3"], "replicas"),
        (["kubernetes", "deploy", "--set", "replicas=0"], "whole numbers from 1 to 50"),
        (["kubernetes", "deploy", "--set", "replicas"], "NAME=VALUE"),
        (["kubernetes", "deploy", "--fault", "kubelt@node-1:down@1"], "kubelet@node-1"),
        (["kubernetes", "deploy", "--fault", "kubelet@node-1:explode@1"], "down, cut, slow"),
        (["kubernetes", "deploy", "--fault", "nonsense"], "TARGET:KIND"),
        (["kubernetes", "deploy", "--fault", "K12/a~b:cut@1"], "a target out of K12, K12/"),
        (["kubernetes", "deploy", "--fault", "K12/a~b:cut@1"], ", …"),
        (["kubernetes", "deploy", "--fault", "K3\n:cut@1"], r"fault=K3\n:cut@1 is not allowed"),
        (["kubernetes", "deploy", "--seed", "x"], "whole numbers from 0"),
        (["kubernetes", "deploy", "--lang", "zh"], "zh-hans"),
        (["kubernetes", "deploy", "--detail", "stories"], "story"),
        (["kubernetes", "deploy", "--format", "json"], "jsonl"),
    ],
)
def test_what_is_not_known_is_one_line_that_names_what_is(
    capsys: pytest.CaptureFixture[str], arguments: list[str], nearest: str
) -> None:
    assert nearest in refused(capsys, *arguments)


def test_a_run_is_printed_before_anything_was_prepared(tmp_path: Path) -> None:
    printed = subprocess.run(
        [sys.executable, "manage.py", "simulate", "borg", "deploy"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout == simulate("borg", "deploy")
    assert not printed.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "required: system, scenario"),
        (["kubernetes"], "required: scenario"),
        (["kubernetes", "deploy", "more"], "unrecognized arguments: more"),
        (["kubernetes", "deploy", "mo\nre"], r"unrecognized arguments: mo\nre"),
        (["kubernetes", "deploy", "--sett", "replicas=2"], "unrecognized arguments: --sett"),
        (["kubernetes", "deploy", "--se", "replicas=2"], "unrecognized arguments: --se"),
        (["kubernetes", "deploy", "--set"], "argument --set: expected one argument"),
    ],
)
def test_arguments_that_do_not_fit_are_one_line_that_says_what_does(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "simulate", *arguments])
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert not said.out
    [line] = said.err.splitlines()
    assert line.startswith("simulate: ")
    assert says in line
    assert "simulate takes SYSTEM SCENARIO" in line
    assert "borg with deploy" in line
    assert "kubernetes with deploy" in line


@pytest.mark.parametrize("pair", ["task:jfoo/0@m-3~borglet@m-3", "borglet@m-3~task:jfoo/0@m-3"])
def test_a_pair_with_a_task_is_taken_either_way(pair: str) -> None:
    assert f"fault=L16/{pair}:cut@1" in simulate("borg", "deploy", "--fault", f"L16/{pair}:cut@1")


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_a_reader_that_has_read_enough_ends_it_quietly(tmp_path: Path, form: str) -> None:
    with subprocess.Popen(
        [sys.executable, "manage.py", "simulate", "borg", "deploy", "--format", form],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
