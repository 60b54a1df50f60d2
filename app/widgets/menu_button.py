"""A button that opens a short menu: for what is done seldom."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu

from app import icons
from app.theme import set_look
from app.widgets.buttons import Button


class MenuButton(Button):
    """The button; `entries` are (words, what they do). `action` finds one by its words."""

    def __init__(self, words: str, entries: Sequence[tuple[str, Callable[[], object]]]) -> None:
        super().__init__(words)
        set_look(self, "menu")
        # The arrow stands behind the word, on the side where reading ends.
        ahead, back = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
        self.setLayoutDirection(back if QGuiApplication.layoutDirection() == ahead else ahead)
        icons.set_icon(self, "down", "muted")
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
