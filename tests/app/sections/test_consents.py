"""Consents and licences in the window: their form, checklist, versions, links, payments, papers, reminders."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from app.sections.consents import ConsentsSection
from app.widgets.act_panel import ActPanel
from app.widgets.form import Form
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.model import (
    AgreementType,
    Answer,
    Consent,
    Creator,
    Document,
    Payment,
    PaymentKind,
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
    press(section.views, word)


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
    assert one.creator == creator.id and section.acts.state.text() == "Draft"
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
    assert not section.acts.revise_button.isVisible() and not section.acts.revoke_button.isVisible()
    fill(section.editor.form, granted_to="Studio B")
    section.acts.sign_button.click()  # keeps what was typed first
    settle()
    panel = section.acts.signing
    assert panel.isVisible() and not section.pages.isVisible()
    assert "cannot be changed" in panel.explanation.text() and "9 points" in panel.explanation.text()
    fill(panel.form, signed=day(3))
    panel.do_button.click()
    assert panel.form.errors() == {"signed": "That day is still to come."}
    fill(panel.form, signed=day(-1), place="Toronto", separately_signed="yes")
    panel.do_button.click()
    settle()
    one = catalog.get(Consent, first.id)
    assert (one.granted_to, one.signed, one.place, one.separately_signed) == ("Studio B", day(-1), "Toronto", True)
    assert section.acts.state.text() == "Active, without end" and section.signed_note.isVisible()
    control = section.editor.form.controls["granted_to"]
    assert isinstance(control, QLineEdit) and control.isReadOnly()
    assert not section.editor.form.controls["replica"].isEnabled()
    fill(section.editor.form, note="Filed under W")
    section.editor.save_button.click()
    settle()
    assert catalog.get(Consent, first.id).note == "Filed under W"
    section.acts.revise_button.click()
    settle()
    second = section.editor.item
    assert (second.version, second.series, second.signed, second.granted_to) == (2, first.id, "", "Studio B")
    assert not control.isReadOnly() and names(section) == ["Voice"]
    press(section.versions, "1")
    settle()
    assert section.editor.item.id == first.id
    catalog.edit(Consent, [second.id], signed=day(0))
    section.shown()
    settle()
    section.listing.filter.setCurrentIndex(section.listing.filter.findText("Earlier versions"))
    settle()
    assert section.acts.state.text().startswith("Replaced on") and not section.acts.revise_button.isVisible()


def test_revoking_takes_a_day_and_a_reason(section: ConsentsSection, catalog: Catalog, settle: Settle) -> None:
    one = catalog.add(Consent(0, "Voice", signed=day(-30), note="Filed"))
    section.shown()
    settle()
    section.acts.revoke_button.click()
    settle()
    panel = section.acts.revoking
    fill(panel.form, reason="Used for an advert")
    panel.do_button.click()
    settle()
    now = catalog.get(Consent, one.id)
    assert now.revoked == day(0) and now.standing(day(0)) is Standing.REVOKED
    assert now.note.startswith("Filed\nRevoked on ") and now.note.endswith(": Used for an advert")
    assert section.acts.state.text().startswith("Revoked on")
    assert catalog.undo() == "edited 1 consent"  # day and reason at once
    section.shown()
    settle()
    assert section.acts.state.text() == "Active, without end"
    section.acts.revoke_button.click()
    settle()
    QTest.keyClick(panel.form.controls["revoked"], Qt.Key.Key_Escape)
    assert not panel.isVisible() and section.pages.isVisible()


def test_the_checklist_leads_to_what_is_missing(section: ConsentsSection, catalog: Catalog, settle: Settle) -> None:
    catalog.add(Consent(0, "Voice", replica=Replica.VOICE, performer="Mara Lind"))
    section.shown()
    settle()
    view(section, "Checklist")
    settle()
    laws = {point.law for point in section.checklist.points}
    assert all(any(part in law for law in laws) for part in ("AB 2602", "AB 1836", "New York", "Tennessee"))
    assert section.checklist.summary.text() == "10 points are missing."
    press(section.checklist, "Fill in")  # the first: a specific description of the uses
    uses = section.editor.form.controls["uses"]
    assert uses.hasFocus() and section.views.value() == "record"
    fill(section.editor.form, uses="Three radio spots of thirty seconds each")
    view(section, "Checklist")  # what was typed counts before it is saved
    assert section.checklist.summary.text() == "8 points are missing."
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
    assert section.reminder_words.text() == "Soon: ends in 12 days. 1 payment is overdue."
    section.reminder_button.click()
    settle()
    assert names(section) == ["Soon"] and section.acts.state.text() == "Ends in 12 days"
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
    section.overdue_button.click()
    settle()
    assert section.editor.item.id == draft.id and section.payments.isVisible()
    assert section.payments.rows.current_item().id == late.id
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
    works = section.links.works
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
    section.links.recipients.link_button.click()
    settle()
    found = section.links.recipients.found
    found.setCurrentIndex(found.records.place_of(reel.recipient))
    QTest.keyClick(found, Qt.Key.Key_Return)
    settle()
    section.links.copies.link_button.click()
    settle()
    section.links.copies.found.open_item.emit(hill)
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


def test_payments_are_due_received_and_reckoned(
    section: ConsentsSection, catalog: Catalog, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = catalog.add(Consent(0, "Voice", signed=day(-50), currency="EUR", use_fee="450.00", max_uses=3))
    section.shown()
    settle()
    view(section, "Payments")
    settle()
    payments = section.payments
    assert payments.nothing.isVisible() and payments.result.text() == "450.00 EUR"
    payments.add_button.click()
    panel: ActPanel = payments.panel
    panel.do_button.click()
    assert panel.form.errors() == {"amount": "Say how much."}
    fill(panel.form, amount="900", uses="2", due=day(-1))
    panel.do_button.click()
    settle()
    (row,) = payments.rows.records.lines()
    assert row.name == "900 EUR  ·  Fee" and row.state.word.startswith("Overdue since")
    payments.received_button.click()
    assert panel.form.values()["received"] == day(0)
    panel.do_button.click()
    settle()
    (paid,) = catalog.every(Payment, Query(consent=one.id))
    assert (paid.received, paid.received_amount, paid.uses, paid.currency) == (day(0), "900", 2, "EUR")
    assert not payments.received_button.isEnabled()
    fill(payments.reckoned, uses="2")
    press(payments.rate, "1.5 times, as for AI")
    assert payments.result.text() == "1,350.00 EUR"
    payments.take_button.click()
    panel.do_button.click()
    settle()
    added = max(catalog.every(Payment, Query(consent=one.id)), key=lambda payment: payment.id)
    assert (added.kind, added.amount, added.uses, added.due) == (PaymentKind.PER_USE, "1350.00", 2, day(0))
    assert "1.5 times" in added.note
    monkeypatch.setattr("app.sections.payments.QFileDialog.getExistingDirectory", lambda *_: str(tmp_path))
    payments.paper_button.click()
    settle()
    assert payments.written.path is not None and payments.written.path.read_bytes().startswith(b"%PDF")
    payments.rows.setCurrentIndex(payments.rows.records.place_of(added.id))
    QTest.keyClick(payments.rows, Qt.Key.Key_Delete)
    settle()
    assert catalog.count(Payment, Query(consent=one.id)) == 1


def test_a_record_becomes_a_paper_and_the_signed_paper_comes_back(
    section: ConsentsSection,
    host: Host,
    catalog: Catalog,
    settle: Settle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = catalog.add(Consent(0, "Voice", signed=day(-5)))
    section.shown()
    settle()
    opened: list[str] = []
    monkeypatch.setattr("app.sections.consent_acts.QFileDialog.getExistingDirectory", lambda *_: str(tmp_path))
    monkeypatch.setattr("app.widgets.written.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile()))
    section.acts.paper_button.click()
    settle()
    paper = section.acts.written.path
    assert paper == tmp_path / "consent 1 version 1.pdf" and paper.read_bytes().startswith(b"%PDF")
    section.acts.written.open_button.click()
    assert opened == [str(paper)]
    view(section, "Papers")
    settle()
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF signed")
    monkeypatch.setattr("app.sections.consent_papers.QFileDialog.getOpenFileName", lambda *_: (str(scan), ""))
    section.papers.signed_button.click()
    settle()
    (document,) = catalog.every(Document, Query(consent=one.id))
    digest = hashlib.sha256(b"%PDF signed").hexdigest()
    assert document.kept and document.sha256 == digest == catalog.get(Consent, one.id).document_sha256
    (row,) = section.papers.rows.records.lines()
    assert row.name == "scan.pdf" and "the signed paper" in row.state.word
    copy = tmp_path / "copy.pdf"
    monkeypatch.setattr("app.sections.consent_papers.QFileDialog.getSaveFileName", lambda *_: (str(copy), ""))
    section.papers.save_button.click()
    settle()
    assert copy.read_bytes() == b"%PDF signed"
    section.papers.save_button.click()  # never over a file that is there
    settle()
    assert "already exists" in host.desk.messages.text()
    section.papers.bin_button.click()
    settle()
    assert section.papers.nothing.isVisible()
    scan.unlink()
    section.papers.signed_button.click()
    settle()
    assert "scan.pdf could not be read" in host.desk.messages.text()


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
    section.acts.bin_button.click()
    settle()
    assert names(section) == ["Other"]
    section.listing.filter.setCurrentIndex(section.listing.filter.findText("In the bin"))
    settle()
    assert names(section) == ["Voice"] and section.acts.bin_button.toolTip() == "Bring back from the bin"
    section.acts.bin_button.click()
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
