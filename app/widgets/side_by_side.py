"""Two parts that stand beside each other where there is room, and one below the other where there is not."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.theme import Size, Space
from app.widgets.parts import column, leading


class SideBySide(QWidget):
    """`first` keeps the height it needs while it stands above `second`, which takes the rest."""

    def __init__(self, first: QWidget, second: QWidget, *, spacing: int = Space.XL, edge: int = 0) -> None:
        """`edge` is kept free at the end, for a scroll bar."""
        super().__init__()
        self._line: QBoxLayout = column(self, margins=(0, 0, edge, 0), spacing=spacing)
        self._first = QWidget()
        self._widest = self._first.maximumWidth(), first.maximumWidth()  # one below the other, and beside each other
        self._first.setLayout(leading(first))
        self._line.addWidget(self._first)
        self._line.addWidget(second, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= Size.SIDE_BY_SIDE
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._line.setDirection(across if wide else down)
        self._line.setStretch(0, 1 if wide else 0)
        self._first.setMaximumWidth(self._widest[wide])
