"""An original and its copy under one sliding edge, at any zoom, or their difference, amplified."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.comparing import AMPLIFIED, Pictures, Pixels
from app.i18n import number, tr
from app.theme import Size, Space, theme

_ZOOMS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_GRIP = 12  # pixels around the edge in which it is taken hold of
_STEP = 0.02  # of the width that a key moves the edge by


class PictureCompare(QWidget):
    """Left of the edge the original, right of it the copy. Keys: arrows, + and -, 0 (fit), 1 (100 %), 2 (200 %)."""

    ACCESSIBLE_ROLE = QAccessible.Role.Graphic
    zoomed = Signal(float)  # screen pixels a pixel

    def __init__(self) -> None:
        super().__init__()
        self._pictures: Pictures | None = None
        self._images: tuple[QImage, QImage] | None = None
        self._zoom: float | None = None  # None: the whole picture is seen
        self._centre = QPointF()
        self._edge = 0.5
        self._mode = "side"
        self._held: str = ""
        self._last = QPointF()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)
        self.setAccessibleName(self._described())

    def show_pictures(self, pictures: Pictures) -> None:
        """Show another pair, whole, with the edge in the middle."""
        self._pictures = pictures
        self._images = (_image(pictures.original), _image(pictures.copy))
        height, width = pictures.original.shape[:2]
        self._centre, self._edge, self._zoom = QPointF(width / 2, height / 2), 0.5, None
        self._changed()

    def show_mode(self, mode: str) -> None:
        """Show both sides of the edge ("side"), one picture alone ("original", "copy"), or the "difference"."""
        self._mode = mode
        self._changed()

    def zoom_to(self, zoom: float | None) -> None:
        """Show a pixel as `zoom` pixels of the screen; None: the whole picture."""
        self._zoom = zoom
        self._changed()

    def step_zoom(self, direction: int) -> None:
        """Come nearer (1) or go farther away (-1)."""
        now = self.zoom()
        fitting = [z for z in _ZOOMS if (z > now * 1.01 if direction > 0 else z < now * 0.99)]
        if fitting:
            self.zoom_to(fitting[0] if direction > 0 else fitting[-1])

    def zoom(self) -> float:
        """Return how many pixels of the screen a pixel takes."""
        if self._zoom is not None or self._pictures is None:
            return self._zoom or 1.0
        height, width = self._pictures.original.shape[:2]
        dense = self.devicePixelRatioF()
        return float(min(self.width() * dense / width, self.height() * dense / height, 1.0))

    def sizeHint(self) -> QSize:
        return QSize(Size.READING, Size.READING * 2 // 3)

    def minimumSizeHint(self) -> QSize:
        return QSize(Size.PREVIEW, Size.PREVIEW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("window"))
        if self._pictures is not None and self._images is not None:
            source, target = self._places()
            self._draw(painter, source, target)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), Size.FOCUS))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shifted = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        away = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }.get(Qt.Key(key))
        if away is not None and (shifted or away[1]):
            step = 0.1 * min(self.width(), self.height()) / self._scale()
            self._move(QPointF(away[0] * step, away[1] * step))
        elif away is not None:
            self._set_edge(self._edge + away[0] * _STEP)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.step_zoom(1)
        elif key == Qt.Key.Key_Minus:
            self.step_zoom(-1)
        elif key in (Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_2):
            self.zoom_to({Qt.Key.Key_0: None, Qt.Key.Key_1: 1.0, Qt.Key.Key_2: 2.0}[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned:
            under = self._pixel_at(event.position())
            self.step_zoom(1 if turned > 0 else -1)
            self._move(under - self._pixel_at(event.position()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = "edge" if self._near_edge(event.position()) else "picture"
            self._last = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held == "edge":
            self._set_edge(event.position().x() / max(1, self.width()))
        elif self._held == "picture":
            self._move((self._last - event.position()) / self._scale())
            self._last = event.position()
        on_edge = self._held == "edge" or (not self._held and self._near_edge(event.position()))
        self.setCursor(Qt.CursorShape.SplitHCursor if on_edge else Qt.CursorShape.OpenHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = ""

    # -- drawing -----------------------------------------------------------------------------------------------

    def _draw(self, painter: QPainter, source: QRectF, target: QRectF) -> None:
        assert self._images is not None
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom() < 1.0)
        if self._mode == "difference":
            painter.drawImage(target, self._difference(source))
            return
        if self._mode in ("original", "copy"):
            painter.drawImage(target, self._images[self._mode == "copy"], source)
            return
        x = round(self._edge * self.width())
        for clip, image in (
            (QRect(0, 0, x, self.height()), self._images[0]),
            (QRect(x, 0, self.width() - x, self.height()), self._images[1]),
        ):
            painter.setClipRect(clip)
            painter.drawImage(target, image, source)
        painter.setClipping(False)
        for colour, width in (("surface", 4), ("accent", 2)):
            painter.setPen(QPen(theme.colour(colour), width))
            painter.drawLine(x, 0, x, self.height())
        self._tag(painter, tr("Original"), x - Space.S, left=False)
        self._tag(painter, tr("Copy"), x + Space.S, left=True)

    def _tag(self, painter: QPainter, text: str, x: int, *, left: bool) -> None:
        painter.setFont(theme.font(Size.SMALL, bold=True))
        width = painter.fontMetrics().horizontalAdvance(text) + 2 * Space.S
        height = painter.fontMetrics().height() + Space.XS
        place = QRectF(x if left else x - width, Space.S, width, height)
        painter.setPen(theme.colour("line"))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(place, Size.CORNER, Size.CORNER)
        painter.setPen(theme.colour("ink"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _difference(self, source: QRectF) -> QImage:
        """Return the difference of what is seen; far away single pixels are picked, since a mean would hide it."""
        assert self._pictures is not None
        step = max(1, int(1.0 / self.zoom()))
        left, top = int(source.left()), int(source.top())
        right, bottom = int(source.right() + 0.999), int(source.bottom() + 0.999)
        seen = np.ascontiguousarray(self._pictures.difference(left, top, right, bottom, step))
        return _image(seen).copy()

    def _places(self) -> tuple[QRectF, QRectF]:
        """Return the part of the picture that is seen, and where on the widget it lies."""
        assert self._pictures is not None
        height, width = self._pictures.original.shape[:2]
        scale = self._scale()
        left = self._centre.x() - self.width() / scale / 2
        top = self._centre.y() - self.height() / scale / 2
        source = QRectF(left, top, self.width() / scale, self.height() / scale) & QRectF(0, 0, width, height)
        # Whole pixels, so that enlarged ones keep their places under the edge.
        source = QRectF(source.toAlignedRect() & QRect(0, 0, width, height))
        target = QRectF(
            (source.left() - left) * scale,
            (source.top() - top) * scale,
            source.width() * scale,
            source.height() * scale,
        )
        return source, target

    def _scale(self) -> float:
        return self.zoom() / self.devicePixelRatioF()

    def _pixel_at(self, place: QPointF) -> QPointF:
        return self._centre + (place - QPointF(self.width() / 2, self.height() / 2)) / self._scale()

    def _near_edge(self, place: QPointF) -> bool:
        return self._mode == "side" and abs(place.x() - self._edge * self.width()) < _GRIP

    def _set_edge(self, share: float) -> None:
        self._edge = min(max(0.0, share), 1.0)
        self._changed()

    def _move(self, by: QPointF) -> None:
        if self._pictures is None:
            return
        height, width = self._pictures.original.shape[:2]
        moved = self._centre + by
        self._centre = QPointF(min(max(0.0, moved.x()), width), min(max(0.0, moved.y()), height))
        self._changed()

    def _changed(self) -> None:
        self.setAccessibleName(self._described())
        self.zoomed.emit(self.zoom())
        self.update()

    def _described(self) -> str:
        if self._pictures is None:
            return tr("No pictures to compare")
        zoom = number(100 * self.zoom())
        if self._mode == "difference":
            return tr("Difference of original and copy, {times} times, at {zoom} %", times=AMPLIFIED, zoom=zoom)
        if self._mode == "side":
            share = number(100 * self._edge)
            return tr(
                "Original left of the edge at {share} % of the width, copy right of it, at {zoom} %",
                share=share,
                zoom=zoom,
            )
        name = tr("Original") if self._mode == "original" else tr("Copy")
        return tr("{name} at {zoom} %", name=name, zoom=zoom)


def _image(pixels: Pixels) -> QImage:
    """Return an image over the memory of contiguous pixels, which must outlive it."""
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
