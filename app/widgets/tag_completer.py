"""Offers the tags that there are while somebody types several, with commas between them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from app.i18n import joined, tr
from app.models.rows import Index
from app.theme import set_look, theme

_LAST_COMMA = re.compile("^.*[,;،؛]", re.DOTALL)  # and all that stands before it


class TagCompleter(QCompleter):
    """Completes what stands behind the last comma of a field."""

    def __init__(self, field: QLineEdit) -> None:
        self._names = QStringListModel(field)
        super().__init__(self._names, field)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        popup = QListView()
        popup.setAccessibleName(tr("Known tags"))
        set_look(popup, "popup")
        self.setPopup(popup)
        theme.dress(popup)  # a window without a parent
        field.setCompleter(self)

    def offer(self, tags: Sequence[str]) -> None:
        """Offer these tags."""
        if list(tags) != self._names.stringList():
            self._names.setStringList(list(tags))

    def splitPath(self, path: str) -> list[str]:
        return [_LAST_COMMA.sub("", path).strip()]

    def pathFromIndex(self, index: Index) -> str:
        field = self.widget()
        before = _LAST_COMMA.match(field.text()) if isinstance(field, QLineEdit) else None
        return joined((before[0].rstrip(",،;؛ "), str(index.data()))) if before else str(index.data())
