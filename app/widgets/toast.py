"""A quiet notice at the foot of a page: what was done, and the way back. It takes no room and asks for nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from app.i18n import tr
from app.theme import Space, set_look
from app.widgets.parts import ElidedLabel, button, icon_button, row

_SHOWN = 12_000  # milliseconds; it stays while the mouse rests on it or it has the focus


class Toast(QFrame):
    """Lies above its page, in the middle of the foot."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._action: Callable[[], object] | None = None
        set_look(self, "toast")
        self.setAccessibleName(tr("Notice"))
        line = row(self, margins=(Space.L, Space.XS, Space.S, Space.XS), spacing=Space.S)
        self._words = ElidedLabel()
        line.addWidget(self._words, 1)
        self.act_button = button(tr("Undo"), self._act, look="quiet")
        line.addWidget(self.act_button)
        self.close_button = icon_button("close", tr("Dismiss this notice"), self.hide)
        line.addWidget(self.close_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN)
        self._timer.timeout.connect(self._fade)
        page.installEventFilter(self)
        self.hide()

    def say(self, words: str, action: Callable[[], object] | None = None, word: str = "") -> None:
        """Show words for a while, with a button for the way back where there is one."""
        self._words.show_text(words)
        self._action = action
        self.act_button.setVisible(action is not None)
        self.act_button.setText(word or tr("Undo"))
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def text(self) -> str:
        """Return what is shown; empty while nothing is."""
        return "" if self.isHidden() else self._words.full_text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        words = self._words.fontMetrics().horizontalAdvance(self._words.full_text())
        buttons = self.close_button.sizeHint().width() + Space.L + Space.S
        if self._action is not None:
            buttons += self.act_button.sizeHint().width() + Space.S
        width = min(words + buttons + 3 * Space.L, self._page.width() - 2 * Space.XL)
        height = self.sizeHint().height()
        self.setGeometry((self._page.width() - width) // 2, self._page.height() - height - Space.XL, width, height)

    def _act(self) -> None:
        action, self._action = self._action, None
        self.hide()
        if action is not None:
            action()

    def _fade(self) -> None:
        if self.underMouse() or self.act_button.hasFocus() or self.close_button.hasFocus():
            self._timer.start()
        else:
            self.hide()
