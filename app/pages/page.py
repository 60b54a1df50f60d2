"""What all pages share: a head with title and one clear action, and the content below."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desk import Desk
from app.i18n import tr
from app.theme import Size, Space, set_look
from app.widgets.parts import column, label, row


class Page(QWidget):
    """A page of the window."""

    status = Signal()  # what `working_on` says has changed

    def __init__(self, desk: Desk, title: str, subtitle: str) -> None:
        super().__init__()
        self.desk = desk
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_look(self, "page")
        self.content: QVBoxLayout = column(self, margins=(Space.XL, Space.L, Space.XL, Space.L), spacing=Space.L)
        head = row()
        words = column(spacing=Space.XS)
        self.title = label(title, "title")
        words.addWidget(self.title)
        self.subtitle = label(subtitle, "muted", wrap=True)
        words.addWidget(self.subtitle)
        head.addLayout(words, 1)
        self.action_row: QHBoxLayout = row(spacing=Space.S)
        head.addLayout(self.action_row)
        head.setAlignment(self.action_row, Qt.AlignmentFlag.AlignTop)
        self.content.addLayout(head)

    def fit_list(self, pane: QWidget) -> None:
        """Give a list beside the content the width that the page has room for."""
        narrow = self.width() < Size.COLLAPSE_BELOW - Size.RAIL_NARROW
        pane.setFixedWidth(Size.LIST_PANE_NARROW if narrow else Size.LIST_PANE)

    def shown(self) -> None:
        """Make the page fresh: it is in front now."""

    def add_files(self, paths: Sequence[Path]) -> None:
        """Take files and folders that were dropped or chosen."""

    def drop_words(self, count: int) -> str:
        """Return what dropping `count` files or folders here will do; empty where the page takes none."""
        return ""

    def working_on(self) -> str:
        """Return what the page is working on, for the line at the foot; empty when it rests."""
        return ""

    def done_words(self) -> str:
        """Return what came of its work, for those who look elsewhere."""
        return tr("{page}: all is done.", page=self.title.text())

    def escape(self) -> bool:
        """Leave what the Escape key leaves; return whether there was anything."""
        return False
