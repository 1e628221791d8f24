"""`manage.py makemessages`: words without a source keep their place by a note; what nobody asks for goes."""

from __future__ import annotations

from explorer.management.commands.makemessages import Command, kept

CATALOGUE = """\
#: templates/home.html
msgid "Home"
msgstr "首页"

#~ msgid "Gone"
#~ msgstr "已去"

# A word of a decision table.
#~ msgid "machine"
#~ msgstr "机器"

# The name of a phase.
#~ msgctxt "phase"
#~ msgid "bind"
#~ msgstr "绑定"
"""


def test_words_with_a_note_are_kept_and_others_go() -> None:
    catalogue = kept(CATALOGUE)
    assert "#~" not in catalogue
    assert "Gone" not in catalogue
    assert '# A word of a decision table.\nmsgid "machine"\nmsgstr "机器"' in catalogue
    assert 'msgctxt "phase"\nmsgid "bind"' in catalogue
    assert kept(catalogue) == catalogue


def test_what_rooms_without_languages_say_is_found_and_nothing_is_guessed() -> None:
    assert {"--keyword=said", "--keyword=NotAllowed:3"} <= set(Command.xgettext_options)
    assert "--no-fuzzy-matching" in Command.msgmerge_options
