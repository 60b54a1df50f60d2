"""Records of the catalog as rows of a list that grows a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from app.i18n import joined
from app.models.rows import Index, Role, State


class Line(NamedTuple):
    """One row: the record behind it and what is drawn and read aloud of it.

    `action` says what the small sign at its end does, empty for none.
    """

    item: Any
    name: str
    state: State
    detail: str = ""
    icon: str = "file"
    action: str = ""


class RecordsModel(QAbstractListModel):
    """Rows of records; `want_more` is called when the last one comes into sight and there are more."""

    def __init__(self, want_more: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._want_more = want_more
        self._lines: list[Line] = []
        self._more = self._fetching = False

    def show_lines(self, lines: Sequence[Line], *, more: bool) -> None:
        """Show the first page of something else."""
        self._more, self._fetching = more, False
        if list(lines) == self._lines:
            return
        self.beginResetModel()
        self._lines = list(lines)
        self.endResetModel()

    def add_lines(self, lines: Sequence[Line], *, more: bool) -> None:
        """Add the next page."""
        if lines:
            self.beginInsertRows(QModelIndex(), len(self._lines), len(self._lines) + len(lines) - 1)
            self._lines += lines
            self.endInsertRows()
        self._more, self._fetching = more, False

    def lines(self) -> tuple[Line, ...]:
        """Return the rows that are loaded."""
        return tuple(self._lines)

    def item(self, index: Index) -> Any:
        """Return the record of a row; None for no row."""
        return self._lines[index.row()].item if index.isValid() else None

    def place_of(self, number: int) -> QModelIndex:
        """Return where the record with this number stands, or an invalid index."""
        for row, line in enumerate(self._lines):
            if line.item.id == number:
                return self.index(row, 0)
        return QModelIndex()

    def canFetchMore(self, parent: Index) -> bool:
        return self._more and not self._fetching and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._fetching = True
            self._want_more()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (line.name, line.state.word, line.detail)))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return joined(filter(None, (line.name, line.state.word, line.detail)))
        known = {
            Role.ITEM: line.item,
            Role.STATE: line.state,
            Role.DETAIL: line.detail,
            Role.KIND: line.icon,
            Role.ACTION: line.action,
        }
        return known.get(Role(role)) if role in known else None
