"""A question in the page itself: what would be done, and the two answers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.i18n import tr
from app.theme import Space
from app.widgets.parts import IconLabel, button, card, column, label, row


class Question(QWidget):
    """Takes no room while nothing is asked. The answer that changes nothing has the focus; Escape gives it."""

    def __init__(self) -> None:
        super().__init__()
        self._action: Callable[[], object] | None = None
        frame = card("notice")
        column(self).addWidget(frame)
        line = row(frame, margins=Space.M)
        line.addWidget(IconLabel("trouble", "probable"), 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=Space.XS)
        self._question = label(look="strong", wrap=True)
        self._hint = label(wrap=True)
        words.addWidget(self._question)
        words.addWidget(self._hint)
        line.addLayout(words, 1)
        self.yes_button = button(tr("Do it"), self._yes)
        self.no_button = button(tr("Leave it"), self.dismiss)
        line.addWidget(self.yes_button, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.no_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def ask(self, question: str, hint: str, answer: str, action: Callable[[], object]) -> None:
        """Ask; `answer` is the word on the button that does it."""
        self._question.setText(question)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.yes_button.setText(answer)
        self.setAccessibleName(f"{question} {hint}".strip())
        self._action = action
        self.show()
        self.no_button.setFocus()

    def text(self) -> str:
        """Return what is asked; empty while nothing is."""
        return "" if self.isHidden() else self.accessibleName()

    def dismiss(self) -> None:
        """Do nothing."""
        self._action = None
        self.hide()

    def _yes(self) -> None:
        action = self._action
        self.dismiss()
        if action is not None:
            action()
