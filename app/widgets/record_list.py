"""The left side of a section: a search as one types, a choice of what is listed, and the records found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QLineEdit

from app.desk import Desk
from app.theme import Size, Space, set_look
from app.widgets.parts import ComboBox, column, label, row
from app.widgets.record_rows import Describe, RecordRows
from core.catalog.query import Query

_PAUSE = 120  # milliseconds after the last key before the catalog is asked


class RecordList(QFrame):
    """Records to choose from. `chosen` tells the one that came to the front, None where there is none.

    `absent` tells the number of one that was asked for and stands in no row: on a later page, in the bin, filtered out.
    """

    chosen = Signal(object)
    absent = Signal(int)

    def __init__(
        self,
        desk: Desk,
        thing: type[Any],
        name: str,
        describe: Describe,
        *,
        search: str,
        filters: Sequence[tuple[str, Query]],
        words: Callable[[int], str],
    ) -> None:
        """`filters` are (words, query), the first is chosen; `words` say how many there are."""
        super().__init__()
        set_look(self, "card")
        self.thing = thing
        self._queries = [query for _, query in filters]
        self._words = words
        self._then: int | None = None
        self._apart: int | None = None  # the record in front, where no row stands for it
        self.front: int | None = None  # the number of the record in front; 0 is a new one
        self.setMinimumWidth(Size.LIST_PANE_NARROW)
        stack = column(self, margins=Space.S, spacing=Space.S)
        self.search = QLineEdit()
        self.search.setAccessibleName(search)
        self.search.setPlaceholderText(search)
        self.search.setAcceptDrops(False)
        self.search.setToolTip(QKeySequence(QKeySequence.StandardKey.Find).toString())
        stack.addWidget(self.search)
        self.filter = ComboBox(name)
        for shown, _ in filters:
            self.filter.addItem(shown)
        stack.addWidget(self.filter)
        self.rows = RecordRows(desk, thing, name, describe, compact=True)
        stack.addWidget(self.rows, 1)
        self.count = label(look="muted")
        foot = row(margins=(Space.S, 0, Space.S, Space.XS))
        foot.addWidget(self.count)
        stack.addLayout(foot)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_PAUSE)
        self._typed.timeout.connect(self.load)
        self.search.textChanged.connect(lambda text: self._typed.start())
        self.filter.currentIndexChanged.connect(lambda place: self.load())
        self.rows.loaded.connect(self._loaded)
        self.rows.selectionModel().currentChanged.connect(lambda now, before: self._choose())
        self._change: Callable[[Query], Query] = lambda query: query

    def refine(self, change: Callable[[Query], Query]) -> None:
        """Let a further choice of the section change every query."""
        self._change = change

    def query(self) -> Query:
        """Return what is asked for now."""
        asked = replace(self._queries[max(self.filter.currentIndex(), 0)], text=self.search.text().strip())
        return self._change(asked)

    def load(self, then: int | None = None) -> None:
        """Ask the catalog again; `then` is the number of the record to come to the front."""
        self._then = then if then is not None else self._then
        self.rows.ask(self.query())

    def show_record(self, number: int) -> None:
        """Bring one record to the front, whatever is searched for and chosen now."""
        self.search.blockSignals(True)
        self.filter.blockSignals(True)
        self.search.clear()
        self.filter.setCurrentIndex(0)
        self.search.blockSignals(False)
        self.filter.blockSignals(False)
        self.load(number)

    def show_all(self) -> None:
        """Search for nothing any more, and leave nothing out."""
        self.filter.setCurrentIndex(0)
        self.search.clear()

    def mark(self, number: int) -> None:
        """Show which record is in front, without telling anybody; 0 is a new one, which no row stands for."""
        self.front = number
        self._apart = None
        if number == 0 or not self.rows.select(number):
            self._apart = number
            self.rows.clearSelection()
            self.rows.setCurrentIndex(QModelIndex())

    def forget(self) -> None:
        """Let the first record come to the front when the list is loaded: the one in front is no more."""
        self.front = self._apart = None

    def _loaded(self) -> None:
        self.count.setText(self._words(self.rows.total))
        asked, self._then = self._then, None
        wanted = self.front if asked is None else asked
        if wanted == 0:
            return
        if wanted is None or not self.rows.select(wanted):
            if wanted is not None and wanted in (asked, self._apart):
                self.mark(wanted)
                self.absent.emit(wanted)
                return
            if self.rows.records.rowCount():
                self.rows.setCurrentIndex(self.rows.records.index(0, 0))
        self._choose(again=True)

    def _choose(self, *, again: bool = False) -> None:
        item = self.rows.current_item()
        if item is None and self.front is not None and self.front == self._apart:
            return
        number = None if item is None else item.id
        if again or number != self.front:
            self.front, self._apart = number, None
            self.chosen.emit(item)
