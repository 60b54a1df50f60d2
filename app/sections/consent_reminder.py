"""What has to be called to mind, quietly: agreements that end soon, and payments that did not come in time."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from app.desk import Desk
from app.i18n import counted, tr
from app.standings import SOON, title_ends_in
from app.theme import Space, set_look
from app.widgets.parts import IconLabel, button, icon_button, label, row
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.model import Consent, Payment

_TOLD = 3  # agreements that are named


class _Due(NamedTuple):
    ending: tuple[Consent, ...]
    overdue: tuple[Payment, ...]


class Reminder(QFrame):
    """One line at the head; it takes no room while there is nothing to say, or once it was dismissed."""

    ending_wanted = Signal()
    payment_wanted = Signal(int)  # the number of the agreement

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._overdue = 0
        self._dismissed = ""
        set_look(self, "card")
        line = row(self, margins=(Space.M, Space.S, Space.S, Space.S), spacing=Space.S)
        line.addWidget(IconLabel("waiting", "probable"))
        self.words = label(wrap=True)
        line.addWidget(self.words, 1)
        self.ending_button = button(tr("Show them"), self.ending_wanted.emit, look="quiet")
        self.payment_button = button(
            tr("Show the payment"), lambda: self.payment_wanted.emit(self._overdue), look="quiet"
        )
        for made in (self.ending_button, self.payment_button, icon_button("close", tr("Dismiss"), self.dismiss)):
            line.addWidget(made)
        self.hide()

    def load(self) -> None:
        """Look up what there is to say."""
        catalog = self._desk.session.catalog
        self._desk.jobs.call(lambda: _due(catalog), self._show, self._desk.messages.show_error)

    def dismiss(self) -> None:
        """Say no more of it, until there is something else to say."""
        self._dismissed = self.words.text()
        self.hide()

    def _show(self, due: _Due) -> None:
        today = date.today()
        told = [title_ends_in(one.title, (date.fromisoformat(one.ends) - today).days) for one in due.ending[:_TOLD]]
        if len(due.ending) > _TOLD:
            told.append(counted(len(due.ending) - _TOLD, "{count} more ends soon.", "{count} more end soon."))
        if due.overdue:
            told.append(counted(len(due.overdue), "{count} payment is overdue.", "{count} payments are overdue."))
            self._overdue = due.overdue[0].consent
        words = " ".join(told)
        self.words.setText(words)
        self.ending_button.setVisible(bool(due.ending))
        self.payment_button.setVisible(bool(due.overdue))
        self.setVisible(bool(told) and words != self._dismissed)


def _due(catalog: Catalog) -> _Due:
    today = date.today().isoformat()
    ending = catalog.page(Consent, Query(ends_within=SOON, sort="ends"), limit=100).items
    late = catalog.page(Payment, Query(received=False, due=today, sort="due"), limit=100).items
    return _Due(ending, tuple(one for one in late if one.due < today))
