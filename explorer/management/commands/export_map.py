"""`manage.py export_map SYSTEM FORMAT`: write the map of a system to a file or to standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from explorer.errors import NotKnown, OrreryError
from explorer.exports.maps import TYPES, file_of, wanted
from explorer.playback.atlas import atlas_at_hand


class Command(BaseCommand):
    """Writes a map; what cannot be written is one line on stderr and exit code 2."""

    help = (
        "Write the map of a system: svg, png, graphml, json, mmd or d2. The same graph gives the same bytes."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("system", help="borg or kubernetes")
        parser.add_argument("format", help=", ".join(TYPES))
        parser.add_argument("--lang", default="en")
        parser.add_argument("--theme", default="light", help="light or dark, for svg and png")
        parser.add_argument("--scale", default="1", help="1 to 4, for png")
        parser.add_argument("-o", "--output", metavar="FILE", help="instead of standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            atlas = atlas_at_hand()
            if options["system"] not in atlas.systems:
                raise NotKnown("system", options["system"], atlas.systems)
            named = [options[name] for name in ("system", "format", "lang", "theme", "scale")]
            content = file_of(atlas, wanted(atlas, *named))
            if options["output"]:
                Path(options["output"]).write_bytes(content)
            else:
                sys.stdout.buffer.write(content)
                sys.stdout.buffer.flush()
        except (OrreryError, OSError) as error:
            self.stderr.style_func = None
            self.stderr.write(f"export_map: {error}")
            sys.exit(2)
