"""The works of the catalog through real widgets: search, filters, order, and what is chosen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.rows import Role
from app.models.works import Column
from app.sections.works import WorksSection
from app.widgets.parts import ComboBox
from core.catalog.store import Catalog
from core.model import (
    AgreementType,
    Consent,
    Work,
)
from tests.app.filled import choose, number_of, settle, shown, titles

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_works_are_listed_newest_first_and_the_first_is_shown(works: WorksSection) -> None:
    assert titles(works) == ["Sketch", "Demo reel", "Late light", "Hill house"]
    assert works.panel.title.text() == "Sketch"
    assert works.counts.text() == "4 works"
    first = works.model.index(3, 0)
    assert first.data(Role.DETAIL) == "900 × 600  ·  2 copies"
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == "Hill house, picture, 900 × 600  ·  2 copies"
    assert works.model.index(1, 0).data(Role.KIND) == "audio"


def test_thumbnails_come_for_what_is_in_sight(qtbot: QtBot, window: MainWindow, works: WorksSection) -> None:
    works.tiles.grab()
    settle(qtbot, window)
    pictures = [works.model.index(row, 0).data(Role.PICTURE) for row in range(4)]
    assert [picture is not None for picture in pictures] == [False, False, True, True]


def test_one_searches_as_one_types(qtbot: QtBot, window: MainWindow, works: WorksSection) -> None:
    QTest.keyClick(window, Qt.Key.Key_F, CTRL)
    assert works.search.hasFocus()
    QTest.keyClicks(works.search, "studio")  # a recipient
    settle(qtbot, window)
    assert titles(works) == ["Late light", "Hill house"]
    QTest.keyClicks(works.search, " nowhere")
    settle(qtbot, window)
    assert works.nothing.isVisible()
    works.nothing.button.click()
    settle(qtbot, window)
    assert len(titles(works)) == 4 and not works.nothing.isVisible()


def test_escape_ends_a_search(qtbot: QtBot, window: MainWindow, works: WorksSection) -> None:
    works.search.setText("sketch")
    settle(qtbot, window)
    assert titles(works) == ["Sketch"]
    QTest.keyClick(window, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert len(titles(works)) == 4


def test_filters_narrow_and_are_taken_away(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    today = catalog.copies()[0].created[:10]
    catalog.tag(Work, [number_of(catalog, "Sketch")], add=["sea"])
    catalog.add(
        Consent(
            0,
            "Licence",
            AgreementType.LICENCE,
            signed="2026-01-01",
            ends=today,
            works=(number_of(catalog, "Late light"),),
        )
    )
    works.shown()
    settle(qtbot, window)
    filters = works.filters
    for box, words, found in (
        (filters.kind, "Recordings", ["Demo reel"]),
        (filters.recipient, "Radio Nord", ["Hill house"]),
        (filters.sent, f"Sent in {today[:4]}", ["Late light", "Hill house"]),
        (filters.state, "Never copied", ["Sketch", "Demo reel"]),
        (filters.state, "Licence ends within 30 days", ["Late light"]),
        (filters.tag, "sea", ["Sketch"]),
    ):
        assert isinstance(box, ComboBox)
        box.setCurrentIndex(box.findText(words))
        settle(qtbot, window)
        assert titles(works) == found, words
        assert filters.clear_button.isVisible()
        assert words in box.toolTip()
        filters.clear_button.click()
        settle(qtbot, window)
        assert len(titles(works)) == 4
        assert not filters.clear_button.isVisible()
    filters.kind.setCurrentIndex(1)
    filters.recipient.setCurrentIndex(filters.recipient.findText("Radio Nord"))
    works.search.setText("late")
    settle(qtbot, window)
    assert works.nothing.isVisible()
    assert filters.isVisible()  # what narrows stays in reach


def test_the_table_sorts_by_its_heads_with_mouse_and_keys(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    catalog.tag(Work, [number_of(catalog, "Sketch")], add=["sea"])
    works.table_button.click()
    settle(qtbot, window)
    assert works.view is works.table and works.table.isVisible()
    head = works.table.head
    for column, found in (
        (Column.TITLE, ["Demo reel", "Hill house", "Late light", "Sketch"]),
        (Column.TITLE, ["Sketch", "Late light", "Hill house", "Demo reel"]),
        (Column.KIND, ["Demo reel", "Hill house", "Late light", "Sketch"]),
        (Column.COPIES, ["Hill house", "Late light", "Sketch", "Demo reel"]),
        (Column.TAGS, ["Sketch", "Hill house", "Late light", "Demo reel"]),
        (Column.SINCE, ["Sketch", "Demo reel", "Late light", "Hill house"]),
    ):
        at = QPoint(head.sectionViewportPosition(column) + 9, head.height() // 2)
        if head.isSectionHidden(column):
            head.sorted_by.emit(int(column))
        else:
            QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        settle(qtbot, window)
        assert titles(works) == found, column
        assert head.sortIndicatorSection() == column
    assert works.filters.order.currentText() == "Newest first"
    head.setFocus()
    QTest.keyClick(head, Qt.Key.Key_Right)
    QTest.keyClick(head, Qt.Key.Key_Left)
    QTest.keyClick(head, Qt.Key.Key_Space)
    settle(qtbot, window)
    assert titles(works)[0] == "Demo reel"
    assert works.filters.order.currentText() == "Title, A to Z"
    works.filters.order.setCurrentIndex(works.filters.order.findText("Fewest copies"))
    settle(qtbot, window)
    assert titles(works)[-1] == "Hill house"
    assert head.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder


def test_both_views_share_what_is_chosen(qtbot: QtBot, window: MainWindow, works: WorksSection) -> None:
    choose(qtbot, window, "Late light", "Hill house")
    works.table_button.click()
    assert {index.row() for index in works.table.selectionModel().selectedRows()} == {2, 3}
    works.filters.sort_by(Column.TITLE)
    settle(qtbot, window)
    assert [works.model.known(number).work.title for number in works.chosen()] == ["Hill house", "Late light"]
    works.wall_button.click()
    assert works.view is works.tiles
    assert works.counts.text() == "4 works  ·  2 chosen"


def test_tiles_are_walked_and_chosen_with_keys_and_mouse(qtbot: QtBot, window: MainWindow, works: WorksSection) -> None:
    tiles = works.tiles
    tiles.setFocus()
    QTest.keyClick(tiles, Qt.Key.Key_Home)
    assert [tiles.currentIndex().row(), len(works.chosen())] == [0, 1]
    QTest.keyClick(tiles, Qt.Key.Key_Right)
    QTest.keyClick(tiles, Qt.Key.Key_Right, SHIFT)
    assert [index.row() for index in tiles.selectionModel().selectedRows()] == [1, 2]
    QTest.keyClick(tiles, Qt.Key.Key_End)
    QTest.keyClick(tiles, Qt.Key.Key_Left)
    QTest.keyClick(tiles, Qt.Key.Key_Up)
    assert tiles.currentIndex().row() == max(2 - tiles.columns(), 0)
    viewport = tiles.viewport()
    for row, modifier in ((0, Qt.KeyboardModifier.NoModifier), (2, SHIFT), (1, CTRL)):
        at = tiles.visualRect(works.model.index(row, 0)).center()
        tiles.scrollTo(works.model.index(row, 0))
        at = tiles.visualRect(works.model.index(row, 0)).center()
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, modifier, at)
    assert sorted(index.row() for index in tiles.selectionModel().selectedRows()) == [0, 2]
    QTest.keyClick(tiles, Qt.Key.Key_A, CTRL)
    settle(qtbot, window)
    assert len(works.chosen()) == 4
    assert works.bulk.isVisible()
    assert works.bulk.title.text() == "4 works"


def test_a_work_is_brought_to_the_front_whatever_is_searched(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    works.filters.kind.setCurrentIndex(2)
    works.search.setText("nowhere")
    settle(qtbot, window)
    window.check_page.show_work.emit(number_of(catalog, "Hill house"))
    settle(qtbot, window)
    assert works.search.text() == "" and not works.filters.narrows()
    assert works.panel.title.text() == "Hill house"


def test_a_work_in_the_bin_is_not_shown_but_told(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    number = number_of(catalog, "Sketch")
    catalog.bin(Work, [number])
    window.catalog_page.show_work(number)
    settle(qtbot, window)
    assert window.catalog_page.toast.text() == "That work lies in the bin."


def test_an_empty_catalog_says_so(qtbot: QtBot, window: MainWindow) -> None:
    works = shown(qtbot, window)
    assert works.empty.isVisible() and not works.filters.isVisible()


def test_from_right_to_left_the_first_tile_is_on_the_right(
    qtbot: QtBot, window: MainWindow, works: WorksSection
) -> None:
    tiles = works.tiles
    tiles.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    first, second = (tiles.visualRect(works.model.index(row, 0)) for row in (0, 1))
    assert first.left() > second.left()
    assert tiles.indexAt(first.center()).row() == 0
    tiles.setFocus()
    QTest.keyClick(tiles, Qt.Key.Key_Home)
    QTest.keyClick(tiles, Qt.Key.Key_Left)
    assert tiles.currentIndex().row() == 1
