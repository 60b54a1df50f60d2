"""Cards one below the other, in two columns where there is room for them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.theme import Size, Space
from app.widgets.parts import column, row


class CardColumns(QWidget):
    """The `first` cards stand in the first column, where there are two; all are read down one, then down the other."""

    def __init__(self, cards: Sequence[QWidget], first: int) -> None:
        super().__init__()
        self._moving = tuple(cards[first:])  # to the second column and back
        self._left, self._right = column(spacing=Space.L), column(spacing=Space.L)
        self._wide = False
        self._line = row(self, spacing=0)
        self._line.addLayout(self._left, 1)
        self._line.addLayout(self._right)
        for made in cards:
            self._left.addWidget(made)
        for stack in (self._left, self._right):
            stack.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= Size.COLUMNS_FROM
        if wide == self._wide:
            return
        self._wide = wide
        source, target = (self._left, self._right) if wide else (self._right, self._left)
        for made in self._moving:
            source.removeWidget(made)
            target.insertWidget(target.count() - 1, made)  # before the stretch
        self._line.setStretch(1, 1 if wide else 0)
        self._line.setSpacing(Space.L if wide else 0)
