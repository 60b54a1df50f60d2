"""Facts as pairs of a muted name and a value that can be selected and copied."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.theme import Space
from app.widgets.parts import clear, label


class Facts(QWidget):
    """A small table of facts; empty values are left out."""

    def __init__(self, facts: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.S)
        self._grid.setColumnStretch(1, 1)
        self.show_facts(facts)

    def show_facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Show other facts."""
        clear(self._grid)
        top = Qt.AlignmentFlag.AlignTop
        for line, (name, value) in enumerate((n, v) for n, v in facts if v):
            self._grid.addWidget(label(name, "muted"), line, 0, top)
            self._grid.addWidget(label(value, wrap=True, selectable=True), line, 1)
