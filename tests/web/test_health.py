"""`/healthz`: 200 when the site can do its work, otherwise 503 with the reason."""

from unittest import mock

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client

from explorer.models import System


@pytest.mark.django_db
def test_without_fixtures_it_says_what_to_run(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "unfit", "reason": "no fixtures are loaded: run manage.py prepare"}


@pytest.mark.django_db
def test_with_fixtures_it_names_what_is_in_place(client: Client) -> None:
    call_command("load_fixtures", verbosity=0)
    response = client.get("/healthz")
    assert response.status_code == 200
    found = response.json()
    assert (found["status"], found["systems"]) == ("ok", System.objects.count())
    assert found["fixtures"]
    assert "no-store" in response["Cache-Control"]


def test_without_a_database_it_gives_the_databases_own_reason(client: Client) -> None:
    broken = mock.patch.object(System.objects, "count", side_effect=OperationalError("disk I/O error"))
    with broken:
        response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["reason"] == "the database does not answer: disk I/O error"


def test_nothing_can_be_posted_to_it(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
