"""`manage.py makemessages`: Django's own, which also finds what the rooms without languages say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.core.management.commands import makemessages

LOCALE = "zh_Hans"
IGNORED = (".*", "docs", "fixtures", "static", "tests")


class Command(makemessages.Command):
    """Writes new words into the catalogue, without guessing at their Chinese.

    Words that are asked for by a text made while the site runs (the columns of a decision's table, the names
    of phases) stand in no source. Their entries carry a note for translators, and so they are kept.
    """

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=said", "--keyword=NotAllowed:3"]
    msgmerge_options = ["-q", "--backup=none", "--no-fuzzy-matching", "--update"]

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it for the site's one catalogue, set as it is kept."""
        options["locale"] = options["locale"] or [LOCALE]
        options["ignore_patterns"] = [*options["ignore_patterns"], *IGNORED]
        options["add_location"] = options["add_location"] or "file"
        options["no_wrap"] = True
        super().handle(*args, **options)

    def write_po_file(self, potfile: str, locale: str) -> None:
        """Bring the catalogue up to date and leave out what nobody asks for any more."""
        super().write_po_file(potfile, locale)
        path = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        path.write_text(kept(path.read_text(encoding="utf-8")), encoding="utf-8")


def kept(catalogue: str) -> str:
    """The catalogue without obsolete entries, but for those with a note.

    >>> print(kept('#~ msgid "a"\\n#~ msgstr "甲"\\n\\n# A word of a table.\\n#~ msgid "b"\\n#~ msgstr "乙"'))
    # A word of a table.
    msgid "b"
    msgstr "乙"
    <BLANKLINE>
    """
    entries = re.split(r"\n\s*\n", catalogue.strip())
    wanted = [entry for entry in entries if not entry.startswith("#~")]
    return "\n\n".join(re.sub(r"^#~ ", "", entry, flags=re.MULTILINE) for entry in wanted) + "\n"
