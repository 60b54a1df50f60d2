"""What works are chosen by, and how they are sorted: a line of lists above them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QSizePolicy, QWidget

from app.catalog_reads import Choices
from app.i18n import tr
from app.models.works import Column
from app.standings import SOON
from app.theme import Size, Space, set_look, theme
from app.widgets.parts import ComboBox, icon_button
from core.catalog.query import Query
from core.model import Kind

_SHORT = 8  # letters that a list keeps room for
_SORTS = {
    "title": Column.TITLE,
    "kind": Column.KIND,
    "newest": Column.SINCE,
    "copies": Column.COPIES,
    "tags": Column.TAGS,
}


class _List(ComboBox):
    """A choice from words and the values that they stand for, (word, value); the first one chooses all."""

    def __init__(self, name: str, items: Sequence[tuple[str, str]]) -> None:
        super().__init__(name)
        self._items = list(items)
        self.addItems([word for word, _ in items])
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_SHORT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(theme.scaled(Size.FILTER))

    def value(self) -> str:
        """Return the value that is chosen."""
        return self._items[max(self.currentIndex(), 0)][1]

    def offer(self, items: Sequence[tuple[str, str]]) -> None:
        """Put other items below the first; what is chosen stays where it is among them."""
        whole = [self._items[0], *items]
        if whole == self._items:
            return
        chosen = self.value()
        self._items = whole
        with QSignalBlocker(self):
            self.clear()
            self.addItems([word for word, _ in whole])
            self.choose(chosen)

    def choose(self, value: str) -> None:
        """Choose a value; the first item where there is none such."""
        self.setCurrentIndex(next((place for place, item in enumerate(self._items) if item[1] == value), 0))


class WorkFilters(QWidget):
    """`changed` tells that other works are wanted, or another order."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.sort, self.backwards = "newest", False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Space.S)
        self._columns = 0
        self.kind = self._list(
            tr("Kind"), ((tr("All kinds"), ""), (tr("Pictures"), "image"), (tr("Recordings"), "audio"))
        )
        self.recipient = self._list(tr("Recipient"), ((tr("All recipients"), ""),))
        self.recipient.view().setProperty("uniformItemSizes", True)
        self.sent = self._list(tr("Copies sent"), ((tr("Sent any time"), ""),))
        self.state = self._list(
            tr("State"),
            (
                (tr("Any state"), ""),
                (tr("Never copied"), "never"),
                (tr("With copies"), "copied"),
                (tr("Licence ends within {days} days", days=SOON), "ending"),
            ),
        )
        self.tag = self._list(tr("Tag"), ((tr("All tags"), ""),))
        self.clear_button = icon_button("close", tr("Take all filters away"), self.clear)
        self.order = self._list(
            tr("Sorted by"),
            (
                (tr("Newest first"), "newest"),
                (tr("Oldest first"), "-newest"),
                (tr("Title, A to Z"), "title"),
                (tr("Title, Z to A"), "-title"),
                (tr("Most copies"), "copies"),
                (tr("Fewest copies"), "-copies"),
                (tr("Kind"), "kind"),
                (tr("Kind, turned round"), "-kind"),
                (tr("Tags"), "tags"),
                (tr("Tags, turned round"), "-tags"),
            ),
        )
        self._arrange(len(self._lists()))
        self._refresh()

    def query(self, text: str) -> Query:
        """Return what is wanted, with the words of a search."""
        state, recipient, tag, kind = (made.value() for made in (self.state, self.recipient, self.tag, self.kind))
        return Query(
            text=text,
            kind=Kind(kind) if kind else None,
            recipient=int(recipient) if recipient else None,
            sent=self.sent.value(),
            copied={"never": False, "copied": True}.get(state),
            ends_within=SOON if state == "ending" else None,
            tags=(tag,) if tag else (),
            sort=self.sort,
            backwards=self.backwards,
        )

    def narrows(self) -> bool:
        """Return whether any filter is set."""
        return any(made.currentIndex() > 0 for made in self._lists())

    def show_choices(self, choices: Choices) -> None:
        """Offer these recipients, years and tags; what is chosen stays where it is among them."""
        self.recipient.offer([(name, str(number)) for number, name in choices.recipients])
        self.sent.offer([(tr("Sent in {year}", year=year), year) for year in choices.years])
        self.tag.offer([(tag, tag) for tag in choices.tags])
        self._refresh()

    def clear(self) -> None:
        """Take all filters away."""
        for made in self._lists():
            with QSignalBlocker(made):
                made.setCurrentIndex(0)
        self._touched()

    def sort_by(self, column: int) -> None:
        """Sort by a column of the table; a second time the other way round."""
        name = next(name for name, known in _SORTS.items() if known == column)
        self.backwards = not self.backwards if self.sort == name else False
        self.sort = name
        with QSignalBlocker(self.order):
            self.order.choose(("-" if self.backwards else "") + name)
        self.changed.emit()

    def sorted_column(self) -> tuple[int, bool]:
        """Return the column that the works are sorted by, and whether its values rise."""
        falls = self.sort in ("newest", "copies")
        return _SORTS[self.sort], falls is self.backwards

    def _list(self, name: str, items: Sequence[tuple[str, str]]) -> _List:
        made = _List(name, items)
        made.currentIndexChanged.connect(self._touched)
        return made

    def _lists(self) -> tuple[_List, ...]:
        return self.kind, self.recipient, self.sent, self.state, self.tag

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < theme.scaled(Size.FILTERS_IN_TWO_BELOW)
        self._arrange(3 if narrow else len(self._lists()))

    def _arrange(self, columns: int) -> None:
        """Lay the filters out in one line or in two, the order at the end."""
        if columns == self._columns:
            return
        self._columns = columns
        for place, made in enumerate(self._lists()):
            self._grid.addWidget(made, place // columns, place % columns)
            self._grid.setColumnStretch(place % columns, 20)
        lines = -(-len(self._lists()) // columns)
        end = len(self._lists()) + 2  # a column that both ways of laying out leave free
        self._grid.setColumnStretch(end - 1, 1)
        self._grid.addWidget(self.clear_button, lines - 1, end - 2 if lines == 1 else columns - 1)
        self._grid.addWidget(self.order, 0, end)
        self._grid.setColumnStretch(end, 20)
        for empty in range(columns, len(self._lists())):
            self._grid.setColumnStretch(empty, 0)

    def _touched(self) -> None:
        order = self.order.value()
        self.sort, self.backwards = order.removeprefix("-"), order.startswith("-")
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        for made in self._lists():
            set_look(made, "chosen" if made.currentIndex() > 0 else "")
        for made in (*self._lists(), self.order):
            made.setToolTip(f"{made.accessibleName()}: {made.currentText()}")
        self.clear_button.setVisible(self.narrows())
