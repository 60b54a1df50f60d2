"""What an agreement is about: works, recipients, single copies, linked by search."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.desk import Desk
from app.i18n import date, tr
from app.models.records import Line
from app.models.rows import State
from app.models.works import size_words
from app.widgets.card_columns import CardColumns
from app.widgets.linked import Linked
from app.widgets.parts import column
from core.catalog.store import Catalog
from core.model import Consent, Copy, Recipient, Work


class ConsentLinks(QWidget):
    """Three cards. Each change is kept at once; `changed` says that one was."""

    changed = Signal()
    show_work = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._number = 0
        self.works = Linked(
            desk,
            Work,
            describe_works,
            title=tr("Works"),
            explanation=tr("The works that may be used. A consent that names no recipient covers every copy of them."),
            link=tr("Link a work"),
            search=tr("Search works by title or file"),
            none=tr("No work is linked."),
        )
        self.recipients = Linked(
            desk,
            Recipient,
            _recipients,
            title=tr("Recipients"),
            explanation=tr("Who may use them: with the works above, their copies are covered."),
            link=tr("Link a recipient"),
            search=tr("Search recipients"),
            none=tr("No recipient is linked."),
        )
        self.copies = Linked(
            desk,
            Copy,
            describe_copies,
            title=tr("Single copies"),
            explanation=tr("Copies that are covered by themselves, whatever stands above."),
            link=tr("Link a copy"),
            search=tr("Search copies by work, recipient or number"),
            none=tr("No single copy is linked."),
        )
        for field, one in (("works", self.works), ("recipients", self.recipients), ("copies", self.copies)):
            one.changed.connect(lambda numbers, field=field: self._change(field, numbers))
        column(self).addWidget(CardColumns((self.works, self.recipients, self.copies), 2))
        self.works.opened.connect(lambda work: self.show_work.emit(work.id))
        self.copies.opened.connect(lambda copy: self.show_work.emit(copy.work))

    def show_consent(self, consent: Consent) -> None:
        """Show what an agreement is linked with."""
        self._number = consent.id
        self.works.show_numbers(consent.works)
        self.recipients.show_numbers(consent.recipients)
        self.copies.show_numbers(consent.copies)

    def _change(self, field: str, numbers: tuple[int, ...]) -> None:
        number, catalog = self._number, self._desk.session.catalog
        self._desk.jobs.call(
            lambda: catalog.edit(Consent, [number], **{field: numbers}),
            lambda count: self.changed.emit(),
            self._desk.messages.show_error,
        )


def describe_works(catalog: Catalog, works: Sequence[Work]) -> list[Line]:
    """Return the rows of works."""
    unlink = tr("Unlink this work")
    return [
        Line(work, work.title, State(size_words(work), "", "muted"), work.path, work.kind.value, unlink)
        for work in works
    ]


def describe_copies(catalog: Catalog, copies: Sequence[Copy]) -> list[Line]:
    """Return the rows of copies."""
    works = catalog.get_all(Work, {copy.work for copy in copies})
    recipients = catalog.get_all(Recipient, {copy.recipient for copy in copies})
    return [
        Line(
            copy,
            f"{works[copy.work].title}, {recipients[copy.recipient].name}",
            State(tr("no. {serial}  ·  {date}", serial=copy.serial, date=date(copy.created, short=True)), "", "muted"),
            Path(copy.path).name,
            "copy",
            tr("Unlink this copy"),
        )
        for copy in copies
    ]


def _recipients(catalog: Catalog, recipients: Sequence[Recipient]) -> list[Line]:
    unlink = tr("Unlink this recipient")
    return [
        Line(one, one.name, State(one.email or tr("no e-mail noted"), "", "muted"), "", "person", unlink)
        for one in recipients
    ]
