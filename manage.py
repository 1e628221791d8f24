#!/usr/bin/env python
"""Django's command line for Orrery."""

import os
import sys


def main() -> None:
    """Run the command that the arguments name; a setting that cannot be right ends in one line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "explorer.config.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        _ = settings.DEBUG
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
