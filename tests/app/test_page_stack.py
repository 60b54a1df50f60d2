"""Pages are made when they are wanted, and the others when there is time."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
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
