"""A panel in the page that asks for a few things before something is done; no dialog that blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from app.i18n import tr
from app.theme import Size, Space, set_look
from app.widgets.form import Field, Form
from app.widgets.parts import button, column, label, row

Act = Callable[[Mapping[str, str]], Mapping[str, str] | None]  # what was typed -> what is wrong with it, by field


class ActPanel(QFrame):
    """A question with a form, the button that does it, and one that does not. Escape closes it.

    `opened` says whether it is open now.
    """

    opened = Signal(bool)

    def __init__(self, title: str, explanation: str, fields: Sequence[Field], word: str, act: Act) -> None:
        super().__init__()
        set_look(self, "card")
        self.setMaximumWidth(Size.FORM)
        self._act = act
        stack = column(self, margins=Space.L, spacing=Space.M)
        self.title = label(title, "heading", wrap=True)
        stack.addWidget(self.title)
        self.explanation = label(explanation, "muted", wrap=True)
        if not explanation:  # shown before it has its place, it would be a window of its own for a moment
            self.explanation.hide()
        stack.addWidget(self.explanation)
        self.form = Form(fields)
        stack.addWidget(self.form)
        line = row(spacing=Space.S)
        self.do_button = button(word, self.do, look="primary")
        self.close_button = button(tr("Cancel"), self.close_panel)
        line.addWidget(self.do_button)
        line.addWidget(self.close_button)
        line.addStretch(1)
        stack.addLayout(line)
        self.hide()

    def ask(self, **values: str) -> None:
        """Open the panel with these values."""
        self.form.show_values(values)
        self.show()
        self.opened.emit(True)
        first = next(iter(self.form.controls), None)
        if first is not None:
            self.form.go_to(first)

    def do(self) -> None:
        """Do it, unless something is wrong with what was typed: that is said at its field."""
        wrong = self._act(self.form.values())
        if wrong:
            self.form.show_errors(wrong)
        else:
            self.close_panel()

    def close_panel(self) -> None:
        """Close the panel; nothing is done."""
        self.hide()
        self.opened.emit(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
            return
        super().keyPressEvent(event)
