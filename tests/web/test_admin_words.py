"""The admin in Chinese: names of tables and fields, help, choices and filters, and no English left over."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.reading import HAN, read_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]

TABLES = [model for model in admin.site._registry if model._meta.app_label == "explorer"]
NAMES = {"borg"}
JSON = re.compile(r"[\[{].*[\]}]\Z")  # an example of what the field holds


@pytest.fixture
def grace(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("grace"))
    client.cookies["language"] = "zh-hans"
    return client


def addresses(model: type[models.Model]) -> list[str]:
    name = f"admin:explorer_{model._meta.model_name}"
    row = model._default_manager.first()
    some = [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
    if row is not None:
        some += [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "delete", "history")]
    return some


@pytest.mark.parametrize("model", TABLES)
def test_no_page_of_the_admin_has_english_left(grace: Client, model: type[models.Model]) -> None:
    for address in addresses(model):
        found = read_page(grace.get(address).content.decode())
        # A list of rows shows their own words; an author reads those in both languages.
        left = [line for line in found.foreign("zh-hans") if not re.match(r"[a-z ]*(td|th)\b[a-z ]*:", line)]
        assert not left, address


@pytest.mark.parametrize("model", TABLES)
def test_labels_help_and_choices_are_chinese(model: type[models.Model]) -> None:
    with translation.override("zh-hans"):
        words: list[object] = [model._meta.verbose_name, model._meta.verbose_name_plural]
        for field in model._meta.fields:
            if field.primary_key:
                continue
            words += [field.verbose_name, field.help_text]
            words += [label for value, label in field.choices or () if value not in NAMES]
        said = [str(word) for word in words if word and not JSON.match(str(word))]
        assert not [word for word in said if not HAN.search(word)]


def test_the_labels_are_no_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("address", ["/admin/", "/admin/auth/user/add/", "/admin/password_change/"])
def test_the_frame_of_the_admin_is_chinese(grace: Client, address: str) -> None:
    text = grace.get(address).content.decode()
    assert not read_page(text).foreign("zh-hans")
    assert "Django" not in text
