"""Return presses the button that has the focus, once, in the window and in dialogs."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QVBoxLayout
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.widgets.menu_button import MenuButton
from app.widgets.parts import button


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_return_presses_what_has_the_focus(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    qtbot.waitUntil(lambda: len(window.pages) == 5, timeout=60_000)
    QTest.keyClick(window.rail.button(1), key)
    assert window.page is window.check_page
    window.go(2)
    tabs = window.catalog_page.tabs
    QTest.keyClick(tabs.tab(1), key)
    assert tabs.current() == 1
    window.go(0)
    strength = window.protect_page.form.strength
    strength.choose("standard")
    QTest.keyClick(strength.findChildren(type(button("", lambda: None)))[2], key)
    assert strength.value() == "strong"


def test_a_key_that_is_held_presses_once(qtbot: QtBot) -> None:
    pressed: list[int] = []
    made = button("Go", lambda: pressed.append(1))
    qtbot.addWidget(made)
    for repeats in (False, True, True):
        key, none = Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(made, QKeyEvent(QEvent.Type.KeyPress, key, none, "\r", repeats))
    assert pressed == [1]


def test_the_return_of_a_field_presses_no_button_of_a_dialog(qtbot: QtBot) -> None:
    pressed: list[int] = []
    dialog, field, made = QDialog(), QLineEdit(), button("Go", lambda: pressed.append(1))
    stack = QVBoxLayout(dialog)
    stack.addWidget(made)
    stack.addWidget(field)
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not pressed
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert pressed == [1] and dialog.isVisible()


def test_return_opens_a_menu(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    made = MenuButton("More", [("One", lambda: None)])
    qtbot.addWidget(made)
    opened: list[int] = []
    monkeypatch.setattr(made, "showMenu", lambda: opened.append(1))
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert opened == [1]
