"""Records of the catalog in a list: looked up beside the window, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Signal

from app.desk import Desk
from app.models.records import Line, RecordsModel
from app.theme import Size, Space, theme
from app.widgets.file_rows import FileRows
from core.catalog.query import Cursor, Query
from core.catalog.store import Catalog

_PAGE = 100  # records that are looked up at once

Describe = Callable[[Catalog, Sequence[Any]], list[Line]]  # runs beside the window


class RecordRows(FileRows):
    """What a query finds, one row each. Enter opens a record; Delete or the sign at the end of its row acts on it."""

    loaded = Signal()  # the first page is there; `total` says how many there are in all
    open_item = Signal(object)
    act_on_item = Signal(object)

    def __init__(
        self,
        desk: Desk,
        thing: type[Any],
        name: str,
        describe: Describe,
        *,
        compact: bool = False,
        action: str = "",
        fit: int = 0,
    ) -> None:
        """`action` is the icon at the end of rows that can be acted on; with `fit` the list is as high as its rows, up
        to so many.
        """
        super().__init__(name, compact=compact, action_icon=action or "close", titles=True)
        self._desk, self._thing, self._describe = desk, thing, describe
        self._query = Query()
        self._fit = fit
        self._next: Cursor | None = None
        self._asked = 0
        self.total = 0
        self.records = RecordsModel(self._load_more, self)
        self.setModel(self.records)
        self.opened.connect(lambda index: self.open_item.emit(self.records.item(index)))
        self.acted.connect(self._act)

    def ask(self, query: Query) -> None:
        """Show what a query finds instead of what is shown; an answer that comes too late is dropped."""
        self._query = query
        self._asked += 1
        asked, session, thing, describe = self._asked, self._desk.session, self._thing, self._describe

        def look() -> tuple[int, list[Line], Cursor | None, int]:
            catalog = session.catalog
            page = catalog.page(thing, query, limit=_PAGE)
            total = len(page.items) if page.next is None else catalog.count(thing, query)
            return asked, describe(catalog, page.items), page.next, total

        self._desk.jobs.call(look, lambda found: self._found(*found), self._desk.messages.show_error)

    def empty(self) -> None:
        """Show nothing."""
        self._asked += 1
        self.total = 0
        self.records.show_lines((), more=False)

    def current_item(self) -> Any:
        """Return the record in the current row, or None."""
        return self.records.item(self.currentIndex())

    def select(self, number: int) -> bool:
        """Make a record current where it is among the rows; return whether it is."""
        place = self.records.place_of(number)
        if place.isValid():
            self.setCurrentIndex(place)
            self.scrollTo(place)
        return place.isValid()

    def _found(self, asked: int, lines: list[Line], after: Cursor | None, total: int) -> None:
        if asked != self._asked:
            return
        self._next, self.total = after, total
        self.records.show_lines(lines, more=after is not None)
        if self._fit:
            self.setFixedHeight(min(max(total, 1), self._fit) * theme.scaled(Size.ROW) + Space.S)
        self.loaded.emit()

    def _load_more(self) -> None:
        asked, after, query = self._asked, self._next, self._query
        session, thing, describe = self._desk.session, self._thing, self._describe

        def look() -> tuple[int, list[Line], Cursor | None]:
            page = session.catalog.page(thing, query, limit=_PAGE, after=after)
            return asked, describe(session.catalog, page.items), page.next

        self._desk.jobs.call(look, lambda found: self._add(*found), self._desk.messages.show_error)

    def _add(self, asked: int, lines: list[Line], after: Cursor | None) -> None:
        if asked == self._asked:
            self._next = after
            self.records.add_lines(lines, more=after is not None)

    def _act(self, index: QModelIndex) -> None:
        item = self.records.item(index)
        if item is not None and self.records.lines()[index.row()].action:
            self.act_on_item.emit(item)
