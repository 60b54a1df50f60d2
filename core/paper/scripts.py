"""Right-to-left scripts as a page needs them: letters joined, lines broken, and each line in the order of the eye.

ReportLab sets letters from left to right as they come. So Arabic letters become their joined forms (Unicode's
presentation forms), and each line is put into visual order (Unicode Bidirectional Algorithm, UAX 9). What cannot be
written properly in this way is replaced by a box, never written wrong.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

BOX = "□"
_BEHIND = "\u034f"  # the combining grapheme joiner: of no width, and of its neighbour's direction
_ARABIC = ((0x0600, 0x06FF), (0x0750, 0x077F), (0x0870, 0x08FF))
_HEBREW = (0x0590, 0x05FF)


def runs_right_to_left(text: str) -> bool:
    """Return whether any letter of a text belongs to a script that is written from right to left."""
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)


def begins_right_to_left(text: str) -> bool:
    """Return whether the first letter of a text is one of a script that is written from right to left."""
    kinds = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind != "L" for kind in kinds if kind in ("L", "R", "AL")), False)


def joined(text: str) -> str:
    """Return a text with its Arabic letters in their joined forms, in the order in which they are read.

    Letters that have no such forms, and scripts other than Arabic and Hebrew, become boxes.
    """
    return "".join(map(_known, _reshaper().reshape(text)))


def lines(text: str, width: float, measured: Callable[[str], float]) -> Iterator[str]:
    """Yield the lines of a joined text, none wider than `width` but for single words, in the order of the eye.

    `measured` returns how wide a text is.
    """
    from bidi import get_base_level

    for part in text.split("\n"):
        level = get_base_level(part) if part.strip() else 0
        line = ""
        for word in part.split(" "):
            longer = f"{line} {word}" if line else word
            if line and measured(longer) > width:
                yield _seen(line, level)
                line = word
            else:
                line = longer
        yield _seen(line, level)


def _seen(line: str, level: int) -> str:
    """Return a line from left to right as it is seen.

    Marks come before the letters that they belong to: those of the font have no width and are drawn to the right.
    Brackets in what runs to the left are turned round (rule L4 of UAX 9, which the library leaves to others): a sign
    without width behind each stands before it wherever the order was reversed.
    """
    from bidi import get_display  # `bidi.algorithm` is of an older standard, which knew no pairs of brackets
    from bidi.mirror import MIRRORED

    told = "".join(sign + _BEHIND if sign in MIRRORED else sign for sign in line.replace(_BEHIND, ""))
    if not told:
        return ""
    seen = iter(str(get_display(told, base_dir="R" if level else "L")))
    made = []
    for sign in seen:
        if sign == _BEHIND:
            made.append(MIRRORED[next(seen)])
        else:
            made.append(sign)
            if sign in MIRRORED:
                next(seen)
    return "".join(made)


def _known(sign: str) -> str:
    number = ord(sign)
    if unicodedata.bidirectional(sign) not in ("R", "AL"):
        return sign
    if any(first <= number <= last for first, last in _ARABIC):
        return BOX if unicodedata.category(sign) == "Lo" else sign  # a letter that was not joined
    presented = 0xFB1D <= number <= 0xFDFF or 0xFE70 <= number <= 0xFEFF
    return sign if presented or _HEBREW[0] <= number <= _HEBREW[1] or number == 0x200F else BOX


@cache
def _reshaper() -> Any:
    from arabic_reshaper import ArabicReshaper

    return ArabicReshaper({"delete_harakat": False, "ARABIC LIGATURE ALLAH": False})
