"""Parts of which one is in front, with the height that this one needs at least."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget


class FrontStack(QStackedWidget):
    """Leaves what stands above it the room that it wants; Qt's own takes that of its largest part."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)

    def fit(self) -> None:
        """Ask the part in front how much it needs."""
        front = self.currentWidget()
        if front is not None:
            self.setMinimumHeight(front.minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()  # what it says before it was laid out once is not yet true
