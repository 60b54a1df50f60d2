"""Places in what is painted by hand, thought of from left to right, for readers from right to left."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt

from app.bidi import END, LEFT_TO_RIGHT, RIGHT_TO_LEFT, way_of


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
    return f"{RIGHT_TO_LEFT if way_of(text) == 'right' else LEFT_TO_RIGHT}{text}{END}"
