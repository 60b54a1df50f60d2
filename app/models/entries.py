"""Plain entries as rows: what a list of agreements, checks, cases or changes shows of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from app.i18n import joined
from app.models.rows import Index, Role, State


class Entry(NamedTuple):
    """One row: a name, what is told below or beside it, an icon, and the thing itself."""

    name: str
    state: State
    icon: str
    item: Any = None
    detail: str = ""
    action: str = ""


class EntriesModel(QAbstractListModel):
    """Entries in the order given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these entries."""
        if list(entries) == self._entries:
            return
        self.beginResetModel()
        self._entries = list(entries)
        self.endResetModel()

    def add(self, entries: Sequence[Entry]) -> None:
        """Show further entries below the others."""
        if entries:
            first = len(self._entries)
            self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
            self._entries += entries
            self.endInsertRows()

    def entry(self, row: int) -> Entry:
        """Return the entry of a row."""
        return self._entries[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        told: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: entry.name,
            Qt.ItemDataRole.ToolTipRole: "\n".join(filter(None, (entry.name, entry.state.word, entry.detail))),
            Qt.ItemDataRole.AccessibleTextRole: joined(filter(None, (entry.name, entry.state.word, entry.detail))),
            Role.ITEM: entry.item,
            Role.STATE: entry.state,
            Role.KIND: entry.icon,
            Role.DETAIL: entry.detail,
            Role.ACTION: entry.action,
        }
        return told.get(role)
