"""Asks for a few of the 24 words again, as a proof that they are written down."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.i18n import counted, joined, tr
from app.theme import Space, set_look
from app.widgets.parts import clear, column, label, row
from core.recovery import RecoverySheet


class RecoveryProof(QWidget):
    """Some fields to type words into; `changed` tells that `proven` may be another now."""

    changed = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._sheet: RecoverySheet | None = None
        self.fields: dict[int, QLineEdit] = {}
        stack = column(self, spacing=Space.S)
        self._line = row(spacing=Space.L)
        stack.addLayout(self._line)
        self.note = label(look="muted", wrap=True)
        stack.addWidget(self.note)

    def ask(self, sheet: RecoverySheet | None) -> None:
        """Ask for words of this sheet; of none, forget them all."""
        self._sheet = sheet
        self.fields = {}
        clear(self._line)
        for place in sheet.retype if sheet is not None else ():
            cell = column(spacing=Space.XS)
            field = QLineEdit()
            field.setAccessibleName(tr("Word {number}", number=place))
            field.setMaxLength(20)
            field.setAcceptDrops(False)
            field.textChanged.connect(self._refresh)
            field.returnPressed.connect(self.entered)
            title = label(field.accessibleName(), "small")
            title.setBuddy(field)
            cell.addWidget(title)
            cell.addWidget(field)
            self._line.addLayout(cell, 1)
            self.fields[place] = field
        self._refresh()

    def go(self) -> None:
        """Put the cursor into the first field."""
        for field in list(self.fields.values())[:1]:
            field.setFocus()

    def proven(self) -> bool:
        """Return whether all words were typed as they are on the sheet."""
        return self._sheet is not None and not self._sheet.wrong(self._typed())

    def _typed(self) -> dict[int, str]:
        return {place: field.text() for place, field in self.fields.items()}

    def _refresh(self) -> None:
        typed = self._typed()
        done = all(word.strip() for word in typed.values()) and self._sheet is not None
        wrong = self._sheet.wrong(typed) if done and self._sheet is not None else ()
        if wrong:
            text = counted(
                len(wrong),
                "Word {places} is another one on your sheet. Look again.",
                "Words {places} are others on your sheet. Look again.",
                places=joined(map(str, wrong)),
            )
        else:
            text = tr("They are right.") if done else tr("Read them from your paper.")
        set_look(self.note, "trouble" if wrong else "muted")
        self.note.setText(text)
        self.changed.emit()
