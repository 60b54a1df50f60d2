"""Works as tiles: a thumbnail, the title, and one line of facts."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app import icons
from app.models.rows import Index, Role
from app.theme import Size, Space, set_look, theme


class Tiles(QListView):
    """A wall of tiles that fills the width it has."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSpacing(0)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(TileDelegate(self))
        set_look(self, "tiles")


class TileDelegate(QStyledItemDelegate):
    """Draws one work."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        words = 2 * theme.scaled(Size.ICON) + Space.M
        return QSize(Size.TILE + Space.L, Size.TILE_PICTURE + words + 2 * Space.L)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        tile = QRectF(option.rect).adjusted(Space.XS, Space.XS, -Space.XS, -Space.XS)
        painter.setPen(theme.colour("accent" if selected else "line") if selected else Qt.PenStyle.NoPen)
        painter.setBrush(
            theme.colour("selection" if selected else "hover") if selected or hovered else Qt.GlobalColor.transparent
        )
        painter.drawRoundedRect(tile, Size.CORNER, Size.CORNER)
        inner = tile.adjusted(Space.S, Space.S, -Space.S, -Space.S)
        self._picture(painter, QRectF(inner.left(), inner.top(), inner.width(), Size.TILE_PICTURE), index)
        line = theme.scaled(Size.ICON)
        words = QRectF(inner.left(), inner.top() + Size.TILE_PICTURE + Space.S, inner.width(), line)
        for text, role, font in (
            (index.data(), "ink", theme.font(Size.BODY, bold=True)),
            (index.data(Role.DETAIL), "muted", theme.font(Size.SMALL)),
        ):
            painter.setFont(font)
            painter.setPen(theme.colour(role))
            fitting = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideMiddle, words.width())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, fitting)
            words.translate(0, line)
        painter.restore()

    @staticmethod
    def _picture(painter: QPainter, room: QRectF, index: Index) -> None:
        ground = QPainterPath()
        ground.addRoundedRect(room, Size.CORNER, Size.CORNER)
        painter.fillPath(ground, theme.colour("window"))
        picture: QPixmap | None = index.data(Role.PICTURE)
        if picture is None:
            side = Size.ICON_LARGE
            middle = QRectF(room.center().x() - side / 2, room.center().y() - side / 2, side, side)
            icons.paint(painter, index.data(Role.KIND), "muted", middle)
        else:
            painter.save()
            painter.setClipPath(ground)
            # Filled to the edges: the middle of the picture, as in an album.
            size = picture.size().toSizeF().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            place = QRectF(room.topLeft(), size)
            place.moveCenter(room.center())
            painter.drawPixmap(place, picture, QRectF(picture.rect()))
            painter.restore()
        painter.setPen(theme.colour("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(ground)
