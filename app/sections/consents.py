"""Consents and licences: what was agreed, until when, for how much, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.desk import Desk
from app.i18n import counted, tr
from app.models.records import Line
from app.sections.consent_detail import PAYMENTS, ConsentDetail
from app.sections.consent_reminder import Reminder
from app.sections.consent_words import days_in_order, groups
from app.sections.record_section import RecordSection
from app.standings import SOON, state_of
from app.widgets.empty import EmptyState
from app.widgets.menu_button import MenuButton
from app.widgets.parts import button
from app.widgets.record_editor import RecordEditor
from app.widgets.record_list import RecordList
from app.widgets.written import Written
from core.agreements import write_record
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.model import AgreementType, Consent, Creator, Standing

_BY_END = Query(sort="ends")
_ENDING, _VERSIONS = 1, 9  # places of two filters


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
            (tr("All versions of this one"), Query()),
        )
        listing = RecordList(
            desk,
            Consent,
            tr("Consents and licences"),
            _describe,
            search=tr("Search consents and licences"),
            filters=filters,
            words=lambda count: counted(count, "{count} record", "{count} records"),
        )
        listing.refine(self._refined)
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
        self.written = Written(desk)
        self.reminder = Reminder(desk)
        self.reminder.ending_wanted.connect(self._show_ending)
        self.reminder.payment_wanted.connect(self._show_payment)
        for place, widget in enumerate((self.reminder, self.written)):
            self.content.insertWidget(place, widget)
        self.more = MenuButton(
            tr("More"),
            (
                (tr("Empty form as PDF…"), self._write_empty),
                (tr("Import a table…"), self.sheet.choose),
                (tr("Export a table…"), self.export),
            ),
        )
        self.licence_button = button(tr("Add a licence"), self.start_licence)
        self.add_button = button(tr("Add a consent"), self.start_consent, look="primary", icon="add")
        for made in (self.more, self.licence_button, self.add_button):
            self.tool_row.addWidget(made)
        self.detail = ConsentDetail(desk, editor)
        self.detail.changed.connect(self._changed)
        self.detail.links.show_work.connect(self.show_work)
        self.detail.acts.done.connect(self._acted)
        self.detail.acts.bin_wanted.connect(self.move_to_bin)
        self.detail.acts.versions_wanted.connect(self._show_versions)
        self.set_detail(self.detail)
        self._only_creator: int | None = None  # whose a new record is where the catalog knows one creator alone

    def shown(self) -> None:
        """Look everything up again: whose the records may be, what ends soon, the list."""
        catalog = self.desk.session.catalog
        self.desk.jobs.call(lambda: _creators(catalog), self._offer_creators, self.desk.messages.show_error)
        self.reminder.load()
        super().shown()

    def start_consent(self) -> None:
        """Bring an empty consent to the front."""
        self.start(Consent(id=0, title="", creator=self._only_creator))
        self.editor.form.go_to("title")

    def start_licence(self) -> None:
        """Bring an empty licence to the front."""
        self.start(Consent(id=0, title="", type=AgreementType.LICENCE, creator=self._only_creator))
        self.editor.form.go_to("title")

    def escape(self) -> None:
        if not self.detail.escape():
            super().escape()

    def show_item(self, item: Consent) -> None:
        super().show_item(item)
        self.detail.show_consent(item)

    def _refined(self, query: Query) -> Query:
        """Show the last version of each agreement, unless others are asked for."""
        if self.listing.filter.currentIndex() == _VERSIONS:
            return replace(query, series=self.detail.item.series)
        return query if query.latest is not None or query.binned else replace(query, latest=True)

    def _acted(self, number: int) -> None:
        self.listing.load(number)
        self.reminder.load()
        self.done.emit(tr("Saved."))

    def _changed(self) -> None:
        self.listing.load()
        self.reminder.load()
        self.done.emit(tr("Saved."))

    def _show_ending(self) -> None:
        self.listing.search.clear()
        self.listing.filter.setCurrentIndex(_ENDING)

    def _show_payment(self, number: int) -> None:
        self.detail.next_in(PAYMENTS)
        self.bring(number)

    def _show_versions(self) -> None:
        self.listing.search.clear()
        self.listing.filter.setCurrentIndex(_VERSIONS)

    def _offer_creators(self, creators: Sequence[tuple[str, str]]) -> None:
        self.editor.form.offer("creator", [("", tr("Not said")), *creators])
        self._only_creator = int(creators[0][0]) if len(creators) == 1 else None

    def _write_empty(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Where to?"))
        if folder:
            catalog = self.desk.session.catalog
            self.desk.jobs.call(
                lambda: write_record(catalog, None, Path(folder)),
                lambda paths: self.written.show_path(paths[0]),
                self.desk.messages.show_error,
            )


def _describe(catalog: Catalog, consents: Sequence[Consent]) -> list[Line]:
    today = date.today().isoformat()
    return [Line(one, one.title, state_of(one, today), one.granted_to, "paper") for one in consents]


def _creators(catalog: Catalog) -> list[tuple[str, str]]:
    every = [*catalog.every(Creator, Query(sort="name")), *catalog.every(Creator, Query(sort="name", binned=True))]
    return [(str(one.id), one.name) for one in every]
