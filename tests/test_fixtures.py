"""The project's own fixtures: nothing is wrong with them, and nothing of the dossiers is left out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from explorer.graph import Atlas, Fixtures, check, read
from explorer.graph.fixtures import FILES, FOLDER, paths
from explorer.loading import load
from explorer.playback.atlas import atlas_from_models

SLUGS: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "data" / "dossier_slugs.yaml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def fixtures() -> Fixtures:
    return read()


def test_there_are_no_problems(fixtures: Fixtures) -> None:
    assert [str(problem) for problem in check(fixtures)] == []


def test_every_file_has_a_place_in_the_order_of_loading() -> None:
    known = {path for pattern in FILES for path in FOLDER.glob(pattern)}
    assert [path for path in paths() if path not in known] == []


@pytest.mark.parametrize("system", SLUGS)
def test_every_component_of_the_dossiers_is_there(fixtures: Fixtures, system: str) -> None:
    there = {entry.row["slug"] for entry in fixtures.of("component") if entry.row["system"] == system}
    assert [slug for slug in SLUGS[system]["components"] if slug not in there] == []


@pytest.mark.parametrize("system", SLUGS)
def test_every_link_of_the_dossiers_is_there(fixtures: Fixtures, system: str) -> None:
    there = [entry.row["slug"] for entry in fixtures.of("link") if entry.row["system"] == system]
    # A row of more than two ends is several links: K11a, K11b.
    whole = {re.sub(r"[a-z]$", "", slug) for slug in there}
    assert [slug for slug in SLUGS[system]["links"] if slug not in whole] == []


@pytest.mark.django_db
def test_the_database_says_what_the_files_say() -> None:
    load()
    assert atlas_from_models() == Atlas.from_fixtures()


@pytest.mark.django_db
def test_plain_loaddata_says_the_same() -> None:
    call_command("loaddata", *map(str, paths()), verbosity=0)
    assert atlas_from_models() == Atlas.from_fixtures()


CLAIMS = {
    "wrong": "S9 S20 S21 S35 S40 S42 S51 S56 S57 S58 S71 S81 S90 S92",
    "outdated": "S12 S17 S18 S27 S30 S39 S45 S62 S80 S82 S84 S88 S91 S93",
    "simplified": "S4 S8 S11 S25 S26 S29 S31 S32 S49 S54 S66 S73 S83 S85",
}
"""The claims of the seed article that its reading against the sources found not to hold, by what it found."""


@pytest.mark.parametrize("verdict", CLAIMS)
def test_every_claim_that_does_not_hold_is_told_as_a_misconception(fixtures: Fixtures, verdict: str) -> None:
    told = {entry.row["row"] for entry in fixtures.of("misconception") if entry.row["verdict"] == verdict}
    assert told - {""} == set(CLAIMS[verdict].split())
