"""The catalog as a page of parts: the switch between them, the bin, the history, long lists, closing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.lazy import CHUNK
from app.models.rows import Role
from app.sections.bin import BinSection
from app.sections.history import HistorySection
from app.sections.section import Section
from app.session import Session
from bench import large_catalog
from core.catalog.store import Catalog
from core.model import Copy, Recipient, Terms, Work
from tests.app.conftest import KEY
from tests.app.filled import PATIENCE, fill, settle, shown

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_Part = TypeVar("_Part", bound=Section)


def part(window: MainWindow, kind: type[_Part]) -> _Part:
    """Bring a part of the catalog to the front, and return it."""
    return window.catalog_page.go_to(kind)


def test_parts_are_made_when_they_are_shown_and_open_no_window_meanwhile(qtbot: QtBot, window: MainWindow) -> None:
    page = window.catalog_page
    window.go(2)
    qtbot.waitUntil(window.isActiveWindow)
    seen: list[str] = []

    class Windows(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                seen.append(type(watched).__name__)
            return False

    watching = Windows()
    app = QApplication.instance()
    assert app is not None
    app.installEventFilter(watching)
    assert page.stack.count() == 1
    for number in range(6):
        page.go(number)
        assert page.stack.count() == number + 1
        assert [page.part(place).tools.isVisible() for place in range(number + 1)] == [False] * number + [True]
    app.removeEventFilter(watching)
    assert not seen
    assert window.isActiveWindow()


def test_tabs_are_walked_with_keys_and_spoken(qtbot: QtBot, window: MainWindow) -> None:
    window.go(2)
    page = window.catalog_page
    tabs, parts = page.tabs, [page.part(number) for number in range(6)]
    assert [tabs.tab(number).text() for number in range(len(parts))] == [part.name for part in parts]
    assert all(tabs.tab(number).toolTip() for number in range(len(parts)))
    tabs.tab(0).setFocus()
    QTest.keyClick(tabs.tab(0), Qt.Key.Key_Right)
    assert page.section is parts[1] and tabs.tab(1).hasFocus() and parts[1].isVisible()
    assert parts[1].tools.isVisible() and not parts[0].tools.isVisible()
    QTest.keyClick(tabs.tab(1), Qt.Key.Key_End)
    assert page.section is parts[-1]
    QTest.keyClick(tabs.tab(tabs.current()), Qt.Key.Key_Right)  # round to the first
    assert page.section is parts[0]
    QTest.keyClick(window, Qt.Key.Key_Tab, CTRL)
    assert page.section is parts[1]
    QTest.keyClick(window, Qt.Key.Key_Backtab, CTRL | SHIFT)
    assert page.section is parts[0]
    assert [tabs.tab(number).isChecked() for number in range(2)] == [True, False]
    tabs.tab(len(parts) - 1).click()
    QTest.keyClick(window, Qt.Key.Key_F, CTRL)  # the history has nothing to search: works are
    assert page.section is page.works and page.search.hasFocus()


def test_the_bin_gives_back_and_is_emptied_after_a_question(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    catalog = window.desk.session.catalog
    numbers = fill(catalog, tmp_path)
    terms = catalog.add(Terms(0, "Unused"))
    shown(qtbot, window)
    section = part(window, BinSection)
    settle(qtbot, window)
    assert section.stack.currentIndex() == 0  # empty
    assert not section.empty_button.isEnabled() and not section.restore_button.isEnabled()
    catalog.bin(Work, [numbers["Sketch"], numbers["Hill house"]])
    catalog.bin(Terms, [terms.id])
    section.shown()
    settle(qtbot, window)
    assert section.model.rowCount() == 3
    names = {section.model.index(row, 0).data(): row for row in range(3)}
    assert set(names) == {"Sketch", "Hill house", "Unused"}
    assert section.counts.text() in ("1 set of terms  ·  2 works", "2 works  ·  1 set of terms")
    assert "Work  ·  in the bin since" in section.model.index(names["Sketch"], 0).data(Role.STATE).word
    section.rows.setCurrentIndex(section.model.index(names["Sketch"], 0))
    section.restore_button.click()
    settle(qtbot, window)
    assert not catalog.get(Work, numbers["Sketch"]).binned
    assert window.catalog_page.toast.text() == "Restored from the bin: 1 work"
    section.empty_button.click()
    assert "cannot be undone" in section.question.text()
    assert section.question.no_button.hasFocus()
    QTest.keyClick(window, Qt.Key.Key_Escape)  # the notice goes first
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert section.question.text() == "" and section.model.rowCount() == 2
    section.empty_button.click()
    section.question.yes_button.click()
    settle(qtbot, window)
    assert section.stack.currentIndex() == 0
    said = "1 thing removed. 1 is out of sight and still known to checks."
    assert window.catalog_page.toast.text() == said
    assert catalog.get_all(Terms, [terms.id]) == {} and catalog.get(Work, numbers["Hill house"]).binned


def test_enter_and_the_small_arrow_bring_back(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    catalog = window.desk.session.catalog
    numbers = fill(catalog, tmp_path)
    copy = catalog.copies()[0]
    catalog.bin(Copy, [copy.id])
    catalog.bin(Work, [numbers["Sketch"]])
    shown(qtbot, window)
    section = part(window, BinSection)
    settle(qtbot, window)
    row = next(row for row in range(2) if section.model.key(row)[0] is Copy)
    assert section.model.index(row, 0).data() == f"Copy no. {copy.serial}"
    section.rows.setCurrentIndex(section.model.index(row, 0))
    QTest.keyClick(section.rows, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert not catalog.get(Copy, copy.id).binned
    section.rows.acted.emit(section.model.index(0, 0))
    settle(qtbot, window)
    assert catalog.in_bin() == []


def history(section: HistorySection) -> list[str]:
    return [section.model.index(row, 0).data() for row in range(section.model.rowCount())]


def test_history_tells_who_did_what_and_what_was_before(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    catalog = window.desk.session.catalog
    numbers = fill(catalog, tmp_path)
    terms = catalog.add(Terms(0, "Portfolio"))
    catalog.edit(Work, [numbers["Sketch"]], title="Sketch of a bridge", terms=terms.id)
    catalog.tag(Work, numbers.values(), add=["all"])
    shown(qtbot, window)
    section = part(window, HistorySection)
    settle(qtbot, window)
    assert history(section)[:3] == ["Tagged: 4 works", "Edited: Sketch of a bridge", "Added: Portfolio"]
    section.rows.setCurrentIndex(section.model.index(1, 0))
    settle(qtbot, window)
    said = [label.text() for label in section.findChildren(QLabel)]
    assert "Work: Sketch of a bridge" in said
    assert "Sketch → Sketch of a bridge" in said and "– → Portfolio" in said
    assert section.undo_button.text() == "Undo this and 1 later edit"
    section.show_button.click()
    settle(qtbot, window)
    assert window.catalog_page.works.isVisible()
    assert window.catalog_page.works.panel.title.text() == "Sketch of a bridge"
    part(window, HistorySection)
    settle(qtbot, window)
    section.which.setCurrentIndex(section.which.findText("Terms"))
    settle(qtbot, window)
    assert history(section) == ["Added: Portfolio"]
    section.which.setCurrentIndex(section.which.findText("Cases"))
    settle(qtbot, window)
    assert section.stack.currentIndex() == 0


def test_undoing_from_the_history_takes_back_all_that_came_later(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    catalog = window.desk.session.catalog
    numbers = fill(catalog, tmp_path)
    for note in ("one", "two", "three"):
        catalog.edit(Work, [numbers["Sketch"]], note=note)
    shown(qtbot, window)
    section = part(window, HistorySection)
    settle(qtbot, window)
    assert section.undo_button.text() == "Undo"
    section.rows.setCurrentIndex(section.model.index(1, 0))
    section.undo_button.click()
    settle(qtbot, window)
    assert catalog.get(Work, numbers["Sketch"]).note == "one"
    assert window.catalog_page.toast.text() == "2 edits undone."
    row = next(
        row for row in range(section.model.rowCount()) if "undone" in section.model.index(row, 0).data(Role.STATE).word
    )
    section.rows.setCurrentIndex(section.model.index(row, 0))
    assert not section.undo_button.isVisible()
    protected = next(row for row, words in enumerate(history(section)) if words.startswith("Protected"))
    section.rows.setCurrentIndex(section.model.index(protected, 0))
    assert not section.undo_button.isVisible()  # what is out cannot be undone


def test_a_long_history_comes_in_pages(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    catalog = window.desk.session.catalog
    for number in range(230):
        catalog.add(Recipient(0, f"Somebody {number}"))
    shown(qtbot, window)
    section = part(window, HistorySection)
    settle(qtbot, window)
    assert section.model.rowCount() == 100
    section.rows.scrollToBottom()
    qtbot.waitUntil(lambda: section.model.rowCount() >= 200, timeout=PATIENCE)
    section.rows.scrollToBottom()
    qtbot.waitUntil(lambda: section.model.rowCount() == 230, timeout=PATIENCE)
    settle(qtbot, window)
    assert len(set(history(section))) == 230


def test_what_was_typed_is_kept_when_the_window_is_closed(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    fill(window.desk.session.catalog, tmp_path)
    works = shown(qtbot, window)
    number = works.chosen()[0]
    works.panel.form.controls["note"].setPlainText("the last word")  # type: ignore[union-attr]
    window.close()
    with Catalog(window.desk.session.folder) as catalog:
        assert catalog.get(Work, number).note == "the last word"


def test_what_was_typed_is_kept_when_the_page_is_left(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    catalog = window.desk.session.catalog
    fill(catalog, tmp_path)
    works = shown(qtbot, window)
    number = works.chosen()[0]
    works.panel.form.controls["note"].setPlainText("said in passing")  # type: ignore[union-attr]
    window.go(0)
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=PATIENCE)
    assert catalog.get(Work, number).note == "said in passing"


def test_files_dragged_out_do_not_come_in_again(window: MainWindow) -> None:
    class FromInside(QDragEnterEvent):
        def source(self) -> MainWindow:
            return window

    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/x/a.jpg")])
    none = Qt.KeyboardModifier.NoModifier
    event = FromInside(QPoint(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none)
    window.dragEnterEvent(event)
    assert not event.isAccepted() and not window.veil.isVisible()


@pytest.fixture
def long(qtbot: QtBot, light: None, home: Path) -> MainWindow:
    """Return a window over a catalog of 6,000 works."""
    large_catalog.make(home, works=6000, copies=6000, recipients=200)
    session = Session.open()
    session.keys = (KEY,)
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    return window


def test_thousands_of_works_are_not_all_loaded(qtbot: QtBot, long: MainWindow) -> None:
    works = shown(qtbot, long)
    assert works.model.rowCount() == 6000
    works.tiles.grab()
    settle(qtbot, long)
    assert works.model.fetched() <= 4 * CHUNK
    bar = works.tiles.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    works.tiles.grab()
    settle(qtbot, long)
    works.tiles.grab()
    row = works.tiles.indexAt(QPoint(20, 200)).row()
    assert 2800 < row < 3200
    assert works.model.index(row, 0).data() != "…"
    assert works.model.fetched() <= 8 * CHUNK
    works.table_button.click()
    works.table.scrollToBottom()
    works.table.grab()
    settle(qtbot, long)
    assert works.model.fetched() <= 16 * CHUNK
    works.tiles.selectAll()
    settle(qtbot, long)
    assert works.bulk.title.text() == "6000 works"
    works.bring(5)
    settle(qtbot, long)
    assert works.chosen() == [5]
    assert long.desk.session.catalog.get(Work, 5).title == works.panel.title.text()
    long.close()


def test_no_turn_of_the_window_is_long_among_thousands(qtbot: QtBot, long: MainWindow) -> None:
    works = shown(qtbot, long)
    qtbot.waitUntil(lambda: len(long.pages) == 5)  # those that nobody wanted yet are made in the first second
    longest = 0.0
    for act in (
        lambda: works.search.setText("harbour"),
        lambda: works.search.setText(""),
        lambda: works.filters.sort_by(0),
        lambda: works.tiles.selectAll(),
        lambda: works.tiles.scrollToBottom(),
        lambda: works.show_as("table"),
        lambda: works.table.selectAll(),
        lambda: works.filters.sort_by(3),
    ):
        started = time.thread_time()  # what this thread has computed: others share the machine
        act()
        longest = max(longest, time.thread_time() - started)
        for _ in range(400):
            started = time.thread_time()
            QApplication.processEvents()
            longest = max(longest, time.thread_time() - started)
            if not long.jobs.busy and not works._typed.isActive():
                break
            time.sleep(0.005)
    assert longest < 0.1
    long.close()
