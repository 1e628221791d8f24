"""How wide a text is, from advance widths of Inter, so that the layout needs no browser.

Another font of the stack may be wider: a layout that wants to be safe allows `SPARE` more.
"""

from __future__ import annotations

SPARE = 1.15
"""Names are given 15 % more room than Inter needs: the widest font of the stack is about that much wider."""

FIRST, LAST = 32, 126
HAN, OTHER = 1000, 600

# Per mille of the font size, characters 32 to 126.
_BODY_TEXT = """
    281 278 403 631 638 812 639 222 362 362 500 659 280 460 276 357 625 464 605 636 642 608 624 571 616
    624 276 280 659 659 659 507 936 676 651 727 719 598 587 743 740 264 543 652 562 889 753 761 635 761
    639 638 642 741 676 949 642 665 625 362 357 362 469 452 497 564 621 558 621 582 361 609 591 237 237
    544 237 869 585 597 609 609 372 523 364 581 557 812 540 557 541 362 327 362 659
"""
_BOLD_TEXT = """
    248 309 396 643 649 844 663 213 393 393 543 673 295 466 290 379 667 481 621 652 666 632 648 587 646
    648 290 295 673 673 673 544 999 724 657 744 724 608 586 755 744 275 561 677 566 906 741 775 643 776
    651 649 660 734 724 1007 690 705 653 393 379 393 481 468 497 575 630 577 630 593 377 625 613 261 261
    569 261 898 610 608 625 625 397 549 380 608 576 837 562 576 562 393 358 393 673
"""


class _Advances(dict[int, int]):
    """Code point to per mille; answers for what the table does not hold as well."""

    def __init__(self, table: str) -> None:
        super().__init__(zip(range(FIRST, LAST + 1), map(int, table.split()), strict=True))

    def __missing__(self, code: int) -> int:
        self[code] = HAN if code > 0x2E80 else OTHER
        return self[code]


BODY, BOLD = _Advances(_BODY_TEXT), _Advances(_BOLD_TEXT)


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a text at a font size, in the size's unit. A Han character is 1 em wide.

    >>> width("kubelet", 10), width("控制", 10)
    (35.11, 20.0)
    """
    table = BOLD if bold else BODY
    return sum(map(table.__getitem__, map(ord, text))) * size / 1000


MONO = 0.602
"""The advance of the monospaced fonts, in em."""


def mono(text: str, size: float) -> float:
    """The width of a monospaced text: Han characters 1 em, all others 0.602 em."""
    return sum(1.0 if ord(c) > 0x2E80 else MONO for c in text) * size
