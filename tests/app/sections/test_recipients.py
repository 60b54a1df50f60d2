"""The recipients of the catalog in the window: found, changed, what they got, in and out as tables, the bin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.sections.recipients import RecipientsSection
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.errors import WriteError
from core.model import Recipient, RecipientKind
from tests.app.sections.conftest import Host, make_copy
from tests.app.test_window import assert_named_and_reachable

Settle = Callable[[], None]


@pytest.fixture
def section(host: Host, settle: Settle) -> RecipientsSection:
    made = RecipientsSection(host.desk)
    host.put(made)
    settle()
    return made


def names(section: RecipientsSection) -> list[str]:
    return [line.name for line in section.listing.rows.records.lines()]


def field(section: RecipientsSection, name: str) -> QLineEdit:
    made = section.editor.form.controls[name]
    assert isinstance(made, QLineEdit)
    return made


def type_into(control: QLineEdit, text: str) -> None:
    control.setFocus()
    control.selectAll()
    QTest.keyClicks(control, text)


def test_an_empty_list_invites(section: RecipientsSection, catalog: Catalog, settle: Settle) -> None:
    assert section.empty.isVisible() and not section.listing.isVisible()
    section.empty.button.click()
    assert not section.empty.isVisible() and field(section, "name").hasFocus()
    type_into(field(section, "name"), "Studio A")
    QTest.keyClick(section.editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle()
    (stored,) = catalog.every(Recipient)
    assert stored.name == "Studio A" and names(section) == ["Studio A"]
    assert section.title.text() == "Studio A" and not section.editor.dirty
    assert section.listing.count.text() == "1 recipient"
    assert catalog.undo() == "added 1 recipient"


def test_everything_has_a_name_and_is_reached_by_the_keyboard(
    section: RecipientsSection, catalog: Catalog, settle: Settle
) -> None:
    catalog.add(Recipient(0, "Studio A"))
    section.shown()
    settle()
    assert_named_and_reachable(section)
    assert_named_and_reachable(section.tools)


def test_one_is_found_changed_and_taken_back(section: RecipientsSection, catalog: Catalog, settle: Settle) -> None:
    for name in ("Studio A", "Radio Nord", "Studio B"):
        catalog.add(Recipient(0, name))
    section.shown()
    settle()
    assert names(section) == ["Radio Nord", "Studio A", "Studio B"]
    section.search_now()
    assert section.listing.search.hasFocus()
    QTest.keyClicks(section.listing.search, "nord")
    settle()
    QTest.qWait(200)
    settle()
    assert names(section) == ["Radio Nord"] and section.title.text() == "Radio Nord"
    assert not section.editor.save_button.isEnabled()
    type_into(field(section, "email"), "desk@nord.example")
    type_into(field(section, "tags"), "radio, press")
    assert section.editor.save_button.isEnabled()
    section.editor.save_button.click()
    settle()
    (stored,) = catalog.every(Recipient, Query(text="nord"))
    assert (stored.email, set(stored.tags)) == ("desk@nord.example", {"radio", "press"})
    assert catalog.undo() == "edited 1 recipient"  # both fields at once
    section.shown()
    settle()
    assert field(section, "email").text() == ""


def test_who_leaves_a_changed_recipient_keeps_it(section: RecipientsSection, catalog: Catalog, settle: Settle) -> None:
    for name in ("Studio A", "Studio B"):
        catalog.add(Recipient(0, name))
    section.shown()
    settle()
    type_into(field(section, "name"), "Studio Alpha")
    section.listing.rows.setCurrentIndex(section.listing.rows.records.index(1, 0))
    settle()
    assert section.title.text() == "Studio B"
    assert {one.name for one in catalog.every(Recipient)} == {"Studio Alpha", "Studio B"}


def test_what_cannot_be_kept_stays_in_front_with_the_reason(
    section: RecipientsSection, catalog: Catalog, settle: Settle
) -> None:
    for name in ("Studio A", "Studio B"):
        catalog.add(Recipient(0, name))
    section.shown()
    settle()
    field(section, "name").clear()
    section.listing.rows.setCurrentIndex(section.listing.rows.records.index(1, 0))
    settle()
    assert section.editor.form.errors() == {"name": "Give it a name."}
    assert section.listing.rows.current_item().name == "Studio A" and field(section, "name").hasFocus()
    QTest.keyClicks(field(section, "name"), "studio b")
    assert not section.editor.form.errors()
    section.editor.save_button.click()
    settle()
    assert "already a recipient “Studio B”" in section.editor.trouble.text()
    section.editor.drop_button.click()
    assert field(section, "name").text() == "Studio A" and not section.editor.trouble.isVisible()


def test_a_new_one_that_is_dropped_leaves_no_trace(
    section: RecipientsSection, catalog: Catalog, settle: Settle
) -> None:
    catalog.add(Recipient(0, "Studio A"))
    section.shown()
    settle()
    section.add_button.click()
    assert section.title.text() == "New recipient"
    QTest.keyClicks(field(section, "name"), "Some")
    section.shown()  # a change elsewhere has the list looked up again
    settle()
    assert field(section, "name").text() == "Some"
    section.editor.drop_button.click()
    settle()
    assert section.title.text() == "Studio A" and catalog.count(Recipient) == 1


def test_what_they_got_leads_to_the_work(
    section: RecipientsSection, host: Host, catalog: Catalog, settle: Settle, tmp_path: Path
) -> None:
    first = make_copy(catalog, tmp_path / "out", "Hill house", "Studio A")
    make_copy(catalog, tmp_path / "out", "Late light", "Studio A")
    make_copy(catalog, tmp_path / "out", "Late light", "Studio B")
    section.shown()
    settle()
    assert section.title.text() == "Studio A" and section.got_words.text() == "Got 2 copies"
    lines = section.copies.records.lines()
    assert [line.name for line in lines] == ["Late light", "Hill house"]
    assert f"no. {first.serial}" in lines[1].state.word
    section.copies.setFocus()
    section.copies.setCurrentIndex(section.copies.records.index(1, 0))
    QTest.keyClick(section.copies, Qt.Key.Key_Return)
    assert host.works == [first.work]


def test_the_bin_keeps_them(section: RecipientsSection, catalog: Catalog, settle: Settle) -> None:
    catalog.add(Recipient(0, "Studio A"))
    section.shown()
    settle()
    section.bin_button.click()
    settle()
    assert section.empty.isVisible() or names(section) == []
    section.stack.setCurrentIndex(1)
    section.listing.filter.setCurrentIndex(1)
    settle()
    assert names(section) == ["Studio A"] and section.bin_button.toolTip() == "Bring back from the bin"
    section.bin_button.click()
    settle()
    assert names(section) == [] and catalog.count(Recipient) == 1


def test_a_table_is_shown_before_it_is_read_in(
    section: RecipientsSection, catalog: Catalog, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.add(Recipient(0, "Studio A"))
    table = tmp_path / "list.csv"
    table.write_text("name,email,kind\nStudio A,a@a.example,studio\nRadio Nord,,press\nSouth,,castle\n", "utf-8")
    monkeypatch.setattr("app.widgets.sheet_import.QFileDialog.getOpenFileName", lambda *_: (str(table), ""))
    section.import_button.click()
    settle()
    assert section.sheet.isVisible() and "1 row is wrong" in section.sheet.words.text()
    assert "Row 4" in section.sheet.errors.toPlainText()
    assert not section.sheet.do_button.isEnabled() and catalog.count(Recipient) == 1
    table.write_text("name,email,kind\nStudio A,a@a.example,studio\nRadio Nord,,press\n", "utf-8")
    section.import_button.click()
    settle()
    assert section.sheet.words.text() == "1 new, 1 changed, 0 as they were."
    assert catalog.count(Recipient) == 1  # nothing is changed by looking
    section.sheet.do_button.click()
    settle()
    assert not section.sheet.isVisible() and names(section) == ["Radio Nord", "Studio A"]
    assert {one.kind for one in catalog.every(Recipient)} == {RecipientKind.STUDIO, RecipientKind.PRESS}
    assert catalog.undo().startswith("imported")
    section.import_button.click()
    settle()
    section.escape()
    assert not section.sheet.isVisible() and catalog.count(Recipient) == 1
    section.add_button.click()
    section.escape()  # an untouched new one goes; what was typed would stay
    settle()
    assert section.editor.item.id


def test_what_is_listed_becomes_a_table(
    section: RecipientsSection,
    host: Host,
    catalog: Catalog,
    settle: Settle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catalog.add(Recipient(0, "Studio A", note="=1+1"))
    target = tmp_path / "out.csv"
    target.write_text("older")
    shown: list[Path] = []
    monkeypatch.setattr("app.widgets.sheet_import.QFileDialog.getSaveFileName", lambda *_: (str(target), ""))
    monkeypatch.setattr("app.desk.QDesktopServices.openUrl", lambda url: shown.append(Path(url.toLocalFile())))
    section.export_button.click()
    settle()
    rows = target.read_text("utf-8-sig").splitlines()
    assert rows[0].startswith("id,name") and "Studio A" in rows[1] and "'=1+1" in rows[1]
    assert shown == [tmp_path] and [path.name for path in tmp_path.glob(".out*")] == []


def test_the_list_grows_a_page_at_a_time(section: RecipientsSection, catalog: Catalog, settle: Settle) -> None:
    with catalog.together("imported") as editor:
        for number in range(250):
            editor.add(Recipient(0, f"Studio {number:03}"))
    section.shown()
    settle()
    rows = section.listing.rows
    assert rows.records.rowCount() == 100 and rows.total == 250
    while rows.records.rowCount() < 250:
        before = rows.records.rowCount()
        rows.scrollToBottom()
        settle()
        assert rows.records.rowCount() > before
    assert names(section) == [f"Studio {number:03}" for number in range(250)]


def test_one_of_a_later_page_or_the_bin_is_brought_to_the_front(
    section: RecipientsSection, catalog: Catalog, settle: Settle
) -> None:
    with catalog.together("imported") as editor:
        for number in range(150):
            editor.add(Recipient(0, f"Studio {number:03}"))
    last = max(catalog.every(Recipient), key=lambda one: one.name)
    section.bring(last.id)
    settle()
    assert section.title.text() == "Studio 149" and not section.listing.rows.currentIndex().isValid()
    type_into(field(section, "email"), "a@b.example")
    section.editor.save_button.click()
    settle()
    assert section.title.text() == "Studio 149" and catalog.get(Recipient, last.id).email == "a@b.example"
    section.listing.rows.setCurrentIndex(section.listing.rows.records.index(2, 0))
    settle()
    assert section.title.text() == "Studio 002"
    catalog.bin(Recipient, [last.id])
    section.bring(last.id)
    settle()
    assert section.title.text() == "Studio 149" and section.bin_button.toolTip() == "Bring back from the bin"
    section.bin_button.click()
    settle()
    assert not catalog.get(Recipient, last.id).binned and section.title.text() == "Studio 000"


def test_one_that_is_on_its_way_is_kept_once(
    section: RecipientsSection, host: Host, catalog: Catalog, settle: Settle
) -> None:
    catalog.add(Recipient(0, "Studio A"))
    section.shown()
    settle()
    section.add_button.click()
    type_into(field(section, "name"), "Studio B")
    section.editor.save_button.click()
    section.listing.rows.setCurrentIndex(section.listing.rows.records.index(0, 0))  # before it is saved
    section.keep()
    assert not host.close()  # it waits for the same
    settle()
    assert not host.isVisible()
    assert sorted(one.name for one in catalog.every(Recipient)) == ["Studio A", "Studio B"]


def test_a_closing_window_keeps_what_was_typed(
    section: RecipientsSection, host: Host, catalog: Catalog, settle: Settle
) -> None:
    catalog.add(Recipient(0, "Studio A"))
    section.shown()
    settle()
    field(section, "name").clear()
    assert not host.close()
    assert "cannot be kept" in host.desk.messages.text()
    type_into(field(section, "name"), "Studio Alpha")
    assert host.close()
    assert [one.name for one in catalog.every(Recipient)] == ["Studio Alpha"]


def test_a_disk_that_refuses_is_told(
    section: RecipientsSection, host: Host, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise WriteError("out.csv could not be written: no space.", "Make room.")

    monkeypatch.setattr(
        "app.widgets.sheet_import.QFileDialog.getSaveFileName", lambda *_: (str(tmp_path / "o.csv"), "")
    )
    monkeypatch.setattr("app.widgets.sheet_import.new_file", refuse)
    section.export_button.click()
    settle()
    assert "no space" in host.desk.messages.text()
