"""What copies are called: a choice of ways, or an own pattern, with an example beside it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.i18n import shown, tr
from app.theme import Space, set_look
from app.widgets.parts import ComboBox, ElidedLabel, row
from core.errors import RefusedError
from core.naming import USUAL, Naming

_OWN = "own"


class NamingField(QWidget):
    """A pattern of `core.naming.Naming`, empty for the usual one. `changed` tells that it is another now."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._recipient = self._purpose = ""
        self.choice = ComboBox(tr("Names of copies"))
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for words, pattern in (
            (tr("Name (recipient)"), ""),
            (tr("Date, name (recipient)"), "{date} {name} ({recipient})"),
            (tr("A folder for each recipient"), "{recipient}/{name}"),
            (tr("The original’s name"), "{name}"),
            (tr("Own pattern"), _OWN),
        ):
            self.choice.addItem(words, pattern)
        self.own = QLineEdit(USUAL)
        self.own.setAccessibleName(tr("Pattern for the names of copies"))
        self.own.setToolTip(
            tr("Text with {fields}; a slash for a folder.", fields="{name}, {recipient}, {date}, {purpose}")
        )
        self.own.setAcceptDrops(False)
        self.own.hide()
        self.example = ElidedLabel(look="muted")
        line = row(self, spacing=Space.M)
        line.addWidget(self.choice)
        line.addWidget(self.own, 1)
        line.addWidget(self.example, 1)
        self.setFocusProxy(self.choice)
        self.choice.currentIndexChanged.connect(self._touched)
        self.own.textChanged.connect(self._touched)
        self._touched()

    def pattern(self) -> str:
        """Return the pattern, empty for the usual one. One that names nothing is returned, too: see `trouble`."""
        said = str(self.choice.currentData())
        said = self.own.text().strip() if said == _OWN else said
        return "" if said == USUAL else said

    def choose(self, pattern: str) -> None:
        """Show a pattern as chosen."""
        place = self.choice.findData(pattern)
        if place < 0:
            self.own.setText(pattern)
            place = self.choice.findData(_OWN)
        self.choice.setCurrentIndex(place)

    def trouble(self) -> str:
        """Return why the pattern could not name copies; empty where it can."""
        try:
            Naming(self.pattern() or USUAL)
        except RefusedError as error:
            return shown(error.message)
        return ""

    def show_example(self, recipient: str, purpose: str) -> None:
        """Name the example's copy as those will be: for this recipient, with this purpose."""
        self._recipient, self._purpose = recipient, purpose
        self._show()

    def _touched(self) -> None:
        self.own.setVisible(self.choice.currentData() == _OWN)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        trouble = self.trouble()
        set_look(self.example, "trouble" if trouble else "muted")
        if not trouble:
            recipient = self._recipient or tr("Studio A")
            path = Naming(self.pattern() or USUAL).path(tr("portrait.jpg"), recipient, purpose=self._purpose)
            trouble = tr("As in: {path}", path=path.as_posix())
        self.example.show_text(trouble)
