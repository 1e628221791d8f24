"""`manage.py admin_account`: the first account for the administration pages."""

import secrets
import sys
from argparse import ArgumentParser
from getpass import getpass

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Makes the first staff account; asks for its password, or makes one up where nobody can be asked."""

    help = "Make the first staff account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the account's name."""
        parser.add_argument("--name", default="admin", help="name to sign in with (default: admin)")

    def handle(self, *args: object, name: str, **options: object) -> None:
        """Make the account.

        Raises CommandError when there is a staff account already, or the password is too weak.
        """
        users = get_user_model().objects
        existing = users.filter(is_staff=True).order_by("pk").first()
        if existing:
            raise CommandError(
                f"There is a staff account already: {existing.get_username()}. "
                f"Its password is changed by: manage.py changepassword {existing.get_username()}"
            )
        asked = sys.stdin.isatty()
        password = self._ask(name) if asked else secrets.token_urlsafe(12)
        users.create_superuser(username=name, password=password)
        self.stdout.write(f"Made the staff account {name}; sign in at /admin/.")
        if not asked:
            self.stdout.write(f"Its password, shown this once: {password}")

    def _ask(self, name: str) -> str:
        password = getpass(f"Password for {name}: ")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if getpass("Once more: ") != password:
            raise CommandError("The two passwords differ; no account was made.")
        return password
