"""`manage.py serve`: one command from a fresh checkout to a running site."""

import os
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from explorer.errors import OrreryError
from explorer.management.listening import free_place
from explorer.management.preparing import prepare


class Command(BaseCommand):
    """Prepares the site and serves it with Daphne, in this process."""

    help = "Prepare the site and serve it; HOST and PORT say where."
    requires_system_checks = []  # `make test` and `check --deploy` run them; a start should not wait for them

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where to listen; the environment's HOST and PORT are the defaults."""
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000")

    def handle(self, *args: object, host: str, port: str, **options: object) -> None:
        """Check the port before any work, prepare, print the address, serve until stopped."""
        try:
            place = free_place(host, port)
        except OrreryError as error:
            raise CommandError(str(error)) from error
        prepare(self.stdout.write)
        for address in place.addresses(settings.LAN_ADDRESSES):
            self.stdout.write(f"Orrery is at {address}")
        self.stdout.flush()

        from daphne.cli import CommandLineInterface

        # The same as the `daphne` command would do, without a second start of Python.
        CommandLineInterface().run(["-e", place.endpoint, "-v", "0", "explorer.config.asgi:application"])
