"""The work beside the suspect: two pictures next to each other, or two recordings one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.desk import Desk
from app.i18n import tr
from app.previews import Preview
from app.theme import Size, Space
from app.widgets.listen_view import ListenView
from app.widgets.parts import ElidedLabel, column, row
from app.widgets.preview_view import Marked, PreviewView
from core.model import Work
from core.printable import printable


class BesideView(QWidget):
    """What was found on the left, the work that it shows on the right, once that is known."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._line: QBoxLayout = row(self, spacing=Space.L)
        self.suspect = _Side(desk, tr("This file"))
        self.work = _Side(desk, tr("Your work"))
        self._line.addWidget(self.suspect, 1)
        self._line.addWidget(self.work, 1)
        self.work.hide()
        self._large = False

    def show_large(self, large: bool) -> None:
        """Show pictures as large as a wide window has room for, or so that words stay in sight."""
        self._large = large
        for side in (self.suspect, self.work):
            side.picture.grow(Size.PREVIEW_HUGE if large else Size.PREVIEW_LARGE)
        self._fit()

    def show_suspect(self, view: Preview, marks: Sequence[Marked]) -> None:
        """Show the file that was found, with the places of what was found in it."""
        self.suspect.show_view(view, marks)
        self._fit()

    def show_work(self, work: Work, view: Preview | None) -> None:
        """Show the work; without a view of its original, its thumbnail. Nothing is shown where there is neither."""
        if view is None and work.thumbnail:
            image = QImage.fromData(work.thumbnail)
            view = None if image.isNull() else Preview(Path(work.path), image, work.width, work.height)
        self.work.setVisible(view is not None)
        if view is not None:
            self.work.caption.show_text(tr("Your work “{title}”", title=printable(work.title)))
            self.work.show_view(view, ())
        self._fit()

    def stop(self) -> None:
        """Fall silent."""
        self.suspect.listen.stop()
        self.work.listen.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Recordings lie one above the other, so that their times can be compared; pictures where it is narrow."""
        least = 2 * (Size.PREVIEW_LARGE if self._large else Size.PREVIEW)
        below = self.suspect.is_sound or self.work.is_sound or self.width() < least
        way = QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight
        if self._line.direction() != way:
            self._line.setDirection(way)


class _Side(QWidget):
    """One of the two, with the words above it."""

    def __init__(self, desk: Desk, caption: str) -> None:
        super().__init__()
        body = column(self, spacing=Space.XS)
        self.caption = ElidedLabel(caption, "small")
        self.picture = PreviewView(caption)
        self.listen = ListenView(desk, caption)
        for widget in (self.caption, self.picture, self.listen):
            body.addWidget(widget)
        body.addStretch(1)
        self.picture.hide()
        self.listen.hide()

    @property
    def is_sound(self) -> bool:
        """Whether a recording is shown."""
        return not self.listen.isHidden()

    def show_view(self, view: Preview, marks: Sequence[Marked]) -> None:
        self.picture.setVisible(view.image is not None)
        self.listen.setVisible(view.image is None)
        if view.image is not None:
            self.picture.show_picture(view.image, view.width, view.height, marks)
        else:
            self.listen.show_recording(view, marks)
