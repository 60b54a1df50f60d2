"""Places in what is painted by hand, thought of from left to right, for readers from right to left."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def mirrored(place: QRectF, whole: QRectF, direction: Qt.LayoutDirection) -> QRectF:
    """Return where a place inside a whole lies for this direction of reading."""
    if direction is not Qt.LayoutDirection.RightToLeft:
        return place
    return QRectF(whole.left() + whole.right() - place.right(), place.top(), place.width(), place.height())


def isolated(text: str, direction: Qt.LayoutDirection) -> str:
    """Return a name or a path such that it keeps its own order of letters and signs between words of right to left."""
    if direction is not Qt.LayoutDirection.RightToLeft or not text:
        return text
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
