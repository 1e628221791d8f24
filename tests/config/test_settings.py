"""What the environment says, and what is made of it."""

import re
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from explorer.config import settings
from explorer.config.settings import Environment, database, kept_secret


def test_an_empty_environment_is_a_private_site_on_this_machine() -> None:
    environment = Environment.read({})
    assert not environment.debug
    assert not environment.https
    assert environment.allowed_hosts == ()
    assert environment.data_dir.name == ".data"


def test_lists_are_parted_at_commas() -> None:
    environment = Environment.read({"ALLOWED_HOSTS": "orrery.example.edu, .local ,"})
    assert environment.allowed_hosts == ("orrery.example.edu", ".local")


def test_live_texts_are_written_directly_unless_that_is_switched_off() -> None:
    assert Environment.read({}).direct_write
    assert Environment.read({"DIRECT_WRITE": ""}).direct_write
    assert not Environment.read({"DIRECT_WRITE": "0"}).direct_write


def test_a_switch_that_is_neither_on_nor_off_is_refused_with_both() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"DEBUG='perhaps' is neither .* DEBUG=1 or DEBUG=0"):
        Environment.read({"DEBUG": "perhaps"})


@pytest.mark.parametrize(
    "address", ["https://forge.example.org/new?body={text}", "mailto:ada@example.org", ""]
)
def test_reports_lead_to_a_page_or_a_letter_box(address: str) -> None:
    assert Environment.read({"REPORT_URL": f" {address} "}).report_url == address


@pytest.mark.parametrize("address", ["forge.example.org", "javascript:alert(1)", "/report"])
def test_an_address_for_reports_that_leads_nowhere_is_refused(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="begin with https://"):
        Environment.read({"REPORT_URL": address})


def test_sqlite_writes_ahead_waits_and_locks_at_once(tmp_path: Path) -> None:
    options = database("", tmp_path)["OPTIONS"]
    assert "journal_mode=WAL" in options["init_command"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] >= 5


def test_a_database_url_names_sqlite_by_path(tmp_path: Path) -> None:
    assert database("sqlite:////srv/orrery.sqlite3", tmp_path)["NAME"] == Path("/srv/orrery.sqlite3")


def test_a_database_url_names_postgres_with_its_parts(tmp_path: Path) -> None:
    found = database("postgres://ada:p%40ss@db.example:5433/orrery?sslmode=require", tmp_path)
    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "orrery",
        "USER": "ada",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_another_database_is_refused_with_the_two_that_work(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="'mysql': write sqlite:///file or postgres://"):
        database("mysql://localhost/orrery", tmp_path)


def test_the_generated_secret_is_kept_and_private(tmp_path: Path) -> None:
    first = kept_secret(tmp_path / "data")
    assert len(first) > 50
    assert kept_secret(tmp_path / "data") == first
    assert stat.S_IMODE((tmp_path / "data" / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret-key"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match=r"DATA_DIR=.*data cannot be used \(Not a directory\)"):
        kept_secret(tmp_path / "file" / "data")


def test_every_variable_is_explained_where_operators_look() -> None:
    root = Path(settings.__file__).parents[2]
    source = Path(settings.__file__).read_text(encoding="utf-8")
    names = set(re.findall(r'environ(?:\.get\(|, )"([A-Z_]+)"', source)) | {"HOST", "PORT"}
    text = (root / "docs" / "operate.md").read_text(encoding="utf-8")
    assert len(names) == 12
    assert {name for name in names if f"| `{name}` |" not in text} == set()


def test_two_data_folders_have_two_secrets(tmp_path: Path) -> None:
    assert kept_secret(tmp_path / "one") != kept_secret(tmp_path / "two")
