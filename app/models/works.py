"""The works of the catalog as a wall and as a table, and the copies of one of them as a list."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QImage, QPixmap

from app.i18n import counted, date, joined, number, seconds, tr
from app.models.lazy import LazyRows
from app.models.rows import Index, Role, State
from core.model import Copy, Kind, Recipient, Strength, Work

_KEPT = 600  # thumbnails kept decoded, about 100 kB each
_AT_ONCE = 96  # thumbnails fetched together: those asked for last
_DISPLAY = Qt.ItemDataRole.DisplayRole


class Listed(NamedTuple):
    """What a row shows of a work."""

    work: Work
    copies: int


class Column(IntEnum):
    """The columns of the table; the wall shows the first."""

    TITLE = 0
    KIND = 1
    SINCE = 2
    COPIES = 3
    TAGS = 4


class WorksModel(LazyRows):
    """Works by their numbers. `pictures_wanted` asks for thumbnails, of those works alone that are in sight."""

    pictures_wanted = Signal(list)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures: OrderedDict[int, QPixmap | None] = OrderedDict()
        self._missing: dict[int, None] = {}
        self._files: Mapping[int, Sequence[Path]] = {}
        self._fetch = QTimer(self)
        self._fetch.setSingleShot(True)
        self._fetch.setInterval(0)
        self._fetch.timeout.connect(self._ask_for_pictures)

    def show_pictures(self, pictures: Mapping[int, QImage | None]) -> None:
        """Keep thumbnails; None where a work has none."""
        for work, image in pictures.items():
            self._pictures[work] = None if image is None else QPixmap.fromImage(image)
            self._pictures.move_to_end(work)
            place = self.place_of(work)
            if place.isValid():
                self.dataChanged.emit(place, place)
        while len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)

    def show_files(self, files: Mapping[int, Sequence[Path]]) -> None:
        """Take the files of the copies of chosen works: these can be dragged out and copied."""
        self._files = files

    def files(self, rows: Sequence[int]) -> list[Path]:
        """Return the files of copies that chosen rows stand for."""
        return [path for row in rows for path in self._files.get(self.key(row), ())]

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if orientation is not Qt.Orientation.Horizontal or role != _DISPLAY:
            return None
        return (tr("Title"), tr("Kind"), tr("Since"), tr("Copies"), tr("Tags"))[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        plain = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
        return plain | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        listed: Listed | None = self.item(index.row())
        if listed is None:
            return "…" if role == _DISPLAY and index.column() == Column.TITLE else None
        work = listed.work
        if role == _DISPLAY:
            return self._text(listed, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{work.title}\n{work.path}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            whole = f"{work.title}, {kind_word(work.kind)}, {self._detail(listed)}"
            return whole if index.column() == Column.TITLE else self._text(listed, index.column())
        if role == Role.ITEM:
            return work
        if role == Role.DETAIL:
            return self._detail(listed)
        if role == Role.KIND:
            return work.kind.value
        if role == Role.PICTURE:
            return self._picture(work)
        return None

    def _text(self, listed: Listed, column: int) -> str:
        work = listed.work
        if column == Column.TITLE:
            return work.title
        if column == Column.KIND:
            return kind_word(work.kind)
        if column == Column.SINCE:
            return date(work.created, short=True)
        return number(listed.copies) if column == Column.COPIES else joined(work.tags)

    def _detail(self, listed: Listed) -> str:
        copies = counted(listed.copies, "{count} copy", "{count} copies")
        return f"{size_words(listed.work)}  ·  {copies}"

    def _picture(self, work: Work) -> QPixmap | None:
        if work.kind is not Kind.IMAGE:
            return None
        if work.id not in self._pictures:
            self._missing.pop(work.id, None)
            self._missing[work.id] = None
            if not self._fetch.isActive():
                self._fetch.start()
            return None
        return self._pictures[work.id]

    def _ask_for_pictures(self) -> None:
        wanted = [*self._missing][-_AT_ONCE:]
        self._missing.clear()
        for work in wanted:
            self._pictures[work] = None  # asked for
        self.pictures_wanted.emit(wanted)


def _alignment(column: int) -> Qt.AlignmentFlag:
    """Return on which side a column's texts stand: numbers at the end, under each other."""
    side = Qt.AlignmentFlag.AlignTrailing if column == Column.COPIES else Qt.AlignmentFlag.AlignLeading
    return Qt.AlignmentFlag.AlignVCenter | side


class CopyRow(NamedTuple):
    """One copy in a list: who got it, and whether its file is where it was saved."""

    copy: Copy
    recipient: Recipient
    there: bool


class CopiesModel(QAbstractListModel):
    """The copies of one work, newest first, by their recipients."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._copies: list[CopyRow] = []

    def show_copies(self, copies: Sequence[CopyRow]) -> None:
        """Show these copies."""
        if list(copies) == self._copies:
            return
        self.beginResetModel()
        self._copies = list(copies)
        self.endResetModel()

    def place_of(self, copy: int) -> QModelIndex:
        """Return where the copy of this number stands, or an invalid index."""
        rows = (row for row, held in enumerate(self._copies) if held.copy.id == copy)
        return self.index(next(rows, -1), 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._copies)

    def flags(self, index: Index) -> Qt.ItemFlag:
        plain = super().flags(index)
        there = index.isValid() and self._copies[index.row()].there
        return plain | Qt.ItemFlag.ItemIsDragEnabled if there else plain

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData | None:  # type: ignore[override]
        """Return the files of copies as a mail program takes them; None where there are none."""
        return file_data(self.files(sorted({index.row() for index in indexes})))

    def files(self, rows: Sequence[int]) -> list[Path]:
        """Return the files of some rows that are there."""
        return [Path(self._copies[row].copy.path) for row in rows if self._copies[row].there]

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if not index.isValid():
            return None
        copy, recipient, there = self._copies[index.row()]
        if role == _DISPLAY:
            return recipient.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return copy.path if there else tr("{path} is not there any more.", path=copy.path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{recipient.name}, {self._words(copy, there)}, {Path(copy.path).name}"
        if role == Role.ITEM:
            return self._copies[index.row()]
        if role == Role.STATE:
            return State(self._words(copy, there), "", "muted")
        if role == Role.KIND:
            return "person"
        if role == Role.ACTION:
            return tr("Open the folder of this copy")
        return None

    @staticmethod
    def _words(copy: Copy, there: bool) -> str:
        words = tr("no. {serial}  ·  {date}", serial=copy.serial, date=date(copy.created, short=True))
        return words if there else tr("{words}  ·  file moved", words=words)


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


def file_data(files: Sequence[Path]) -> QMimeData | None:
    """Return files as other programs take them, dragged or from the clipboard; None for no files."""
    if not files:
        return None
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in files])
    return data
