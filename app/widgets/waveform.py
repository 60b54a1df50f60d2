"""The outline of a recording: where it is loud, where the mark lies, where it plays. A click goes there."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.i18n import joined, seconds, tr
from app.theme import Size, Space, theme

Spans = tuple[tuple[float, float], ...]
_STEP, _LEAP = 1.0, 5.0  # seconds that a key moves the place by


class Waveform(QWidget):
    """Peaks or a spectrogram over time, with a place that can be moved by mouse and keys."""

    ACCESSIBLE_ROLE = QAccessible.Role.Slider
    sought = Signal(float)  # seconds

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._peaks: npt.NDArray[np.float32] = np.zeros((1, 2), np.float32)
        self._image: QImage | None = None
        self._total = 0.0
        self._place = 0.0
        self._spans: Spans = ()
        self._role = "certain"
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)
        self._describe()

    def show_peaks(
        self, peaks: npt.NDArray[np.float32], total: float, spans: Spans = (), role: str = "certain"
    ) -> None:
        """Show the lowest and highest sample of each column (columns, 2), -1 to 1, of `total` seconds."""
        self._peaks, self._total, self._spans, self._role = peaks, total, spans, role
        self._describe()
        self.update()

    def show_spectrogram(self, image: QImage | None) -> None:
        """Show a picture of time (across) and frequency (upwards) instead of the peaks; None: the peaks again."""
        self._image = image
        self.update()

    def show_place(self, place: float) -> None:
        """Move the line that tells where it plays."""
        if place != self._place:
            self._place = place
            self._describe()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(Size.READING, Size.PREVIEW)

    def minimumSizeHint(self) -> QSize:
        return QSize(Size.PREVIEW, Size.TIMELINE * 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._seek(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _LEAP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
        moves = {Qt.Key.Key_Left: -step, Qt.Key.Key_Right: step}
        if event.key() in moves:
            # Time runs from left to right in every language, as on every other player.
            self.sought.emit(min(max(0.0, self._place + moves[Qt.Key(event.key())]), self._total))
        elif event.key() == Qt.Key.Key_Home:
            self.sought.emit(0.0)
        elif event.key() == Qt.Key.Key_End:
            self.sought.emit(self._total)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(
            QPen(theme.colour("accent" if self.hasFocus() else "line"), Size.FOCUS if self.hasFocus() else 1)
        )
        painter.setBrush(theme.colour("window"))
        painter.drawRoundedRect(edge, Size.CORNER, Size.CORNER)
        room = self._room()
        self._marked(painter, room)
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(room.toRect(), self._tinted(self._image))
        else:
            self._columns(painter, room)
        if self._total > 0:
            x = room.left() + self._place / self._total * room.width()
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        painter.end()

    def _tinted(self, image: QImage) -> QPixmap:
        """Return the spectrogram in the colour of ink."""
        tinted = QPixmap(image.size())
        tinted.fill(Qt.GlobalColor.transparent)
        painter = QPainter(tinted)
        painter.drawImage(0, 0, image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(tinted.rect(), theme.colour("ink"))
        painter.end()
        return tinted

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(Space.XS, Space.XS, -Space.XS, -Space.XS)

    def _marked(self, painter: QPainter, room: QRectF) -> None:
        ground = theme.colour(self._role)
        ground.setAlphaF(0.14)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        total = max(self._total, 1e-9)
        for start, end in self._spans:
            left = room.left() + max(0.0, start) / total * room.width()
            right = room.left() + min(end, total) / total * room.width()
            painter.drawRect(QRectF(left, room.top(), right - left, room.height()))

    def _columns(self, painter: QPainter, room: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        loudest = max(float(np.abs(self._peaks).max()), 1e-6)
        middle, reach = room.center().y(), room.height() / 2 - Space.XS
        step = 3
        edges = np.linspace(0, len(self._peaks), max(2, int(room.width()) // step + 1)).astype(int)
        total = max(self._total, 1e-9)
        for number, (first, last) in enumerate(itertools.pairwise(edges)):
            part = self._peaks[first : max(last, first + 1)]
            if not len(part):
                continue
            low, high = float(part[:, 0].min()) / loudest, float(part[:, 1].max()) / loudest
            at = (number + 0.5) / (len(edges) - 1) * total
            marked = any(start <= at <= end for start, end in self._spans)
            painter.setBrush(theme.colour(self._role if marked else "muted"))
            x = room.left() + number * room.width() / (len(edges) - 1)
            painter.drawRoundedRect(QRectF(x, middle - high * reach, 2, max(1.0, (high - low) * reach)), 1, 1)

    def _seek(self, x: float) -> None:
        room = self._room()
        share = (x - room.left()) / max(1.0, room.width())
        self.sought.emit(min(max(0.0, share), 1.0) * self._total)

    def _describe(self) -> None:
        spans = joined(f"{seconds(a)} – {seconds(b)}" for a, b in self._spans)
        text = tr("{name}: {place} of {total}", name=self._name, place=seconds(self._place), total=seconds(self._total))
        self.setAccessibleName(text + (" " + tr("Marked: {spans}", spans=spans) if spans else ""))
