"""The works of the catalog through real widgets: search, filters, order, editing, several at once, files out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.rows import Role
from app.models.works import Column
from app.sections.works import WorksSection
from app.widgets.parts import ComboBox
from app.widgets.short_list import ShortList
from core.catalog.store import Catalog
from core.model import (
    AgreementType,
    Case,
    Checked,
    Consent,
    Copy,
    Creator,
    Finding,
    Kind,
    Match,
    Terms,
    Verdict,
    Work,
)
from tests.app.conftest import KEY
from tests.app.filled import fill, settle, shown, titles

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def catalog(window: MainWindow, tmp_path: Path) -> Catalog:
    """Return the window's catalog with four works in it."""
    fill(window.desk.session.catalog, tmp_path)
    return window.desk.session.catalog


@pytest.fixture
def works(qtbot: QtBot, window: MainWindow, catalog: Catalog) -> Iterator[WorksSection]:
    """Return the works in front."""
    section = shown(qtbot, window)
    yield section
    assert window.messages.text() == ""


def choose(qtbot: QtBot, window: MainWindow, *names: str) -> None:
    """Choose works by their titles."""
    works = window.catalog_page.works
    model = works.tiles.selectionModel()
    model.clearSelection()
    for row in range(works.model.rowCount()):
        index = works.model.index(row, 0)
        if index.data() in names:
            flags = QItemSelectionModel.SelectionFlag
            model.setCurrentIndex(index, flags.Select | flags.Rows)
    settle(qtbot, window)


def number_of(catalog: Catalog, title: str) -> int:
    return next(work.id for work in catalog.works() if work.title == title)


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


def test_a_work_is_edited_in_place(qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection) -> None:
    terms = catalog.add(Terms(0, "Portfolio"))
    creator = catalog.add(Creator(0, "Mara Lind"))
    works.shown()
    choose(qtbot, window, "Hill house")
    panel = works.panel
    panel.form_shown.button.click()
    field = panel.form.controls["title"]
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, "House on a hill")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, window)
    number = number_of(catalog, "House on a hill")
    assert panel.title.text() == "House on a hill"
    assert window.catalog_page.toast.text() == "Edited: 1 work"
    assert "House on a hill" in titles(works)
    field = panel.form.controls["tags"]
    field.setFocus()
    QTest.keyClicks(field, "winter, Sea; sea")
    note = panel.form.controls["note"]
    assert isinstance(note, QPlainTextEdit)
    note.setFocus()  # leaving the field keeps it
    settle(qtbot, window)
    assert catalog.get(Work, number).tags == ("Sea", "winter") or catalog.get(Work, number).tags == ("sea", "winter")
    QTest.keyClicks(note, "Hung in the hall.")
    works.search.setFocus()
    settle(qtbot, window)
    assert catalog.get(Work, number).note == "Hung in the hall."
    for name, thing in (("terms", terms), ("creator", creator)):
        box = panel.form.controls[name]
        assert isinstance(box, ComboBox)
        box.setCurrentIndex(box.findText(thing.name))
        box.activated.emit(box.currentIndex())
        settle(qtbot, window)
    work = catalog.get(Work, number)
    assert (work.terms, work.creator) == (terms.id, creator.id)
    assert panel.form.values()["terms"] == str(terms.id)


def test_what_was_typed_is_kept_when_another_work_is_chosen(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    choose(qtbot, window, "Hill house")
    works.panel.form.controls["note"].setPlainText("typed")  # type: ignore[union-attr]
    choose(qtbot, window, "Late light")
    assert catalog.get(Work, number_of(catalog, "Hill house")).note == "typed"
    assert catalog.get(Work, number_of(catalog, "Late light")).note == ""
    assert works.panel.form.values()["note"] == ""


def test_escape_forgets_what_was_typed(qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection) -> None:
    choose(qtbot, window, "Hill house")
    works.panel.form.controls["note"].setPlainText("typed")  # type: ignore[union-attr]
    window.catalog_page.escape()
    assert works.panel.form.values()["note"] == ""
    settle(qtbot, window)
    assert catalog.get(Work, number_of(catalog, "Hill house")).note == ""


def test_a_value_that_cannot_be_is_said_and_the_old_one_stays(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    choose(qtbot, window, "Hill house")
    works.panel.form.controls["title"].setText("  ")  # type: ignore[union-attr]
    works.panel.form.keep()
    settle(qtbot, window)
    assert "needs a title" in window.messages.text()
    assert works.panel.form.values()["title"] == "Hill house"
    window.messages.dismiss()


def test_several_works_are_edited_as_one_step(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    terms = catalog.add(Terms(0, "Portfolio"))
    catalog.tag(Work, [number_of(catalog, "Sketch")], add=["old"])
    works.shown()
    choose(qtbot, window, "Sketch", "Hill house")
    bulk = works.bulk
    assert bulk.isVisible() and not bulk.change_button.isEnabled()
    bulk.form.controls["add"].setText("sea, winter")  # type: ignore[union-attr]
    bulk.form.controls["remove"].setText("OLD")  # type: ignore[union-attr]
    box = bulk.form.controls["terms"]
    assert isinstance(box, ComboBox)
    box.setCurrentIndex(box.findText("Portfolio"))
    assert bulk.change_button.text() == "Change 2 works"
    bulk.change_button.click()
    settle(qtbot, window)
    for title in ("Sketch", "Hill house"):
        work = catalog.get(Work, number_of(catalog, title))
        assert (work.tags, work.terms) == (("sea", "winter"), terms.id)
    assert catalog.get(Work, number_of(catalog, "Late light")).tags == ()
    assert window.catalog_page.toast.text() == "Edited: 2 works"
    assert len(works.chosen()) == 2  # they stay chosen
    assert not bulk.change_button.isEnabled()
    window.catalog_page.toast.act_button.click()
    settle(qtbot, window)
    assert catalog.get(Work, number_of(catalog, "Sketch")).tags == ("old",)
    box.setCurrentIndex(box.findText("None"))
    assert bulk.change_button.isEnabled()


def test_delete_puts_into_the_bin_and_undo_brings_back(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    choose(qtbot, window, "Sketch", "Late light")
    QTest.keyClick(works.tiles, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert titles(works) == ["Demo reel", "Hill house"]
    toast = window.catalog_page.toast
    assert toast.text() == "Put into the bin: 2 works"
    toast.act_button.click()
    settle(qtbot, window)
    assert len(titles(works)) == 4
    assert toast.text() == "Undone. Put into the bin: 2 works"
    toast.act_button.click()  # redo
    settle(qtbot, window)
    assert len(titles(works)) == 2
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)
    assert len(titles(works)) == 4
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT)
    settle(qtbot, window)
    assert len(titles(works)) == 2
    choose(qtbot, window, "Demo reel")
    works.panel.bin_button.click()
    settle(qtbot, window)
    assert titles(works) == ["Hill house"]


def test_where_nothing_can_be_undone_it_is_said_quietly(qtbot: QtBot, window: MainWindow, works: WorksSection) -> None:
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)
    assert "nothing to undo" in window.catalog_page.toast.text()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.catalog_page.toast.text() == ""


def test_copies_of_a_work_with_all_that_is_known_of_them(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(qtbot, window, "Late light")
    part = works.panel.copies_part
    assert works.panel.copies_shown.button.text() == "1 copy"
    part.rows.selectAll()
    facts = [label.text() for label in part.facts.findChildren(type(part.none))]
    (copy,) = catalog.copies(work=number_of(catalog, "Late light"))
    assert "Studio A" in facts and f"no. {copy.serial}" in facts and "Late light (Studio A).jpg" in facts
    assert part.form.values()["purpose"] == "audition"
    part.form.controls["purpose"].setText("broadcast")  # type: ignore[union-attr]
    part.form.keep()
    settle(qtbot, window)
    assert catalog.get(Copy, copy.id).purpose == "broadcast"
    assert part.compare_button.isEnabled()
    compared: list[tuple[Path, Path, int]] = []
    monkeypatch.setattr("app.widgets.copies_part.CompareWindow.show_copy", lambda self, *given: compared.append(given))
    part.compare_button.click()
    assert compared == [(Path(catalog.get(Work, copy.work).path), Path(copy.path), copy.serial)]
    opened: list[QUrl] = []
    monkeypatch.setattr("app.desk.QDesktopServices.openUrl", opened.append)
    part.folder_button.click()
    part.rows.setCurrentIndex(part.copies.index(0, 0))
    QTest.keyClick(part.rows, Qt.Key.Key_Return)
    assert [url.toLocalFile() for url in opened] == [str(Path(copy.path).parent)] * 2
    part.rows.selectAll()
    QTest.keyClick(part.rows, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert catalog.get(Copy, copy.id).binned
    assert part.none.isVisible()


def test_copies_are_dragged_and_copied_as_files_and_originals_never(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    choose(qtbot, window, "Hill house", "Late light", "Sketch")
    data = works.model.mimeData(works.tiles.selectionModel().selectedRows())
    assert isinstance(data, QMimeData)
    paths = {Path(copy.path) for copy in catalog.copies()}
    assert {Path(url.toLocalFile()) for url in data.urls()} == paths and len(paths) == 3
    works.filters.recipient.setCurrentIndex(works.filters.recipient.findText("Radio Nord"))
    settle(qtbot, window)
    works.tiles.selectAll()
    settle(qtbot, window)
    works.tiles.setFocus()
    QTest.keyClick(works.tiles, Qt.Key.Key_C, CTRL)
    urls = QGuiApplication.clipboard().mimeData().urls()
    assert [Path(url.toLocalFile()).name for url in urls] == ["Hill house (Radio Nord).jpg"]
    assert window.catalog_page.toast.text().startswith("1 copy copied.")
    part = works.panel.copies_part
    part.rows.selectAll()
    assert len(part.copies.mimeData(part.rows.selectedIndexes()).urls()) == 2  # type: ignore[union-attr]
    assert part.copy_button.text() == "Copy 2 files"
    QTest.keyClick(part.rows, Qt.Key.Key_C, CTRL)
    assert len(QGuiApplication.clipboard().mimeData().urls()) == 2
    QGuiApplication.clipboard().clear()


def test_a_copy_whose_file_is_gone_is_neither_dragged_nor_copied(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    (copy,) = catalog.copies(work=number_of(catalog, "Late light"))
    Path(copy.path).unlink()
    choose(qtbot, window, "Late light")
    assert works.model.mimeData([works.model.index(2, 0)]) is None
    part = works.panel.copies_part
    part.rows.selectAll()
    index = part.copies.index(0, 0)
    assert not part.copies.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    assert index.data(Role.STATE).word.endswith("file moved")
    assert not part.copy_button.isEnabled() and not part.compare_button.isEnabled()
    works.copy_files()
    assert "no file to copy" in window.catalog_page.toast.text()


def test_what_hangs_on_a_work_is_listed(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    number = number_of(catalog, "Hill house")
    copy = catalog.copies(work=number)[0]
    catalog.add(Consent(0, "Winter campaign", AgreementType.LICENCE, signed="2026-01-01", works=(number,)))
    match = Match(
        Finding(copy.serial, Verdict.CERTAIN, 1e-20, 12.0),
        catalog.work(number),
        copy,
        catalog.recipient(copy.recipient),
        KEY.id,
    )
    catalog.add_check(Checked(Path("/found/ad.jpg"), Verdict.CERTAIN, (match,), kind=Kind.IMAGE), sha256="ab")
    catalog.add(Case(0, "Ad without a licence", works=(number,)))
    catalog.edit(Work, [number], note="seen")
    choose(qtbot, window, "Hill house")
    panel = works.panel
    assert panel.agreements.index(0, 0).data() == "Winter campaign"
    assert panel.agreements.index(0, 0).data(Role.STATE).word == "active"
    assert panel.checks.index(0, 0).data() == "ad.jpg"
    assert panel.checks.index(0, 0).data(Role.STATE).word == "Certain"
    assert panel.cases.index(0, 0).data() == "Ad without a licence"
    assert [panel.history.index(row, 0).data() for row in range(2)] == ["Edited", "Protected"]
    assert panel.history_shown.isVisible() and panel.cases_shown.button.text() == "1 case"
    choose(qtbot, window, "Sketch")
    assert not panel.cases_shown.isVisible()


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


def test_tags_that_there_are_are_offered_behind_each_comma(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    catalog.tag(Work, [number_of(catalog, "Sketch")], add=["portfolio", "sea"])
    works.shown()
    settle(qtbot, window)
    field = works.panel.form.controls["tags"]
    assert isinstance(field, QLineEdit)
    completer = field.completer()
    completer.setWidget(field)
    field.setText("winter, folio")
    completer.setCompletionPrefix(field.text())
    assert completer.completionCount() == 1
    assert completer.pathFromIndex(completer.currentIndex()) == "winter, portfolio"


def test_an_agreement_leads_to_the_part_that_shows_it(
    qtbot: QtBot, window: MainWindow, catalog: Catalog, works: WorksSection
) -> None:
    number = number_of(catalog, "Hill house")
    consent = catalog.add(Consent(0, "Winter campaign", AgreementType.LICENCE, works=(number,)))
    choose(qtbot, window, "Hill house")
    asked: list[tuple[type, int]] = []
    works.show_record.connect(lambda kind, item: asked.append((kind, item)))
    works.panel.agreements_shown.button.click()
    rows = works.panel.agreements_shown.findChild(ShortList)
    rows.setCurrentIndex(works.panel.agreements.index(0, 0))
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert asked == [(Consent, consent.id)]


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
