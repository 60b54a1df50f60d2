"""What a page shows while it has nothing: one drawing, one sentence, one button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.theme import Size, Space
from app.widgets.parts import IconLabel, button, column, label


class EmptyState(QWidget):
    """A calm invitation: what can be done here and how to start."""

    def __init__(
        self, drawing: str, sentence: str, hint: str, action: str, on_click: Callable[[], object], icon: str = ""
    ) -> None:
        super().__init__()
        middle = Qt.AlignmentFlag.AlignHCenter
        stack = column(self, margins=Space.XL, spacing=Space.S)
        stack.addStretch(2)
        self.drawing = IconLabel(drawing, "accent", Size.DRAWING)
        stack.addWidget(self.drawing, 0, middle)
        stack.addSpacing(Space.S)
        self.sentence = label(sentence, "lead", wrap=True)
        self.sentence.setAlignment(middle)
        stack.addWidget(self.sentence)
        if hint:
            below = label(hint, "muted", wrap=True)
            below.setAlignment(middle)
            stack.addWidget(below)
        stack.addSpacing(Space.S)
        if action:
            self.button = button(action, on_click, icon=icon)
            stack.addWidget(self.button, 0, middle)
        stack.addStretch(3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.drawing.setVisible(self.height() > 2.5 * Size.DRAWING)  # words come first where room is short
