"""What uses cost: so many at the agreed fee, or at a multiple of it, as a payment that is due."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from app.entered import money
from app.i18n import counted, number, tr
from app.theme import Space, set_look
from app.widgets.choice import Choice
from app.widgets.form import Field, Form
from app.widgets.parts import button, column, label, row
from core.model import PaymentKind
from core.rights.consents import AI_RATE, amount_due

_AGREED, _AI = "1", str(AI_RATE)


class Reckoner(QFrame):
    """A small form with its result. `taken` hands over the texts of a payment."""

    taken = Signal(dict)

    def __init__(self) -> None:
        super().__init__()
        self._currency = ""
        set_look(self, "card")
        stack = column(self, margins=Space.L, spacing=Space.M)
        stack.addWidget(label(tr("What uses cost"), "heading"))
        self.words = label(look="muted", wrap=True)
        stack.addWidget(self.words)
        self.form = Form(
            [Field("uses", tr("Uses"), half=True), Field("fee", tr("Fee for each"), amount=True, half=True)]
        )
        self.form.changed.connect(self._reckon)
        stack.addWidget(self.form)
        self.rate = Choice(
            tr("Rate"),
            (
                (_AGREED, tr("Agreed fee"), tr("The fee as agreed")),
                (
                    _AI,
                    tr("{rate} times, as for AI", rate=number(float(AI_RATE), 1)),
                    tr("An example: what performers ask for use by AI"),
                ),
            ),
        )
        self.rate.choose(_AGREED)
        self.rate.chosen.connect(lambda value: self._reckon())
        stack.addWidget(self.rate)
        line = row()
        self.result = label(look="strong")
        line.addWidget(self.result, 1)
        self.take_button = button(tr("Add as a payment…"), self._take)
        line.addWidget(self.take_button)
        stack.addLayout(line)

    def show_fee(self, fee: str, currency: str, *, unreported: int) -> None:
        """Start with the agreed fee, and the uses that were found and not reported."""
        self._currency = currency
        self.words.setText(
            counted(
                unreported,
                "{count} use was found that was not reported.",
                "{count} uses were found that were not reported.",
            )
            if unreported
            else tr("No use was found that was not reported. Uses are files in which a check found a copy.")
        )
        self.form.show_values({"uses": str(unreported or 1), "fee": fee})
        self._reckon()

    def _sum(self) -> Decimal | None:
        texts = self.form.values()
        if not texts["uses"].strip().isdecimal() or not texts["fee"].replace(".", "", 1).isdecimal():
            return None
        return amount_due(texts["fee"], int(texts["uses"]), rate=Decimal(self.rate.value()))

    def _reckon(self) -> None:
        due = self._sum()
        self.take_button.setEnabled(due is not None)
        self.result.setText(
            tr("Write how many uses, and the fee for each.") if due is None else money(due, self._currency)
        )

    def _take(self) -> None:
        due, rate = self._sum(), Decimal(self.rate.value())
        if due is None:
            return
        self.taken.emit(
            {
                "kind": PaymentKind.PER_USE.value,
                "uses": self.form.values()["uses"].strip(),
                "amount": str(due),
                "due": date.today().isoformat(),
                "note": tr("use by AI at {rate} times the agreed fee", rate=rate) if rate != 1 else "",
            }
        )
