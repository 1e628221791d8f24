"""Files of others that are kept here: unchanged, of the version they are said to be, with their licence."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings as site
from pytest_django import Settings

from explorer.config.checks import vendored, vendored_files_are_the_released_ones

FOLDERS = (site.BASE_DIR / "static" / "vendor", site.BASE_DIR / "tests" / "vendor")
EVERY = [row for folder in FOLDERS for row in vendored(folder)]


@pytest.mark.parametrize(("file", "wanted"), EVERY, ids=[file.name for file, _ in EVERY])
def test_the_file_is_the_one_its_readme_describes(file: Path, wanted: str) -> None:
    assert sha256(file.read_bytes()).hexdigest() == wanted
    assert (file.parent / "LICENSE").exists()


def test_every_vendored_script_is_described() -> None:
    kept = {path for folder in FOLDERS for path in folder.rglob("*.js")}
    assert {file for file, _ in EVERY} == kept


@pytest.mark.parametrize(
    ("folder", "script", "pattern"),
    [
        ("static/vendor/htmx", "htmx.min.js", r'version="?([\d.]+)"|"(\d+\.\d+\.\d+)"'),
        ("tests/vendor/axe", "axe.min.js", r"axe v([\d.]+)"),
    ],
    ids=["htmx", "axe"],
)
def test_the_version_in_the_readme_is_the_one_in_the_file(folder: str, script: str, pattern: str) -> None:
    where = site.BASE_DIR / folder
    title = (where / "README.md").read_text(encoding="utf-8").splitlines()[0]
    found = re.search(pattern, (where / script).read_text(encoding="utf-8"))
    assert found
    assert next(group for group in found.groups() if group) == title.split()[-1]


def test_an_edited_file_is_an_error_of_the_checks(tmp_path: Path, settings: Settings) -> None:
    vendor = tmp_path / "static" / "vendor" / "htmx"
    vendor.mkdir(parents=True)
    (vendor / "README.md").write_text(
        f"| `htmx.min.js` | `dist/htmx.min.js` | `{'0' * 64}` |\n", encoding="utf-8"
    )
    (vendor / "htmx.min.js").write_text("edited", encoding="utf-8")
    settings.BASE_DIR = tmp_path
    assert [problem.id for problem in vendored_files_are_the_released_ones(None)] == ["explorer.E001"]
