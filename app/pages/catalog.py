"""Catalog: every protected work, and who got which copy of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from app.desk import Desk
from app.i18n import counted, tr
from app.models.rows import Role
from app.models.works import WorksModel
from app.pages.page import Page
from app.session import Session
from app.theme import Size, Space
from app.widgets.empty import EmptyState
from app.widgets.parts import card, column, label, row
from app.widgets.tiles import Tiles
from app.widgets.work_panel import WorkPanel
from core.model import Copy, Recipient, Work

_PAUSE = 120  # milliseconds after the last key before the catalog is asked


class CatalogPage(Page):
    """Works as tiles, searched as one types, with an inspector."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Catalog"), tr("Your protected works, and who got which copy."))
        self._asked = 0
        self._wanted: list[int] = []
        self._then: int | None = None
        self.model = WorksModel(self._want, self)
        self.search = QLineEdit()
        self.search.setAccessibleName(tr("Search the catalog"))
        self.search.setPlaceholderText(tr("Title, file or recipient"))
        self.search.setClearButtonEnabled(False)
        self.search.setAcceptDrops(False)
        self.search.setFixedWidth(Size.INSPECTOR)
        self.search.setToolTip(QKeySequence(QKeySequence.StandardKey.Find).toString())
        self.action_row.addWidget(self.search)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_PAUSE)
        self._typed.timeout.connect(self.load)
        self.search.textChanged.connect(lambda text: self._typed.start())
        self._fetch = QTimer(self)
        self._fetch.setSingleShot(True)
        self._fetch.setInterval(0)
        self._fetch.timeout.connect(self._load_thumbnails)
        self.stack = QStackedWidget()
        self.empty = EmptyState(
            "drawing-catalog",
            tr("Nothing here yet."),
            tr("Every work that you protect appears here with its copies."),
            "",
            self.load,
        )
        self.nothing = EmptyState("drawing-check", tr("No work matches the search."), "", "", self.load)
        for state in (self.empty, self.nothing):
            frame = card()
            column(frame).addWidget(state)
            self.stack.addWidget(frame)
        self.panel = WorkPanel(desk)
        self.stack.addWidget(self._works())
        self.content.addWidget(self.stack, 1)

    def shown(self) -> None:
        self.load()

    def load(self) -> None:
        """Ask the catalog again, for what is searched."""
        self._asked += 1
        asked, text, session = self._asked, self.search.text(), self.desk.session
        self.desk.jobs.call(
            lambda: (asked, *_look_up(session, text)),
            lambda found: self._found(*found),
            self.desk.messages.show_error,
        )

    def search_now(self) -> None:
        """Put the cursor into the search field."""
        self.search.setFocus()
        self.search.selectAll()

    def show_work(self, work: int) -> None:
        """Bring one work to the front."""
        self._then = work
        if self.search.text():
            self.search.clear()
        self.load()

    def _works(self) -> QWidget:
        self.tiles = Tiles(tr("Works"))
        self.tiles.setModel(self.model)
        self.tiles.selectionModel().currentChanged.connect(lambda now, before: self._select(now))
        self.model.dataChanged.connect(self._changed)
        self.tiles.activated.connect(lambda index: self.panel.rows.setFocus())
        frame = card()
        stack = column(frame, margins=Space.S, spacing=0)
        stack.addWidget(self.tiles, 1)
        self.counts = label(look="muted")
        foot = row(margins=(Space.M, Space.S, Space.M, Space.XS))
        foot.addWidget(self.counts)
        stack.addLayout(foot)
        self.panel.setFixedWidth(Size.INSPECTOR)
        self.panel.hide()
        whole = QWidget()
        line = row(whole, spacing=Space.L)
        line.addWidget(frame, 1)
        line.addWidget(self.panel)
        return whole

    def _found(self, asked: int, works: Sequence[Work], copies: Mapping[int, int]) -> None:
        if asked != self._asked:
            return  # somebody has typed on since
        current = self.tiles.currentIndex().data(Role.ITEM) if self.tiles.currentIndex().isValid() else None
        self.model.show_works(works, copies)
        searching = bool(self.search.text().strip())
        self.stack.setCurrentIndex(2 if works else 1 if searching else 0)
        self.counts.setText(
            counted(len(works), "{count} work", "{count} works")
            + "  ·  "
            + counted(sum(copies.get(work.id, 0) for work in works), "{count} copy", "{count} copies")
        )
        wanted = self._then if self._then is not None else (current.id if current else None)
        self._then = None
        place = self.model.place_of(wanted) if wanted is not None else QModelIndex()
        if not place.isValid() and works:
            place = self.model.index(0, 0)
        self.tiles.setCurrentIndex(place)
        self.tiles.scrollTo(place)
        self._select(place)

    def _select(self, index: QModelIndex) -> None:
        work: Work | None = index.data(Role.ITEM) if index.isValid() else None
        self.panel.setVisible(work is not None)
        if work is None:
            return
        self.panel.show_work(work, index.data(Role.PICTURE))
        session, number = self.desk.session, work.id
        self.desk.jobs.call(
            lambda: _copies(session, number),
            lambda copies: self.panel.show_copies(number, copies),
            self.desk.messages.show_error,
        )

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        now = self.tiles.currentIndex()
        if now.isValid() and first.row() <= now.row() <= last.row():
            self.panel.show_work(now.data(Role.ITEM), now.data(Role.PICTURE))

    def _want(self, work: int) -> None:
        self._wanted.append(work)
        if not self._fetch.isActive():
            self._fetch.start()

    def _load_thumbnails(self) -> None:
        numbers, self._wanted = self._wanted, []
        catalog = self.desk.session.catalog
        self.desk.jobs.start(
            lambda progress: ((number, catalog.work(number).thumbnail) for number in numbers),
            lane="reads",
            on_result=lambda found: self.model.show_thumbnail(*found),
            on_error=self.desk.messages.show_error,
        )


def _look_up(session: Session, text: str) -> tuple[list[Work], Mapping[int, int]]:
    works = session.catalog.works(text, thumbnails=False)
    return works, Counter(session.catalog.copy_counts(work.id for work in works))


def _copies(session: Session, work: int) -> list[tuple[Copy, Recipient]]:
    catalog = session.catalog
    copies = catalog.copies(work=work)
    recipients = catalog.get_all(Recipient, (copy.recipient for copy in copies))
    return [(copy, recipients[copy.recipient]) for copy in copies]
