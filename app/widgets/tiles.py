"""Works as a wall of tiles: a thumbnail, the title, and one line of facts."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app import icons
from app.models.rows import Index, Role
from app.theme import Size, Space, set_look, theme

_Flag = QItemSelectionModel.SelectionFlag
_Move = QAbstractItemView.CursorAction


class Tiles(QListView):
    """A wall of tiles that fills the width it has. Its cost is that of what is in sight, however long the list.

    A list to screen readers and to keys; where tiles are and how they are drawn is told here, as Qt's own list lays out
    all of them whenever anything changes. `dragged` tells that the chosen ones are being dragged out.
    """

    dragged = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(TileDelegate(self))
        self._anchor = 0
        set_look(self, "tiles")

    # -- where tiles are ---------------------------------------------------------------------------------------

    def columns(self) -> int:
        """Return how many tiles stand side by side."""
        return max(1, self.viewport().width() // tile_size().width())

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        columns = self.columns()
        height, width = tile_size().height(), self.viewport().width() / columns
        line, place = divmod(index.row(), columns)
        if self.isRightToLeft():
            place = columns - 1 - place
        left, right = round(place * width), round((place + 1) * width)
        return QRect(left, line * height - self.verticalOffset(), right - left, height)

    def indexAt(self, point: QPoint) -> QModelIndex:
        columns = self.columns()
        place = int(point.x() * columns // max(1, self.viewport().width()))
        if self.isRightToLeft():
            place = columns - 1 - place
        row = (point.y() + self.verticalOffset()) // tile_size().height() * columns + place
        model = self.model()
        inside = model is not None and 0 <= place < columns and 0 <= row < model.rowCount()
        return model.index(row, 0) if inside else QModelIndex()

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        rect, height = self.visualRect(index), self.viewport().height()
        if not index.isValid():
            return
        bar, away = self.verticalScrollBar(), 0
        if hint is QAbstractItemView.ScrollHint.PositionAtCenter:
            away = rect.center().y() - height // 2
        elif rect.top() < 0 or rect.height() > height:
            away = rect.top()
        elif rect.bottom() >= height:
            away = rect.bottom() + 1 - height
        bar.setValue(bar.value() + away)
        self.viewport().update()

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def updateGeometries(self) -> None:
        model = self.model()
        lines = -(-model.rowCount() // self.columns()) if model is not None else 0
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(height)
        bar.setSingleStep(tile_size().height() // 4)
        bar.setRange(0, max(0, lines * tile_size().height() - height))
        QAbstractItemView.updateGeometries(self)

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)  # not the list's own

    def scrollContentsBy(self, x: int, y: int) -> None:
        self.viewport().scroll(0, y)

    def startDrag(self, actions: Qt.DropAction) -> None:
        self.dragged.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        top = self.indexAt(QPoint(1, 1))
        QAbstractItemView.resizeEvent(self, event)
        self.updateGeometries()
        if top.isValid() and event.oldSize().width() != event.size().width():
            self.verticalScrollBar().setValue(top.row() // self.columns() * tile_size().height())

    # -- moving and choosing -----------------------------------------------------------------------------------

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        model = self.model()
        count = model.rowCount() if model is not None else 0
        if not count:
            return QModelIndex()
        columns = self.columns()
        page = max(1, self.viewport().height() // tile_size().height()) * columns
        row = max(self.currentIndex().row(), 0)
        on = -1 if self.isRightToLeft() else 1
        steps = {
            _Move.MoveLeft: -on,
            _Move.MoveRight: on,
            _Move.MoveUp: -columns,
            _Move.MoveDown: columns,
            _Move.MovePageUp: -page,
            _Move.MovePageDown: page,
            _Move.MoveNext: 1,
            _Move.MovePrevious: -1,
        }
        if action is _Move.MoveHome:
            row = 0
        elif action is _Move.MoveEnd:
            row = count - 1
        elif self.currentIndex().isValid():
            row = min(max(row + steps[action], 0), count - 1)
        return model.index(row, 0)

    def selectionCommand(self, index: Index, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        command = super().selectionCommand(index, event)
        if index.isValid() and not command & _Flag.Current:
            self._anchor = index.row()
        return command

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Choose from the anchor to the current tile, in reading order; with a rubber band what it touches."""
        now = self.currentIndex()
        if self.state() is not QAbstractItemView.State.DragSelectingState and command & _Flag.Current:
            first, last = sorted((self._anchor, max(now.row(), 0)))
            chosen = self._range(first, last)
        else:
            chosen = QItemSelection()
            columns, height = self.columns(), tile_size().height()
            lines = range(
                (rect.top() + self.verticalOffset()) // height, (rect.bottom() + self.verticalOffset()) // height + 1
            )
            places = [int(x * columns // max(1, self.viewport().width())) for x in (rect.left(), rect.right())]
            left, right = (min(max(place, 0), columns - 1) for place in places)
            if self.isRightToLeft():
                left, right = columns - 1 - right, columns - 1 - left
            count = self.model().rowCount()
            for line in lines:
                first, last = line * columns + left, min(line * columns + right, count - 1)
                if 0 <= first <= last:
                    chosen.merge(self._range(first, last), _Flag.Select)
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    def _range(self, first: int, last: int) -> QItemSelection:
        model = self.model()
        return QItemSelection(model.index(first, 0), model.index(last, model.columnCount() - 1))

    # -- drawing -----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        model = self.model()
        if not model:
            return
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        base = option.state
        under = self.indexAt(self.viewport().mapFromGlobal(self.cursor().pos())) if self.underMouse() else QModelIndex()
        columns, height = self.columns(), tile_size().height()
        top = (event.rect().top() + self.verticalOffset()) // height * columns
        bottom = ((event.rect().bottom() + self.verticalOffset()) // height + 1) * columns
        for row in range(max(top, 0), min(bottom, model.rowCount())):
            index = model.index(row, 0)
            option.rect = self.visualRect(index)
            option.state = base
            if self.selectionModel().isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
            if row == under.row():
                option.state |= QStyle.StateFlag.State_MouseOver
            if index == self.currentIndex() and self.hasFocus():
                option.state |= QStyle.StateFlag.State_HasFocus
            self.itemDelegate().paint(painter, option, index)
        painter.end()


def tile_size() -> QSize:
    """Return the least room that a tile needs."""
    edges = 2 * (Space.XS + Space.S)
    return QSize(Size.TILE + Space.L, Size.TILE_PICTURE + Space.S + 2 * theme.scaled(Size.ICON) + edges)


class TileDelegate(QStyledItemDelegate):
    """Draws one work."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return tile_size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        current = bool(option.state & QStyle.StateFlag.State_HasFocus)
        tile = QRectF(option.rect).adjusted(Space.XS, Space.XS, -Space.XS, -Space.XS)
        edge = "accent" if selected or current else ""
        painter.setPen(theme.colour(edge) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(
            theme.colour("selection" if selected else "hover") if selected or hovered else Qt.GlobalColor.transparent
        )
        painter.drawRoundedRect(tile, Size.CORNER, Size.CORNER)
        inner = tile.adjusted(Space.S, Space.S, -Space.S, -Space.S)
        self._picture(painter, QRectF(inner.left(), inner.top(), inner.width(), Size.TILE_PICTURE), index)
        line = theme.scaled(Size.ICON)
        words = QRectF(inner.left(), inner.top() + Size.TILE_PICTURE + Space.S, inner.width(), line)
        beginning = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        for text, role, font in (
            (index.data(), "ink", theme.font(Size.BODY, bold=True)),
            (index.data(Role.DETAIL), "muted", theme.font(Size.SMALL)),
        ):
            painter.setFont(font)
            painter.setPen(theme.colour(role))
            fitting = QFontMetricsF(font).elidedText(text or "", Qt.TextElideMode.ElideMiddle, words.width())
            painter.drawText(words, beginning, fitting)
            words.translate(0, line)
        painter.restore()

    @staticmethod
    def _picture(painter: QPainter, room: QRectF, index: Index) -> None:
        ground = QPainterPath()
        ground.addRoundedRect(room, Size.CORNER, Size.CORNER)
        painter.fillPath(ground, theme.colour("window"))
        picture: QPixmap | None = index.data(Role.PICTURE)
        kind = index.data(Role.KIND)
        if picture is not None:
            painter.save()
            painter.setClipPath(ground)
            # Filled to the edges: the middle of the picture, as in an album.
            size = picture.size().toSizeF().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            place = QRectF(room.topLeft(), size)
            place.moveCenter(room.center())
            painter.drawPixmap(place, picture, QRectF(picture.rect()))
            painter.restore()
        elif kind:
            side = Size.ICON_LARGE
            middle = QRectF(room.center().x() - side / 2, room.center().y() - side / 2, side, side)
            icons.paint(painter, kind, "muted", middle)
        painter.setPen(theme.colour("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(ground)
