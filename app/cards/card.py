"""What all cards of the Settings page share: a frame with a heading, and a place where something is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from app.desk import Desk
from app.theme import Space, set_look
from app.widgets.ask import Ask
from app.widgets.parts import column, label, row


class Card(QFrame):
    """One card. `ask` stands below the content, hidden until something is asked."""

    def __init__(self, desk: Desk, title: str, text: str = "") -> None:
        super().__init__()
        self.desk = desk
        set_look(self, "card")
        body = column(self, margins=Space.L, spacing=Space.M)
        self.head: QHBoxLayout = row(spacing=Space.S)
        self.head.addWidget(label(title, "heading"), 1)
        body.addLayout(self.head)
        if text:
            body.addWidget(label(text, "muted", wrap=True))
        self.content: QVBoxLayout = column(spacing=Space.M)
        body.addLayout(self.content)
        self.ask = Ask()
        body.addWidget(self.ask)

    def shown(self) -> None:
        """Make the card fresh: its page is in front now."""

    def escape(self) -> bool:
        """Leave what is asked; return whether anything was."""
        asking = not self.ask.isHidden()
        if asking:
            self.ask.leave()
        return asking

    def add_buttons(self, *buttons: QPushButton) -> None:
        """Add a line of buttons."""
        line = row(spacing=Space.S)
        for one in buttons:
            line.addWidget(one, 0, Qt.AlignmentFlag.AlignLeft)
        line.addStretch(1)
        self.content.addLayout(line)

    def do(self, function: Callable[[], Any], then: Callable[[Any], object]) -> None:
        """Do beside the window what was asked for; `then` gets what it returned, or the question says why not."""

        def went_well(value: Any) -> None:
            self.ask.done()
            then(value)

        self.desk.jobs.call(function, went_well, self._failed)

    def _failed(self, error: Exception) -> None:
        if self.ask.isHidden():
            self.desk.messages.show_error(error)
        else:
            self.ask.fail(error)
