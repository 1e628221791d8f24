"""`manage.py prepare`: what a deployment runs before it starts its servers."""

from django.core.management.base import BaseCommand

from explorer.management.preparing import prepare


class Command(BaseCommand):
    """Migrates, loads the fixtures and collects static files, each only where something changed."""

    help = "Bring the database, the fixtures and the static files up to date."

    def handle(self, *args: object, **options: object) -> None:
        """Prepare, saying what was done."""
        prepare(self.stdout.write)
