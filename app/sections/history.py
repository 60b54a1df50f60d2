"""History: what was done in the catalog, by whom and when, what it held before, and the way back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QLocale, QModelIndex, QTime, Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from app import catalog_reads as reads
from app.catalog_reads import Told
from app.catalog_words import edit_words, thing_icon
from app.desk import Desk
from app.i18n import counted, date, tr
from app.latest import Latest
from app.models.entries import EntriesModel, Entry
from app.models.rows import Index, Role, State
from app.sections.section import Section
from app.theme import Size, Space, set_look
from app.widgets.empty import EmptyState
from app.widgets.facts import Facts
from app.widgets.file_rows import FileRows
from app.widgets.parts import ComboBox, button, card, clear, column, label, row, scrolled
from core.catalog.tables import BY_NAME, TABLES
from core.model import Case, Consent, Copy, Creator, Edit, Recipient, Terms, Work

_PAGE = 100  # operations that are looked up at once


class HistoryModel(EntriesModel):
    """What was done, newest first. `more` asks for the next page when the end comes into sight."""

    more = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.complete = False

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self.complete and self.rowCount() > 0

    def fetchMore(self, parent: Index) -> None:
        self.more.emit()


class HistorySection(Section):
    """What was done in the catalog."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("History"))
        self._asking = False
        self._asked = 0
        self._looking = Latest(desk.jobs, desk.messages.show_error)
        self._undoable: list[int] = []
        self.model = HistoryModel()
        self.model.setParent(self)
        self.model.more.connect(self._more)
        self.which = ComboBox(tr("Things"))
        self.which.addItem(tr("All things"), None)
        for thing, words in (
            (Work, tr("Works")),
            (Copy, tr("Copies")),
            (Recipient, tr("Recipients")),
            (Consent, tr("Agreements")),
            (Terms, tr("Terms")),
            (Creator, tr("Creators")),
            (Case, tr("Cases")),
        ):
            self.which.addItem(words, thing)
        self.which.currentIndexChanged.connect(self.shown)
        self.tool_row.addWidget(self.which)
        self.stack = QStackedWidget()
        nothing = EmptyState(
            "drawing-history",
            tr("Nothing was done yet."),
            tr("Every change of the catalog is written down here, with what it held before."),
            "",
            self.shown,
        )
        frame = card()
        column(frame).addWidget(nothing)
        self.stack.addWidget(frame)
        self.stack.addWidget(self._list())
        self.content.addWidget(self.stack, 1)

    def shown(self) -> None:
        """Look up the newest operations again; the one in front stays in front."""
        self._asked += 1
        self._ask(None)

    # -- building ----------------------------------------------------------------------------------------------

    def _list(self) -> QWidget:
        self.rows = FileRows(tr("What was done"), compact=True, titles=True)
        self.rows.setModel(self.model)
        self.rows.selectionModel().currentChanged.connect(lambda now, before: self._select(now))
        frame = card()
        frame.setMaximumWidth(Size.READING)
        column(frame, margins=Space.XS).addWidget(self.rows)
        whole = QWidget()
        line = row(whole, spacing=Space.L)
        line.addWidget(frame, 1)
        line.addWidget(self._details(), 1)
        return whole

    def _details(self) -> QFrame:
        frame = QFrame()
        set_look(frame, "card")
        inside = QWidget()
        body = column(inside, margins=Space.L, spacing=Space.M)
        self.title = label(look="heading", wrap=True, selectable=True)
        body.addWidget(self.title)
        self.facts = Facts()
        body.addWidget(self.facts)
        self.undo_button = button(tr("Undo"), self.undo, icon="undo")
        self.show_button = button(tr("Show the work"), self._show_work, look="quiet", icon="catalog")
        line = row(spacing=Space.S)
        line.addWidget(self.undo_button)
        line.addWidget(self.show_button)
        line.addStretch(1)
        body.addLayout(line)
        self.told = column(spacing=Space.M)
        body.addLayout(self.told)
        body.addStretch(1)
        column(frame, margins=Space.XS).addWidget(scrolled(inside))
        frame.setMinimumWidth(Size.INSPECTOR)
        return frame

    # -- what is shown -----------------------------------------------------------------------------------------

    def _more(self) -> None:
        if not self._asking and self.model.rowCount():
            self._ask(self.model.entry(self.model.rowCount() - 1).item.number)

    def _ask(self, before: int | None) -> None:
        self._asking = True
        asked, thing = self._asked, self.which.currentData()
        self.desk.jobs.call(
            lambda: reads.past(self.desk.session.catalog, thing, before, _PAGE),
            lambda found: self._found(asked, before, *found),
            self._failed,
        )

    def _found(self, asked: int, before: int | None, edits: list[tuple[Edit, str]], undoable: list[int]) -> None:
        self._asking = False
        if asked != self._asked:
            return
        self._undoable = undoable
        entries = [_entry(edit, name) for edit, name in edits]
        self.model.complete = len(edits) < _PAGE
        if before is not None:
            self.model.add(entries)
            return
        current = self.rows.currentIndex().data(Role.ITEM) if self.rows.currentIndex().isValid() else None
        self.model.show_entries(entries)
        self.stack.setCurrentIndex(1 if entries else 0)
        numbers = [edit.number for edit, _ in edits]
        place = numbers.index(current.number) if current is not None and current.number in numbers else 0
        self.rows.setCurrentIndex(self.model.index(place, 0) if entries else QModelIndex())
        self._select(self.rows.currentIndex())

    def _failed(self, error: Exception) -> None:
        self._asking = False
        self.desk.messages.show_error(error)

    def _select(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        edit: Edit = index.data(Role.ITEM)
        self.title.setText(index.data())
        self.title.setAccessibleName(index.data())
        self.facts.show_facts(
            (
                (tr("When"), _moment(edit.moment)),
                (tr("Who"), edit.who),
                (tr("State"), tr("Undone since") if edit.undone else ""),
            )
        )
        later = self._undoable.index(edit.number) if edit.number in self._undoable else None
        self.undo_button.setVisible(later is not None)
        if later is not None:
            words = counted(later, "Undo this and {count} later edit", "Undo this and {count} later edits")
            self.undo_button.setText(words if later else tr("Undo"))
        self.show_button.setVisible(edit.thing == TABLES[Work].name)
        clear(self.told)
        self._looking.ask(
            lambda: reads.changes_of(self.desk.session.catalog, edit.number), lambda found: self._tell(*found)
        )

    def _tell(self, operation: int, told: list[Told]) -> None:
        index = self.rows.currentIndex()
        if not index.isValid() or index.data(Role.ITEM).number != operation:
            return
        clear(self.told)
        for name, facts in told:
            self.told.addWidget(label(name, "strong", wrap=True, selectable=True))
            if facts:
                self.told.addWidget(Facts(facts))
        edit: Edit = index.data(Role.ITEM)
        left = sum(edit.counts.values()) - len(told)
        if left > 0:
            self.told.addWidget(label(counted(left, "and {count} more", "and {count} more"), "muted"))

    def _show_work(self) -> None:
        edit: Edit = self.rows.currentIndex().data(Role.ITEM)
        self.show_work.emit(int(edit.item))

    # -- undoing -----------------------------------------------------------------------------------------------

    def undo(self) -> None:
        """Undo the edit in front, after all later ones."""
        edit: Edit = self.rows.currentIndex().data(Role.ITEM)
        number = edit.number

        def undo() -> int:
            catalog, count = self.desk.session.catalog, 0
            while number in catalog.undoable():
                catalog.take_back()
                count += 1
            return count

        def undone(count: int) -> None:
            self.said.emit(counted(count, "{count} edit undone.", "{count} edits undone."))
            self.shown()

        def failed(error: Exception) -> None:
            self.desk.messages.show_error(error)
            self.shown()

        self.desk.jobs.call(undo, undone, failed)


def _entry(edit: Edit, name: str) -> Entry:
    words = [date(edit.moment, short=True), edit.who, tr("undone") if edit.undone else ""]
    thing: type[Any] | None = next((BY_NAME[table].thing for table in edit.counts if table in BY_NAME), None)
    state = State("  ·  ".join(filter(None, words)), "", "muted")
    return Entry(edit_words(edit, name), state, thing_icon(thing), edit)


def _moment(iso: str) -> str:
    """Return day and time in the reader's locale and zone."""
    at = datetime.fromisoformat(iso).astimezone()
    time = QLocale().toString(QTime(at.hour, at.minute), QLocale.FormatType.ShortFormat)
    return tr("{date}, {time}", date=date(iso), time=time)
