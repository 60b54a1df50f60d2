"""The works of the catalog, and the copies of one of them, as lists."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QPixmap

from app.i18n import counted, date, seconds, tr
from app.models.rows import Index, Role, State
from core.model import Copy, Kind, Recipient, Strength, Work

_KEPT = 600  # thumbnails kept decoded, about 100 kB each


class WorksModel(QAbstractListModel):
    """Works, newest first. Thumbnails are asked for when they come into sight, through `wanted`."""

    def __init__(self, wanted: Callable[[int], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted = wanted
        self._works: list[Work] = []
        self._copies: Mapping[int, int] = {}
        self._pictures: OrderedDict[int, QPixmap | None] = OrderedDict()
        self._rows: dict[int, int] = {}

    def show_works(self, works: Sequence[Work], copies: Mapping[int, int]) -> None:
        """Show these works; `copies` counts the copies of each."""
        if list(works) == self._works and dict(copies) == dict(self._copies):
            return
        self.beginResetModel()
        self._works, self._copies = list(works), copies
        self._rows = {work.id: place for place, work in enumerate(self._works)}
        self.endResetModel()

    def show_thumbnail(self, work: int, png: bytes) -> None:
        """Keep a work's thumbnail, which may be empty."""
        picture = QPixmap()
        self._pictures[work] = picture if png and picture.loadFromData(png) else None
        while len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)
        place = self._rows.get(work)
        if place is not None:
            where = self.index(place, 0)
            self.dataChanged.emit(where, where)

    def place_of(self, work: int) -> QModelIndex:
        """Return where a work stands, or an invalid index."""
        return self.index(self._rows[work], 0) if work in self._rows else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._works)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        work = self._works[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return work.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{work.title}\n{work.path}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{work.title}, {kind_word(work.kind)}, {self._detail(work)}"
        if role == Role.ITEM:
            return work
        if role == Role.DETAIL:
            return self._detail(work)
        if role == Role.KIND:
            return work.kind.value
        if role == Role.PICTURE:
            if work.id not in self._pictures:
                self._pictures[work.id] = None
                if work.kind is Kind.IMAGE:
                    self._wanted(work.id)
            return self._pictures[work.id]
        return None

    def _detail(self, work: Work) -> str:
        copies = counted(self._copies.get(work.id, 0), "{count} copy", "{count} copies")
        return f"{size_words(work)}  ·  {copies}"


class CopiesModel(QAbstractListModel):
    """The copies of one work, newest first, by their recipients."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._copies: list[tuple[Copy, Recipient]] = []

    def show_copies(self, copies: Sequence[tuple[Copy, Recipient]]) -> None:
        """Show these copies."""
        self.beginResetModel()
        self._copies = list(copies)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._copies)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        copy, recipient = self._copies[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return recipient.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{copy.path}\n{tr('Strength: {strength}', strength=strength_word(copy.strength))}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{recipient.name}, {_copy_words(copy)}, {Path(copy.path).name}"
        if role == Role.ITEM:
            return copy
        if role == Role.STATE:
            return State(_copy_words(copy), "", "muted")
        if role == Role.KIND:
            return "person"
        if role == Role.ACTION:
            return tr("Open the folder of this copy")
        return None


def strength_word(strength: str) -> str:
    """Return how strongly a copy is marked, in a word; older strengths as they are called."""
    known = {Strength.SUBTLE: tr("subtle"), Strength.STANDARD: tr("standard"), Strength.STRONG: tr("strong")}
    return {str(name): word for name, word in known.items()}.get(strength, strength)


def kind_word(kind: Kind) -> str:
    """Return what a work is, in a word."""
    return tr("picture") if kind is Kind.IMAGE else tr("recording")


def size_words(work: Work) -> str:
    """Return how large a work is: "900 × 600" or "41 s"."""
    return f"{work.width} × {work.height}" if work.kind is Kind.IMAGE else seconds(work.seconds)


def _copy_words(copy: Copy) -> str:
    return tr("no. {serial}  ·  {date}", serial=copy.serial, date=date(copy.created, short=True))
