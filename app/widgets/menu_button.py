"""A button that opens a short menu: for what is done seldom."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton

from app import icons
from app.theme import Size, Space, set_look


class MenuButton(QPushButton):
    """The button; `entries` are (words, what they do). `action` finds one by its words."""

    def __init__(self, words: str, entries: Sequence[tuple[str, Callable[[], object]]]) -> None:
        super().__init__(words)
        self.setAutoDefault(False)
        set_look(self, "menu")
        menu = QMenu(self)
        menu.setAccessibleName(words)
        self._actions: dict[str, QAction] = {}
        for entry, act in entries:
            made = menu.addAction(entry)
            made.triggered.connect(lambda checked=False, act=act: act())
            self._actions[entry] = made
        self.setMenu(menu)

    def action(self, words: str) -> QAction:
        """Return the entry with these words."""
        return self._actions[words]

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(Size.ICON, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        side = Size.ICON - Space.XS
        x = self.width() - side - Space.S if self.layoutDirection() == Qt.LayoutDirection.LeftToRight else Space.S
        icons.paint(painter, "down", "muted", QRectF(x, (self.height() - side) / 2, side, side))
        painter.end()
