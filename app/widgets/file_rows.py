"""A list of files: name, state in word, icon and colour, progress, and a small cross that acts on one row."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from app import icons
from app.models.rows import Index, Role, State
from app.theme import Size, Space, set_look, theme
from app.widgets.mirrored import isolated, mirrored

_MOST_OF_A_ROW = 0.4  # that a state may take from the name of its file


class FileRows(QListView):
    """A list of files; Delete or the cross acts on a row, Enter opens it."""

    acted = Signal(QModelIndex)
    opened = Signal(QModelIndex)

    def __init__(self, name: str, *, compact: bool = False, action_icon: str = "close", titles: bool = False) -> None:
        """Names that do not fit lose their middle, as those of files end in their kind; `titles` lose their end."""
        super().__init__()
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        set_look(self, "rows")
        delegate = RowDelegate(self, compact=compact, action_icon=action_icon, titles=titles)
        delegate.crossed.connect(self.acted)
        self.setItemDelegate(delegate)
        self.activated.connect(self.opened)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.currentIndex().isValid():
            self.acted.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class RowDelegate(QStyledItemDelegate):
    """Draws one row. The compact form puts the state under the name."""

    crossed = Signal(QModelIndex)

    def __init__(self, parent: QObject, *, compact: bool, action_icon: str, titles: bool = False) -> None:
        super().__init__(parent)
        self._cut = Qt.TextElideMode.ElideRight if titles else Qt.TextElideMode.ElideMiddle
        self._action_icon = action_icon
        self._compact = compact

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, theme.scaled(Size.ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, direction = QRectF(option.rect), option.direction
        painter.setLayoutDirection(direction)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selection" if selected else "hover"))
            painter.drawRoundedRect(rect.adjusted(Space.XS, 1, -Space.XS, -1), Size.CORNER, Size.CORNER)
        if index.row() + 1 < index.model().rowCount():
            painter.setPen(theme.colour("line"))
            painter.drawLine(rect.bottomLeft() + _along(Space.L), rect.bottomRight() - _along(Space.L))
        self._content(_Canvas(painter, rect, direction), rect, index, cross=selected or hovered)
        painter.restore()

    def _content(self, canvas: _Canvas, rect: QRectF, index: Index, *, cross: bool) -> None:
        state: State = index.data(Role.STATE)
        share = index.data(Role.SHARE)
        middle = rect.center().y()
        kind = QRectF(rect.left() + Space.L, middle - Size.ICON / 2, Size.ICON, Size.ICON)
        canvas.icon(index.data(Role.KIND), "muted", kind)
        left = kind.right() + Space.L
        cross_at = self._cross(rect)
        if cross and index.data(Role.ACTION):
            canvas.icon(self._action_icon, "muted", cross_at)
        body, small = theme.font(Size.BODY, bold=True), theme.font(Size.SMALL)
        line = theme.scaled(Size.ICON)
        if self._compact or rect.width() < theme.scaled(Size.ROW_COMPACT_BELOW):
            right = cross_at.left() - Space.S if index.data(Role.ACTION) else rect.right() - Space.M
            canvas.text(QRectF(left, middle - line - 1, right - left, line), index.data(), "ink", body, self._cut)
            below = QRectF(left, middle + 1, right - left, line)
            if share is not None:
                canvas.bar(QRectF(left, below.center().y() - Size.BAR / 2, right - left, Size.BAR), share)
            else:
                canvas.state(below, state)
            return
        column = min(max(theme.scaled(Size.STATE), canvas.width_of(state)), rect.width() * _MOST_OF_A_ROW)
        right = cross_at.left() - Space.M - column
        top = QRectF(left, middle - line - 1, right - left - Space.L, line)
        canvas.text(top, index.data(), "ink", body, self._cut)
        canvas.text(top.translated(0, line + 2), index.data(Role.DETAIL), "muted", small, Qt.TextElideMode.ElideRight)
        if share is None:
            canvas.state(QRectF(right, middle - line / 2, column, line), state)
            return
        canvas.state(QRectF(right, middle - line - 1, column, line), state)
        canvas.bar(QRectF(right, middle + Space.S, column - Space.M, Size.BAR), share)

    @staticmethod
    def _cross(rect: QRectF) -> QRectF:
        side = Size.ICON - Space.XS
        return QRectF(rect.right() - Space.L - side, rect.center().y() - side / 2, side, side)

    def _around_cross(self, option: QStyleOptionViewItem) -> QRectF:
        whole = QRectF(option.rect)
        return mirrored(self._cross(whole), whole, option.direction).adjusted(-Space.S, -Space.S, Space.S, Space.S)

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            around = self._around_cross(option)
            if event.button() == Qt.MouseButton.LeftButton and around.contains(event.position()):
                self.crossed.emit(index.model().index(index.row(), index.column()))
                return True
        return super().editorEvent(event, model, option, index)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        around = self._around_cross(option)
        if event.type() == QEvent.Type.ToolTip and around.contains(event.pos().toPointF()):
            QToolTip.showText(event.globalPos(), index.data(Role.ACTION), view)
            return True
        return super().helpEvent(event, view, option, index)


class _Canvas:
    """Paints the parts of a row, whose places are given from left to right, in the direction of reading."""

    def __init__(self, painter: QPainter, whole: QRectF, direction: Qt.LayoutDirection) -> None:
        self._painter, self._whole, self._direction = painter, whole, direction

    def icon(self, name: str, role: str, place: QRectF) -> None:
        icons.paint(self._painter, name, role, self._there(place))

    def text(
        self,
        place: QRectF,
        text: str,
        role: str,
        font: QFont,
        cut: Qt.TextElideMode,
    ) -> None:
        self._painter.setFont(font)
        self._painter.setPen(theme.colour(role))
        fitting = isolated(QFontMetricsF(font).elidedText(text, cut, place.width()), self._direction)
        leading = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        self._painter.drawText(self._there(place), leading, fitting)

    def state(self, place: QRectF, state: State) -> None:
        if not state.icon:  # plain facts, no state
            self.text(place, state.word, state.role, theme.font(Size.SMALL), Qt.TextElideMode.ElideRight)
            return
        side = Size.ICON - Space.XS
        self.icon(state.icon, state.role, QRectF(place.left(), place.center().y() - side / 2, side, side))
        words, end = place.adjusted(side + Space.S, 0, 0, 0), Qt.TextElideMode.ElideRight
        self.text(words, state.word, state.role, theme.font(Size.BODY), end)

    def width_of(self, state: State) -> float:
        """Return the room that a state needs with its icon and what follows it."""
        return QFontMetricsF(theme.font(Size.BODY)).horizontalAdvance(state.word) + Size.ICON + Space.S + Space.M

    def bar(self, place: QRectF, share: float) -> None:
        radius = place.height() / 2
        done = QRectF(place)
        done.setWidth(max(place.height(), place.width() * min(max(share, 0.0), 1.0)))
        self._painter.setPen(Qt.PenStyle.NoPen)
        for part, role in ((place, "line"), (done, "accent")):
            self._painter.setBrush(theme.colour(role))
            self._painter.drawRoundedRect(self._there(part), radius, radius)

    def _there(self, place: QRectF) -> QRectF:
        return mirrored(place, self._whole, self._direction)


def _along(distance: float) -> QPointF:
    return QPointF(distance, 0)
