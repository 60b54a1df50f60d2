"""The switch between the parts of a page: words side by side, of which one is in front."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.i18n import tr
from app.theme import Size, Space, set_look, theme
from app.widgets.buttons import Button
from app.widgets.parts import row


class Tabs(QWidget):
    """Parts by their numbers; arrow keys, Home and End move between them. `chosen` tells the number of one."""

    chosen = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setAccessibleName(name)
        self._tabs: list[QPushButton] = []
        self._line = row(self, spacing=Space.XS)
        self._line.addStretch(1)

    def add(self, word: str) -> None:
        """Add a part; the first one is in front."""
        made = Button(word)
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        made.setAccessibleName(word)
        made.setAccessibleDescription(self._name)
        made.installEventFilter(self)
        set_look(made, "tab")
        bold = QFontMetrics(theme.font(Size.BODY, bold=True))  # of the one in front: no word moves when it changes
        made.setMinimumWidth(bold.horizontalAdvance(word) + 2 * Space.L)
        number = len(self._tabs)
        made.clicked.connect(lambda checked=False: self._click(number))
        self._tabs.append(made)
        self._line.insertWidget(number, made)
        self.choose(self.current())

    def current(self) -> int:
        """Return the number of the part in front."""
        return next((number for number, tab in enumerate(self._tabs) if tab.isChecked()), 0)

    def choose(self, number: int) -> None:
        """Show a part as the one in front, without telling anybody."""
        for other, tab in enumerate(self._tabs):
            tab.setChecked(other == number)
            tab.setToolTip(tr("In front") if other == number else tr("Show {part}", part=tab.text()))

    def tab(self, number: int) -> QPushButton:
        """Return the button of a part."""
        return self._tabs[number]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched in self._tabs:
            on = -1 if self.isRightToLeft() else 1
            place, last = self._tabs.index(watched), len(self._tabs) - 1
            goal = {
                Qt.Key.Key_Left: place - on,
                Qt.Key.Key_Right: place + on,
                Qt.Key.Key_Home: 0,
                Qt.Key.Key_End: last,
            }.get(Qt.Key(event.key()))
            if goal is not None:
                goal %= last + 1
                self._tabs[goal].setFocus(Qt.FocusReason.TabFocusReason)
                self._click(goal)
                return True
        return super().eventFilter(watched, event)

    def _click(self, number: int) -> None:
        self.choose(number)
        self.chosen.emit(number)
