"""Every page and dialog: names and roles for what people act on, all of it reached by Tab, in the order of reading.

Pages are found by the rail and dialogs among the classes, so that new ones are covered by themselves.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QSplitter,
    QTabBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

import app
from app.compare_window import CompareWindow
from app.main_window import MainWindow
from app.pages.gate import UnlockPage
from app.pages.welcome import WelcomePage
from app.session import Session
from app.tour_window import TourWindow
from app.widgets.shortcut_list import ShortcutList
from core.keyring import KeyFacts
from tests.app.conftest import KEY

ACTED_ON = (
    *(QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QTextEdit, QAbstractItemView),
    *(QAbstractSpinBox, QAbstractSlider, QTabBar),
)
MOST = 250  # presses of Tab in which a page must come round
SILENT_ROLES = {QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Window}

# How each dialog of the program is opened. A new one is added here.
DIALOGS: dict[str, Callable[[MainWindow], QDialog]] = {
    "CompareWindow": lambda window: CompareWindow(window.desk, window),
    "ShortcutList": ShortcutList,
    "TourWindow": lambda window: TourWindow(window.desk, window),
}


def inside_another(widget: QWidget) -> bool:
    """Return whether a widget is a part of one of Qt's own controls: the list of a choice, the field of a date."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QComboBox | QAbstractSpinBox | QAbstractItemView | QTabBar):
            return True
        above = above.parentWidget()
    return isinstance(widget, QScrollBar)


def controls(root: QWidget) -> list[QWidget]:
    """Return what people act on: Qt's controls, and whatever else takes the focus by Tab."""
    found = [
        widget
        for widget in root.findChildren(QWidget)
        if (isinstance(widget, ACTED_ON) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and not inside_another(widget)
    ]
    return [widget for widget in found if not isinstance(widget, QScrollArea) and type(widget) is not QSplitter]


def told(widget: QWidget) -> str:
    """Return what the tests call a widget."""
    text = widget.text() if isinstance(widget, QAbstractButton | QLineEdit) else ""
    return f"{type(widget).__name__} {widget.accessibleName() or text!r}"


def assert_named(root: QWidget) -> None:
    """Fail for controls whose name or role screen readers would not know, and icons that nothing explains."""
    wrong = []
    for widget in controls(root):
        spoken = QAccessible.queryAccessibleInterface(widget)
        name = spoken.text(QAccessible.Text.Name)
        if not name.strip():
            wrong.append(f"no name: {told(widget)} in {told(widget.parentWidget() or root)}")
        if spoken.role() in SILENT_ROLES:
            wrong.append(f"no role: {told(widget)}")
        if isinstance(widget, QAbstractButton) and not widget.text() and not widget.toolTip():
            wrong.append(f"no tooltip: {told(widget)}")
    assert not wrong


def tabbed(root: QWidget) -> list[QWidget]:
    """Return what Tab leads to, in its order, from the first widget back to it."""
    start = QApplication.focusWidget()
    seen: list[QWidget] = []
    for _ in range(MOST):
        QTest.keyClick(QApplication.focusWidget() or root, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None or now in seen:
            break
        seen.append(now)
        if now is start:
            break
    return seen


def assert_reached(root: QWidget, order: list[QWidget]) -> None:
    """Fail for controls that can be seen and used but are not reached by Tab."""
    missed = []
    for widget in controls(root):
        group = widget.group() if isinstance(widget, QAbstractButton) else None
        beside = group is not None and group.exclusive() and any(button in order for button in group.buttons())
        inner = any(widget.isAncestorOf(one) or one.isAncestorOf(widget) for one in order)
        if widget.isVisible() and widget.isEnabled() and widget not in order and not beside and not inner:
            missed.append(told(widget))
    assert not missed


def chain(widget: QWidget, top: QWidget) -> list[QWidget]:
    """Return a widget and what it lies in, the outermost first."""
    found = [widget]
    while found[-1] is not top and found[-1].parentWidget() is not None:
        found.append(found[-1].parentWidget())
    return found[::-1]


def place(widget: QWidget, within: QWidget) -> QRect:
    return QRect(widget.mapTo(within, QPoint(0, 0)), widget.size())


def assert_read_in_order(root: QWidget, order: list[QWidget]) -> None:
    """Fail where Tab goes back: to what lies above, or before in the same line, within the part that holds both."""
    wrong = []
    right_to_left = root.layoutDirection() is Qt.LayoutDirection.RightToLeft
    for first, second in itertools.pairwise(order):
        pairs = list(
            itertools.takewhile(
                lambda pair: pair[0] is pair[1], zip(chain(first, root), chain(second, root), strict=False)
            )
        )
        depth, common = len(pairs), pairs[-1][0]
        one, other = chain(first, root), chain(second, root)
        if depth >= len(one) or depth >= len(other):
            continue  # one lies in the other
        a, b = place(one[depth], common), place(other[depth], common)
        above = b.bottom() <= a.top()
        one_line = min(a.bottom(), b.bottom()) > max(a.top(), b.top())
        before = one_line and (b.left() >= a.right() if right_to_left else b.right() <= a.left())
        if above or before:
            wrong.append(f"{told(first)} -> {told(second)}")
    # Coming round from the last to the first is no step back.
    assert not wrong


def assert_accessible(qtbot: QtBot, root: QWidget) -> None:
    assert_named(root)
    window = root.window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    first = next(widget for widget in _in_sight(window) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    first.setFocus(Qt.FocusReason.TabFocusReason)
    order = [first, *(widget for widget in tabbed(window) if widget is not first)]
    assert_reached(root, order)
    assert_read_in_order(window, order)


def _in_sight(window: QWidget) -> Iterator[QWidget]:
    """Yield the controls that can be used now in the order of the focus chain, from the window on."""
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        if widget.isVisible() and widget.isEnabled():
            yield widget
        widget = widget.nextInFocusChain()


@pytest.fixture
def gated(qtbot: QtBot, light: None, home: Path) -> Iterator[Callable[[], MainWindow]]:
    opened: list[MainWindow] = []

    def make() -> MainWindow:
        window = MainWindow(Session.open())
        qtbot.addWidget(window)
        window.show()
        opened.append(window)
        return window

    yield make
    for window in opened:
        window.close()


def test_pages(qtbot: QtBot, window: MainWindow) -> None:
    for number in range(window._pages().count()):
        window.go(number)
        qtbot.waitUntil(lambda: not window.jobs.busy)
        assert_accessible(qtbot, window)


def test_pages_for_readers_from_right_to_left(qtbot: QtBot, window: MainWindow, qapp: QApplication) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        qtbot.waitUntil(lambda: window.rail.x() > 0)  # it is laid out anew
        for number in range(window._pages().count()):
            window.go(number)
            qtbot.waitUntil(lambda: not window.jobs.busy)
            assert_accessible(qtbot, window)
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_the_first_start(qtbot: QtBot, gated: Callable[[], MainWindow]) -> None:
    window = gated()
    gate = window.gate
    assert isinstance(gate, WelcomePage)
    assert_accessible(qtbot, window)
    for step in range(gate.steps.count()):
        gate.steps.setCurrentIndex(step)
        assert_named(window)


def test_the_passphrase(qtbot: QtBot, home: Path, gated: Callable[[], MainWindow]) -> None:
    session = Session.open()
    session.ring.add(KEY, "paper and ink", KeyFacts())
    session.close()
    window = gated()
    assert isinstance(window.gate, UnlockPage)
    assert_accessible(qtbot, window)


def dialogs() -> set[str]:
    """Return the names of all classes of dialogs that the program has."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name != "app.__main__":
            importlib.import_module(module.name)
    waiting, found = [QDialog], set()
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith("app."):
                found.add(kind.__name__)
    return found


def test_every_dialog_is_tried() -> None:
    assert dialogs() == set(DIALOGS)


@pytest.mark.parametrize("name", DIALOGS)
def test_dialogs(qtbot: QtBot, window: MainWindow, name: str) -> None:
    dialog = DIALOGS[name](window)
    dialog.show()
    assert dialog.windowTitle()
    assert_accessible(qtbot, dialog)
    dialog.close()


def test_what_is_wrong_is_found(qtbot: QtBot, light: None) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    lower, upper, nameless = QLineEdit(root), QLineEdit(root), QLineEdit(root)
    for widget, top in ((lower, 100), (upper, 10), (nameless, 200)):
        widget.setGeometry(10, top, 100, 30)
    lower.setAccessibleName("lower")
    upper.setAccessibleName("upper")
    root.show()
    with pytest.raises(AssertionError, match="no name"):
        assert_named(root)
    nameless.setAccessibleName("third")
    assert_named(root)
    with pytest.raises(AssertionError, match="'lower' -> QLineEdit 'upper'"):
        assert_accessible(qtbot, root)
    QWidget.setTabOrder(upper, lower)
    QWidget.setTabOrder(lower, nameless)
    upper.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    with pytest.raises(AssertionError, match="upper"):
        assert_accessible(qtbot, root)
