"""The field for the recipient's name, completed from the catalog."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from app.i18n import tr
from app.theme import set_look


class RecipientField(QLineEdit):
    """Who gets the copies."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Recipient"))
        self.setPlaceholderText(tr("Studio A, an agent, “public”…"))
        self.setClearButtonEnabled(False)
        self.setMaxLength(200)
        self.setAcceptDrops(False)  # files dropped here belong to the window
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        popup = QListView()
        popup.setAccessibleName(tr("Known recipients"))
        set_look(popup, "popup")
        completer.setPopup(popup)
        self.setCompleter(completer)

    def offer(self, names: Sequence[str]) -> None:
        """Offer these names while somebody types."""
        if list(names) != self._names.stringList():
            self._names.setStringList(list(names))

    def name(self) -> str:
        """Return the name without surplus spaces."""
        return " ".join(self.text().split())
