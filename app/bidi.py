"""Which way texts run, and the signs that set a part of them apart."""

from __future__ import annotations

import re
from typing import Literal
from unicodedata import bidirectional

LEFT_TO_RIGHT, RIGHT_TO_LEFT, BY_ITSELF, END = "\u2066", "\u2067", "\u2068", "\u2069"  # set apart what stands between
LEADING_RIGHT = "\u200f"  # unseen, and counted as a letter that is read from right to left
_APART = re.compile(f"[{LEFT_TO_RIGHT}-{BY_ITSELF}][^{LEFT_TO_RIGHT}-{END}]*{END}")

Way = Literal["left", "right", ""]


def way_of(text: str) -> Way:
    """Return from which side a text is read, by its first letter that is not set apart; empty where there is none."""
    before = ""
    while before != text:
        before, text = text, _APART.sub("", text)
    for sign in text:
        kind = bidirectional(sign)
        if kind in ("L", "R", "AL"):
            return "left" if kind == "L" else "right"
    return ""


def led_right(text: str) -> str:
    """Return a text of a language that is read from the right such that its line is laid out so, whatever begins it.

    One that begins with something set apart needs it, too: Qt looks at that, and other rules do not. A text in which
    nothing is of that language, a name or a path alone, stays as it is.
    """
    kinds = [bidirectional(sign) for sign in text]
    first = next((kind for kind in kinds if kind in ("L", "R", "AL", "LRI", "RLI", "FSI")), "")
    if first in ("R", "AL"):
        return text
    ours = BY_ITSELF in text or "R" in kinds or "AL" in kinds
    return f"{LEADING_RIGHT}{text}" if ours else text
