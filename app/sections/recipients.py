"""Recipients: who got which copies, and what is noted of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFrame, QWidget

from app.desk import Desk
from app.i18n import counted, date, joined, tr
from app.models.records import Line
from app.models.rows import State
from app.sections.record_section import RecordSection
from app.theme import Size, Space
from app.widgets.empty import EmptyState
from app.widgets.form import Field
from app.widgets.parts import button, column, label
from app.widgets.record_editor import RecordEditor
from app.widgets.record_list import RecordList
from app.widgets.record_rows import RecordRows
from app.widgets.side_by_side import SideBySide
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.model import Copy, Recipient, RecipientKind, Work


class RecipientsSection(RecordSection):
    """The recipients of the catalog."""

    shows = Recipient

    def __init__(self, desk: Desk) -> None:
        listing = RecordList(
            desk,
            Recipient,
            tr("Recipients"),
            _describe,
            search=tr("Search recipients"),
            filters=((tr("All recipients"), Query(sort="name")), (tr("In the bin"), Query(sort="name", binned=True))),
            words=lambda count: counted(count, "{count} recipient", "{count} recipients"),
        )
        editor = RecordEditor(desk, _fields())
        empty = EmptyState(
            "drawing-catalog",
            tr("Nobody has got a copy yet."),
            tr("Recipients come here with their first copy, or when you add or import them."),
            tr("Add a recipient"),
            self.start_new,
            icon="add",
        )
        super().__init__(desk, tr("Recipients"), listing, editor, empty)
        self.import_button = button(tr("Import…"), self.sheet.choose, look="quiet")
        self.import_button.setToolTip(tr("Read recipients from a table (CSV); you see first what it would change"))
        self.export_button = button(tr("Export…"), self.export, look="quiet")
        self.export_button.setToolTip(tr("Write the recipients that are listed to a table (CSV)"))
        self.add_button = button(tr("Add a recipient"), self.start_new, look="primary", icon="add")
        for made in (self.import_button, self.export_button, self.add_button):
            self.tool_row.addWidget(made)
        self.set_detail(self._detail())

    def start_new(self) -> None:
        """Bring an empty recipient to the front."""
        self.start(Recipient(id=0, name=""))
        self.editor.form.go_to("name")

    def show_item(self, item: Recipient) -> None:
        super().show_item(item)
        self.show_head(item)
        self.got.setVisible(bool(item.id))
        if item.id:
            self.copies.ask(Query(recipient=item.id))

    def _detail(self) -> QFrame:
        left = QWidget()
        form = column(left, spacing=Space.M)
        form.addWidget(self.editor)
        form.addStretch(1)
        left.setMaximumWidth(Size.READING)
        right, self.got = QWidget(), QWidget()
        column(right).addWidget(self.got)
        below = column(self.got, spacing=Space.S)
        self.got_words = label(look="strong", wrap=True)
        below.addWidget(self.got_words)
        self.copies = RecordRows(self.desk, Copy, tr("Copies of this recipient"), _copies, action="folder", fit=8)
        self.copies.loaded.connect(self._count)
        self.copies.open_item.connect(lambda copy: self.show_work.emit(copy.work))
        self.copies.act_on_item.connect(lambda copy: self.desk.show_in_folder(Path(copy.path)))
        self.copies.setToolTip(tr("Enter shows the work; the sign at the end opens the folder of the copy"))
        below.addWidget(self.copies)
        below.addStretch(1)
        return self.framed(SideBySide(left, right, edge=Space.S), tr("New recipient"))

    def _count(self) -> None:
        total = self.copies.total
        self.copies.setVisible(bool(total))
        self.got_words.setText(
            counted(total, "Got {count} copy", "Got {count} copies") if total else tr("Got no copy yet.")
        )


def kind_words() -> dict[RecipientKind, str]:
    """Return what recipients are, in words."""
    return {
        RecipientKind.PERSON: tr("Person"),
        RecipientKind.AGENT: tr("Agent"),
        RecipientKind.STUDIO: tr("Studio"),
        RecipientKind.CLIENT: tr("Client"),
        RecipientKind.GALLERY: tr("Gallery"),
        RecipientKind.PLATFORM: tr("Platform"),
        RecipientKind.PRESS: tr("Press"),
        RecipientKind.PUBLIC: tr("Public"),
        RecipientKind.OTHER: tr("Not said"),
    }


def _fields() -> list[Field]:
    words = kind_words()
    kinds = [(kind.value, words[kind]) for kind in (RecipientKind.OTHER, *list(RecipientKind)[:-1])]
    return [
        Field("name", tr("Name")),
        Field("email", tr("E-mail"), half=True),
        Field("kind", tr("What they are"), choices=kinds, half=True),
        Field("tags", tr("Tags"), placeholder=tr("With commas between them")),
        Field("note", tr("Notes"), lines=3),
    ]


def _describe(catalog: Catalog, recipients: Sequence[Recipient]) -> list[Line]:
    words = kind_words()
    return [
        Line(
            one,
            one.name,
            State(_about(one, words), "", "muted"),
            joined(filter(None, (one.email, *one.tags))),
            "person",
        )
        for one in recipients
    ]


def _about(one: Recipient, words: dict[RecipientKind, str]) -> str:
    kind = "" if one.kind is RecipientKind.OTHER else words[one.kind]
    since = tr("since {date}", date=date(one.created, short=True))
    return "  ·  ".join(filter(None, (kind, since)))


def _copies(catalog: Catalog, copies: Sequence[Copy]) -> list[Line]:
    works: dict[int, Any] = catalog.get_all(Work, {copy.work for copy in copies})
    return [
        Line(
            copy,
            works[copy.work].title,
            State(_copy_words(copy), "", "muted"),
            Path(copy.path).name,
            icon=works[copy.work].kind.value,
            action=tr("Open the folder of this copy"),
        )
        for copy in copies
    ]


def _copy_words(copy: Copy) -> str:
    given = tr("no. {serial}  ·  {date}", serial=copy.serial, date=date(copy.created, short=True))
    return "  ·  ".join(filter(None, (given, copy.purpose)))
