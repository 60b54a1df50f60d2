"""The suspect files that were handed in, and the verdict on each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, QTimer

from app.i18n import tr
from app.models.rows import Index, Role, State
from core.model import Checked, Likeness, Verdict
from core.printable import printable

_GATHER = 40  # milliseconds in which changes of rows are gathered before the list draws them


@dataclass(slots=True, eq=False)
class Suspect:
    """One file that is to be checked; `works` are the numbers of works that its user compares it with."""

    path: Path
    icon: str = "file"
    working: bool = False
    cancelled: bool = False
    share: float = 0.0
    result: Checked | None = None
    order: int = 0
    works: tuple[int, ...] = ()


class ChecksModel(QAbstractListModel):
    """The suspects as a list, in the order in which they were handed in.

    `found` counts those that carry a mark. Changes are told together, a few times a second at most: thousands of
    results cost the list no more than it can draw.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found = 0
        self._items: list[Suspect] = []
        self._touched: tuple[int, int] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GATHER)
        self._timer.timeout.connect(self.tell)

    def add(self, files: Iterable[tuple[Path, str]]) -> list[Suspect]:
        """Add files with the icons of their kinds and return their new items; a file may be checked again."""
        first = len(self._items)
        fresh = [Suspect(path, icon, order=first + k) for k, (path, icon) in enumerate(files)]
        if fresh:
            self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
            self._items += fresh
            self.endInsertRows()
        return fresh

    def holds(self, item: Suspect) -> bool:
        """Return whether an item is on the list."""
        return item.order < len(self._items) and self._items[item.order] is item

    def items(self) -> list[Suspect]:
        """Return all suspects."""
        return list(self._items)

    def start(self, item: Suspect, share: float = 0.0) -> None:
        """Note that a file is being checked, and how far that is."""
        item.working, item.share = True, share
        self._touch(item)

    def finish(self, item: Suspect, result: Checked) -> None:
        """Note the verdict on a file."""
        item.working, item.result = False, result
        self.found += bool(result.matches)
        self._touch(item)

    def cancel(self, item: Suspect) -> None:
        """Note that the check of a file was stopped."""
        item.working, item.cancelled = False, True
        self._touch(item)

    def again(self, item: Suspect, works: Sequence[int]) -> None:
        """Note that a file waits to be checked once more, compared with works."""
        self.found -= item.result is not None and bool(item.result.matches)
        item.result, item.cancelled, item.share, item.works = None, False, 0.0, tuple(works)
        self._touch(item)

    def remove(self, gone: Sequence[Suspect]) -> None:
        """Take items off the list; those at work stay."""
        leaving = {id(item) for item in gone if not item.working}
        if not leaving:
            return
        self.beginResetModel()
        self._items = [item for item in self._items if id(item) not in leaving]
        for place, item in enumerate(self._items):
            item.order = place
        self.found = sum(1 for item in self._items if item.result is not None and item.result.matches)
        self._touched = None
        self.endResetModel()

    def tell(self) -> None:
        """Have the list draw what has changed since it last did."""
        if self._touched is not None:
            first, last = self._touched
            self._touched = None
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

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
            return printable(item.path.name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return printable(str(item.path))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{printable(item.path.name)}, {state(item).word}, {_detail(item)}"
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

    def _touch(self, item: Suspect) -> None:
        if not self.holds(item):
            return
        first, last = self._touched or (item.order, item.order)
        self._touched = min(first, item.order), max(last, item.order)
        if not self._timer.isActive():
            self._timer.start()


def state(item: Suspect) -> State:
    """Return the state of a suspect as people see it."""
    if item.working:
        return State(tr("Checking"), "working", "accent")
    if item.cancelled:
        return State(tr("Cancelled"), "cancelled", "muted")
    if item.result is None:
        return State(tr("Waiting"), "waiting", "muted")
    if item.result.verdict is Verdict.NOTHING and item.result.similar:
        strong = any(one.likeness is Likeness.STRONG for one in item.result.similar)
        return State(tr("Shows a work, no mark") if strong else tr("Similar work, no mark"), "similar", "ink")
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
            return printable(best.recipient.name)
    return printable(str(item.path.parent))
