"""A passphrase and its repetition, with plain words about an empty one and one that differs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.i18n import tr
from app.theme import Size, Space, set_look
from app.widgets.parts import column, label, row


def words_field() -> QPlainTextEdit:
    """Return the field for the 24 recovery words of a key."""
    made = QPlainTextEdit()
    made.setAccessibleName(tr("The 24 recovery words of your key"))
    made.setPlaceholderText(tr("The 24 recovery words, in their order"))
    made.setTabChangesFocus(True)
    made.setAcceptDrops(False)
    made.setFixedHeight(Size.TILE_PICTURE)
    return made


class PassphraseFields(QWidget):
    """Two fields that must agree; both may be empty."""

    changed = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.first = secret_field(tr("Passphrase"))
        self.second = secret_field(tr("Passphrase again"))
        self.note = label(wrap=True)
        stack = column(self, spacing=Space.S)
        line = row(spacing=Space.L)
        for field in (self.first, self.second):
            cell = column(spacing=Space.XS)
            title = label(field.accessibleName(), "small")
            title.setBuddy(field)
            cell.addWidget(title)
            cell.addWidget(field)
            line.addLayout(cell, 1)
            field.textChanged.connect(self._refresh)
            field.returnPressed.connect(self.entered)
        stack.addLayout(line)
        stack.addWidget(self.note)
        self._refresh()

    def agree(self) -> bool:
        """Return whether both fields say the same."""
        return self.first.text() == self.second.text()

    def passphrase(self) -> str:
        """Return the passphrase."""
        return self.first.text()

    def clear(self) -> None:
        """Forget what was typed."""
        self.first.clear()
        self.second.clear()

    def _refresh(self) -> None:
        if not self.agree() and self.second.text():
            look, text = "trouble", tr("The two passphrases differ.")
        elif not self.first.text():
            look = "muted"
            text = tr("Without a passphrase, everybody who can read this computer's files can use your key.")
        else:
            look, text = "muted", tr("You type it each time Countermark starts. Nobody can reset it for you.")
        set_look(self.note, look)
        self.note.setText(text)
        self.changed.emit()


def secret_field(name: str) -> QLineEdit:
    """Return a field that hides what is typed."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setAccessibleName(name)
    field.setAcceptDrops(False)
    field.setClearButtonEnabled(False)
    return field
