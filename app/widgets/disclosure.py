"""Details that are there when wanted: a line to click, and what it unfolds."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app import icons
from app.theme import Space
from app.widgets.parts import button, column, row


class Disclosure(QWidget):
    """A quiet button that shows or hides its content; `aside` stands beside the button."""

    def __init__(self, title: str, content: QWidget, aside: QWidget | None = None) -> None:
        super().__init__()
        self._content = content
        self.button = button(title, self._toggle, look="quiet", icon="less")
        self.button.setCheckable(True)
        stack = column(self, spacing=Space.XS)
        if aside is None:
            stack.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            head = row(spacing=Space.M)
            head.addWidget(self.button)
            head.addWidget(aside, 1)
            stack.addLayout(head)
        stack.addWidget(content)
        content.hide()

    def open(self) -> None:
        """Show the content."""
        self.button.setChecked(True)
        self._toggle()

    def _toggle(self) -> None:
        shown = self.button.isChecked()
        self._content.setVisible(shown)
        icons.set_icon(self.button, "more" if shown else "less", "accent")
