"""What lies over the page while files are dragged above it: it says what dropping them will do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app import icons
from app.theme import APPEARING, Size, Space, theme


class DropVeil(QWidget):
    """A veil that lets the drag through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._under = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.words = ""
        self._fade = QVariantAnimation(self)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.valueChanged.connect(self._faded)
        self._share = 1.0
        self.hide()

    def say(self, words: str) -> None:
        """Show these words over all of the parent."""
        self.words = words
        self.setAccessibleName(words)
        self.setGeometry(self._under.rect())
        self.raise_()
        if not self.isVisible():
            self._fade.setDuration(theme.lasting(APPEARING))
            self._fade.start()
        self.show()
        self.update()

    def _faded(self, share: float) -> None:
        self._share = share
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = theme.colour("window")
        painter.setOpacity(self._share)
        ground.setAlphaF(0.94)
        painter.fillRect(self.rect(), ground)
        frame = QRectF(self.rect()).adjusted(Space.L, Space.L, -Space.L, -Space.L)
        pen = QPen(theme.colour("accent"), Size.FOCUS, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(frame, Size.CARD_CORNER, Size.CARD_CORNER)
        middle = frame.center()
        side = Size.ICON_LARGE
        icons.paint(painter, "add", "accent", QRectF(middle.x() - side / 2, middle.y() - side - Space.S, side, side))
        painter.setFont(theme.font(Size.TITLE, bold=True))
        painter.setPen(theme.colour("ink"))
        below = QRectF(frame.left(), middle.y() + Space.S, frame.width(), side * 2)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self.words)
        painter.end()
