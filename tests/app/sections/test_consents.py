"""Consents and licences in the window: their form, checklist, versions, links, payments, papers, reminders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from app.sections.consents import ConsentsSection
from app.widgets.form import Form
from core.catalog.store import Catalog
from core.model import (
    AgreementType,
    Answer,
    Consent,
    Creator,
    Payment,
    Recipient,
    Replica,
    Standing,
)
from tests.app.sections.conftest import Host, make_copy
from tests.app.test_window import assert_named_and_reachable

Settle = Callable[[], None]


def day(number: int) -> str:
    return (date.today() + timedelta(days=number)).isoformat()


@pytest.fixture
def section(host: Host, settle: Settle) -> ConsentsSection:
    made = ConsentsSection(host.desk)
    host.put(made)
    settle()
    return made


def fill(form: Form, **texts: str) -> None:
    """Type into the fields of a form, as a person does."""
    for name, text in texts.items():
        control = form.controls[name]
        control.setFocus()
        if isinstance(control, QCheckBox):
            control.setChecked(bool(text))
        elif isinstance(control, QComboBox):
            place = control.findData(text)
            if place >= 0:
                control.setCurrentIndex(place)
            else:
                control.setEditText(text)
        elif isinstance(control, QPlainTextEdit):
            control.setPlainText(text)
        else:
            control.selectAll()
            QTest.keyClicks(control, text)


def names(section: ConsentsSection) -> list[str]:
    return [line.name for line in section.listing.rows.records.lines()]


def press(root: QWidget, words: str) -> None:
    next(made for made in root.findChildren(QAbstractButton) if made.text() == words and made.isVisible()).click()


def view(section: ConsentsSection, word: str) -> None:
    press(section.detail.views, word)


def front(section: ConsentsSection, settle: Settle, number: int) -> None:
    section.bring(number)
    settle()
    assert section.editor.item.id == number


EVERYTHING = {
    "title": "Voice for the winter campaign",
    "performer": "Mara Elisabeth Lind",
    "stage_name": "Mara Lind",
    "representative": "Agency Berg",
    "union_id": "Actors' union 4711",
    "granted_to": "Studio A",
    "project": "Winter radio",
    "replica": "voice",
    "source_material": "Two hours of studio recordings",
    "holder": "Studio A",
    "uses": "Synthetic voice for three radio spots of 30 s",
    "media": "Radio",
    "territory": "Canada",
    "starts": "1.2.2027",
    "ends": "2027-12-31",
    "max_uses": "3",
    "exclusive": "yes",
    "ai_training": "refused",
    "fine_tuning": "refused",
    "sublicence": "allowed",
    "languages": "English, French",
    "political": "refused",
    "adult": "refused",
    "endorsement": "refused",
    "content_limits": "No alcohol",
    "approval": "Mara approves each script",
    "currency": "EUR",
    "scan_day_fee": "1250",
    "use_fee": "450,50",
    "residual": "3 % each quarter",
    "credit": "Voice: Mara Lind",
    "security": "Kept encrypted, deleted after the campaign",
    "revocation": "With 30 days' notice",
    "post_mortem": "Ends with death",
    "counsel": "Legal desk of the union",
    "tags": "radio, winter",
    "note": "Pays late",
}


def test_a_record_takes_every_field(section: ConsentsSection, catalog: Catalog, settle: Settle) -> None:
    creator = catalog.add(Creator(0, "Mara Lind"))
    section.shown()
    settle()
    section.empty.button.click()
    assert section.editor.form.controls["title"].hasFocus()
    fill(section.editor.form, creator=str(creator.id), **EVERYTHING)
    assert not set(section.editor.form.controls) - set(EVERYTHING) - {"creator", "type"}
    section.editor.save_button.click()
    settle()
    (one,) = catalog.every(Consent)
    kept = {name: getattr(one, name) for name in EVERYTHING}
    assert kept == {
        **EVERYTHING,
        "replica": Replica.VOICE,
        "starts": "2027-02-01",
        "max_uses": 3,
        "exclusive": True,
        **dict.fromkeys(("ai_training", "fine_tuning", "political", "adult", "endorsement"), Answer.REFUSED),
        "sublicence": Answer.ALLOWED,
        "use_fee": "450.50",
        "tags": ("radio", "winter"),
    }
    assert one.creator == creator.id and section.detail.acts.state.text() == "Draft"
    assert catalog.undo() == "added 1 consent"


def test_wrong_days_and_amounts_are_told_at_their_field(
    section: ConsentsSection, catalog: Catalog, settle: Settle
) -> None:
    section.empty.button.click()
    form = section.editor.form
    fill(form, title="A", starts="soon", use_fee="a lot", max_uses="many")
    section.editor.save_button.click()
    assert set(form.errors()) == {"starts", "use_fee", "max_uses"}
    assert "2026-12-31" in form.errors()["starts"] and form.controls["starts"].hasFocus()
    fill(form, starts=day(20), ends=day(10), use_fee="1.50", max_uses="2")
    assert not form.errors()
    section.editor.save_button.click()
    assert form.errors() == {"ends": "It ends before it begins."}
    assert catalog.count(Consent) == 0
    fill(form, ends=day(30))
    section.editor.save_button.click()
    settle()
    assert catalog.count(Consent) == 1


def test_everything_has_a_name_and_is_reached_by_the_keyboard(
    section: ConsentsSection, catalog: Catalog, settle: Settle
) -> None:
    one = catalog.add(Consent(0, "A"))
    catalog.add(Payment(0, one.id, amount="5", currency="EUR"))
    section.shown()
    settle()
    for word in ("Record", "Checklist", "Works", "Payments", "Papers"):
        view(section, word)
        settle()
        assert_named_and_reachable(section)
    assert_named_and_reachable(section.tools)


def test_what_is_signed_stays_and_gets_a_next_version(
    section: ConsentsSection, catalog: Catalog, settle: Settle
) -> None:
    first = catalog.add(Consent(0, "Voice", granted_to="Studio A"))
    section.shown()
    settle()
    assert not section.detail.acts.revise_button.isVisible() and not section.detail.acts.revoke_button.isVisible()
    fill(section.editor.form, granted_to="Studio B")
    section.detail.acts.sign_button.click()  # keeps what was typed first
    settle()
    panel = section.detail.acts.signing
    assert panel.isVisible() and not section.detail.pages.isVisible()
    assert "cannot be changed" in panel.explanation.text() and "9 points" in panel.explanation.text()
    fill(panel.form, signed=day(3))
    panel.do_button.click()
    assert panel.form.errors() == {"signed": "That day is still to come."}
    fill(panel.form, signed=day(-1), place="Toronto", separately_signed="yes")
    panel.do_button.click()
    settle()
    one = catalog.get(Consent, first.id)
    assert (one.granted_to, one.signed, one.place, one.separately_signed) == ("Studio B", day(-1), "Toronto", True)
    assert section.detail.acts.state.text() == "Active, without end" and section.detail.signed_note.isVisible()
    control = section.editor.form.controls["granted_to"]
    assert isinstance(control, QLineEdit) and control.isReadOnly()
    assert not section.editor.form.controls["replica"].isEnabled()
    fill(section.editor.form, note="Filed under W")
    section.editor.save_button.click()
    settle()
    assert catalog.get(Consent, first.id).note == "Filed under W"
    section.detail.acts.revise_button.click()
    settle()
    second = section.editor.item
    assert (second.version, second.series, second.signed, second.granted_to) == (2, first.id, "", "Studio B")
    assert not control.isReadOnly() and names(section) == ["Voice"]
    section.detail.acts.versions_button.click()
    settle()
    assert names(section) == ["Voice", "Voice"] and section.editor.item.id == second.id
    section.listing.rows.setCurrentIndex(section.listing.rows.records.place_of(first.id))
    settle()
    fill(section.editor.form, note="Filed under V")
    section.editor.save_button.click()
    settle()
    assert section.editor.item.id == first.id and catalog.get(Consent, first.id).note == "Filed under V"
    catalog.edit(Consent, [second.id], signed=day(0))
    section.shown()
    settle()
    section.listing.filter.setCurrentIndex(section.listing.filter.findText("Earlier versions"))
    settle()
    assert (
        section.detail.acts.state.text().startswith("Replaced on") and not section.detail.acts.revise_button.isVisible()
    )


def test_revoking_takes_a_day_and_a_reason(section: ConsentsSection, catalog: Catalog, settle: Settle) -> None:
    one = catalog.add(Consent(0, "Voice", signed=day(-30), note="Filed"))
    section.shown()
    settle()
    section.detail.acts.revoke_button.click()
    settle()
    panel = section.detail.acts.revoking
    fill(panel.form, reason="Used for an advert")
    panel.do_button.click()
    settle()
    now = catalog.get(Consent, one.id)
    assert now.revoked == day(0) and now.standing(day(0)) is Standing.REVOKED
    assert now.note.startswith("Filed\nRevoked on ") and now.note.endswith(": Used for an advert")
    assert section.detail.acts.state.text().startswith("Revoked on")
    assert catalog.undo() == "edited 1 consent"  # day and reason at once
    section.shown()
    settle()
    assert section.detail.acts.state.text() == "Active, without end"
    section.detail.acts.revoke_button.click()
    settle()
    QTest.keyClick(panel.form.controls["revoked"], Qt.Key.Key_Escape)
    assert not panel.isVisible() and section.detail.pages.isVisible()
    section.detail.acts.revoke_button.click()
    settle()
    section.escape()  # as the window asks, which takes the key first
    assert not panel.isVisible()


def test_the_checklist_leads_to_what_is_missing(section: ConsentsSection, catalog: Catalog, settle: Settle) -> None:
    catalog.add(Consent(0, "Voice", replica=Replica.VOICE, performer="Mara Lind"))
    section.shown()
    settle()
    view(section, "Checklist")
    settle()
    laws = {point.law for point in section.detail.checklist.points}
    assert all(any(part in law for law in laws) for part in ("AB 2602", "AB 1836", "New York", "Tennessee"))
    assert section.detail.checklist.summary.text() == "10 points are missing."
    press(section.detail.checklist, "Fill in")  # the first: a specific description of the uses
    uses = section.editor.form.controls["uses"]
    assert uses.hasFocus() and section.detail.views.value() == "record"
    fill(section.editor.form, uses="Three radio spots of thirty seconds each")
    view(section, "Checklist")  # what was typed counts before it is saved
    assert section.detail.checklist.summary.text() == "8 points are missing."
    assert section.editor.dirty


def test_a_list_is_narrowed_down_and_ends_are_called_to_mind(
    section: ConsentsSection, catalog: Catalog, settle: Settle
) -> None:
    catalog.add(Consent(0, "Soon", signed=day(-5), ends=day(12)))
    catalog.add(Consent(0, "Later", signed=day(-5), ends=day(200)))
    catalog.add(Consent(0, "Over", signed=day(-50), ends=day(-2)))
    catalog.add(Consent(0, "Taken back", signed=day(-50), revoked=day(-2)))
    catalog.add(Consent(0, "Begins", signed=day(-5), starts=day(5)))
    draft = catalog.add(Consent(0, "Written", granted_to="Studio A"))
    late = catalog.add(Payment(0, draft.id, amount="10", currency="EUR", due=day(-3)))
    section.shown()
    settle()
    assert section.reminder.isVisible()
    assert section.reminder.words.text() == "“Soon” ends in 12 days. 1 payment is overdue."
    section.reminder.ending_button.click()
    settle()
    assert names(section) == ["Soon"] and section.detail.acts.state.text() == "Ends in 12 days"
    for words, expected in (
        ("Drafts", ["Written"]),
        ("Active", ["Soon", "Later"]),
        ("Not begun yet", ["Begins"]),
        ("Expired", ["Over"]),
        ("Revoked", ["Taken back"]),
        ("Earlier versions", []),
        ("In the bin", []),
    ):
        section.listing.filter.setCurrentIndex(section.listing.filter.findText(words))
        settle()
        assert names(section) == expected, words
    section.reminder.payment_button.click()
    settle()
    assert section.editor.item.id == draft.id and section.detail.payments.isVisible()
    assert section.detail.payments.rows.current_item().id == late.id
    section.listing.search.setFocus()
    QTest.keyClicks(section.listing.search, "studio")
    QTest.qWait(200)
    settle()
    assert names(section) == ["Written"]


def test_works_recipients_and_copies_are_linked(
    section: ConsentsSection, host: Host, catalog: Catalog, settle: Settle, tmp_path: Path
) -> None:
    hill = make_copy(catalog, tmp_path / "out", "Hill house", "Studio A")
    reel = make_copy(catalog, tmp_path / "out", "Demo reel", "Radio Nord")
    one = catalog.add(Consent(0, "Voice", signed=day(-5)))
    section.shown()
    settle()
    view(section, "Works")
    settle()
    works = section.detail.links.works
    assert works.nothing.isVisible()
    works.link_button.click()
    assert works.search.hasFocus()
    QTest.keyClicks(works.search, "demo")
    QTest.qWait(200)
    settle()
    QTest.keyClick(works.search, Qt.Key.Key_Return)
    settle()
    assert catalog.get(Consent, one.id).works == (reel.work,)
    assert [line.name for line in works.lines.lines()] == ["Demo reel"]
    section.detail.links.recipients.link_button.click()
    settle()
    found = section.detail.links.recipients.found
    found.setCurrentIndex(found.records.place_of(reel.recipient))
    QTest.keyClick(found, Qt.Key.Key_Return)
    settle()
    section.detail.links.copies.link_button.click()
    settle()
    section.detail.links.copies.found.open_item.emit(hill)
    settle()
    now = catalog.get(Consent, one.id)
    assert (now.recipients, now.copies) == ((reel.recipient,), (hill.id,))
    works.rows.setCurrentIndex(works.lines.index(0, 0))
    QTest.keyClick(works.rows, Qt.Key.Key_Return)
    assert host.works == [reel.work]
    QTest.keyClick(works.rows, Qt.Key.Key_Delete)
    settle()
    assert catalog.get(Consent, one.id).works == () and works.nothing.isVisible()
    assert catalog.undo() == "edited 1 consent" and catalog.get(Consent, one.id).works == (reel.work,)


def test_an_empty_form_is_written_and_tables_go_in_and_out(
    section: ConsentsSection,
    host: Host,
    catalog: Catalog,
    settle: Settle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.sections.consents.QFileDialog.getExistingDirectory", lambda *_: str(tmp_path))
    section.more.action("Empty form as PDF…").trigger()
    settle()
    assert section.written.path == tmp_path / "consent form.pdf"
    table = tmp_path / "in.csv"
    table.write_text("title,type,granted_to\nBook,licence,Gallery\n", "utf-8")
    monkeypatch.setattr("app.widgets.sheet_import.QFileDialog.getOpenFileName", lambda *_: (str(table), ""))
    section.more.action("Import a table…").trigger()
    settle()
    section.sheet.do_button.click()
    settle()
    assert names(section) == ["Book"] and section.editor.item.type is AgreementType.LICENCE
    section.licence_button.click()
    assert section.editor.item.type is AgreementType.LICENCE and section.editor.item.id == 0


def test_a_record_goes_into_the_bin_and_back(section: ConsentsSection, catalog: Catalog, settle: Settle) -> None:
    one = catalog.add(Consent(0, "Voice"))
    catalog.add(Consent(0, "Other"))
    section.shown()
    settle()
    front(section, settle, one.id)
    section.detail.acts.bin_button.click()
    settle()
    assert names(section) == ["Other"]
    section.listing.filter.setCurrentIndex(section.listing.filter.findText("In the bin"))
    settle()
    assert names(section) == ["Voice"] and section.detail.acts.bin_button.toolTip() == "Bring back from the bin"
    section.detail.acts.bin_button.click()
    settle()
    assert not catalog.get(Consent, one.id).binned


def test_a_thousand_records_come_a_page_at_a_time(section: ConsentsSection, catalog: Catalog, settle: Settle) -> None:
    catalog.add(Recipient(0, "Studio A"))
    with catalog.together("imported") as editor:
        for number in range(1000):
            editor.add(Consent(0, f"Record {number}"))
    section.shown()
    settle()
    assert section.listing.rows.records.rowCount() == 100 and section.listing.count.text() == "1000 records"
