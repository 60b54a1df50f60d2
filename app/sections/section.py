"""What the parts of a page share: a name to switch to them by, tools of their own, and the content below."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desk import Desk
from app.theme import Space
from app.widgets.parts import column, row


class Section(QWidget):
    """A part of a page.

    `name` is the word on the switch; `tools` is shown at the page's head while the section is in front. `shows` is
    the kind of things of which it can bring one to the front.
    """

    shows: ClassVar[type[Any] | None] = None

    show_work = Signal(int)  # asks the page for the work with this number
    show_record = Signal(object, int)  # asks the page for the thing of this kind and number, where a section shows such
    done = Signal(str)  # tells in words what was changed in the catalog: the page offers to undo it
    said = Signal(str)  # tells in words what happened besides

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__()
        self.desk = desk
        self.name = name
        self.content: QVBoxLayout = column(self, spacing=Space.L)
        self.tools = QWidget()
        self.tool_row: QHBoxLayout = row(self.tools, spacing=Space.S)

    def shown(self) -> None:
        """Make the section fresh: it is in front now."""

    def search_now(self) -> None:
        """Put the cursor into the section's search field, where it has one."""

    def bring(self, number: int) -> None:
        """Bring one thing to the front, where the section shows such."""

    def escape(self) -> None:
        """Take back what was typed and not yet kept, or end a search."""

    def keep(self) -> None:
        """Keep what was typed: the section is left."""
