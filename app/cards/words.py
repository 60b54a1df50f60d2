"""The recovery words of a key, shown when asked for; and the proof that they are on paper."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.i18n import tr
from app.theme import Space
from app.widgets.parts import button, column, label, row
from app.widgets.recovery_proof import RecoveryProof
from app.widgets.recovery_words import RecoveryWords
from core.recovery import RecoverySheet


class WordsPanel(QWidget):
    """Hidden until `show_sheet`; `proven` tells the key whose words were read back."""

    proven = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._sheet: RecoverySheet | None = None
        self.recovery = RecoveryWords()
        self.proof = RecoveryProof()
        self.proof.changed.connect(self._proof_changed)
        self.result = label(look="muted", wrap=True)
        self.prove_button = button(tr("Read three of them back"), self.prove)
        self.hide_button = button(tr("Hide the words"), self.leave, look="quiet")
        body = column(self, spacing=Space.M)
        for widget in (self.recovery, self.proof, self.result):
            body.addWidget(widget)
        line = row(spacing=Space.S)
        line.addWidget(self.prove_button)
        line.addWidget(self.hide_button)
        line.addStretch(1)
        body.addLayout(line)
        self.leave()

    def show_sheet(self, sheet: RecoverySheet) -> None:
        """Show the words of a sheet until they are hidden."""
        self._sheet = sheet
        self.recovery.show_words(sheet.words)
        self.proof.hide()
        self.result.hide()
        for widget in (self.recovery, self.prove_button):
            widget.show()
        self.show()
        self.prove_button.setFocus()

    def prove(self) -> None:
        """Hide the words and ask for three of them."""
        self.recovery.show_words(())
        self.recovery.hide()
        self.prove_button.hide()
        self.proof.ask(self._sheet)
        self.proof.show()
        self.proof.go()

    def leave(self) -> None:
        """Show and keep no words any more."""
        self._sheet = None
        self.recovery.show_words(())
        self.proof.ask(None)
        self.hide()

    def _proof_changed(self) -> None:
        if self._sheet is None or not self.proof.proven():
            return
        said = tr("The words of {key} are right. Keep the paper well.", key=self._sheet.key)
        self.result.setText(said)
        self.result.setAccessibleName(said)
        self.result.show()
        self.proven.emit(self._sheet.key)
