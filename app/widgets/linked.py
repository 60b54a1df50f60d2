"""Things of the catalog that a record is about: the linked ones, and a search that links further ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.desk import Desk
from app.models.records import Line, RecordsModel
from app.theme import Size, Space, theme
from app.widgets.file_rows import FileRows
from app.widgets.parts import button, card, column, label, row
from app.widgets.record_rows import Describe, RecordRows
from core.catalog.query import Query

_PAUSE = 120  # milliseconds after the last key before the catalog is asked
_SHOWN = 4  # rows that a short list shows before it scrolls


class Linked(QWidget):
    """A card with what is linked. `changed` hands over the numbers that are to be linked from now on."""

    changed = Signal(tuple)
    opened = Signal(object)

    def __init__(
        self,
        desk: Desk,
        thing: type[Any],
        describe: Describe,
        *,
        title: str,
        explanation: str,
        link: str,
        search: str,
        none: str,
    ) -> None:
        super().__init__()
        self._desk, self._thing, self._describe, self._none = desk, thing, describe, none
        self._asked = 0
        self.numbers: tuple[int, ...] = ()
        frame = card()
        column(self).addWidget(frame)
        stack = column(frame, margins=Space.L, spacing=Space.S)
        head = row()
        head.addWidget(label(title, "heading"), 1)
        self.link_button = button(link, self.search_on, look="quiet", icon="add")
        head.addWidget(self.link_button)
        stack.addLayout(head)
        stack.addWidget(label(explanation, "muted", wrap=True))
        self.nothing = label(none, "muted", wrap=True)
        stack.addWidget(self.nothing)
        self.lines = RecordsModel(lambda: None, self)
        self.rows = FileRows(title, compact=True, titles=True)
        self.rows.setModel(self.lines)
        self.rows.acted.connect(self._unlink)
        self.rows.opened.connect(lambda index: self.opened.emit(self.lines.item(index)))
        stack.addWidget(self.rows)
        self.picker = QWidget()
        inside = column(self.picker, spacing=Space.S)
        self.search = QLineEdit()
        self.search.setAccessibleName(search)
        self.search.setPlaceholderText(search)
        self.search.setAcceptDrops(False)
        inside.addWidget(self.search)
        self.found = RecordRows(desk, thing, search, describe, compact=True)
        self.found.setFixedHeight(Size.SHORT_LIST)
        self.found.open_item.connect(lambda item: self._link(item.id))
        self.found.clicked.connect(lambda index: self._link(self.found.records.item(index).id))
        inside.addWidget(self.found)
        stack.addWidget(self.picker)
        self.picker.hide()
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_PAUSE)
        self._typed.timeout.connect(self._look)
        self.search.textChanged.connect(lambda text: self._typed.start())
        self.search.returnPressed.connect(self._take_first)

    def show_numbers(self, numbers: Sequence[int]) -> None:
        """Show the things with these numbers."""
        self.numbers = tuple(numbers)
        self._asked += 1
        asked, session, thing, describe = self._asked, self._desk.session, self._thing, self._describe

        def look() -> tuple[int, list[Line]]:
            known = session.catalog.get_all(thing, numbers)
            return asked, describe(session.catalog, list(known.values()))

        self._desk.jobs.call(look, lambda found: self._show(*found), self._desk.messages.show_error)

    def search_on(self) -> None:
        """Open or close the search for further ones."""
        opened = self.picker.isHidden()
        self.picker.setVisible(opened)
        if opened:
            self.search.clear()
            self._look()
            self.search.setFocus()

    def _look(self) -> None:
        self.found.ask(Query(text=self.search.text().strip()))

    def _show(self, asked: int, lines: list[Line]) -> None:
        if asked != self._asked:
            return
        self.lines.show_lines(lines, more=False)
        self.nothing.setVisible(not lines)
        self.rows.setVisible(bool(lines))
        self.rows.setFixedHeight(min(len(lines), _SHOWN) * theme.scaled(Size.ROW) + Space.S)

    def _link(self, number: int) -> None:
        if number not in self.numbers:
            self.changed.emit((*self.numbers, number))

    def _take_first(self) -> None:
        new = [line.item.id for line in self.found.records.lines() if line.item.id not in self.numbers]
        if new and not self._typed.isActive():
            self._link(new[0])

    def _unlink(self, index: QModelIndex) -> None:
        item = self.lines.item(index)
        if item is not None:
            self.changed.emit(tuple(number for number in self.numbers if number != item.id))
