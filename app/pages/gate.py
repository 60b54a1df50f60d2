"""What stands before the window proper: a centred sheet for the first start and for a key that asks its passphrase."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desk import Desk
from app.i18n import shown, tr
from app.theme import Size, Space, set_look
from app.widgets.parts import IconLabel, button, column, label, row, scrolled
from app.widgets.passphrase_fields import secret_field
from core.errors import KeyFileError


class Gate(QWidget):
    """A centred sheet; `passed` is emitted when the key is open."""

    passed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_look(self, "page")
        inside = QWidget()
        middle = column(inside, margins=Space.XL)
        middle.addStretch(2)
        sheet = QWidget()
        sheet.setMaximumWidth(Size.READING)
        self.sheet: QVBoxLayout = column(sheet, spacing=Space.L)
        line = row()
        line.addStretch(1)
        line.addWidget(sheet, 100)
        line.addStretch(1)
        middle.addLayout(line)
        middle.addStretch(3)
        column(self).addWidget(scrolled(inside))

    def shown(self) -> None:
        """Put the cursor where it belongs."""


class UnlockPage(Gate):
    """Asks for the passphrase of the key."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.sheet.addWidget(IconLabel("drawing-key", "accent", Size.DRAWING))
        self.title = label(tr("Open your key"), "title")
        self.sheet.addWidget(self.title)
        self.which = label(look="muted", wrap=True)
        self.sheet.addWidget(self.which)
        self.field = secret_field(tr("Passphrase"))
        self.field.setPlaceholderText(tr("Passphrase"))
        self.field.returnPressed.connect(self.unlock)
        self.button = button(tr("Open"), self.unlock, look="primary")
        line = row(spacing=Space.S)
        line.addWidget(self.field, 1)
        line.addWidget(self.button)
        self.sheet.addLayout(line)
        self.problem = label(look="trouble", wrap=True)
        self.problem.hide()
        self.sheet.addWidget(self.problem)

    def shown(self) -> None:
        self.field.setFocus()

    def unlock(self) -> None:
        """Open the key with what was typed."""
        passphrase, session = self.field.text(), self.desk.session
        self._wait(True)

        def work() -> None:
            session.unlock(lambda file: passphrase)
            _ = session.catalog  # opened here, so that no page waits for it later

        self.desk.jobs.call(work, lambda done: self._opened(), self._failed)

    def open_without(self) -> None:
        """Open a key that has no passphrase: there is nothing to ask."""
        self.field.hide()
        self.button.hide()
        self.title.setText(tr("Opening your key…"))
        self.unlock()

    def _opened(self) -> None:
        self.field.clear()
        self._wait(False)
        self.passed.emit()

    def _failed(self, error: Exception) -> None:
        self._wait(False)
        if isinstance(error, KeyFileError):
            self.problem.setText(shown(str(error)))
            self.problem.show()
            self.field.selectAll()
            self.field.setFocus()
        else:
            self.desk.messages.show_error(error)

    def _wait(self, waiting: bool) -> None:
        self.field.setEnabled(not waiting)
        self.button.setEnabled(not waiting)
        self.button.setText(tr("Opening…") if waiting else tr("Open"))
        if waiting:
            self.problem.hide()
