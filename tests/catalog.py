"""Reads a catalogue of translations as it is written, and says what is wrong with one translated text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CONTEXT = "\x04"
"""Between a message's context and its text, as compiled catalogues have it."""
HAN = r"[㐀-鿿]"
LATIN = r"[A-Za-z0-9]"
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|\{\{|\}\}|\{[a-z_][a-z0-9_]*\}")
_SLIPS = {
    "half-width punctuation after Chinese": re.compile(rf"{HAN}\s?(?:[,;:!?](?!\w)|\.(?!\w))"),
    "half-width brackets around Chinese": re.compile(rf"\([^()]*{HAN}|{HAN}[^()（）]*\)"),
    "half-width quotes around Chinese": re.compile(rf"\"[^\"]*{HAN}[^\"]*\"|'[^']*{HAN}[^']*'"),
    "no space between Chinese and Latin": re.compile(rf"{HAN}{LATIN}|(?:{LATIN}|%){HAN}"),
    "a space beside full-width punctuation": re.compile(r"[，。；：！？（、“] | [，。；：！？）、”]"),
    "a space between Chinese characters": re.compile(rf"{HAN} {HAN}"),
    "three dots": re.compile(rf"{HAN}\.\.\."),
}


@dataclass
class Message:
    """One message. `note` is what translators are told, `used` where it stands, `texts` its translations."""

    line: int
    id: str = ""
    context: str | None = None
    plural: str | None = None
    texts: list[str] = field(default_factory=list)
    note: str = ""
    used: str = ""
    flags: str = ""

    @property
    def key(self) -> str:
        return self.id if self.context is None else f"{self.context}{CONTEXT}{self.id}"


def read_catalog(path: Path) -> list[Message]:
    """Every message but the head, in order. AssertionError for a line that is nothing of a catalogue."""
    messages: list[Message] = []
    blocks = re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
    line = 1
    for block in blocks:
        messages.append(_message(block, line))
        line += block.count("\n") + 2
    return [message for message in messages if message.id]


def _message(block: str, line: int) -> Message:
    message, last = Message(line), ""
    for text in block.splitlines():
        if text.startswith("#:"):
            message.used += text[2:]
        elif text.startswith("#,"):
            message.flags += text[2:]
        elif text.startswith("#"):
            message.note += text[1:]
        else:
            name, _, quoted = text.partition('"')
            last = name.strip() or last
            said = ast.literal_eval(f'"{quoted}')
            if last == "msgctxt":
                message.context = (message.context or "") + said
            elif last == "msgid":
                message.id += said
            elif last == "msgid_plural":
                message.plural = (message.plural or "") + said
            elif name.strip():
                assert last.startswith("msgstr"), text
                message.texts.append(said)
            else:
                message.texts[-1] += said
    return message


def placeholders(text: str) -> list[str]:
    """What a text asks to be filled in, sorted, each once: a translation may say one twice."""
    return sorted(set(PLACEHOLDER.findall(text)))


def slips(chinese: str) -> Iterator[str]:
    """What a Chinese typesetter would mark: `no space between Chinese and Latin: “用kubectl”`.

    Tags and placeholders stand for anything, so their edges are not judged.
    """
    plain = re.sub(r"<[^>]*>", "\0", PLACEHOLDER.sub("\0", chinese))
    for name, slip in _SLIPS.items():
        for found in slip.finditer(plain):
            yield f"{name}: “{found[0]}”"
