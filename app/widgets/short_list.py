"""A short list among other things: as high as its rows need, up to a few; then it scrolls by itself."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView

from app.theme import Size, theme
from app.widgets.file_rows import FileRows


class ShortList(FileRows):
    """Rows of which several may be chosen. `copied` tells of Ctrl+C, `binned` of Delete."""

    copied = Signal()
    binned = Signal()

    def __init__(self, name: str, *, action_icon: str = "folder") -> None:
        super().__init__(name, compact=True, action_icon=action_icon)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            model.modelReset.connect(self._fit)
            model.rowsInserted.connect(self._fit)
        self._fit()

    def chosen(self) -> list[QModelIndex]:
        """Return the rows that are chosen, from the top."""
        return sorted(self.selectedIndexes(), key=QModelIndex.row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.binned.emit()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        model = self.model()
        rows = model.rowCount() if model is not None else 0
        edges = 2 * Size.FOCUS + 2
        self.setFixedHeight(min(rows * theme.scaled(Size.ROW), Size.FEW_ROWS) + edges)
