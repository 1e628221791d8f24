"""What tests of pages share."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="module")
def content(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The whole site's content, loaded once for a file's tests and gone after them."""
    with django_db_blocker.unblock():
        call_command("load_fixtures", verbosity=0)
        yield
        call_command("flush", interactive=False, verbosity=0)
