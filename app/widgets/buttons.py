"""Buttons that the Return key presses as the space bar does: in a window Qt has it press those of dialogs alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QToolButton

_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Button(QPushButton):
    """A push button that is no dialog's default: a field's Return never presses it."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self.setAutoDefault(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _RETURN:
            super().keyPressEvent(event)
        elif event.isAutoRepeat():  # of a Return that pressed something else
            event.accept()
        elif self.menu() is not None:
            self.showMenu()
        else:
            self.click()


class ToolButton(QToolButton):
    """A button of the rail."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _RETURN:
            super().keyPressEvent(event)
        elif event.isAutoRepeat():
            event.accept()
        else:
            self.click()
