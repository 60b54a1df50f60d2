"""Forms: fields by name, days with a calendar, amounts, errors at their field, what is locked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot

from app.widgets.date_field import DateField
from app.widgets.form import Field, Form, Group

FIELDS = [
    Field("name", "Name", hint="As on paper"),
    Group(
        "More",
        [
            Field("ends", "Last day", day=True, empty="No end", half=True),
            Field("fee", "Fee", amount=True, half=True),
            Field("currency", "Currency", choices=[("", ""), ("EUR", "EUR")], own=True),
            Field("kind", "Kind", choices=[("a", "First"), ("b", "Second")]),
            Field("note", "Note", lines=2),
            Field("sure", "Sure", check=True),
        ],
        hint="Some more",
    ),
]
VALUES = {
    "name": "Ada",
    "ends": "2026-12-31",
    "fee": "1250.50",
    "currency": "XAU",
    "kind": "b",
    "note": "one\ntwo",
    "sure": "yes",
}


@pytest.fixture
def form(qtbot: QtBot, light: None) -> Form:
    made = Form(FIELDS)
    qtbot.addWidget(made)
    made.show()
    return made


def test_what_is_shown_is_read_again(form: Form) -> None:
    changes: list[None] = []
    form.changed.connect(lambda: changes.append(None))
    form.show_values(VALUES)
    assert form.values() == VALUES and not changes
    ends = form.controls["ends"]
    assert isinstance(ends, QLineEdit) and ends.text() == "31 Dec 2026"
    form.show_values({})
    assert form.values() == {**dict.fromkeys(VALUES, ""), "kind": "a"}


def test_a_choice_that_is_not_on_offer_any_more_stays(form: Form) -> None:
    form.show_values({**VALUES, "kind": "old"})
    assert form.values()["kind"] == "old"
    form.offer("kind", [("a", "First"), ("c", "Third")])
    assert form.values()["kind"] == "old"
    form.show_values({**VALUES, "kind": "c"})
    assert form.values()["kind"] == "c"


def test_errors_stand_at_their_field_until_it_is_changed(form: Form) -> None:
    form.show_errors({"fee": "Write amounts as 1250.00.", "note": "Too long."})
    assert form.errors() == {"fee": "Write amounts as 1250.00.", "note": "Too long."}
    fee = form.controls["fee"]
    assert fee.hasFocus() and fee.accessibleDescription() == "Write amounts as 1250.00."
    assert fee.property("wrong")
    QTest.keyClicks(fee, "1")
    assert form.errors() == {"note": "Too long."} and not fee.property("wrong")
    form.show_values(VALUES)
    assert form.errors() == {}


def test_what_is_locked_can_be_read_alone(form: Form) -> None:
    form.show_values(VALUES)
    form.lock({"name", "ends", "kind", "note"})
    for name in ("name", "ends"):
        QTest.keyClicks(form.controls[name], "x")
    note, kind, ends = form.controls["note"], form.controls["kind"], form.controls["ends"]
    assert isinstance(note, QPlainTextEdit) and note.isReadOnly()
    assert isinstance(kind, QComboBox) and not kind.isEnabled()
    assert isinstance(ends, DateField)
    ends.open_calendar()
    assert ends._calendar is None
    assert form.values() == VALUES
    form.lock(())
    QTest.keyClicks(form.controls["name"], "x")
    assert form.values()["name"] != "Ada"


def test_a_field_can_be_hidden_and_keeps_its_value(form: Form) -> None:
    form.show_values(VALUES)
    form.show_field("note", False)
    assert not form.controls["note"].isVisible() and form.values() == VALUES


def test_a_day_is_picked_from_the_calendar_with_the_keyboard(form: Form) -> None:
    ends = form.controls["ends"]
    assert isinstance(ends, DateField)
    form.show_values(VALUES)
    ends.setFocus()
    QTest.keyClick(ends, Qt.Key.Key_Down)
    popup = ends._calendar
    assert popup is not None and popup.isVisible()
    assert popup.calendar.selectedDate() == QDate(2026, 12, 31)
    view = popup.calendar.findChild(QToolButton)
    assert view is not None
    popup.calendar.setSelectedDate(QDate(2026, 12, 24))
    popup.calendar.activated.emit(popup.calendar.selectedDate())
    assert not popup.isVisible() and form.values()["ends"] == "2026-12-24"


def test_no_end_is_a_choice_too(form: Form) -> None:
    ends = form.controls["ends"]
    assert isinstance(ends, DateField) and ends.placeholderText() == "No end"
    form.show_values(VALUES)
    ends.open_calendar()
    assert ends._calendar is not None
    made = next(button for button in ends._calendar.findChildren(QToolButton.__base__) if button.text() == "No end")
    made.click()
    assert form.values()["ends"] == ""


def test_a_typed_day_is_tidied_when_one_goes_on(form: Form) -> None:
    ends = form.controls["ends"]
    assert isinstance(ends, QLineEdit)
    ends.setFocus()
    QTest.keyClicks(ends, "1.2.2027")
    QTest.keyClick(ends, Qt.Key.Key_Return)
    assert ends.text() == "1 Feb 2027" and form.values()["ends"] == "2027-02-01"
    ends.clear()
    QTest.keyClicks(ends, "next year")
    QTest.keyClick(ends, Qt.Key.Key_Return)
    assert form.values()["ends"] == "next year"  # for whoever checks it to refuse


def test_a_moment_keeps_its_seconds_until_somebody_changes_it(qtbot: QtBot, light: None) -> None:
    form = Form([Field("found", "Found", day=True, timed=True)])
    qtbot.addWidget(form)
    form.show_values({"found": "2026-11-28T04:10:59+01:00"})
    field = form.controls["found"]
    assert isinstance(field, DateField) and field.text().startswith("28 Nov 2026, ")
    assert form.values()["found"] == "2026-11-28T04:10:59+01:00"
    field.setText("27 Nov 2026, 9:05")
    assert form.values()["found"].startswith("2026-11-27T09:05")
    field.setText("")
    assert form.values()["found"] == ""


def test_groups_stand_in_two_columns_where_there_is_room(qtbot: QtBot, light: None) -> None:
    form = Form([Group(name, [Field(name, name)]) for name in ("a", "b", "c")])
    qtbot.addWidget(form)
    form.show()

    def places() -> list[tuple[bool, bool]]:
        """Return of each field whether it begins right of the first one, and below it."""
        first, *others = (form.controls[name].mapTo(form, QPoint()) for name in "abc")
        return [(other.x() > first.x(), other.y() > first.y()) for other in others]

    form.resize(700, 500)
    qtbot.waitUntil(lambda: places() == [(False, True), (False, True)])
    form.resize(1600, 500)
    qtbot.waitUntil(lambda: places() == [(False, True), (True, False)])
    form.resize(700, 500)
    qtbot.waitUntil(lambda: places() == [(False, True), (False, True)])
