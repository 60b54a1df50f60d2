"""The rail beside the page: as wide as people drew it, icons alone where they want it so or the window is narrow."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from app.memory import Memory
from app.theme import Size
from app.widgets.rail import Rail


class Shell(QSplitter):
    """Rail and content of the window."""

    def __init__(self, rail: Rail, content: QWidget, memory: Memory) -> None:
        super().__init__()
        self._rail, self._memory = rail, memory
        self.setObjectName("rail")
        self.setChildrenCollapsible(False)
        self.setHandleWidth(Size.LINE)
        self.addWidget(rail)
        self.addWidget(content)
        self.setStretchFactor(1, 1)
        self._wide = next(iter(memory.numbers("rail")), Size.RAIL)
        self._icons_alone = memory.text("rail_icons") == "yes"
        self.splitterMoved.connect(self._moved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())  # now, and not before: Qt would share out what it was before in proportion

    def _fit(self, width: int) -> None:
        narrow = self._icons_alone or width < Size.COLLAPSE_BELOW
        self._rail.collapse(narrow)
        wide = Size.RAIL_NARROW if narrow else self._wide
        self.setSizes([wide, width - wide])

    def toggle(self) -> None:
        """Show icons alone, or words too."""
        self._icons_alone = not self._icons_alone
        self._fit(self.width())

    def remember(self) -> None:
        """Keep how the rail stands."""
        self._memory.keep(rail=[self._wide], rail_icons="yes" if self._icons_alone else "")

    def _moved(self) -> None:
        if self._rail.maximumWidth() != Size.RAIL_NARROW:
            self._wide = self._rail.width()
