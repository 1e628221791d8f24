"""What is shown of a place is the same in every Run but for its code and numbers: those are put in last.

So a step that has been rendered for one class is at hand for the next, and on the way back.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

from explorer.playback.kept import Kept
from explorer.playback.place import Place

_CODE = "o" * 12  # no Run's: codes have no such letter
_EPOCH, _SEQ = 900_000_001, 900_000_002


def text_of(kept: Kept[str], key: Hashable, place: Place, make: Callable[[Place], str]) -> str:
    """The text of a place. Where none is kept for `key`, `make` makes that of a place without numbers."""
    bare = replace(place, code=place.code and _CODE, epoch=_EPOCH, seq=_SEQ)
    text = kept.made((key, bare), lambda: make(bare))
    for mark, value in ((_CODE, place.code), (str(_EPOCH), str(place.epoch)), (str(_SEQ), str(place.seq))):
        text = text.replace(mark, value)
    return text
