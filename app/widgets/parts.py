"""Small parts that every page uses: labels, buttons, cards, rules and layouts with the theme's distances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QVBoxLayout,
    QWidget,
)

from app import icons
from app.theme import Size, Space, set_look, theme
from app.widgets.buttons import Button

Margins = int | tuple[int, int, int, int]


def column(parent: QWidget | None = None, *, margins: Margins = 0, spacing: int = Space.M) -> QVBoxLayout:
    """Return a layout from top to bottom."""
    layout = QVBoxLayout(parent) if parent else QVBoxLayout()
    _space(layout, margins, spacing)
    return layout


def row(parent: QWidget | None = None, *, margins: Margins = 0, spacing: int = Space.M) -> QHBoxLayout:
    """Return a layout in reading direction."""
    layout = QHBoxLayout(parent) if parent else QHBoxLayout()
    _space(layout, margins, spacing)
    return layout


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def label(text: str = "", look: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """Return a label of plain text; selectable ones can be reached and copied with the keyboard."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setAlignment(_where_reading_begins(made))
    if look:
        set_look(made, look)
    if wrap:
        made.setWordWrap(True)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        made.setCursor(Qt.CursorShape.IBeamCursor)
        made.setAccessibleName(text)
    return made


def button(text: str, on_click: Callable[[], object], *, look: str = "", icon: str = "") -> QPushButton:
    """Return a push button with a word on it."""
    made = Button(text)
    made.clicked.connect(lambda checked=False: on_click())
    if look:
        set_look(made, look)
    if icon:
        role = {"primary": "on_accent", "quiet": "accent"}.get(look, "ink")
        icons.set_icon(made, icon, role)
    return made


def icon_button(icon: str, name: str, on_click: Callable[[], object]) -> QPushButton:
    """Return a button that shows an icon alone; its name is spoken and shown as a tooltip."""
    made = Button()
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.clicked.connect(lambda checked=False: on_click())
    set_look(made, "icon")
    icons.set_icon(made, icon, "muted")
    return made


class ComboBox(QComboBox):
    """A choice from a list, with the arrow of our own icons."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setAcceptDrops(False)
        self.setItemDelegate(QStyledItemDelegate(self))  # Qt's own for choices follows no style sheet

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """Cut words that do not fit with dots, where Qt would cut through a letter."""
        super().initStyleOption(option)
        inside = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, inside, self).width()
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        side = Size.ICON - Space.XS
        x = self.width() - side - Space.S if self.isLeftToRight() else Space.S
        place = QRectF(x, (self.height() - side) / 2, side, side)
        icons.paint(painter, "down", "muted" if self.isEnabled() else "disabled", place)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: a choice changed in passing would be one that nobody made."""
        event.ignore()


def card(look: Literal["card", "banner", "notice"] = "card") -> QFrame:
    """Return a surface with a line around it."""
    made = QFrame()
    set_look(made, look)
    return made


def rule() -> QFrame:
    """Return a thin line across."""
    made = QFrame()
    set_look(made, "rule")
    return made


class _Scrolled(QScrollArea):
    """Stays as large as its content wants to be: Qt's own remembers what that was before it was first shown."""

    def sizeHint(self) -> QSize:
        content, line = self.widget(), self.fontMetrics().height()
        wanted = super().sizeHint() if content is None else content.sizeHint()
        return wanted.boundedTo(QSize(36 * line, 24 * line))  # as Qt's own

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().viewportEvent(event)


def scrolled(content: QWidget) -> QScrollArea:
    """Return a frameless area that scrolls its content up and down."""
    area = _Scrolled()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    set_look(content, "scrolled")
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    return area


def leading(widget: QWidget) -> QHBoxLayout:
    """Return a line in which a widget that may not grow any wider stands where reading begins."""
    line = row(spacing=0)
    line.addWidget(widget, 1000)
    line.addStretch(1)
    return line


def reading(inside: QWidget, widest: int = Size.WIDE) -> QScrollArea:
    """Return an area that scrolls its content, which stays narrow enough to be read in a wide window."""
    inside.setMaximumWidth(widest)
    whole = QWidget()
    whole.setLayout(leading(inside))
    return scrolled(whole)


class IconLabel(QWidget):
    """An icon that stands beside words and tells nothing that they do not."""

    def __init__(self, name: str, role: str = "muted", size: int = Size.ICON) -> None:
        super().__init__()
        self._name, self._role = name, role
        self.setFixedSize(size, size)
        theme.changed.connect(self.update)

    def show_icon(self, name: str, role: str) -> None:
        """Show another icon."""
        self._name, self._role = name, role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.paint(painter, self._name, self._role, self.rect().toRectF())
        painter.end()


class ElidedLabel(QLabel):
    """A line of text that is cut in the middle where it does not fit; its tooltip tells all of it."""

    def __init__(self, text: str = "", look: str = "") -> None:
        super().__init__()
        self._full = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(_where_reading_begins(self))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if look:
            set_look(self, look)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show another text."""
        self._full = text
        self.setAccessibleName(text)
        self._fit()

    def full_text(self) -> str:
        """Return the whole text, cut or not."""
        return self._full

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _fit(self) -> None:
        fitting = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideMiddle, max(self.width(), 1))
        self.setText(fitting)
        self.setToolTip(self._full if fitting != self._full else "")


def _where_reading_begins(widget: QWidget) -> Qt.AlignmentFlag:
    """Return the side at which lines begin: by itself Qt goes by each text, and a path would lie far from its word."""
    side = Qt.AlignmentFlag.AlignLeft if widget.isLeftToRight() else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def _space(layout: QBoxLayout, margins: Margins, spacing: int) -> None:
    if isinstance(margins, int):
        margins = (margins, margins, margins, margins)
    left, top, right, bottom = margins  # thought of from left to right; Qt mirrors what lies inside, but no margins
    if QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft:
        left, right = right, left
    layout.setContentsMargins(left, top, right, bottom)
    layout.setSpacing(spacing)
