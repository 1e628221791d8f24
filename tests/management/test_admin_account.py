"""`make admin`: the first staff account, once."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command


@pytest.fixture(autouse=True)
def nobody_at_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO())


@pytest.mark.django_db
def test_it_makes_an_account_and_shows_its_password_once() -> None:
    said = StringIO()
    call_command("admin_account", "--name", "grace", stdout=said)
    password = said.getvalue().split()[-1]
    grace = authenticate(username="grace", password=password)
    assert isinstance(grace, User)
    assert grace.is_staff


@pytest.mark.django_db
def test_a_second_one_is_not_made() -> None:
    call_command("admin_account", stdout=StringIO())
    with pytest.raises(CommandError, match="There is a staff account already: admin"):
        call_command("admin_account", "--name", "mallory", stdout=StringIO())
    assert not User.objects.filter(username="mallory").exists()
