"""Each system check finds its fault, and nothing where there is none."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from explorer.config import checks


@pytest.mark.django_db
def test_this_checkout_has_no_fault() -> None:
    assert run_checks() == []


def test_a_host_for_everybody_is_refused(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert [found.id for found in checks.hosts_are_named(None)] == ["explorer.E002"]


def test_a_secret_that_others_can_read_is_refused(settings: Settings, tmp_path: Path) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, secret_key="", data_dir=tmp_path)
    (tmp_path / "secret-key").touch(mode=0o600)
    assert checks.the_kept_secret_is_private(None) == []
    (tmp_path / "secret-key").chmod(0o644)
    assert [found.id for found in checks.the_kept_secret_is_private(None)] == ["explorer.E003"]


def test_a_redis_without_its_scheme_is_refused(settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, redis_url="localhost:6379")
    assert [found.id for found in checks.redis_is_named_by_a_url(None)] == ["explorer.E004"]


def test_words_that_were_not_compiled_are_found(settings: Settings, tmp_path: Path) -> None:
    words = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    words.parent.mkdir(parents=True)
    words.touch()
    settings.BASE_DIR, settings.LOCALE_PATHS = tmp_path, [tmp_path]
    assert [found.id for found in checks.interface_words_are_compiled(None)] == ["explorer.E005"]
    words.with_suffix(".mo").touch()
    assert checks.interface_words_are_compiled(None) == []


@pytest.mark.django_db
def test_a_database_without_systems_is_found_when_the_database_is_asked_about() -> None:
    assert checks.fixtures_are_loaded(None) == []
    assert [found.id for found in checks.fixtures_are_loaded(None, databases=["default"])] == [
        "explorer.W002"
    ]


def test_files_that_were_not_collected_are_a_warning_for_a_deployment(
    settings: Settings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    assert [found.id for found in checks.static_files_are_collected(None)] == ["explorer.W001"]


def test_every_check_is_explained_where_operators_look(settings: Settings) -> None:
    text = (settings.BASE_DIR / "docs" / "operate.md").read_text(encoding="utf-8")
    source = Path(checks.__file__).read_text(encoding="utf-8")
    names = set(re.findall(r'id="(explorer\.[EW]\d+)"', source))
    assert len(names) == 7
    assert {name for name in names if f"`{name}`" not in text} == set()
