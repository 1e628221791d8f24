"""`manage.py tidy`: delete the Runs that nobody has touched for a day."""

from typing import Any

from django.core.management.base import BaseCommand

from explorer.playback.runs import tidy


class Command(BaseCommand):
    """Deletes idle runs."""

    help = "Delete the runs that nobody has touched for 24 hours."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{tidy()} idle runs deleted")
