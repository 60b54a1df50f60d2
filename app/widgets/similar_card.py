"""A work that a file resembles without its mark: a hint where to look, which accuses nobody."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QWidget

from app import icons, verdicts
from app.i18n import tr
from app.models.works import kind_word, size_words
from app.theme import Size, Space, set_look, theme
from app.widgets.parts import button, column, label, row
from core.model import Likeness, Similar
from core.printable import printable


class SimilarCard(QFrame):
    """The work's picture, its title, how alike they are, and the way to it."""

    def __init__(self, similar: Similar, show_work: Callable[[int], object]) -> None:
        super().__init__()
        work = similar.work
        set_look(self, "inset")
        line = row(self, margins=Space.M, spacing=Space.L)
        picture = QPixmap()
        picture.loadFromData(work.thumbnail)
        line.addWidget(_Thumbnail(None if picture.isNull() else picture, work.kind.value), 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=Space.XS)
        strong = similar.likeness is Likeness.STRONG
        head = tr("Shows a work, no mark") if strong else tr("Similar work, no mark")
        words.addWidget(label(head, "small"))
        title = printable(work.title)
        words.addWidget(label(title, "strong", wrap=True, selectable=True))
        words.addWidget(label(f"{kind_word(work.kind)}  ·  {size_words(work)}", "muted"))
        words.addWidget(label(verdicts.resemblance(similar), wrap=True, selectable=True))
        words.addWidget(label(tr("That alone does not tell whose copy it is."), "muted", wrap=True))
        self.show_button = button(tr("Show the work"), lambda: show_work(work.id), look="quiet", icon="catalog")
        self.show_button.setAccessibleName(tr("Show the work “{title}”", title=title))
        words.addWidget(self.show_button, 0, Qt.AlignmentFlag.AlignLeft)
        line.addLayout(words, 1)


class _Thumbnail(QWidget):
    """A small picture, or the icon of its kind where there is none."""

    def __init__(self, picture: QPixmap | None, icon: str) -> None:
        super().__init__()
        self._picture, self._icon = picture, icon
        self.setFixedSize(Size.TILE_PICTURE, Size.TILE_PICTURE * 3 // 4)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        room = self.rect().toRectF()
        if self._picture is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("window"))
            painter.drawRoundedRect(room, Size.CORNER, Size.CORNER)
            place = room.adjusted(0, 0, Size.ICON_LARGE - room.width(), Size.ICON_LARGE - room.height())
            place.moveCenter(room.center())
            icons.paint(painter, self._icon, "muted", place)
        else:
            place = room
            place.setSize(self._picture.size().toSizeF().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio))
            painter.drawPixmap(place, self._picture, self._picture.rect().toRectF())
            painter.setPen(theme.colour("line"))
            painter.drawRect(place)
        painter.end()
