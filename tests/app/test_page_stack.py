"""Pages are made when they are wanted, and the others when there is time."""

import sys

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.main_window import LATER, MainWindow
from app.page_stack import PageStack
from app.pages.page import Page

PATIENCE = 60_000


def test_the_window_starts_with_the_page_in_front_and_makes_the_others(qtbot: QtBot, window: MainWindow) -> None:
    assert 1 <= len(window.pages) <= 2 and window.page in window.pages  # what comes into watched folders goes to two
    qtbot.waitUntil(lambda: len(window.pages) == 5, timeout=PATIENCE)
    assert [window.stack.widget(number) for number in range(window.stack.count())] == window.pages
    assert window.page is window.protect_page and window.protect_page.isVisible()


def test_a_page_is_made_once_and_never_while_something_is_done(qtbot: QtBot, window: MainWindow) -> None:
    made: list[int] = []
    busy = True

    def maker(number: int) -> Page:
        made.append(number)
        return Page(window.desk, str(number), "")

    stack = PageStack([lambda number=number: maker(number) for number in range(3)], lambda: busy)
    qtbot.addWidget(stack)
    told: list[QWidget] = []
    stack.made.connect(told.append)
    stack.setCurrentWidget(stack.page(2))
    assert stack.page(2) is stack.page(2) and made == [2]
    stack.make_the_others()
    qtbot.wait(500)
    assert made == [2]
    busy = False
    qtbot.waitUntil(lambda: made == [2, 0, 1], timeout=PATIENCE)
    assert stack.currentWidget() is stack.page(2) and stack.count() == 3
    assert told == [stack.page(2), stack.page(0), stack.page(1)]
    assert [number for number, _ in stack.there()] == [0, 1, 2]


def test_modules_are_loaded_before_pages_are_made_for_which_nobody_waits(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[bool] = []
    monkeypatch.delitem(sys.modules, "this_page", raising=False)
    loaded: list[str] = []

    def load(name: str) -> None:
        loaded.append(name)
        monkeypatch.setitem(sys.modules, name, sys)

    monkeypatch.setattr("app.page_stack.import_module", load)

    def maker() -> Page:
        made.append("this_page" in sys.modules)
        return Page(window.desk, "", "")

    stack = PageStack([maker], lambda: False, ["sys", "this_page"])
    qtbot.addWidget(stack)
    stack.make_the_others()
    qtbot.waitUntil(lambda: bool(made), timeout=PATIENCE)
    assert made == [True] and loaded == ["this_page"]


def test_the_modules_loaded_later_are_those_of_the_other_pages(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: len(window.pages) == 5, timeout=PATIENCE)
    assert [type(page).__module__ for page in window.pages[2:]] == list(LATER)
