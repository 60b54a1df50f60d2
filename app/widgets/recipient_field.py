"""The field for the recipient's name, completed from the catalog."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from app.i18n import joined, tr
from app.models.rows import Index
from app.theme import set_look, theme

_LAST = re.compile("^.*[;؛]")  # the last semicolon, and all that stands before it


class RecipientField(QLineEdit):
    """Who gets the copies."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Recipient"))
        self.setPlaceholderText(tr("Studio A; an agent; “public”…"))
        self.setToolTip(tr("One copy for each: part several recipients by semicolons."))
        self.setClearButtonEnabled(False)
        self.setMaxLength(2000)
        self.setAcceptDrops(False)  # files dropped here belong to the window
        self._names = QStringListModel(self)
        completer = _LastName(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        popup = QListView()
        popup.setAccessibleName(tr("Known recipients"))
        set_look(popup, "popup")
        completer.setPopup(popup)
        theme.dress(popup)  # a window without a parent
        self.setCompleter(completer)

    def offer(self, names: Sequence[str]) -> None:
        """Offer these names while somebody types."""
        if list(names) != self._names.stringList():
            self._names.setStringList(list(names))

    def names(self) -> list[str]:
        """Return the names, each once and without surplus spaces."""
        names = (" ".join(part.split()) for part in re.split("[;؛]", self.text()))
        return list(dict.fromkeys(name for name in names if name))

    def name(self) -> str:
        """Return all names as one text; empty where there is none."""
        return joined(self.names())


class _LastName(QCompleter):
    """Completes what stands behind the last semicolon."""

    def splitPath(self, path: str) -> list[str]:
        return [_LAST.sub("", path).strip()]

    def pathFromIndex(self, index: Index) -> str:
        name = str(index.data())
        field = self.widget()
        before = _LAST.match(field.text()) if isinstance(field, QLineEdit) else None
        return f"{before[0]} {name}" if before else name
