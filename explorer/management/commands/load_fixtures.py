"""`manage.py load_fixtures`: brings what the fixtures say into the database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from explorer.graph.check import check
from explorer.graph.fixtures import FOLDER, read
from explorer.graph.problem import BrokenFixtures
from explorer.loading import Loaded, load


class Command(BaseCommand):
    """Checks all fixtures, then loads them in one transaction; does nothing when they did not change."""

    help = (
        "Check the fixtures and load them. Rows edited in the admin since the last load are kept and listed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The two ways to do otherwise, and where the files are."""
        parser.add_argument("--overwrite", action="store_true", help="reset rows edited in the admin")
        parser.add_argument(
            "--check", action="store_true", help="only check the files; no database is touched"
        )
        parser.add_argument(
            "--folder", type=Path, default=FOLDER, help="the fixtures' folder (default: %(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 and a line a problem when anything in the fixtures is wrong."""
        folder = options["folder"]
        try:
            if options["check"]:
                found = read(folder)
                problems = check(found)
                if problems:
                    raise BrokenFixtures(problems)
                self.stdout.write(f"{len(found.entries)} rows in the fixtures, all as they should be.")
                return
            self._report(load(folder, overwrite=options["overwrite"]))
        except BrokenFixtures as error:
            raise CommandError(str(error)) from error

    def _report(self, loaded: Loaded) -> None:
        if loaded.skipped:
            self.stdout.write("Fixtures: as loaded last, nothing to do.")
            return
        self.stdout.write(
            f"Fixtures: {loaded.made} rows made, {loaded.changed} changed, {loaded.removed} removed."
        )
        if loaded.kept:
            self.stdout.write(
                f"Kept {len(loaded.kept)} as they are here; --overwrite resets them to the fixtures:"
            )
            for kept in loaded.kept:
                self.stdout.write(f"  {kept.name}: {kept.why}")
        if loaded.doubts:
            self.stdout.write(self.style.WARNING("With these the graph breaks rules that the fixtures keep:"))
            for doubt in loaded.doubts:
                self.stdout.write(f"  {doubt.object}, {doubt.field}: {doubt.says}; wants {doubt.wants}")
