"""The queue of files as people see it: the list, what can be done with it, and what became of the chosen file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QWidget

from app import icons
from app.desk import Desk
from app.i18n import counted, tr
from app.models.queue import TO_DO, Item, QueueModel, Stage
from app.models.rows import Role
from app.shortcuts import connect
from app.theme import Size, Space
from app.widgets.copy_panel import CopyPanel
from app.widgets.file_rows import FileRows
from app.widgets.parts import button, card, column, icon_button, label, row

MISSED = (Stage.FAILED, Stage.CANCELLED)
GOING = (Stage.WAITING, Stage.WORKING, Stage.ASKED)


class QueueView(QSplitter):
    """Shows a `QueueModel`. Signals tell what is wanted of it; `shifted` by -1 or 1, `folder` an empty path for one
    that is still to be chosen.
    """

    acted = Signal(QModelIndex)
    shifted = Signal(int)
    retried = Signal()
    again = Signal()
    cleared = Signal()
    files = Signal()
    folder = Signal(object)

    def __init__(self, desk: Desk, model: QueueModel) -> None:
        super().__init__()
        self._desk, self._model = desk, model
        self.setObjectName("protect")
        self.setChildrenCollapsible(False)
        self.setHandleWidth(Space.L)
        frame = card()
        stack = column(frame, margins=Space.XS, spacing=0)
        self.rows = FileRows(tr("Files to protect"))
        self.rows.setModel(model)
        self.rows.acted.connect(self.acted)
        self.rows.selectionModel().currentChanged.connect(self.show_chosen)
        model.dataChanged.connect(self._changed)
        stack.addWidget(self.rows, 1)
        stack.addWidget(self._foot())
        self.panel = CopyPanel(desk)
        self._fit()
        self.panel.hide()
        self.addWidget(frame)
        self.addWidget(self.panel)
        self.setStretchFactor(0, 1)
        self.setSizes([Size.WINDOW[0] - Size.INSPECTOR, Size.INSPECTOR])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide = self.width() >= Size.WIDE_FROM
        self.panel.setMinimumWidth(Size.INSPECTOR_WIDE if wide else Size.INSPECTOR * 4 // 5)

    def chosen(self) -> Item | None:
        """Return the item that is chosen."""
        item = self.rows.currentIndex().data(Role.ITEM) if self.rows.currentIndex().isValid() else None
        return item if isinstance(item, Item) else None

    def choose(self, item: Item) -> None:
        """Choose an item."""
        self.rows.setCurrentIndex(self._model.index_of(item))

    def choose_first(self) -> None:
        """Choose the first item where none is."""
        if not self.rows.currentIndex().isValid():
            select = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.rows.selectionModel().setCurrentIndex(self._model.index(0, 0), select)

    def go_to_question(self) -> None:
        """Show the first file that waits for an answer."""
        for item in self._model.items(Stage.ASKED)[:1]:
            self.choose(item)
            self.panel.yes_button.setFocus()

    def show_chosen(self) -> None:
        """Show what became of the chosen file."""
        item = self.chosen()
        self.panel.show_item(item, len(self._model.items(Stage.ASKED)))
        self.panel.setVisible(item is not None and item.result is not None)

    def show_state(self, *, running: bool) -> None:
        """Show what can be done with the queue now, and how it stands."""
        items = self._model.items
        finished = any(item.stage not in (*TO_DO, *GOING) for item in items())
        self.retry_button.setVisible(bool(items(*MISSED)) and not running)
        self.menu_button.setVisible(finished and not running)
        words = "" if finished and not running else tr("Add files")  # the counts need the room
        if words != self.add_button.text():
            self.add_button.setText(words)
            self.add_button.setToolTip("" if words else tr("Add files"))
            icons.set_icon(self.add_button, "add", "accent")
        asked = len(items(Stage.ASKED))
        self.answer_button.setVisible(asked > 0)
        self.answer_button.setText(counted(asked, "{count} question", "{count} questions"))
        for step_button in (self.up_button, self.down_button):
            step_button.setVisible(len(items(*TO_DO)) > 1)
        self.counts.setText(self.summary())

    def summary(self) -> str:
        """Return how many files became what, in one line."""
        parts = []
        for stage in (Stage.PROTECTED, Stage.REFUSED, Stage.FAILED, Stage.CANCELLED, Stage.LEFT_OUT):
            found = len(self._model.items(stage))
            if found:
                parts.append(_ended(stage, found))
        total = self._model.rowCount()
        return "  ·  ".join(parts) if parts else counted(total, "{count} file", "{count} files")

    def offer_folders(self) -> None:
        """Offer the folders and files that were used last, and the system's own dialog for another folder."""
        self.folder_menu.clear()
        self.folder_menu.addAction(tr("Choose a folder…"), lambda: self.folder.emit(Path()))
        recent = self._desk.memory.recent()
        if recent:
            self.folder_menu.addSection(tr("Used last"))
        for path in recent:
            action = self.folder_menu.addAction(str(path).replace("&", "&&"))
            action.triggered.connect(lambda checked=False, path=path: self.folder.emit(path))
        _open(self.folder_menu, self.folder_button)

    def _foot(self) -> QWidget:
        foot = QWidget()
        line = row(foot, margins=(Space.M, Space.S, Space.S, Space.S), spacing=Space.XS)
        self.counts = label(look="muted", wrap=True)
        line.addWidget(self.counts, 1)
        self.answer_button = button(tr("Answer"), self.go_to_question, look="quiet", icon="probable")
        self.retry_button = button(tr("Retry"), self.retried.emit, look="quiet", icon="retry")
        self.retry_button.setToolTip(tr("Try those once more that failed or were cancelled"))
        self.list_menu = QMenu(self)
        self.list_menu.addAction(tr("Let these files wait once more, for another recipient"), self.again.emit)
        self.list_menu.addAction(tr("Take finished files off the list"), self.cleared.emit)
        self.menu_button = icon_button("dots", tr("More for this list"), self._open_menu)
        self.up_button = icon_button("up", tr("Do the chosen file earlier"), self._shift(-1))
        self.down_button = icon_button("down", tr("Do the chosen file later"), self._shift(1))
        connect(self.rows, "protect.up", self._shift(-1))
        connect(self.rows, "protect.down", self._shift(1))
        self.folder_menu = QMenu(self)
        self.folder_button = icon_button("folder", tr("Add all files of a folder"), self.offer_folders)
        self.add_button = button(tr("Add files"), self.files.emit, look="quiet", icon="add")
        self.add_button.setAccessibleName(tr("Add files"))
        for widget in (
            self.answer_button,
            self.retry_button,
            self.menu_button,
            self.up_button,
            self.down_button,
            self.folder_button,
            self.add_button,
        ):
            line.addWidget(widget)
        return foot

    def _shift(self, step: int) -> Callable[[], None]:
        return lambda: self.shifted.emit(step)

    def _open_menu(self) -> None:
        _open(self.list_menu, self.menu_button)

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        now = self.rows.currentIndex()
        if now.isValid() and first.row() <= now.row() <= last.row() and now.data(Role.SHARE) is None:
            self.show_chosen()


def _open(menu: QMenu, above: QWidget) -> None:
    """Open a menu over the button that it belongs to."""
    menu.popup(above.mapToGlobal(QPoint(0, -menu.sizeHint().height())))


def _ended(stage: Stage, count: int) -> str:
    if stage is Stage.PROTECTED:
        return counted(count, "{count} protected", "{count} protected")
    if stage is Stage.REFUSED:
        return counted(count, "{count} refused", "{count} refused")
    if stage is Stage.FAILED:
        return counted(count, "{count} failed", "{count} failed")
    if stage is Stage.CANCELLED:
        return counted(count, "{count} cancelled", "{count} cancelled")
    return counted(count, "{count} left out", "{count} left out")
