"""Choose a work of the catalog by typing a part of its title, its file or a recipient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListView

from app.desk import Desk
from app.i18n import tr
from app.models.works import size_words
from app.theme import Size, Space, set_look
from app.widgets.parts import button, column, label, row
from core.model import Work
from core.printable import printable

_PAUSE = 120  # milliseconds after the last key before the catalog is asked
_SHOWN = 50  # works at most


class _Answer(NamedTuple):
    asked: int
    works: Sequence[Work]


class WorkSearch(QFrame):
    """A field and what it finds; `chosen` tells the number of a work, `left` that none is wanted."""

    chosen = Signal(int)
    left = Signal()

    def __init__(self, desk: Desk, explanation: str, word: str) -> None:
        super().__init__()
        self._desk = desk
        self._asked = 0
        self._works: list[Work] = []
        set_look(self, "inset")
        body = column(self, margins=Space.M, spacing=Space.S)
        body.addWidget(label(explanation, wrap=True))
        self.field = QLineEdit()
        self.field.setAccessibleName(tr("Search for a work"))
        self.field.setPlaceholderText(tr("Title, file or recipient"))
        self.field.setAcceptDrops(False)
        body.addWidget(self.field)
        self._model = QStringListModel(self)
        self.list = _Works()
        self.list.setAccessibleName(tr("Works found"))
        self.list.setModel(self._model)
        self.list.activated.connect(lambda index: self._choose())
        body.addWidget(self.list)
        self.nothing = label(tr("No work matches the search."), "muted")
        self.nothing.hide()
        body.addWidget(self.nothing)
        line = row(spacing=Space.S)
        self.button = button(word, self._choose, icon="compare")
        line.addWidget(self.button)
        line.addWidget(button(tr("Cancel"), self.left.emit, look="quiet"))
        line.addStretch(1)
        body.addLayout(line)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_PAUSE)
        self._typed.timeout.connect(self._search)
        self.field.textChanged.connect(lambda text: self._typed.start())
        self.field.returnPressed.connect(self._choose)

    def begin(self) -> None:
        """Show the newest works and put the cursor into the field."""
        self.field.clear()
        self._search()
        self.field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.field.hasFocus():
            self.list.setFocus()
            return
        super().keyPressEvent(event)

    def _search(self) -> None:
        self._asked += 1
        asked, text, session = self._asked, self.field.text().strip(), self._desk.session
        self._desk.jobs.call(
            lambda: _Answer(asked, session.catalog.works(text, thumbnails=False, limit=_SHOWN)),
            self._found,  # a method of its own: Qt forgets it when the widget goes before the answer comes
            self._desk.messages.show_error,
        )

    def _found(self, answer: _Answer) -> None:
        if answer.asked != self._asked:
            return
        works = self._works = list(answer.works)
        self._model.setStringList([f"{printable(work.title)}  ·  {size_words(work)}" for work in works])
        self.list.setVisible(bool(works))
        self.nothing.setVisible(not works)
        self.button.setEnabled(bool(works))
        if works:
            self.list.setCurrentIndex(self._model.index(0, 0))

    def _choose(self) -> None:
        place = self.list.currentIndex().row()
        if self.button.isEnabled() and 0 <= place < len(self._works):
            self.chosen.emit(self._works[place].id)


class _Works(QListView):
    """The works found, a few at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformItemSizes(True)
        self.setFixedHeight(Size.PREVIEW)
        set_look(self, "popup")
