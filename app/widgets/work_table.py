"""Works as a table: a row each, sorted by the column that is chosen."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from app import icons
from app.i18n import tr
from app.models.rows import Index, Role
from app.models.works import Column
from app.theme import Size, Space, set_look, theme


class SortHeader(QHeaderView):
    """The heads of the columns; `sorted_by` tells which was chosen, by mouse or with arrow keys and Space."""

    sorted_by = Signal(int)

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setAccessibleName(tr("Heads of the columns: arrow keys move between them, Space sorts"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorShown(True)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.sectionClicked.connect(self.sorted_by)
        self._at = 0

    def setSelectionModel(self, selectionModel: QItemSelectionModel) -> None:
        """Keep a selection of its own, always empty: asking whether a column is chosen goes through all its rows."""
        super().setSelectionModel(QItemSelectionModel(selectionModel.model(), self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key), 0)
        if step:
            self._at = min(max(self._at + (-step if self.isRightToLeft() else step), 0), self.count() - 1)
            self.viewport().update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.sorted_by.emit(self._at)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()
        super().paintSection(painter, rect, section)
        painter.restore()
        if section == self.sortIndicatorSection():
            self._arrow(painter, QRectF(rect), section)
        if self.hasFocus() and section == self._at:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = painter.pen()
            pen.setColor(theme.colour("accent"))
            pen.setWidth(Size.FOCUS)
            painter.setPen(pen)
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), Size.CORNER, Size.CORNER)
            painter.restore()

    def _arrow(self, painter: QPainter, rect: QRectF, section: int) -> None:
        """Draw which way it is sorted, on the side where the word does not stand."""
        side = Size.SMALL
        aligned: Qt.AlignmentFlag = self.model().headerData(
            section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole
        )
        at_left = bool(aligned & Qt.AlignmentFlag.AlignTrailing) is not self.isRightToLeft()
        x = rect.left() if at_left else rect.right() - side - Space.S
        painter.save()
        painter.translate(x + side / 2, rect.center().y())
        if self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder:
            painter.rotate(180)
        icons.paint(painter, "down", "accent", QRectF(-side / 2, -side / 2, side, side))
        painter.restore()


class WorkTable(QTableView):
    """A table whose cost is that of what is in sight. `dragged` tells that the chosen rows are being dragged out."""

    dragged = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.head = SortHeader()
        self.setHorizontalHeader(self.head)
        rows = self.verticalHeader()
        rows.hide()
        rows.setHighlightSections(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(theme.scaled(Size.LINE_ROW))
        # Hidden, but there: whoever lists the controls finds them with a name.
        rows.setAccessibleName(tr("Rows"))
        rows.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for corner in self.findChildren(QAbstractButton):
            corner.setAccessibleName(tr("Choose all"))
            corner.setToolTip(tr("Choose all"))
            corner.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(_RowDelegate(self))
        set_look(self, "table")

    def fit(self) -> None:
        """Give the columns their widths: the title takes what is left. Call it once the model is set."""
        self.head.setMinimumSectionSize(theme.scaled(Size.LINE_ROW))
        self.head.setSectionResizeMode(Column.TITLE, QHeaderView.ResizeMode.Stretch)
        for column, width in (
            (Column.KIND, Size.COLUMN),
            (Column.SINCE, Size.COLUMN_DATE),
            (Column.COPIES, Size.COLUMN),
            (Column.TAGS, Size.COLUMN_WIDE),
        ):
            self.head.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            self.head.resizeSection(column, theme.scaled(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        self.setColumnHidden(Column.TAGS, width < theme.scaled(Size.TAGS_FROM))
        self.setColumnHidden(Column.KIND, width < theme.scaled(Size.KIND_FROM))

    def startDrag(self, actions: Qt.DropAction) -> None:
        self.dragged.emit()

    def selectAll(self) -> None:
        model = self.model()
        if model is not None and model.rowCount():
            whole = QItemSelection(model.index(0, 0), model.index(model.rowCount() - 1, model.columnCount() - 1))
            self.selectionModel().select(whole, QItemSelectionModel.SelectionFlag.ClearAndSelect)


class _RowDelegate(QStyledItemDelegate):
    """Draws one cell; the first holds the icon of the kind."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, theme.scaled(Size.LINE_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            painter.fillRect(rect, theme.colour("selection" if selected else "hover"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = rect.adjusted(Space.S, 0, -Space.S, 0)
        if index.column() == Column.TITLE and index.data(Role.KIND):
            side = Size.ICON - Space.XS
            x = inner.left() if not _from_right(option) else inner.right() - side
            icons.paint(painter, index.data(Role.KIND), "muted", QRectF(x, rect.center().y() - side / 2, side, side))
            gap = side + Space.S
            inner = inner.adjusted(0, 0, -gap, 0) if _from_right(option) else inner.adjusted(gap, 0, 0, 0)
        first = index.column() == Column.TITLE
        font = theme.font(Size.BODY, bold=first)
        painter.setFont(font)
        painter.setPen(theme.colour("ink" if first else "muted"))
        middle = Qt.TextElideMode.ElideMiddle if first else Qt.TextElideMode.ElideRight
        text = QFontMetricsF(font).elidedText(str(index.data() or ""), middle, inner.width())
        side_of: Qt.AlignmentFlag = index.data(Qt.ItemDataRole.TextAlignmentRole)
        painter.drawText(inner, side_of, text)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.colour("accent"))
            painter.drawLine(rect.topLeft(), rect.topRight())
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()


def _from_right(option: QStyleOptionViewItem) -> bool:
    return bool(option.direction is Qt.LayoutDirection.RightToLeft)
