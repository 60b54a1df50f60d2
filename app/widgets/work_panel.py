"""One work of the catalog: its picture, its facts, and who got which copy of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from app.desk import Desk
from app.i18n import counted, date, tr
from app.models.rows import Role
from app.models.works import CopiesModel, kind_word, size_words
from app.theme import Size, Space, set_look, theme
from app.widgets.facts import Facts
from app.widgets.file_rows import FileRows
from app.widgets.parts import button, column, label, row, rule
from core.model import Copy, Recipient, Work


class WorkPanel(QFrame):
    """The inspector of the Catalog page."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._work: Work | None = None
        self.copies = CopiesModel(self)
        set_look(self, "card")
        whole = column(self, margins=Space.XS, spacing=0)
        body = column(margins=(Space.M, Space.M, Space.M, Space.XS), spacing=Space.S)
        whole.addLayout(body)
        self._picture = _Picture()
        body.addWidget(self._picture)
        self.title = label(look="heading", wrap=True, selectable=True)
        body.addWidget(self.title)
        self.facts = Facts()
        body.addWidget(self.facts)
        self.folder_button = button(tr("Open folder"), self._open_original, look="quiet", icon="folder")
        self.folder_button.setToolTip(tr("Open the folder of the original"))
        line = row()
        line.addWidget(self.folder_button)
        line.addStretch(1)
        body.addLayout(line)
        body.addWidget(rule())
        self._count = label(look="strong")
        body.addWidget(self._count)
        self.rows = FileRows(tr("Copies of this work"), compact=True, action_icon="folder")
        self.rows.setModel(self.copies)
        self.rows.acted.connect(self._open_copy)
        self.rows.opened.connect(self._open_copy)
        whole.addWidget(self.rows, 1)

    def show_work(self, work: Work, picture: QPixmap | None) -> None:
        """Show a work; its copies follow."""
        if self._work is None or work.id != self._work.id:
            self.copies.show_copies(())
            self._count.setText("")
        self._work = work
        self._picture.show_picture(picture)
        self.title.setText(work.title)
        self.title.setAccessibleName(work.title)
        sound = f"{work.rate:,} Hz" if work.rate else ""
        self.facts.show_facts(
            (
                (tr("Kind"), kind_word(work.kind)),
                (tr("Size"), size_words(work)),
                (tr("Rate"), sound),
                (tr("Since"), date(work.created)),
                (tr("Original"), Path(work.path).name),
            )
        )

    def show_copies(self, work: int, copies: Sequence[tuple[Copy, Recipient]]) -> None:
        """Show the copies of the work, if it is still in front."""
        if self._work is not None and self._work.id == work:
            self.copies.show_copies(copies)
            self._count.setText(counted(len(copies), "{count} copy", "{count} copies"))

    def _open_original(self) -> None:
        if self._work is not None:
            self._desk.show_in_folder(Path(self._work.path))

    def _open_copy(self, index: QModelIndex) -> None:
        copy: Copy = index.data(Role.ITEM)
        self._desk.show_in_folder(Path(copy.path))


class _Picture(QWidget):
    """A thumbnail in the middle; no room is taken where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Thumbnail"))

    def show_picture(self, picture: QPixmap | None) -> None:
        self._picture = picture
        self.setVisible(picture is not None)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(Size.TILE, Size.TILE)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform)
        room = self.rect().toRectF()
        size = self._picture.size().toSizeF().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = room
        place.setSize(size)
        place.moveCenter(self.rect().toRectF().center())
        painter.drawPixmap(place, self._picture, self._picture.rect().toRectF())
        painter.setPen(theme.colour("line"))
        painter.drawRect(place)
        painter.end()
