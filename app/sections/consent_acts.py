"""What is done with an agreement as a whole: signed, revoked, followed by its next version, written as a PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.desk import Desk
from app.entered import day_words
from app.i18n import counted, tr
from app.sections.consent_words import type_words
from app.standings import state_of
from app.theme import Space
from app.widgets.act_panel import ActPanel
from app.widgets.bin_button import BinButton
from app.widgets.form import Field
from app.widgets.parts import IconLabel, button, column, label, leading, row
from app.widgets.record_editor import RecordEditor
from app.widgets.written import Written
from core.agreements import write_record
from core.catalog import values
from core.errors import CountermarkError
from core.model import Consent, Standing
from core.rights.consents import checklist


class ConsentActs(QWidget):
    """The head of an agreement: title, standing, and what can be done with it now.

    `done` hands over the number of the agreement that comes to the front then; `asking` says whether a panel is open
    that asks for something, which then has all the room.
    """

    done = Signal(int)
    asking = Signal(bool)
    bin_wanted = Signal()
    versions_wanted = Signal()

    def __init__(self, desk: Desk, editor: RecordEditor) -> None:
        super().__init__()
        self._desk, self._editor = desk, editor
        self._consent = Consent(id=0, title="")
        stack = column(self, spacing=Space.M)
        head = row(spacing=Space.S)
        self.title = label(look="heading", wrap=True, selectable=True)
        head.addWidget(self.title, 1)
        self.bin_button = BinButton(self.bin_wanted.emit)
        head.addWidget(self.bin_button)
        stack.addLayout(head)
        state = row(spacing=Space.S)
        self._icon = IconLabel("waiting")
        self.state = label(look="strong")
        self.about = label(look="muted", wrap=True)
        state.addWidget(self._icon)
        state.addWidget(self.state)
        state.addWidget(self.about, 1)
        self.versions_button = button(tr("All versions"), self.versions_wanted.emit, look="quiet")
        state.addWidget(self.versions_button)
        stack.addLayout(state)
        self.sign_button = button(tr("Mark as signed…"), self._ask_signing)
        self.revise_button = button(tr("Make the next version"), self._revise)
        self.revoke_button = button(tr("Revoke…"), self._ask_revoking)
        self.paper_button = button(tr("Save as PDF…"), self._write)
        line = row(spacing=Space.S)
        for made in (self.sign_button, self.revise_button, self.revoke_button, self.paper_button):
            line.addWidget(made)
            made.hide()  # which of them are offered depends on the agreement, and all of them take too much room
        line.addStretch(1)
        stack.addLayout(line)
        self.written = Written(desk)
        stack.addWidget(self.written)
        self.signing = self._signing()
        self.revoking = self._revoking()
        for panel in (self.signing, self.revoking):
            stack.addLayout(leading(panel))
            panel.opened.connect(self.asking)

    def show_consent(self, consent: Consent) -> None:
        """Show an agreement; one with the number 0 is new."""
        if consent.id != self._consent.id:
            for panel in (self.signing, self.revoking):
                panel.close_panel()
            self.written.hide()
        self._consent = consent
        today = date.today().isoformat()
        state, standing = state_of(consent, today), consent.standing(today)
        self.title.setText(consent.title or tr("New record"))
        self._icon.show_icon(state.icon, state.role)
        self.state.setText(state.word)
        self.about.setText(_about(consent))
        stored, signed = bool(consent.id), bool(consent.signed)
        self.sign_button.setVisible(stored and not signed)
        self.revise_button.setVisible(signed and standing is not Standing.REPLACED)
        self.revoke_button.setVisible(signed)
        self.revoke_button.setText(tr("Change the revocation…") if consent.revoked else tr("Revoke…"))
        self.versions_button.setVisible(consent.version > 1 or standing is Standing.REPLACED)
        self.paper_button.setVisible(stored)
        self.bin_button.show_for(stored=bool(consent.id), binned=bool(consent.binned))

    @property
    def asked(self) -> bool:
        """Whether a panel is open that asks for something."""
        return not (self.signing.isHidden() and self.revoking.isHidden())

    def ask_signing(self) -> None:
        """Open the panel that marks it as signed, where it is not yet."""
        if self.sign_button.isVisible():
            self._ask_signing()

    def _signing(self) -> ActPanel:
        return ActPanel(
            tr("Mark as signed"),
            "",
            [
                Field("signed", tr("Signed on"), day=True, half=True),
                Field("place", tr("Place"), half=True),
                Field("separately_signed", tr("The replica terms were signed or initialled separately"), check=True),
            ],
            tr("Mark as signed"),
            self._sign,
        )

    def _revoking(self) -> ActPanel:
        return ActPanel(
            tr("Revoke"),
            tr("From that day on a check says that it was revoked. Tell the other side in writing as well, as agreed."),
            [
                Field("revoked", tr("Revoked on"), day=True, empty=tr("Not revoked")),
                Field("reason", tr("Reason"), lines=2, hint=tr("It is added to the notes.")),
            ],
            tr("Revoke"),
            self._revoke,
        )

    def _ask_signing(self) -> None:
        def ask() -> None:
            missing = sum(point.there is False and "signed" not in point.fields for point in checklist(self._consent))
            fixed = tr("From then on, what was agreed cannot be changed here; it gets a next version instead.")
            lacking = (
                counted(
                    missing,
                    "{count} point of the checklist is not in the record yet.",
                    "{count} points of the checklist are not in the record yet.",
                )
                if missing
                else ""
            )
            self.signing.explanation.setText(f"{fixed} {lacking}".strip())
            self.signing.explanation.show()
            self.signing.ask(signed=date.today().isoformat())

        self._editor.leave(ask, lambda: None)

    def _ask_revoking(self) -> None:
        self._editor.leave(
            lambda: self.revoking.ask(revoked=self._consent.revoked or date.today().isoformat()), lambda: None
        )

    def _sign(self, given: Mapping[str, str]) -> Mapping[str, str] | None:
        wrong = _day(given["signed"], tr("day of signing"))
        if not given["signed"]:
            wrong = tr("Say on which day it was signed.")
        elif not wrong and given["signed"] > date.today().isoformat():
            wrong = tr("That day is still to come.")
        if wrong:
            return {"signed": wrong}
        fields = {
            "signed": given["signed"],
            "place": given["place"],
            "separately_signed": bool(given["separately_signed"]),
        }
        self._change(fields)
        return None

    def _revoke(self, given: Mapping[str, str]) -> Mapping[str, str] | None:
        day, reason = given["revoked"], " ".join(given["reason"].split())
        wrong = _day(day, tr("day of the revocation"))
        if wrong:
            return {"revoked": wrong}
        if not day and not self._consent.revoked:
            return {"revoked": tr("Say from which day on.")}
        note = self._consent.note
        if reason:
            said = tr("Revoked on {day}: {reason}", day=day_words(day), reason=reason) if day else reason
            note = f"{note}\n{said}".strip()
        self._change({"revoked": day, "note": note})
        return None

    def _change(self, fields: Mapping[str, Any]) -> None:
        number, catalog = self._consent.id, self._desk.session.catalog
        self._call(lambda: catalog.edit(Consent, [number], **fields), lambda count: self.done.emit(number))

    def _revise(self) -> None:
        number, catalog = self._consent.id, self._desk.session.catalog
        self._editor.leave(
            lambda: self._call(lambda: catalog.revise(number), lambda made: self.done.emit(made.id)), lambda: None
        )

    def _write(self) -> None:
        number, catalog = self._consent.id, self._desk.session.catalog

        def ask() -> None:
            folder = QFileDialog.getExistingDirectory(self, tr("Where to?"))
            if folder:
                self._call(
                    lambda: write_record(catalog, number, Path(folder)), lambda paths: self.written.show_path(paths[0])
                )

        self._editor.leave(ask, lambda: None)

    def _call(self, function: Callable[[], Any], then: Callable[[Any], object]) -> None:
        self._desk.jobs.call(function, then, self._desk.messages.show_error)


def _about(consent: Consent) -> str:
    if not consent.id:
        return ""
    kind = type_words()[consent.type]
    parts = [tr("{kind} no. {number}, version {version}", kind=kind, number=consent.series, version=consent.version)]
    if consent.signed:
        parts.append(tr("signed on {day}", day=day_words(consent.signed)))
    return "  ·  ".join(parts)


def _day(text: str, of: str) -> str:
    """Return what is wrong with a day; empty where nothing is."""
    try:
        if text:
            values.day(text, of)
    except CountermarkError as error:
        return str(error)
    return ""
