"""The suspect files that were handed in, and the verdict on each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from app.i18n import tr
from app.models.rows import Index, Role, State
from core.model import Checked, Verdict


@dataclass(slots=True, eq=False)
class Suspect:
    """One file that is to be checked."""

    path: Path
    icon: str = "file"
    working: bool = False
    cancelled: bool = False
    share: float = 0.0
    result: Checked | None = None
    order: int = 0


class ChecksModel(QAbstractListModel):
    """The suspects as a list, in the order in which they were handed in."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Suspect] = []

    def add(self, files: Iterable[tuple[Path, str]]) -> list[Suspect]:
        """Add files with the icons of their kinds and return their new items; a file may be checked again."""
        first = len(self._items)
        fresh = [Suspect(path, icon, order=first + k) for k, (path, icon) in enumerate(files)]
        if fresh:
            self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
            self._items += fresh
            self.endInsertRows()
        return fresh

    def items(self) -> list[Suspect]:
        """Return all suspects."""
        return list(self._items)

    def start(self, item: Suspect, share: float = 0.0) -> None:
        """Note that a file is being checked, and how far that is."""
        item.working, item.share = True, share
        self._tell(item)

    def finish(self, item: Suspect, result: Checked) -> None:
        """Note the verdict on a file."""
        item.working, item.result = False, result
        self._tell(item)

    def cancel(self, item: Suspect) -> None:
        """Note that the check of a file was stopped."""
        item.working, item.cancelled = False, True
        self._tell(item)

    def remove(self, gone: Sequence[Suspect]) -> None:
        """Take items off the list; those at work stay."""
        leaving = {id(item) for item in gone if not item.working}
        if not leaving:
            return
        self.beginResetModel()
        self._items = [item for item in self._items if id(item) not in leaving]
        for place, item in enumerate(self._items):
            item.order = place
        self.endResetModel()

    def index_of(self, item: Suspect) -> QModelIndex:
        """Return the place of an item."""
        return self.index(item.order, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return item.path.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(item.path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{item.path.name}, {state(item).word}, {_detail(item)}"
        if role == Role.ITEM:
            return item
        if role == Role.STATE:
            return state(item)
        if role == Role.DETAIL:
            return _detail(item)
        if role == Role.SHARE:
            return item.share if item.working else None
        if role == Role.KIND:
            return item.icon
        if role == Role.ACTION:
            return tr("Cancel this check") if item.working else tr("Take this file off the list")
        return None

    def _tell(self, item: Suspect) -> None:
        if item.order < len(self._items) and self._items[item.order] is item:
            place = self.index(item.order, 0)
            self.dataChanged.emit(place, place)


def state(item: Suspect) -> State:
    """Return the state of a suspect as people see it."""
    if item.working:
        return State(tr("Checking"), "working", "accent")
    if item.cancelled:
        return State(tr("Cancelled"), "cancelled", "muted")
    if item.result is None:
        return State(tr("Waiting"), "waiting", "muted")
    return {
        Verdict.CERTAIN: State(tr("Certain"), "certain", "certain"),
        Verdict.PROBABLE: State(tr("Probable"), "probable", "probable"),
        Verdict.NOTHING: State(tr("Nothing found"), "nothing", "muted"),
        Verdict.UNREADABLE: State(tr("Could not be read"), "trouble", "trouble"),
    }[item.result.verdict]


def _detail(item: Suspect) -> str:
    if item.result is not None and item.result.matches:
        best = item.result.matches[0]
        if best.recipient is not None:
            return best.recipient.name
    return str(item.path.parent)
