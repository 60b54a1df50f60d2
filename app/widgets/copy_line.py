"""One long value on one line, a hash say: cut in the middle where it does not fit, and copied whole."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.i18n import tr
from app.theme import Space
from app.widgets.parts import ElidedLabel, icon_button, label, row


class CopyLine(QWidget):
    """A muted name, the value, and a button that copies it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        line = row(self, spacing=Space.S)
        line.addWidget(label(name, "muted"))
        self.value = ElidedLabel()
        line.addWidget(self.value, 1)
        self.button = icon_button("copy", tr("Copy: {name}", name=name), self.copy)
        line.addWidget(self.button)

    def show_text(self, text: str) -> None:
        """Show another value."""
        self.value.show_text(text)
        self.button.setEnabled(bool(text))

    def text(self) -> str:
        """Return the whole value."""
        return self.value.full_text()

    def copy(self) -> None:
        """Put the value into the clipboard."""
        QGuiApplication.clipboard().setText(self.text())
