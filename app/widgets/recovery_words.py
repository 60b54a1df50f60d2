"""The 24 recovery words, numbered, in an order that can be written down line by line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QGridLayout

from app.i18n import tr
from app.theme import Space, set_look
from app.widgets.parts import clear, label, row

_COLUMNS = 4


class RecoveryWords(QFrame):
    """Shows the words of a key until they are taken away."""

    def __init__(self) -> None:
        super().__init__()
        set_look(self, "card")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        self._grid.setHorizontalSpacing(Space.XL)
        self._grid.setVerticalSpacing(Space.S)

    def show_words(self, words: Sequence[str]) -> None:
        """Show these words; none empties it."""
        clear(self._grid)
        for place, word in enumerate(words):
            cell = row(spacing=Space.S)
            number = label(f"{place + 1}", "muted")
            number.setFixedWidth(Space.XL)
            shown = label(word, "word", selectable=True)
            shown.setAccessibleName(tr("Word {number}: {word}", number=place + 1, word=word))
            cell.addWidget(number)
            cell.addWidget(shown, 1)
            self._grid.addLayout(cell, place // _COLUMNS, place % _COLUMNS)
