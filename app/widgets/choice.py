"""A choice between a few words that lie side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QButtonGroup, QWidget

from app.theme import set_look
from app.widgets.buttons import Button
from app.widgets.parts import row


class Choice(QWidget):
    """One of a few values, shown as joined buttons; arrow keys move between them."""

    ACCESSIBLE_ROLE = QAccessible.Role.Grouping
    chosen = Signal(object)

    def __init__(self, name: str, options: Sequence[tuple[str, str, str]]) -> None:
        """`options` are (value, word, explanation)."""
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._values: list[str] = []
        line = row(self, spacing=0)
        for value, word, explanation in options:
            made = Button(word)
            made.setCheckable(True)
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            made.setAccessibleName(f"{name}: {word}")
            made.setToolTip(explanation)
            set_look(made, "choice")
            self._group.addButton(made, len(self._values))
            self._values.append(value)
            line.addWidget(made)
        line.addStretch(1)
        self._group.idClicked.connect(lambda number: self.chosen.emit(self._values[number]))

    def value(self) -> str:
        """Return what is chosen."""
        return self._values[max(self._group.checkedId(), 0)]

    def choose(self, value: str) -> None:
        """Choose a value, without telling anybody."""
        self._group.button(self._values.index(value)).setChecked(True)
