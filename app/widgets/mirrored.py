"""Places in what is painted by hand, thought of from left to right, for readers from right to left."""

from __future__ import annotations

import re
from unicodedata import bidirectional

from PySide6.QtCore import QRectF, Qt

_LEFT_TO_RIGHT, _RIGHT_TO_LEFT, _END = "\u2066", "\u2067", "\u2069"  # signs that set a text apart
_APART = re.compile("[\u2066-\u2068][^\u2066-\u2069]*\u2069")


def mirrored(place: QRectF, whole: QRectF, direction: Qt.LayoutDirection) -> QRectF:
    """Return where a place inside a whole lies for this direction of reading."""
    if direction is not Qt.LayoutDirection.RightToLeft:
        return place
    return QRectF(whole.left() + whole.right() - place.right(), place.top(), place.width(), place.height())


def isolated(text: str, direction: Qt.LayoutDirection) -> str:
    """Return a name or a path such that it keeps its own order of letters and signs between words of right to left.

    The first letter that is not set apart in it decides which way it runs: Qt itself also looks at those that are.
    """
    if direction is not Qt.LayoutDirection.RightToLeft or not text:
        return text
    ways = (bidirectional(sign) for sign in _APART.sub("", text))
    first = next((way for way in ways if way in ("L", "R", "AL")), "L")
    return f"{_LEFT_TO_RIGHT if first == 'L' else _RIGHT_TO_LEFT}{text}{_END}"
