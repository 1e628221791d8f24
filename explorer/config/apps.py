"""The one Django app of the project."""

from django.apps import AppConfig


class ExplorerConfig(AppConfig):
    """Label `explorer`; lives here because `explorer/__init__.py` and its pure rooms know no Django."""

    name = "explorer"
    label = "explorer"
    verbose_name = "Orrery"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks; name what the admin shows, translated columns among it."""
        from explorer.config import checks  # noqa: F401 - importing it registers them
        from explorer.models.labels import label

        label(self.get_models())
