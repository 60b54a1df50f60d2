"""Works as a wall or as a table, whichever is in front: the same works, of which the same are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QObject,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QStackedWidget

from app.i18n import tr
from app.models.works import WorksModel
from app.theme import set_look
from app.widgets.tiles import Tiles
from app.widgets.work_table import WorkTable

_REMEMBERED = 2000  # chosen works that stay chosen when the list changes
_Flag = QItemSelectionModel.SelectionFlag


class WorkViews(QStackedWidget):
    """`picked` tells that others are chosen, `copied` of Ctrl+C, `binned` of Delete, `opened` of Enter, `dragged` that
    they are being dragged out."""

    picked = Signal()
    copied = Signal()
    binned = Signal()
    opened = Signal()
    dragged = Signal()

    def __init__(self, model: WorksModel) -> None:
        super().__init__()
        set_look(self, "clear")
        self._model = model
        self.tiles, self.table = Tiles(tr("Works")), WorkTable(tr("Works"))
        for view in (self.tiles, self.table):
            view.setModel(model)
            view.activated.connect(lambda index: self.opened.emit())
            view.installEventFilter(self)
            view.setDragEnabled(True)
            view.dragged.connect(self.dragged)
            self.addWidget(view)
        self._selection = self.tiles.selectionModel()
        self.table.setSelectionModel(self._selection)
        self.table.fit()
        self._selection.selectionChanged.connect(lambda *_: self.picked.emit())
        self._selection.currentChanged.connect(lambda *_: self.picked.emit())

    def show_as(self, view: str) -> None:
        """Show the works as a "wall" of pictures or as a "table"; what is chosen stays chosen."""
        self.setCurrentWidget(self.tiles if view == "wall" else self.table)
        self.view.scrollTo(self.view.currentIndex())

    @property
    def view(self) -> QAbstractItemView:
        """The wall or the table, whichever is in front."""
        return self.tiles if self.currentWidget() is self.tiles else self.table

    def rows(self) -> list[int]:
        """Return the rows that are chosen, from the top."""
        selection = cast("list[QItemSelectionRange]", self._selection.selection())  # a list of them
        ranges = sorted((part.top(), part.bottom()) for part in selection)
        rows = [row for top, bottom in ranges for row in range(top, bottom + 1)]
        return rows if len(ranges) < 2 else list(dict.fromkeys(rows))

    def chosen(self) -> list[int]:
        """Return the numbers of the chosen works, in the order of the list."""
        return [self._model.key(row) for row in self.rows()]

    def remembered(self) -> tuple[list[int], int | None]:
        """Return the numbers that `choose` brings back after the list has changed: the chosen ones, the current one."""
        current = self.tiles.currentIndex()
        return self.chosen()[:_REMEMBERED], self._model.key(current.row()) if current.isValid() else None

    def choose(self, numbers: Sequence[int], current: int | None) -> bool:
        """Choose works as far as they are listed, else the first; return whether the current one is listed."""
        place = self._model.place_of(current) if current is not None else QModelIndex()
        listed = place.isValid()
        if not listed and self._model.rowCount():
            place = self._model.index(0, 0)
        rows = [found for number in numbers if (found := self._model.place_of(number)).isValid()]
        selection = QItemSelection()
        for index in rows or ([place] if place.isValid() else []):
            selection.select(index, index.siblingAtColumn(self._model.columnCount() - 1))
        self._selection.select(selection, _Flag.ClearAndSelect)
        self._selection.setCurrentIndex(place, _Flag.NoUpdate)
        self.view.scrollTo(place)
        return listed

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.matches(QKeySequence.StandardKey.Copy):
                self.copied.emit()
                return True
            if event.matches(QKeySequence.StandardKey.Delete):
                self.binned.emit()
                return True
        return super().eventFilter(watched, event)
