"""The shortcuts of the window in a sheet of their own, made of `app.shortcuts`: it cannot be out of date."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from app.i18n import tr
from app.shortcuts import entries
from app.theme import Size, Space, set_look
from app.widgets.parts import button, column, label, row, scrolled


class ShortcutList(QDialog):
    """Escape closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Shortcuts"))
        set_look(self, "page")
        self.resize(Size.READING, Size.READING)
        body = column(self, margins=Space.L, spacing=Space.M)
        inside = QWidget()
        stack = column(inside, margins=Space.M, spacing=Space.S)
        for group, some in groupby(entries(), key=lambda entry: entry.group):
            stack.addWidget(label(group, "heading"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(Space.L)
            grid.setVerticalSpacing(Space.S)
            grid.setColumnStretch(1, 1)
            for place, entry in enumerate(some):
                keys = label(entry.shown(), "key")
                keys.setMinimumWidth(Size.STATE)
                said = label(entry.words, wrap=True)
                said.setAccessibleName(f"{entry.words}: {entry.shown()}")
                grid.addWidget(keys, place, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(said, place, 1)
            stack.addLayout(grid)
            stack.addSpacing(Space.M)
        stack.addStretch(1)
        body.addWidget(scrolled(inside), 1)
        line = row()
        line.addStretch(1)
        self.close_button = button(tr("Close"), self.accept)
        line.addWidget(self.close_button)
        body.addLayout(line)
