"""Works: every protected work as a wall or a table, searched as one types, with an inspector to edit them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QObject,
    Qt,
    QTimer,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStackedWidget, QWidget

from app import catalog_reads as reads
from app.catalog_reads import About, Choices
from app.catalog_words import done_words
from app.desk import Desk
from app.i18n import counted, tr
from app.latest import Latest
from app.models.lazy import Order, ordered
from app.models.rows import Role
from app.models.works import WorksModel, file_data
from app.sections.section import Section
from app.theme import Size, Space, set_look
from app.widgets.bulk_panel import BulkEdit, BulkPanel, tags_in
from app.widgets.empty import EmptyState
from app.widgets.parts import card, column, icon_button, label, row
from app.widgets.tiles import Tiles
from app.widgets.work_filters import WorkFilters
from app.widgets.work_panel import WorkPanel
from app.widgets.work_table import WorkTable
from core.model import Copy, Work

if TYPE_CHECKING:
    from core.catalog.store import Catalog

_PAUSE = 120  # milliseconds after the last key before the catalog is asked
_REMEMBERED = 2000  # chosen works that stay chosen when the list changes


class WorksSection(Section):
    """The works of the catalog."""

    shows = Work

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Works"))
        self._closing = False
        self._listing, self._looking, self._filing = (
            Latest(desk.jobs, desk.messages.show_error) for _ in ("what is listed", "the one chosen", "files")
        )
        self._then: int | None = None
        self.model = WorksModel(self)
        self.model.wanted.connect(self._fetch)
        self.model.pictures_wanted.connect(self._fetch_pictures)
        self.model.dataChanged.connect(self._changed)
        self._search_field()
        self._typed = self._timer(_PAUSE, self.load)
        self._picked = self._timer(0, self._show_chosen)
        self.filters = WorkFilters()
        self.filters.changed.connect(self.load)
        self.stack = QStackedWidget()
        self._states()
        self.content.setSpacing(Space.M)
        self.content.addWidget(self.filters)
        self.content.addWidget(self.stack, 1)
        self.filters.hide()

    # -- what the page asks ------------------------------------------------------------------------------------

    def shown(self) -> None:
        self.load()
        self._call(reads.choices, self._offer)

    def search_now(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def escape(self) -> None:
        if not self.panel.revert():
            self.search.clear()

    def keep(self) -> None:
        self.panel.keep()

    def keep_at_once(self) -> None:
        """Keep what was typed before anything else happens: the window is being closed."""
        self._closing = True
        self.panel.keep()
        self._closing = False

    def bring(self, number: int) -> None:
        """Bring one work to the front, whatever was searched for."""
        self._then = number
        self.search.clear()
        self.filters.clear()
        self.load()

    def load(self) -> None:
        """Ask the catalog again, for what is searched."""
        self._typed.stop()
        query = self.filters.query(self.search.text())
        self._listing.ask(lambda: ordered(self.desk.session.catalog.numbers(Work, query)), self._found)

    # -- building ----------------------------------------------------------------------------------------------

    def _search_field(self) -> None:
        self.search = QLineEdit()
        self.search.setAccessibleName(tr("Search the catalog"))
        self.search.setPlaceholderText(tr("Title, file, tag, note or recipient"))
        self.search.setAcceptDrops(False)
        self.search.setFixedWidth(Size.INSPECTOR)
        self.search.setToolTip(QKeySequence(QKeySequence.StandardKey.Find).toString())
        self.search.textChanged.connect(lambda text: self._typed.start())
        self.tool_row.addWidget(self.search)
        self.wall_button = icon_button("catalog", tr("Show as a wall of pictures"), lambda: self.show_as("wall"))
        self.table_button = icon_button("list", tr("Show as a table"), lambda: self.show_as("table"))
        for made in (self.wall_button, self.table_button):
            made.setCheckable(True)
            self.tool_row.addWidget(made)
        self.wall_button.setChecked(True)

    def _states(self) -> None:
        self.empty = EmptyState(
            "drawing-catalog",
            tr("Nothing here yet."),
            tr("Every work that you protect appears here with its copies."),
            "",
            self.load,
        )
        self.nothing = EmptyState(
            "drawing-check", tr("No work matches the search."), "", tr("Show all"), self._show_all
        )
        for state in (self.empty, self.nothing):
            frame = card()
            column(frame).addWidget(state)
            self.stack.addWidget(frame)
        self.stack.addWidget(self._works())

    def _works(self) -> QWidget:
        self.tiles, self.table = Tiles(tr("Works")), WorkTable(tr("Works"))
        self.views = QStackedWidget()
        set_look(self.views, "clear")
        for view in (self.tiles, self.table):
            view.setModel(self.model)
            view.activated.connect(self._activated)
            view.installEventFilter(self)
            view.setDragEnabled(True)
            self.views.addWidget(view)
        self.table.setSelectionModel(self.tiles.selectionModel())
        self.table.fit()
        self.table.head.sorted_by.connect(self.filters.sort_by)
        chosen = self.tiles.selectionModel()
        chosen.selectionChanged.connect(lambda *_: self._picked.start())
        chosen.currentChanged.connect(lambda *_: self._picked.start())
        frame = card()
        stack = column(frame, margins=Space.S, spacing=0)
        stack.addWidget(self.views, 1)
        self.counts = label(look="muted")
        foot = row(margins=(Space.M, Space.S, Space.M, Space.XS))
        foot.addWidget(self.counts)
        stack.addLayout(foot)
        self.panel, self.bulk = WorkPanel(self.desk), BulkPanel()
        self.panel.edited.connect(self._edit_work)
        self.panel.binned.connect(self._bin_chosen)
        self.panel.show_record.connect(self.show_record)
        self.panel.copies_part.edited.connect(self._edit_copy)
        self.panel.copies_part.binned.connect(self._bin_copies)
        self.panel.copies_part.said.connect(self.said)
        self.bulk.edited.connect(self._edit_all)
        self.bulk.binned.connect(self._bin_chosen)
        self.bulk.copied.connect(self.copy_files)
        self.inspector = QStackedWidget()
        set_look(self.inspector, "clear")
        self.inspector.addWidget(self.panel)
        self.inspector.addWidget(self.bulk)
        self.inspector.setFixedWidth(Size.INSPECTOR)
        self.inspector.hide()
        whole = QWidget()
        line = row(whole, spacing=Space.L)
        line.addWidget(frame, 1)
        line.addWidget(self.inspector)
        return whole

    def _timer(self, wait: int, act: Callable[[], object]) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(wait)
        made.timeout.connect(act)
        return made

    # -- what is shown -----------------------------------------------------------------------------------------

    def show_as(self, view: str) -> None:
        """Show the works as a "wall" of pictures or as a "table"; what is chosen stays chosen."""
        self.wall_button.setChecked(view == "wall")
        self.table_button.setChecked(view == "table")
        self.views.setCurrentWidget(self.tiles if view == "wall" else self.table)
        self.view.scrollTo(self.view.currentIndex())

    @property
    def view(self) -> QAbstractItemView:
        """The wall or the table, whichever is in front."""
        return self.tiles if self.views.currentWidget() is self.tiles else self.table

    def chosen(self) -> list[int]:
        """Return the numbers of the chosen works, in the order of the list."""
        return [self.model.key(row) for row in self._rows()]

    def _rows(self) -> list[int]:
        selection = cast("list[QItemSelectionRange]", self.tiles.selectionModel().selection())  # a list of them
        ranges = sorted((part.top(), part.bottom()) for part in selection)
        return list(dict.fromkeys(row for top, bottom in ranges for row in range(top, bottom + 1)))

    def _found(self, order: Order) -> None:
        kept = self.chosen()[:_REMEMBERED]
        current = self.tiles.currentIndex()
        now = self.model.key(current.row()) if current.isValid() else None
        others = self.model.show_order(order)
        count = len(order.keys)
        searching = bool(self.search.text().strip()) or self.filters.narrows()
        self.stack.setCurrentIndex(2 if count else 1 if searching else 0)
        self.filters.setVisible(bool(count) or searching)
        column_, rises = self.filters.sorted_column()
        way = Qt.SortOrder.AscendingOrder if rises else Qt.SortOrder.DescendingOrder
        self.table.head.setSortIndicator(column_, way)
        if others or self._then is not None:
            self._choose_again(kept, now)
        self._then = None
        self._show_chosen()

    def _choose_again(self, kept: Sequence[int], now: int | None) -> None:
        """Choose what was chosen before, as far as it is still listed; else the first."""
        model = self.tiles.selectionModel()
        if self._then is not None:
            kept, now = [self._then], self._then
        place = self.model.place_of(now) if now is not None else QModelIndex()
        if self._then is not None and not place.isValid():
            self.said.emit(tr("That work lies in the bin."))
        if not place.isValid() and self.model.rowCount():
            place = self.model.index(0, 0)
        flags = QItemSelectionModel.SelectionFlag
        rows = [found for number in kept if (found := self.model.place_of(number)).isValid()]
        model.clearSelection()
        selection = QItemSelection()
        for index in rows or ([place] if place.isValid() else []):
            selection.select(index, index.siblingAtColumn(self.model.columnCount() - 1))
        model.select(selection, flags.ClearAndSelect)
        model.setCurrentIndex(place, flags.NoUpdate)
        self.view.scrollTo(place)

    def _offer(self, choices: Choices) -> None:
        self.filters.show_choices(choices)
        self.panel.show_choices(choices)
        self.bulk.show_choices(choices)

    def _show_all(self) -> None:
        self.search.clear()
        self.filters.clear()

    def _show_chosen(self) -> None:
        """Show in the inspector what is chosen, and make the files of its copies ready to be dragged."""
        rows = self._rows()
        total = counted(self.model.rowCount(), "{count} work", "{count} works")
        picked = counted(len(rows), "{count} chosen", "{count} chosen")
        self.counts.setText(f"{total}  ·  {picked}" if len(rows) > 1 else total)
        self.inspector.setVisible(bool(rows))
        if len(rows) == 1:
            self.inspector.setCurrentWidget(self.panel)
            self._show_work(rows[0])
        elif rows:
            self.panel.keep()
            self.inspector.setCurrentWidget(self.bulk)
            self.bulk.show_count(len(rows))
        if rows:
            numbers, whom = [self.model.key(row) for row in rows], self.filters.query("").recipient
            session = self.desk.session
            self._filing.ask(lambda: reads.files_of(session.catalog, numbers, whom), self.model.show_files)

    def _show_work(self, row_: int) -> None:
        work: Work | None = self.model.index(row_, 0).data(Role.ITEM)
        number = self.model.key(row_)
        if work is not None:
            self.panel.show_work(work, self.model.index(row_, 0).data(Role.PICTURE))
        self._looking.ask(lambda: reads.about(self.desk.session.catalog, number), self._show_about)

    def _show_about(self, about: About) -> None:
        rows = self._rows()
        if len(rows) == 1 and self.model.key(rows[0]) == about.work.id:
            self.panel.show_work(about.work, self.model.index(rows[0], 0).data(Role.PICTURE))
            self.panel.show_about(about)

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        rows = self._rows()
        if len(rows) == 1 and first.row() <= rows[0] <= last.row():
            index = self.model.index(rows[0], 0)
            if index.data(Role.ITEM) is not None:
                self.panel.show_work(index.data(Role.ITEM), index.data(Role.PICTURE))

    def _activated(self, index: QModelIndex) -> None:
        if self.inspector.currentWidget() is self.panel:
            (self.panel.rows if self.panel.copies.rowCount() else self.panel.title).setFocus()

    # -- fetching ----------------------------------------------------------------------------------------------

    def _fetch(self, numbers: list[int]) -> None:
        def failed(error: Exception) -> None:
            self.model.give_up()
            self.desk.messages.show_error(error)

        self.desk.jobs.call(
            lambda: reads.listed(self.desk.session.catalog, numbers),
            lambda found: self.model.show_rows(found, numbers),
            failed,
        )

    def _fetch_pictures(self, numbers: list[int]) -> None:
        self._call(lambda catalog: reads.pictures(catalog, numbers), self.model.show_pictures)

    def _call(self, ask: Callable[[Catalog], Any], take: Callable[[Any], object]) -> None:
        self.desk.jobs.call(lambda: ask(self.desk.session.catalog), take, self.desk.messages.show_error)

    # -- changing ----------------------------------------------------------------------------------------------

    def copy_files(self) -> None:
        """Put the files of the copies of the chosen works onto the clipboard; never their originals."""
        data = file_data(self.model.files(self._rows()))
        if data is None:
            self.said.emit(tr("There is no file to copy: none of the copies is where it was saved."))
            return
        QGuiApplication.clipboard().setMimeData(data)
        self.said.emit(
            counted(
                len(data.urls()),
                "{count} copy copied. Paste it where you want it.",
                "{count} copies copied. Paste them where you want them.",
            )
        )

    def _edit_work(self, number: int, changed: dict[str, str]) -> None:
        fields: dict[str, Any] = dict(changed)
        if "tags" in fields:
            fields["tags"] = tags_in(changed["tags"])
        for name in ("terms", "creator"):
            if name in fields:
                fields[name] = int(changed[name]) if changed[name] else None
        self._change("edited", {"works": 1}, lambda catalog: catalog.edit(Work, [number], **fields))

    def _edit_copy(self, number: int, changed: dict[str, str]) -> None:
        self._change("edited", {"copies": 1}, lambda catalog: catalog.edit(Copy, [number], **changed))

    def _edit_all(self, wanted: BulkEdit) -> None:
        numbers = self.chosen()

        def edit(catalog: Catalog) -> int:
            with catalog.together("edited") as editor:
                return sum(editor.change(Work, number, wanted.fields, wanted.add, wanted.remove) for number in numbers)

        self.bulk.clear()
        self._change("edited", {"works": len(numbers)}, edit)

    def _bin_chosen(self) -> None:
        numbers = self.chosen()
        if numbers:
            self._change("put into the bin", {"works": len(numbers)}, lambda catalog: catalog.bin(Work, numbers))

    def _bin_copies(self, numbers: list[int]) -> None:
        self._change("put into the bin", {"copies": len(numbers)}, lambda catalog: catalog.bin(Copy, numbers))

    def _change(self, what: str, counts: dict[str, int], act: Callable[[Catalog], int]) -> None:
        """Change something beside the window; then say so, and look again."""
        if self._closing:
            act(self.desk.session.catalog)
            return
        (table,) = counts

        def changed(count: int) -> None:
            if count:
                self.done.emit(done_words(what, {table: count}))
            self.shown()

        def failed(error: Exception) -> None:
            self.desk.messages.show_error(error)
            self.panel.revert()
            self.shown()

        self.desk.jobs.call(lambda: act(self.desk.session.catalog), changed, failed)

    # -- events ------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched in (self.tiles, self.table)
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
        ):
            if event.matches(QKeySequence.StandardKey.Copy):
                self.copy_files()
                return True
            if event.matches(QKeySequence.StandardKey.Delete):
                self._bin_chosen()
                return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= Size.WIDE_FROM
        self.inspector.setFixedWidth(Size.INSPECTOR_WIDE if wide else Size.INSPECTOR)
