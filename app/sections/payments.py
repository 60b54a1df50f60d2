"""What is paid for an agreement: agreed, due, received; uses reported and found; the ledger as a paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.desk import Desk
from app.entered import amount_words, day_words, money
from app.i18n import number, tr
from app.models.records import Line
from app.models.rows import State
from app.record_texts import texts_of, typed
from app.sections.consent_words import CURRENCIES
from app.sections.reckoner import Reckoner
from app.theme import Space
from app.widgets.act_panel import ActPanel
from app.widgets.card_columns import CardColumns
from app.widgets.facts import Facts
from app.widgets.form import Field
from app.widgets.parts import button, card, column, label, leading, row
from app.widgets.record_rows import RecordRows
from app.widgets.written import Written
from core.agreements import write_ledger
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.model import Consent, Payment, PaymentKind
from core.rights.consents import Balance, balance


class _Sums(NamedTuple):
    """What the payments of an agreement come to."""

    number: int
    reported: int
    found: int
    totals: tuple[Balance, ...]


class PaymentsPanel(QWidget):
    """The ledger of one agreement. Each change is kept at once; `changed` says that one was."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._consent = Consent(id=0, title="")
        self._payment: Payment | None = None
        stack = column(self, spacing=Space.L)
        self.panel = ActPanel(tr("Payment"), "", _fields(), tr("Save"), self._keep)
        stack.addLayout(leading(self.panel))
        self.reckoner = Reckoner()
        self.reckoner.taken.connect(lambda texts: self.add(**texts))
        stack.addWidget(CardColumns((self._summary(), self._payments(), self.reckoner), 1))
        stack.addStretch(1)

    def show_consent(self, consent: Consent) -> None:
        """Show the ledger of an agreement."""
        if consent.id != self._consent.id:
            self.panel.close_panel()
            self.written.hide()
            self.facts.show_facts(())
        self._consent = consent
        self.load()

    def load(self) -> None:
        """Look everything up again."""
        number = self._consent.id
        self.rows.ask(Query(consent=number, sort="newest"))
        catalog = self._desk.session.catalog
        self._desk.jobs.call(lambda: _sums(catalog, number), self._show_sums, self._desk.messages.show_error)

    def add(self, **texts: str) -> None:
        """Open the panel for a new payment."""
        self._payment = Payment(0, self._consent.id, currency=self._consent.currency)
        self.panel.title.setText(tr("Add a payment"))
        self.panel.ask(**{**texts_of(self._payment), **texts})

    def change(self, payment: Payment | None, **texts: str) -> None:
        """Open the panel for a payment that is there."""
        if payment is None:
            return
        self._payment = payment
        self.panel.title.setText(tr("Change a payment"))
        self.panel.ask(**{**texts_of(payment), **texts})

    def _summary(self) -> QWidget:
        frame = card()
        stack = column(frame, margins=Space.L, spacing=Space.M)
        head = row()
        head.addWidget(label(tr("Ledger"), "heading"), 1)
        self.paper_button = button(tr("Save as PDF…"), self._write, look="quiet")
        self.paper_button.setAccessibleName(tr("Save the ledger as PDF"))
        head.addWidget(self.paper_button)
        stack.addLayout(head)
        self.facts = Facts()
        stack.addWidget(self.facts)
        self.written = Written(self._desk)
        stack.addWidget(self.written)
        return frame

    def _payments(self) -> QWidget:
        frame = card()
        stack = column(frame, margins=Space.L, spacing=Space.M)
        head = row()
        head.addWidget(label(tr("Payments"), "heading"), 1)
        self.add_button = button(tr("Add a payment"), self.add, look="quiet", icon="add")
        head.addWidget(self.add_button)
        stack.addLayout(head)
        self.nothing = label(tr("Nothing is due and nothing was received."), "muted", wrap=True)
        stack.addWidget(self.nothing)
        self.rows = RecordRows(self._desk, Payment, tr("Payments"), _describe, compact=True, action="bin", fit=6)
        self.rows.loaded.connect(self._loaded)
        self.rows.open_item.connect(self.change)
        self.rows.act_on_item.connect(self._bin)
        self.rows.selectionModel().currentChanged.connect(lambda now, before: self._refresh())
        stack.addWidget(self.rows)
        self.foot = QWidget()
        line = row(self.foot, spacing=Space.S)
        self.received_button = button(tr("It was received…"), self._received)
        self.change_button = button(tr("Change…"), lambda: self.change(self.rows.current_item()))
        line.addWidget(self.received_button)
        line.addWidget(self.change_button)
        line.addStretch(1)
        stack.addWidget(self.foot)
        return frame

    def _loaded(self) -> None:
        some = bool(self.rows.total)
        self.nothing.setVisible(not some)
        self.rows.setVisible(some)
        self.foot.setVisible(some)
        if some and not self.rows.currentIndex().isValid():
            self.rows.setCurrentIndex(self.rows.records.index(0, 0))
        self._refresh()

    def _refresh(self) -> None:
        payment: Payment | None = self.rows.current_item()
        self.received_button.setEnabled(payment is not None and not payment.received)
        self.change_button.setEnabled(payment is not None)

    def _show_sums(self, sums: _Sums) -> None:
        one = self._consent
        if sums.number != one.id:
            return
        fee = amount_words(one.use_fee, one.currency) if one.use_fee else tr("none agreed")
        facts = [
            (tr("Agreed fee for a use"), fee),
            (tr("For a scan day"), amount_words(one.scan_day_fee, one.currency) if one.scan_day_fee else ""),
            (tr("Residuals"), one.residual),
            (tr("Uses allowed"), tr("no limit agreed") if one.max_uses is None else number(one.max_uses)),
            (tr("Uses reported"), number(sums.reported)),
            (tr("Uses found"), number(sums.found)),
        ]
        for words, sums_of in (
            (tr("Due in all"), [(total.due, total.currency) for total in sums.totals]),
            (tr("Received"), [(total.received, total.currency) for total in sums.totals]),
            (tr("Open"), [(total.open, total.currency) for total in sums.totals]),
            (tr("Overdue"), [(total.overdue, total.currency) for total in sums.totals if total.overdue]),
        ):
            facts.append((words, ";  ".join(money(value, currency) for value, currency in sums_of)))
        self.facts.show_facts(facts)
        self.reckoner.show_fee(one.use_fee, one.currency, unreported=max(0, sums.found - sums.reported))

    def _received(self) -> None:
        payment: Payment | None = self.rows.current_item()
        if payment is not None:
            self.change(payment, received=date.today().isoformat(), received_amount=payment.amount)

    def _keep(self, given: Mapping[str, str]) -> Mapping[str, str] | None:
        payment = self._payment
        if payment is None:
            return None
        changed, errors = typed(payment, given)
        if not given["amount"].strip() and not given["received_amount"].strip():
            errors["amount"] = tr("Say how much.")
        if errors:
            return errors
        catalog = self._desk.session.catalog
        self._desk.jobs.call(
            lambda: _store(catalog, payment, changed), lambda stored: self._changed(), self._desk.messages.show_error
        )
        return None

    def _bin(self, payment: Payment) -> None:
        catalog = self._desk.session.catalog
        self.rows.setCurrentIndex(QModelIndex())
        self._desk.jobs.call(
            lambda: catalog.bin(Payment, [payment.id]), lambda count: self._changed(), self._desk.messages.show_error
        )

    def _changed(self) -> None:
        self.load()
        self.changed.emit()

    def _write(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Where to?"))
        if folder:
            number, catalog = self._consent.id, self._desk.session.catalog
            self._desk.jobs.call(
                lambda: write_ledger(catalog, number, Path(folder)),
                self.written.show_path,
                self._desk.messages.show_error,
            )


def kind_words() -> dict[PaymentKind, str]:
    """Return what payments are for, in words."""
    return {
        PaymentKind.FEE: tr("Fee"),
        PaymentKind.SCAN_DAY: tr("Scan day"),
        PaymentKind.PER_USE: tr("Uses"),
        PaymentKind.RESIDUAL: tr("Residual"),
        PaymentKind.OTHER: tr("Other"),
    }


def _fields() -> list[Field]:
    kinds = [(kind.value, words) for kind, words in kind_words().items()]
    codes = [("", ""), *((code, code) for code in CURRENCIES)]
    return [
        Field("kind", tr("For"), choices=kinds, half=True),
        Field("uses", tr("Uses that it pays for"), half=True),
        Field("amount", tr("Amount due"), amount=True, half=True),
        Field("currency", tr("Currency"), choices=codes, own=True, half=True),
        Field("due", tr("Due on"), day=True, empty=tr("No day agreed"), half=True),
        Field("received", tr("Received on"), day=True, empty=tr("Not yet"), half=True),
        Field("received_amount", tr("Amount received"), amount=True, half=True, placeholder=tr("As due")),
        Field("note", tr("Note"), half=True),
    ]


def _describe(catalog: Catalog, payments: Sequence[Payment]) -> list[Line]:
    words, today = kind_words(), date.today().isoformat()
    remove = tr("Move this payment to the bin")
    return [
        Line(
            one,
            "  ·  ".join(
                filter(None, (amount_words(one.amount or one.received_amount, one.currency), words[one.kind]))
            ),
            _state(one, today),
            one.note,
            "coins",
            remove,
        )
        for one in payments
    ]


def _state(one: Payment, today: str) -> State:
    if one.received:
        paid = amount_words(one.received_amount, one.currency)
        part = bool(one.received_amount) and one.received_amount != one.amount
        words = tr("Received {amount} on {day}", amount=paid, day=day_words(one.received)) if part else ""
        return State(words or tr("Received on {day}", day=day_words(one.received)), "certain", "certain")
    if not one.due:
        return State(tr("Open"), "waiting", "muted")
    if one.due < today:
        return State(tr("Overdue since {day}", day=day_words(one.due)), "trouble", "trouble")
    return State(tr("Due on {day}", day=day_words(one.due)), "waiting", "muted")


def _sums(catalog: Catalog, number: int) -> _Sums:
    rows = list(catalog.every(Payment, Query(consent=number)))
    return _Sums(number, catalog.uses(number), catalog.uses_found(number), balance(rows, date.today().isoformat()))


def _store(catalog: Catalog, payment: Payment, changed: Mapping[str, Any]) -> Payment:
    if not payment.id:
        return catalog.add(replace(payment, **changed))
    catalog.edit(Payment, [payment.id], **changed)
    return catalog.get(Payment, payment.id)
