"""Consents and licences: what was agreed, until when, for how much, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtWidgets import QFileDialog, QFrame, QScrollArea, QStackedWidget, QWidget

from app.desk import Desk
from app.entered import day_words
from app.i18n import counted, tr
from app.models.records import Line
from app.record_texts import texts_of
from app.sections.checklist_view import ChecklistView
from app.sections.consent_acts import ConsentActs
from app.sections.consent_links import ConsentLinks
from app.sections.consent_papers import ConsentPapers
from app.sections.consent_words import LATER, SOON, days_in_order, ends_in, groups, limits_of_records, state_of
from app.sections.payments import PaymentsPanel
from app.sections.record_section import RecordSection
from app.theme import Size, Space, set_look
from app.widgets.choice import Choice
from app.widgets.disclosure import Disclosure
from app.widgets.empty import EmptyState
from app.widgets.facts import Facts
from app.widgets.menu_button import MenuButton
from app.widgets.parts import IconLabel, button, card, clear, column, icon_button, label, row, scrolled
from app.widgets.record_editor import RecordEditor
from app.widgets.record_list import RecordList
from app.widgets.sheet_import import SheetImport, export_sheet
from app.widgets.written import Written
from core.agreements import write_record
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.model import AgreementType, Consent, Creator, Payment, Standing

_RECORD, _CHECKLIST, _ABOUT, _PAYMENTS, _PAPERS = "record", "checklist", "about", "payments", "papers"
_TOLD = 3  # agreements that the reminder names
_BY_END = Query(sort="ends")


class _Due(NamedTuple):
    """What has to be called to mind: agreements that end soon, and payments that did not come in time."""

    ending: tuple[Consent, ...]
    overdue: tuple[Payment, ...]


class ConsentsSection(RecordSection):
    """The consents and licences of the catalog."""

    shows = Consent

    def __init__(self, desk: Desk) -> None:
        filters = (
            (tr("All consents and licences"), Query()),
            (tr("Ending within {days} days", days=SOON), replace(_BY_END, ends_within=SOON)),
            (tr("Drafts"), Query(standing=Standing.DRAFT)),
            (tr("Active"), replace(_BY_END, standing=Standing.ACTIVE)),
            (tr("Not begun yet"), Query(standing=Standing.UPCOMING)),
            (tr("Expired"), Query(standing=Standing.EXPIRED)),
            (tr("Revoked"), Query(standing=Standing.REVOKED)),
            (tr("Earlier versions"), Query(latest=False)),
            (tr("In the bin"), Query(binned=True)),
        )
        listing = RecordList(
            desk,
            Consent,
            tr("Consents and licences"),
            _describe,
            search=tr("Search consents and licences"),
            filters=filters,
            words=("{count} record", "{count} records"),
        )
        listing.refine(lambda query: query if query.latest is not None or query.binned else replace(query, latest=True))
        editor = RecordEditor(desk, groups(), check=days_in_order)
        empty = EmptyState(
            "drawing-key",
            tr("No consent or licence is on file."),
            tr("Note what was agreed, with whom and until when: a check of a found file then says so."),
            tr("Add a consent"),
            self.start_consent,
            icon="add",
        )
        super().__init__(desk, tr("Consents"), listing, editor, empty)
        self.sheet = SheetImport(desk, Consent)
        self.written = Written(desk)
        self.reminder = self._reminder()
        for place, widget in enumerate((self.reminder, self.sheet, self.written)):
            self.content.insertWidget(place, widget)
        self.sheet.done.connect(self._imported)
        self.more = MenuButton(
            tr("More"),
            (
                (tr("Empty form as PDF…"), self._write_empty),
                (tr("Import a table…"), self.sheet.choose),
                (tr("Export a table…"), self._export),
            ),
        )
        self.licence_button = button(tr("Add a licence"), self.start_licence)
        self.add_button = button(tr("Add a consent"), self.start_consent, look="primary", icon="add")
        for made in (self.more, self.licence_button, self.add_button):
            self.tool_row.addWidget(made)
        self.set_detail(self._detail())
        self._item = Consent(id=0, title="")
        self._only_creator: int | None = None  # whose a new record is where the catalog knows one creator alone
        self._view = _RECORD  # in which the next record comes to the front

    def shown(self) -> None:
        """Look everything up again: whose the records may be, what ends soon, the list."""
        catalog = self.desk.session.catalog
        self.desk.jobs.call(lambda: _creators(catalog), self._offer_creators, self.desk.messages.show_error)
        self._remind()
        super().shown()

    def start_consent(self) -> None:
        """Bring an empty consent to the front."""
        self.start(Consent(id=0, title="", creator=self._only_creator))
        self.editor.form.go_to("title")

    def start_licence(self) -> None:
        """Bring an empty licence to the front."""
        self.start(Consent(id=0, title="", type=AgreementType.LICENCE, creator=self._only_creator))
        self.editor.form.go_to("title")

    def show_item(self, item: Consent) -> None:
        super().show_item(item)
        if item.id != self._item.id:
            self.views.choose(self._view)
            self._turn(self._view)
        self._view = _RECORD
        self._item = item
        self.acts.show_consent(item)
        self._make_room(self.acts.asked)
        self.signed_note.setVisible(bool(item.signed))
        self.editor.form.lock(frozenset(texts_of(item)) - LATER if item.signed else frozenset())
        self._show_facts(item)
        self._fill(self.views.value())
        self.versions.hide()
        if item.id:
            catalog = self.desk.session.catalog
            self.desk.jobs.call(
                lambda: (item.id, tuple(catalog.every(Consent, Query(series=item.series)))),
                lambda found: self._show_versions(*found),
                self.desk.messages.show_error,
            )

    # -- what it is made of ------------------------------------------------------------------------------------

    def _detail(self) -> QWidget:
        frame = card()
        stack = column(frame, margins=(Space.L, Space.L, Space.L, Space.M), spacing=Space.M)
        self.acts = ConsentActs(self.desk, self.editor)
        self.acts.done.connect(self._acted)
        self.acts.bin_wanted.connect(self.move_to_bin)
        self.acts.asking.connect(self._make_room)
        stack.addWidget(self.acts)
        self.versions = QWidget()
        self._version_row = row(self.versions, spacing=Space.XS)
        stack.addWidget(self.versions)
        self.views = Choice(
            tr("What is shown"),
            (
                (_RECORD, tr("Record"), tr("What was agreed")),
                (_CHECKLIST, tr("Checklist"), tr("What laws on digital replicas ask for")),
                (_ABOUT, tr("Works"), tr("The works, recipients and copies it is about")),
                (_PAYMENTS, tr("Payments"), tr("Agreed, due, received, and uses found")),
                (_PAPERS, tr("Papers"), tr("The signed paper and others")),
            ),
        )
        self.views.choose(_RECORD)
        self.views.chosen.connect(self._choose_view)
        stack.addWidget(self.views)
        self.checklist = ChecklistView()
        self.checklist.wanted.connect(self._fill_in)
        self.links = ConsentLinks(self.desk)
        self.links.changed.connect(self._changed)
        self.links.show_work.connect(self.show_work)
        self.payments = PaymentsPanel(self.desk)
        self.payments.changed.connect(self._changed)
        self.papers = ConsentPapers(self.desk)
        self.papers.changed.connect(self._changed)
        self.pages = QStackedWidget()
        set_look(self.pages, "clear")
        self.areas: dict[str, QScrollArea] = {}
        for name, inside in (
            (_RECORD, self._record()),
            (_CHECKLIST, self.checklist),
            (_ABOUT, self.links),
            (_PAYMENTS, self.payments),
            (_PAPERS, self.papers),
        ):
            inside.setMaximumWidth(Size.FORM)
            self.areas[name] = scrolled(inside)
            self.pages.addWidget(self.areas[name])
        stack.addWidget(self.pages, 1)
        stack.addWidget(self.editor.foot)
        stack.addStretch()
        self.editor.pending.connect(lambda some: self._show_foot())
        return frame

    def _record(self) -> QWidget:
        inside = QWidget()
        stack = column(inside, margins=(0, 0, Space.S, 0), spacing=Space.L)
        self.signed_note = card("notice")
        line = row(self.signed_note, margins=Space.M)
        line.addWidget(IconLabel("lock", "probable"))
        line.addWidget(
            label(
                tr(
                    "It is signed: what was agreed stays as it is. Notes, tags and links can still be changed; for all"
                    " else, make the next version."
                ),
                wrap=True,
            ),
            1,
        )
        stack.addWidget(self.signed_note)
        stack.addWidget(self.editor)
        frame = card()
        signing = column(frame, margins=Space.L, spacing=Space.M)
        signing.addWidget(label(tr("Signature and revocation"), "heading"))
        self.facts = Facts()
        signing.addWidget(self.facts)
        stack.addWidget(frame)
        stack.addWidget(Disclosure(tr("What a record does not do"), label(limits_of_records(), "muted", wrap=True)))
        stack.addStretch(1)
        return inside

    def _reminder(self) -> QFrame:
        frame = QFrame()
        set_look(frame, "card")
        line = row(frame, margins=(Space.M, Space.S, Space.S, Space.S), spacing=Space.S)
        line.addWidget(IconLabel("waiting", "probable"))
        self.reminder_words = label(wrap=True)
        line.addWidget(self.reminder_words, 1)
        self.reminder_button = button(tr("Show them"), self._show_ending, look="quiet")
        line.addWidget(self.reminder_button)
        self._overdue: int | None = None
        self.overdue_button = button(tr("Show the payment"), self._show_overdue, look="quiet")
        line.addWidget(self.overdue_button)
        line.addWidget(icon_button("close", tr("Dismiss"), self._dismiss))
        self._dismissed = ""
        frame.hide()
        return frame

    # -- what is shown -----------------------------------------------------------------------------------------

    def _choose_view(self, name: str) -> None:
        self._turn(name)
        self._fill(name)

    def _turn(self, name: str) -> None:
        self.pages.setCurrentWidget(self.areas[name])
        self.areas[name].verticalScrollBar().setValue(0)
        self._show_foot()

    def _show_foot(self) -> None:
        """Show what keeps or drops changes, where there are any."""
        wanted = self.editor.dirty or not self._item.id
        self.editor.foot.setVisible(wanted and self.views.value() == _RECORD and not self.pages.isHidden())

    def _make_room(self, asking: bool) -> None:
        """Let a panel that asks for something have all the room."""
        self.views.setVisible(not asking and bool(self._item.id))
        self.pages.setVisible(not asking)
        self._show_foot()

    def _fill(self, name: str) -> None:
        if name == _CHECKLIST:
            self.checklist.show_consent(self.editor.current())
        elif name == _ABOUT:
            self.links.show_consent(self._item)
        elif name == _PAYMENTS:
            self.payments.show_consent(self._item)
        elif name == _PAPERS:
            self.papers.show_consent(self._item)

    def _fill_in(self, field: str) -> None:
        """Lead to where a missing point belongs."""
        if field in self.editor.form.controls:
            self.views.choose(_RECORD)
            self._turn(_RECORD)
            self.editor.form.go_to(field)
            self.areas[_RECORD].ensureWidgetVisible(self.editor.form.controls[field])
        else:
            self.acts.ask_signing()

    def _show_facts(self, item: Consent) -> None:
        separately = tr("yes") if item.separately_signed else tr("no")
        self.facts.show_facts(
            (
                (tr("Signed on"), day_words(item.signed) or tr("not yet")),
                (tr("Place"), item.place),
                (tr("Replica terms signed separately"), separately if item.signed else ""),
                (tr("Revoked on"), day_words(item.revoked)),
                (tr("Hash of the signed paper"), item.document_sha256),
            )
        )

    def _show_versions(self, number: int, versions: Sequence[Consent]) -> None:
        if number != self._item.id or len(versions) < 2:
            return
        clear(self._version_row)
        self._version_row.addWidget(label(tr("Versions:"), "muted"))
        for one in sorted(versions, key=lambda version: version.version):
            shown = button(str(one.version), partial(self._show_version, one), look="quiet")
            shown.setAccessibleName(tr("Show version {version}", version=one.version))
            shown.setToolTip(state_of(one, date.today().isoformat()).word)
            shown.setEnabled(one.id != number)
            self._version_row.addWidget(shown)
        self._version_row.addStretch(1)
        self.versions.show()

    def _acted(self, number: int) -> None:
        self.listing.load(number)
        self._remind()
        self.done.emit(tr("Saved."))

    def _changed(self) -> None:
        self.listing.load()
        self._remind()
        self.done.emit(tr("Saved."))

    def _show_version(self, one: Consent) -> None:
        self.editor.leave(lambda: self._front(one), lambda: None)

    # -- what is called to mind --------------------------------------------------------------------------------

    def _remind(self) -> None:
        catalog = self.desk.session.catalog
        self.desk.jobs.call(lambda: _due(catalog), self._show_due, self.desk.messages.show_error)

    def _show_due(self, due: _Due) -> None:
        today = date.today()
        told = [
            tr("{title}: {when}.", title=one.title, when=ends_in((date.fromisoformat(one.ends) - today).days).lower())
            for one in due.ending[:_TOLD]
        ]
        if len(due.ending) > _TOLD:
            told.append(counted(len(due.ending) - _TOLD, "{count} more ends soon.", "{count} more end soon."))
        if due.overdue:
            told.append(counted(len(due.overdue), "{count} payment is overdue.", "{count} payments are overdue."))
        self._overdue = due.overdue[0].consent if due.overdue else None
        words = " ".join(told)
        self.reminder_words.setText(words)
        self.reminder_button.setVisible(bool(due.ending))
        self.overdue_button.setVisible(bool(due.overdue))
        self.reminder.setVisible(bool(told) and words != self._dismissed)

    def _dismiss(self) -> None:
        """Say no more of it, until there is something else to say."""
        self._dismissed = self.reminder_words.text()
        self.reminder.hide()

    def _show_ending(self) -> None:
        self.listing.search.clear()
        self.listing.filter.setCurrentIndex(1)

    def _show_overdue(self) -> None:
        if self._overdue is not None:
            self._view = _PAYMENTS
            self._item = Consent(id=0, title="")  # the view changes even where this record is in front already
            self.bring(self._overdue)

    # -- the rest ----------------------------------------------------------------------------------------------

    def _offer_creators(self, creators: Sequence[tuple[str, str]]) -> None:
        self.editor.form.offer("creator", [("", tr("Not said")), *creators])
        self._only_creator = int(creators[0][0]) if len(creators) == 1 else None

    def _imported(self) -> None:
        self.shown()
        self.done.emit(tr("Imported."))

    def _write_empty(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Where to?"))
        if folder:
            catalog = self.desk.session.catalog
            self.desk.jobs.call(
                lambda: write_record(catalog, None, Path(folder)),
                lambda paths: self.written.show_path(paths[0]),
                self.desk.messages.show_error,
            )

    def _export(self) -> None:
        export_sheet(self.desk, Consent, self.listing.query(), self, tr("consents") + ".csv")


def _describe(catalog: Catalog, consents: Sequence[Consent]) -> list[Line]:
    today = date.today().isoformat()
    return [Line(one, one.title, state_of(one, today), one.granted_to, "paper") for one in consents]


def _creators(catalog: Catalog) -> list[tuple[str, str]]:
    every = [*catalog.every(Creator, Query(sort="name")), *catalog.every(Creator, Query(sort="name", binned=True))]
    return [(str(one.id), one.name) for one in every]


def _due(catalog: Catalog) -> _Due:
    today = date.today().isoformat()
    ending = catalog.page(Consent, replace(_BY_END, ends_within=SOON), limit=100).items
    late = catalog.page(Payment, Query(received=False, due=today, sort="due"), limit=100).items
    return _Due(ending, tuple(one for one in late if one.due < today))
