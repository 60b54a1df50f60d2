"""Bin: what was put aside, to be brought back, or to be let go for good after a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QStackedWidget

from app import catalog_reads as reads
from app.catalog_words import counted_things, done_words, name_of, thing_icon, thing_word
from app.desk import Desk
from app.i18n import counted, date, tr
from app.models.lazy import LazyRows, Order, ordered
from app.models.rows import Index, Role, State
from app.sections.section import Section
from app.theme import Space
from app.widgets.empty import EmptyState
from app.widgets.file_rows import FileRows
from app.widgets.parts import button, card, column, label, row
from app.widgets.question import Question
from core.catalog.tables import TABLES

Key = tuple[type[Any], int]


class BinModel(LazyRows):
    """What lies in the bin, the last that came there first."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        thing, _ = self.key(index.row())
        if role == Role.KIND:
            return thing_icon(thing)
        item = self.item(index.row())
        since = date(item.binned, short=True) if item is not None else ""
        words = tr("{kind}  ·  in the bin since {date}", kind=thing_word(thing), date=since) if since else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return "…" if item is None else name_of(item)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return words if item is None else f"{name_of(item)}, {words}"
        if role == Role.STATE:
            return State(words, "", "muted")
        return tr("Bring it back") if role == Role.ACTION else None


class BinSection(Section):
    """What lies in the bin of the catalog."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Bin"))
        self.restore_button = button(tr("Bring back"), self.restore, look="primary", icon="back")
        self.empty_button = button(tr("Empty the bin"), self._ask, icon="clear")
        self.tool_row.addWidget(self.empty_button)
        self.tool_row.addWidget(self.restore_button)
        self.question = Question()
        self.content.setSpacing(Space.M)
        self.content.addWidget(self.question)
        self.stack = QStackedWidget()
        nothing = EmptyState(
            "drawing-bin",
            tr("The bin is empty."),
            tr("What you move to the bin waits here until you bring it back or empty the bin."),
            "",
            self.shown,
        )
        frame = card()
        column(frame).addWidget(nothing)
        self.stack.addWidget(frame)
        self.model = BinModel(self)
        self.model.wanted.connect(self._fetch)
        self.rows = FileRows(tr("What lies in the bin"), compact=True, titles=True, action_icon="back")
        self.rows.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.rows.setModel(self.model)
        self.rows.acted.connect(lambda index: self._restore([self.model.key(index.row())]))
        self.rows.opened.connect(lambda index: self._restore([self.model.key(index.row())]))
        self.rows.selectionModel().selectionChanged.connect(lambda *_: self._refresh())
        frame = card()
        body = column(frame, margins=Space.XS, spacing=0)
        body.addWidget(self.rows, 1)
        self.counts = label(look="muted")
        foot = row(margins=(Space.M, Space.S, Space.M, Space.S))
        foot.addWidget(self.counts)
        body.addLayout(foot)
        self.stack.addWidget(frame)
        self.content.addWidget(self.stack, 1)
        self._refresh()

    def shown(self) -> None:
        self._call(lambda: ordered(self.desk.session.catalog.in_bin()), self._found)

    def escape(self) -> None:
        self.question.dismiss()

    def restore(self) -> None:
        """Bring the chosen things back."""
        self._restore([self.model.key(index.row()) for index in self.rows.selectedIndexes()])

    def _restore(self, keys: list[Key]) -> None:
        by_thing: dict[type[Any], list[int]] = {}
        for thing, number in keys:
            by_thing.setdefault(thing, []).append(number)

        def restore() -> dict[str, int]:
            return {TABLES[thing].name: self.desk.session.catalog.restore(thing, by_thing[thing]) for thing in by_thing}

        def restored(counts: dict[str, int]) -> None:
            self.done.emit(done_words("restored from the bin", counts))
            self.shown()

        if keys:
            self._call(restore, restored)

    def _ask(self) -> None:
        self.question.ask(
            tr("Empty the bin for good?"),
            tr(
                "What nothing else needs is removed, and this cannot be undone. Copies, with their works and"
                " recipients, and signed agreements go out of sight and stay known to checks."
            ),
            tr("Empty the bin"),
            self._empty,
        )

    def _empty(self) -> None:
        def emptied(counts: tuple[int, int]) -> None:
            removed, kept = counts
            words = [counted(removed, "{count} thing removed.", "{count} things removed.")]
            if kept:
                words.append(
                    counted(
                        kept,
                        "{count} is out of sight and still known to checks.",
                        "{count} are out of sight and still known to checks.",
                    )
                )
            self.said.emit(" ".join(words))
            self.shown()

        self._call(lambda: self.desk.session.catalog.empty_bin(), emptied)

    def _found(self, order: Order) -> None:
        self.model.show_order(order)
        counts: dict[str, int] = {}
        for thing, _ in order.keys:
            counts[TABLES[thing].name] = counts.get(TABLES[thing].name, 0) + 1
        self.counts.setText("  ·  ".join(counted_things(table, count) for table, count in counts.items()))
        self.stack.setCurrentIndex(1 if order.keys else 0)
        if not order.keys:
            self.question.dismiss()
        self._refresh()

    def _fetch(self, keys: list[Key]) -> None:
        def failed(error: Exception) -> None:
            self.model.give_up()
            self.desk.messages.show_error(error)

        self.desk.jobs.call(
            lambda: reads.in_bin(self.desk.session.catalog, keys),
            lambda found: self.model.show_rows(found, keys),
            failed,
        )

    def _call(self, ask: Callable[[], Any], take: Callable[[Any], object]) -> None:
        self.desk.jobs.call(ask, take, self.desk.messages.show_error)

    def _refresh(self) -> None:
        self.restore_button.setEnabled(self.rows.selectionModel().hasSelection())
        self.empty_button.setEnabled(self.model.rowCount() > 0)
