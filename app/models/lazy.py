"""Rows of long lists: the keys of all are known at once, what they hold is fetched when it comes into sight."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QTimer, Signal

from app.models.rows import Index

CHUNK = 64  # rows that are fetched together
_CHUNKS = 4  # of them at once: those asked for last, which are in sight; others are asked for again when they are
_KEPT = 4000  # rows


class Order(NamedTuple):
    """The keys of all rows in their order, and the place of each. Made beside the window by `ordered`."""

    keys: Sequence[Any]
    places: Mapping[Any, int]


def ordered(keys: Sequence[Hashable]) -> Order:
    """Return keys as the rows of a model."""
    return Order(keys, dict(zip(keys, range(len(keys)), strict=True)))


class LazyRows(QAbstractTableModel):
    """Rows by their keys. `wanted` asks for what some keys hold; `show_rows` or `give_up` has to follow."""

    wanted = Signal(list)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._order = ordered([])
        self._rows: OrderedDict[Any, Any] = OrderedDict()
        self._fresh: set[Any] = set()
        self._asked: dict[int, None] = {}
        self._under_way = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._ask)

    def show_order(self, order: Order) -> bool:
        """Show these rows and return whether they are others than before; what they hold is fetched anew."""
        self._fresh.clear()
        self._asked.clear()
        if order.keys == self._order.keys:
            self._tell(0, len(order.keys) - 1)
            return False
        self.beginResetModel()
        self._order = order
        self.endResetModel()
        return True

    def show_rows(self, rows: Mapping[Any, Any], asked: Sequence[Any]) -> None:
        """Take what the keys asked for hold; those that are not among `rows` are gone by now."""
        self._under_way = False
        self._fresh.update(asked)
        self._rows.update(rows)
        for key in asked:
            self._rows.setdefault(key, None)
            self._rows.move_to_end(key)
        while len(self._rows) > _KEPT:
            self._fresh.discard(self._rows.popitem(last=False)[0])
        places = [self._order.places[key] for key in asked if key in self._order.places]
        if places:
            self._tell(min(places), max(places))
        if self._asked:
            self._timer.start()

    def give_up(self) -> None:
        """Note that what was asked for cannot be had now."""
        self._under_way = False

    def key(self, row: int) -> Any:
        """Return the key of a row."""
        return self._order.keys[row]

    def keys(self) -> Sequence[Any]:
        """Return the keys of all rows."""
        return self._order.keys

    def item(self, row: int) -> Any:
        """Return what a row holds, None while that is not known; it is asked for then."""
        key = self._order.keys[row]
        if key not in self._fresh:
            chunk = row // CHUNK
            self._asked.pop(chunk, None)
            self._asked[chunk] = None
            if not self._timer.isActive() and not self._under_way:
                self._timer.start()
        return self._rows.get(key)

    def known(self, key: Any) -> Any:
        """Return what a key holds, None where that was not fetched; nothing is asked for."""
        return self._rows.get(key)

    def fetched(self) -> int:
        """Return how many rows are held."""
        return len(self._rows)

    def place_of(self, key: Any) -> QModelIndex:
        """Return where a key stands, or an invalid index."""
        row = self._order.places.get(key)
        return QModelIndex() if row is None else self.index(row, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._order.keys)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else 1

    def _ask(self) -> None:
        if self._under_way or not self._asked:
            return
        keys = []
        for chunk in sorted([*self._asked][-_CHUNKS:]):
            some = self._order.keys[chunk * CHUNK : (chunk + 1) * CHUNK]
            keys += [key for key in some if key not in self._fresh]
        self._asked.clear()
        self._under_way = bool(keys)
        if keys:
            self.wanted.emit(keys)

    def _tell(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))
