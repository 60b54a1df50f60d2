"""A section of records: the list on the left, the one in front on the right, where it is changed."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from app.desk import Desk
from app.i18n import tr
from app.sections.section import Section
from app.theme import Size, Space, set_look
from app.widgets.bin_button import BinButton
from app.widgets.empty import EmptyState
from app.widgets.parts import card, column, label, row, scrolled
from app.widgets.record_editor import RecordEditor
from app.widgets.record_list import RecordList
from app.widgets.sheet_import import SheetImport, export_sheet

_EMPTY, _RECORDS = range(2)


class RecordSection(Section):
    """What sections of records share: choosing, adding, keeping what was typed, tables, the bin."""

    def __init__(self, desk: Desk, name: str, listing: RecordList, editor: RecordEditor, empty: EmptyState) -> None:
        super().__init__(desk, name)
        self.listing, self.editor, self.empty = listing, editor, empty
        self.stack = QStackedWidget()
        frame = card()
        column(frame).addWidget(empty)
        self.stack.addWidget(frame)
        self.nothing = card()
        column(self.nothing).addWidget(self._nothing())
        self.sides = QStackedWidget()
        set_look(self.sides, "clear")
        self.sides.addWidget(self.nothing)
        whole = QWidget()
        line = row(whole, spacing=Space.L)
        listing.setMaximumWidth(Size.LIST_PANE_WIDE)
        line.addWidget(listing, 1)
        line.addWidget(self.sides, 2)
        self.stack.addWidget(whole)
        self.stack.setCurrentIndex(_RECORDS)
        self.sheet = SheetImport(desk, listing.thing)
        self.sheet.done.connect(self._imported)
        self.content.addWidget(self.sheet)
        self.content.addWidget(self.stack, 1)
        listing.chosen.connect(self._chosen)
        listing.absent.connect(self._fetch)
        listing.rows.loaded.connect(self._loaded)
        editor.saved.connect(self._saved)
        editor.dropped.connect(self._dropped)
        listing.rows.open_item.connect(lambda item: editor.form.go_to(next(iter(editor.form.controls))))

    def set_detail(self, detail: QWidget) -> None:
        """Show this on the right while a record is in front."""
        self.sides.addWidget(detail)

    def framed(self, inside: QWidget, new: str, *tools: QWidget, below: QWidget | None = None) -> QFrame:
        """Return a card that shows `inside` under the name of the record, `new` where it has none, and the bin.

        `below` stands under the name, `tools` beside it; what keeps or drops changes comes to the foot with them.
        """
        self._new = new
        frame = card()
        stack = column(frame, margins=(Space.L, Space.L, Space.L, Space.M), spacing=Space.M)
        head, words = row(spacing=Space.S), column(spacing=0)
        self.title = label(look="heading", wrap=True, selectable=True)
        words.addWidget(self.title)
        if below is not None:
            words.addWidget(below)
        head.addLayout(words, 1)
        self.bin_button = BinButton(self.move_to_bin)
        for tool in (*tools, self.bin_button):
            head.addWidget(tool)
        stack.addLayout(head)
        stack.addWidget(scrolled(inside), 1)
        stack.addWidget(self.editor.foot)
        self.editor.foot.hide()
        self.editor.pending.connect(self.editor.foot.setVisible)
        return frame

    def show_head(self, item: Any) -> None:
        """Show the name of a record in the head of its card, and what the bin does with it."""
        self.title.setText(item.name or self._new)
        self.bin_button.show_for(stored=bool(item.id), binned=bool(item.binned))

    def shown(self) -> None:
        self.listing.load()

    def search_now(self) -> None:
        self.listing.search.setFocus()
        self.listing.search.selectAll()

    def bring(self, number: int) -> None:
        self.stack.setCurrentIndex(_RECORDS)
        self.editor.leave(lambda: self.listing.show_record(number), lambda: None)

    def escape(self) -> None:
        if self.sheet.isVisible():
            self.sheet.hide()
        elif self.editor.item is not None and not self.editor.item.id and not self.editor.dirty:
            self.editor.drop()  # what was typed is never dropped by a key that is soon pressed
        else:
            self.listing.search.clear()

    def keep(self) -> None:
        self.editor.leave(lambda: None, lambda: None)

    def start(self, item: Any) -> None:
        """Bring a new record to the front, once the one that was there is kept."""

        def begin() -> None:
            self.stack.setCurrentIndex(_RECORDS)
            self.listing.mark(0)
            self._front(item)

        self.editor.leave(begin, lambda: None)

    def show_item(self, item: Any) -> None:
        """Show the record that came to the front; new ones have the number 0."""
        self.editor.show_item(item)

    def move_to_bin(self) -> None:
        """Put the record in front into the bin, or bring it back from there."""
        item, session = self.editor.item, self.desk.session
        if item is None or not item.id:
            self.editor.drop()
            return
        act = session.catalog.restore if item.binned else session.catalog.bin
        words = tr("Brought back from the bin.") if item.binned else tr("Moved to the bin.")
        self.editor.show_item(item)  # what was typed into it goes with it

        def moved(_: int) -> None:
            self.listing.forget()
            self.listing.load()
            self.done.emit(words)

        self.desk.jobs.call(lambda: act(type(item), [item.id]), moved, self.desk.messages.show_error)

    def export(self) -> None:
        """Write what is listed to a table."""
        export_sheet(self.desk, self.listing.thing, self.listing.query(), self, f"{self.name}.csv")

    def _imported(self) -> None:
        self.shown()
        self.done.emit(tr("Imported."))

    def _chosen(self, item: Any) -> None:
        before = self.editor.item
        if item is not None and before is not None and before.id == item.id and self.editor.dirty:
            return  # the list was looked up again while somebody types
        kept = 0 if before is None else before.id
        self.editor.leave(lambda: self._front(item), lambda: self.listing.mark(kept))

    def _fetch(self, number: int) -> None:
        """Bring a record to the front that stands in no row."""
        thing, catalog = self.listing.thing, self.desk.session.catalog
        self.desk.jobs.call(lambda: catalog.get(thing, number), self._chosen, self.desk.messages.show_error)

    def _front(self, item: Any) -> None:
        self.sides.setCurrentIndex(0 if item is None else 1)
        if item is None:
            self.editor.item = None
        else:
            self.show_item(item)

    def _loaded(self) -> None:
        asked = self.listing.query()
        bare = not self.listing.rows.total and not asked.text and not self.listing.filter.currentIndex()
        new = self.editor.item is not None and not self.editor.item.id
        self.stack.setCurrentIndex(_EMPTY if bare and not new else _RECORDS)

    def _saved(self, item: Any) -> None:
        """Show the list with what was saved, which comes to the front unless somebody has gone on to another."""
        self.listing.load(item.id if self.listing.front in (0, item.id) else None)
        self.done.emit(tr("Saved."))

    def _dropped(self) -> None:
        self.listing.forget()
        self.listing.load()

    def _nothing(self) -> QWidget:
        """Return what is shown where a search or a filter leaves no row."""
        return EmptyState("drawing-check", tr("Nothing matches."), "", tr("Show all"), self.listing.show_all)
