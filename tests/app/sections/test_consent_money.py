"""Payments and papers of an agreement in the window: the ledger, what uses cost, the signed paper."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.sections.consents import ConsentsSection
from app.widgets.act_panel import ActPanel
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.model import Consent, Document, Payment, PaymentKind
from tests.app.sections.conftest import Host, told
from tests.app.sections.test_consents import day, fill, press, view

Settle = Callable[[], None]


@pytest.fixture
def section(host: Host, settle: Settle) -> ConsentsSection:
    made = ConsentsSection(host.desk)
    host.put(made)
    settle()
    return made


def test_payments_are_due_received_and_reckoned(
    section: ConsentsSection, catalog: Catalog, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = catalog.add(Consent(0, "Voice", signed=day(-50), currency="EUR", use_fee="450.00", max_uses=3))
    section.shown()
    settle()
    view(section, "Payments")
    settle()
    payments = section.detail.payments
    assert payments.nothing.isVisible() and payments.reckoner.result.text() == "450.00 EUR"
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
    fill(payments.reckoner.form, uses="2")
    press(payments.reckoner.rate, "1.5 times, as for AI")
    assert payments.reckoner.result.text() == "1,350.00 EUR"
    payments.reckoner.take_button.click()
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
    section.detail.acts.paper_button.click()
    settle()
    paper = section.detail.acts.written.path
    assert paper == tmp_path / "consent 1 version 1.pdf" and paper.read_bytes().startswith(b"%PDF")
    section.detail.acts.written.open_button.click()
    assert opened == [str(paper)]
    view(section, "Papers")
    settle()
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF signed")
    monkeypatch.setattr("app.sections.consent_papers.QFileDialog.getOpenFileName", lambda *_: (str(scan), ""))
    section.detail.papers.signed_button.click()
    settle()
    (document,) = catalog.every(Document, Query(consent=one.id))
    digest = hashlib.sha256(b"%PDF signed").hexdigest()
    assert document.kept and document.sha256 == digest == catalog.get(Consent, one.id).document_sha256
    (row,) = section.detail.papers.rows.records.lines()
    assert row.name == "scan.pdf" and "the signed paper" in row.state.word
    copy = tmp_path / "copy.pdf"
    monkeypatch.setattr("app.sections.consent_papers.QFileDialog.getSaveFileName", lambda *_: (str(copy), ""))
    section.detail.papers.save_button.click()
    settle()
    assert copy.read_bytes() == b"%PDF signed"
    section.detail.papers.save_button.click()  # never over a file that is there
    settle()
    assert "already exists" in host.desk.messages.text()
    section.detail.papers.bin_button.click()
    settle()
    assert section.detail.papers.nothing.isVisible()
    scan.unlink()
    section.detail.papers.signed_button.click()
    settle()
    assert "scan.pdf could not be read" in host.desk.messages.text()


def test_uses_that_were_found_and_not_reported_are_told(
    section: ConsentsSection, catalog: Catalog, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = catalog.add(Consent(0, "Voice", signed=day(-50), currency="EUR", use_fee="100"))
    catalog.add(Payment(0, one.id, PaymentKind.PER_USE, "100", "EUR", uses=1))
    monkeypatch.setattr(Catalog, "uses_found", lambda catalog, consent: 3)
    section.shown()
    settle()
    view(section, "Payments")
    settle()
    reckoner = section.detail.payments.reckoner
    assert reckoner.words.text() == "2 uses were found that were not reported."
    assert reckoner.result.text() == "200.00 EUR"
    fill(reckoner.form, uses="none")
    assert not reckoner.take_button.isEnabled()


def test_payments_of_several_currencies_are_never_added_up(
    section: ConsentsSection, catalog: Catalog, settle: Settle
) -> None:
    one = catalog.add(Consent(0, "Voice"))
    catalog.add(Payment(0, one.id, amount="100", currency="EUR", due=day(-2)))
    catalog.add(Payment(0, one.id, amount="70", currency="USD", received=day(-1), received_amount="60"))
    section.shown()
    settle()
    view(section, "Payments")
    settle()
    sums = told(section.detail.payments.facts)
    assert sums["Due in all"] == "100 EUR;  70 USD" and sums["Overdue"] == "100 EUR"
    assert sums["Received"] == "0 EUR;  60 USD" and sums["Open"] == "100 EUR;  10 USD"
    states = [line.state.word for line in section.detail.payments.rows.records.lines()]
    assert states[0].startswith("Received 60 USD on") and states[1].startswith("Overdue since")
