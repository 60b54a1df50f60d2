"""Works are edited through real widgets: in place, several at once, into the bin, undone and done again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.sections.works import WorksSection
from app.widgets.parts import ComboBox
from core.catalog.store import Catalog
from core.model import (
    Creator,
    Terms,
    Work,
)
from tests.app.filled import choose, number_of, settle, titles

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


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
