"""Works: every protected work as a wall or a table, searched as one types, with an inspector to edit them in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStackedWidget, QWidget

from app import catalog_reads as reads
from app.catalog_reads import About, Choices
from app.desk import Desk
from app.i18n import counted, tr
from app.latest import Latest
from app.models.lazy import Order, ordered
from app.models.rows import Role
from app.models.works import WorksModel, file_data
from app.sections.section import Section
from app.sections.work_edits import WorkEdits
from app.theme import Size, Space, set_look
from app.widgets.bulk_panel import BulkEdit, BulkPanel
from app.widgets.dragging import drag_out
from app.widgets.empty import EmptyState
from app.widgets.parts import card, column, icon_button, label, row
from app.widgets.work_filters import WorkFilters
from app.widgets.work_panel import WorkPanel
from app.widgets.work_views import WorkViews
from core.model import Work

if TYPE_CHECKING:
    from core.catalog.store import Catalog

_PAUSE = 120  # milliseconds after the last key before the catalog is asked


class WorksSection(Section):
    """The works of the catalog."""

    shows = Work
    protect = Signal()  # asks for the page where works are protected

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Works"))
        self.edits = WorkEdits(desk)
        self.edits.setParent(self)
        self.edits.done.connect(self.done)
        self.edits.ended.connect(self.shown)
        self._listing = Latest(desk.jobs, desk.messages.show_error)
        self._looking = Latest(desk.jobs, desk.messages.show_error)
        self._filing = Latest(desk.jobs, desk.messages.show_error)
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
        self.edits.at_once = True
        try:
            self.panel.keep()
        finally:
            self.edits.at_once = False

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
            tr("Protect files"),
            self.protect.emit,
            icon="protect",
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
        self.views = WorkViews(self.model)
        self.tiles, self.table = self.views.tiles, self.views.table
        self.views.picked.connect(self._picked.start)
        self.views.copied.connect(self.copy_files)
        self.views.dragged.connect(self.drag_files)
        self.views.binned.connect(self._bin_chosen)
        self.views.opened.connect(self._opened)
        self.table.head.sorted_by.connect(self.filters.sort_by)
        frame = card()
        stack = column(frame, margins=Space.S, spacing=0)
        stack.addWidget(self.views, 1)
        self.counts = label(look="muted")
        foot = row(margins=(Space.M, Space.S, Space.M, Space.XS))
        foot.addWidget(self.counts)
        stack.addLayout(foot)
        self.panel, self.bulk = WorkPanel(self.desk), BulkPanel()
        self.panel.edited.connect(self.edits.edit_work)
        self.panel.binned.connect(self._bin_chosen)
        self.panel.show_record.connect(self.show_record)
        self.panel.copies_part.edited.connect(self.edits.edit_copy)
        self.panel.copies_part.binned.connect(self.edits.bin_copies)
        self.edits.refused.connect(self.panel.revert)
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
        self.views.show_as(view)

    @property
    def view(self) -> QAbstractItemView:
        """The wall or the table, whichever is in front."""
        return self.views.view

    def chosen(self) -> list[int]:
        """Return the numbers of the chosen works, in the order of the list."""
        return self.views.chosen()

    def _found(self, order: Order) -> None:
        numbers, current = self.views.remembered()
        others = self.model.show_order(order)
        count = len(order.keys)
        searching = bool(self.search.text().strip()) or self.filters.narrows()
        self.stack.setCurrentIndex(2 if count else 1 if searching else 0)
        self.filters.setVisible(bool(count) or searching)
        column_, rises = self.filters.sorted_column()
        way = Qt.SortOrder.AscendingOrder if rises else Qt.SortOrder.DescendingOrder
        self.table.head.setSortIndicator(column_, way)
        if self._then is not None:
            if not self.views.choose([self._then], self._then):
                self.said.emit(tr("That work lies in the bin."))
            self._then = None
        elif others:
            self.views.choose(numbers, current)
        self._show_chosen()

    def _offer(self, choices: Choices) -> None:
        self.filters.show_choices(choices)
        self.panel.show_choices(choices)
        self.bulk.show_choices(choices)

    def _show_all(self) -> None:
        self.search.clear()
        self.filters.clear()

    def _show_chosen(self) -> None:
        """Show in the inspector what is chosen, and make the files of its copies ready to be dragged."""
        rows = self.views.rows()
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
            numbers = [self.model.key(row) for row in rows[: reads.CHOSEN]]
            whom = self.filters.query("").recipient
            session = self.desk.session
            self._filing.ask(lambda: reads.files_of(session.catalog, numbers, whom), self.model.show_files)

    def _show_work(self, row_: int) -> None:
        work: Work | None = self.model.index(row_, 0).data(Role.ITEM)
        number = self.model.key(row_)
        if work is not None:
            self.panel.show_work(work, self.model.index(row_, 0).data(Role.PICTURE))
        self._looking.ask(lambda: reads.about(self.desk.session.catalog, number), self._show_about)

    def _show_about(self, about: About) -> None:
        rows = self.views.rows()
        if len(rows) == 1 and self.model.key(rows[0]) == about.work.id:
            self.panel.show_work(about.work, self.model.index(rows[0], 0).data(Role.PICTURE))
            self.panel.show_about(about)

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        rows = self.views.rows()
        if len(rows) == 1 and first.row() <= rows[0] <= last.row():
            index = self.model.index(rows[0], 0)
            if index.data(Role.ITEM) is not None:
                self.panel.show_work(index.data(Role.ITEM), index.data(Role.PICTURE))

    def _opened(self) -> None:
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
        data = file_data(self._files())
        if data is None:
            self.said.emit(self._no_file())
            return
        QGuiApplication.clipboard().setMimeData(data)
        self.said.emit(
            counted(
                len(data.urls()),
                "{count} copy copied. Paste it where you want it.",
                "{count} copies copied. Paste them where you want them.",
            )
        )

    def drag_files(self) -> None:
        """Let the files of the copies of the chosen works be dragged out; never their originals."""
        if not drag_out(self.view, self._files()):
            self.said.emit(self._no_file())

    def _files(self) -> list[Path]:
        rows = self.views.rows()
        return self.model.files(rows) if len(rows) <= reads.CHOSEN else []

    def _no_file(self) -> str:
        if len(self.views.rows()) > reads.CHOSEN:
            return tr("Choose {count} works at the most to take their copies along.", count=reads.CHOSEN)
        return tr("There is no file to take along: no copy is where it was saved.")

    def _bin_chosen(self) -> None:
        numbers = self.chosen()
        if numbers:
            self.edits.bin_works(numbers)

    def _edit_all(self, wanted: BulkEdit) -> None:
        self.edits.edit_all(self.chosen(), wanted)
        self.bulk.clear()

    # -- events ------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= Size.WIDE_FROM
        self.inspector.setFixedWidth(Size.INSPECTOR_WIDE if wide else Size.INSPECTOR)
