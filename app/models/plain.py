"""A short list of things that are told and chosen: a name, a line below, a state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt

from app.i18n import joined
from app.models.rows import Index, Role, State


@dataclass(frozen=True, slots=True)
class Row:
    """One thing: what it is called, what is said of it, how it stands, its icon, and the object behind it."""

    name: str
    detail: str
    state: State
    icon: str
    item: Any


class PlainModel(QAbstractListModel):
    """Rows that are shown anew as a whole."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Row] = ()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        return {
            int(Qt.ItemDataRole.DisplayRole): row.name,
            int(Qt.ItemDataRole.ToolTipRole): row.detail,
            int(Qt.ItemDataRole.AccessibleTextRole): joined(filter(None, (row.name, row.state.word, row.detail))),
            int(Role.DETAIL): row.detail,
            int(Role.STATE): row.state,
            int(Role.KIND): row.icon,
            int(Role.ACTION): "",
            int(Role.ITEM): row.item,
        }.get(int(role))
