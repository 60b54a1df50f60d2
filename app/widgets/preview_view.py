"""Where in a picture marks lie: outlines on it, numbered where there are several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.i18n import joined, tr
from app.theme import Size, Space, theme

Places = tuple[tuple[float, float], ...]


class Marked(NamedTuple):
    """Where one finding lies, in the picture's own pixels or in seconds, drawn in the colour of a role."""

    where: Places
    role: str


class PreviewView(QWidget):
    """A picture with the outlines of what was found in it."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self._name = name
        self._image: QImage | None = None
        self._width = self._height = 0
        self._marks: Sequence[Marked] = ()
        self._most = Size.PREVIEW_LARGE
        # With a fixed height it would keep that of the width before, when its window grows.
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)
        self._describe()

    def show_picture(self, image: QImage | None, width: int, height: int, marks: Sequence[Marked] = ()) -> None:
        """Show a picture whose true size is `width` by `height` pixels, with the places of what was found in it."""
        self._image, self._width, self._height, self._marks = image, width, height, marks
        self.updateGeometry()
        self._describe()
        self.update()

    def grow(self, most: int) -> None:
        """Let the picture become so high where it has the width."""
        if most != self._most:
            self._most = most
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._image is None or self._image.isNull():
            return Size.PREVIEW
        return round(min(self._most, max(1.0, width * self._image.height() / self._image.width())))

    def sizeHint(self) -> QSize:
        return QSize(Size.PREVIEW, self.heightForWidth(max(self.width(), Size.PREVIEW)))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None or self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shown = QRectF(QPointF(), self._image.size().toSizeF().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio))
        shown.moveTop(room.top())
        shown.moveLeft(room.left() if self.isLeftToRight() else room.right() - shown.width())
        painter.save()
        rounded = QPainterPath()
        rounded.addRoundedRect(shown, Size.CORNER, Size.CORNER)
        painter.setClipPath(rounded)
        painter.drawImage(shown, self._image)
        self._outlines(painter, shown)
        painter.restore()
        painter.setPen(theme.colour("line"))
        painter.drawRoundedRect(shown, Size.CORNER, Size.CORNER)
        painter.end()

    def _outlines(self, painter: QPainter, shown: QRectF) -> None:
        outlines = [(self._corners(mark, shown), mark.role) for mark in self._marks if mark.where]
        if not outlines:
            return
        outside = QPainterPath()
        outside.addRect(shown)
        for corners, _ in outlines:
            inside = QPainterPath()
            inside.addPolygon(corners)
            inside.closeSubpath()
            outside = outside.subtracted(inside)
        shade = theme.colour("window")
        shade.setAlphaF(0.6)
        painter.fillPath(outside, shade)
        for number, (corners, role) in enumerate(outlines, 1):
            # Two lines, so that one of them is seen on any picture.
            for colour, width in ((theme.colour("surface"), 5.0), (theme.colour(role), 2.5)):
                pen = QPen(colour, width)
                pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPolygon(corners)
            if len(outlines) > 1:
                self._badge(painter, corners.boundingRect().topLeft(), number, role)

    def _corners(self, mark: Marked, shown: QRectF) -> QPolygonF:
        x, y = shown.width() / max(1, self._width), shown.height() / max(1, self._height)
        corners = QPolygonF([QPointF(shown.left() + a * x, shown.top() + b * y) for a, b in mark.where])
        # A region that reaches beyond the picture ends at its edge.
        return corners.intersected(QPolygonF(shown.adjusted(2, 2, -2, -2)))

    @staticmethod
    def _badge(painter: QPainter, corner: QPointF, number: int, role: str) -> None:
        place = QRectF(corner + QPointF(Space.XS, Space.XS), QSize(Size.ICON, Size.ICON).toSizeF())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(role))
        painter.drawRoundedRect(place, Size.CORNER, Size.CORNER)
        painter.setPen(theme.colour("surface"))
        painter.setFont(theme.font(Size.SMALL, bold=True))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(number))

    def _describe(self) -> None:
        """Say in words what the drawing shows."""
        if self._image is None:
            self.setAccessibleName(tr("No preview"))
            return
        text = tr("Picture of {width} × {height} pixels", width=self._width, height=self._height)
        for mark in self._marks:
            if mark.where:
                corners = joined(f"({x:.0f}, {y:.0f})" for x, y in mark.where)
                text += " " + tr("with the marked region {corners}", corners=corners)
        self.setAccessibleName(f"{self._name}: {text}" if self._name else text)
