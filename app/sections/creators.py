"""Creators: the people and companies whose works these are, several in the catalog of an agent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtWidgets import QFrame, QWidget

from app.desk import Desk
from app.i18n import counted, number, tr
from app.models.records import Line
from app.models.rows import State
from app.sections.record_section import RecordSection
from app.theme import Size, Space
from app.widgets.empty import EmptyState
from app.widgets.facts import Facts
from app.widgets.form import Field, Group
from app.widgets.parts import button, card, column, label
from app.widgets.record_editor import RecordEditor
from app.widgets.record_list import RecordList
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.model import Consent, Creator, KeyState, KnownKey, Terms, Work


class _Has(NamedTuple):
    """What belongs to a creator."""

    creator: int
    works: int
    agreements: int
    keys: tuple[KnownKey, ...]


class CreatorsPart(RecordSection):
    """The creators of the catalog."""

    def __init__(self, desk: Desk) -> None:
        listing = RecordList(
            desk,
            Creator,
            tr("Creators"),
            _describe,
            search=tr("Search creators"),
            filters=((tr("All creators"), Query(sort="name")), (tr("In the bin"), Query(sort="name", binned=True))),
            words=lambda count: counted(count, "{count} creator", "{count} creators"),
        )
        editor = RecordEditor(desk, _parts())
        empty = EmptyState(
            "drawing-key",
            tr("No creator has a name yet."),
            tr("A creator owns a key. Name and address go into notices, records and the metadata of copies."),
            tr("Add a creator"),
            self.start_new,
            icon="add",
        )
        super().__init__(desk, tr("Creators"), listing, editor, empty)
        self.add_button = button(tr("Add a creator"), self.start_new, look="primary", icon="add")
        self.tool_row.addWidget(self.add_button)
        self.set_detail(self._detail())

    def shown(self) -> None:
        catalog = self.desk.session.catalog
        self.desk.jobs.call(lambda: terms_choices(catalog), self._offer_terms, self.desk.messages.show_error)
        super().shown()

    def start_new(self) -> None:
        """Bring an empty creator to the front."""
        self.start(Creator(id=0, name=""))
        self.editor.form.go_to("name")

    def show_item(self, item: Creator) -> None:
        super().show_item(item)
        self.show_head(item)
        self.has.setVisible(bool(item.id))
        self.facts.show_facts(())
        if item.id:
            catalog = self.desk.session.catalog
            self.desk.jobs.call(lambda: _has(catalog, item.id), self._show_has, self.desk.messages.show_error)

    def _detail(self) -> QFrame:
        inside = QWidget()
        inside.setMaximumWidth(Size.FORM_WIDE)
        body = column(inside, margins=(0, 0, Space.S, 0), spacing=Space.L)
        body.addWidget(self.editor)
        self.has = card()
        below = column(self.has, margins=Space.L, spacing=Space.M)
        below.addWidget(label(tr("In this catalog"), "heading"))
        self.facts = Facts()
        below.addWidget(self.facts)
        body.addWidget(self.has)
        body.addStretch(1)
        return self.framed(inside, tr("New creator"))

    def _offer_terms(self, choices: Sequence[tuple[str, str]]) -> None:
        self.editor.form.offer("terms", [("", tr("None")), *choices])

    def _show_has(self, has: _Has) -> None:
        if self.editor.item is None or self.editor.item.id != has.creator:
            return
        states = {KeyState.ACTIVE: tr("active"), KeyState.RETIRED: tr("retired")}
        keys = [
            (
                tr("Key"),
                f"{key.id}  ·  {states[key.state]}  ·  " + counted(key.issued, "{count} mark", "{count} marks"),
            )
            for key in has.keys
        ]
        self.facts.show_facts(
            (
                (tr("Works"), number(has.works)),
                (tr("Consents and licences"), number(has.agreements)),
                *(keys or [(tr("Key"), tr("none in this catalog"))]),
            )
        )


def terms_choices(catalog: Catalog) -> list[tuple[str, str]]:
    """Return the sets of terms by number and name, those in the bin last."""
    every = [*catalog.every(Terms, Query(sort="name")), *catalog.every(Terms, Query(sort="name", binned=True))]
    return [(str(one.id), one.name) for one in every]


def _parts() -> list[Field | Group]:
    return [
        Group(
            tr("Who it is"),
            [
                Field("name", tr("Name"), hint=tr("It stands in the metadata of copies."), half=True),
                Field("legal_name", tr("Legal name"), hint=tr("For records and notices."), half=True),
                Field("representative", tr("Representative"), half=True),
                Field("union_id", tr("Union and number"), half=True),
            ],
        ),
        Group(
            tr("Where to reach them"),
            [
                Field("address", tr("Address"), lines=3),
                Field("phone", tr("Telephone"), half=True),
                Field("email", tr("E-mail"), half=True),
                Field("website", tr("Website"), placeholder="https://"),
            ],
            hint=tr("Notices have to name it; it goes nowhere else."),
        ),
        Group(
            tr("Terms and notes"),
            [
                Field(
                    "terms",
                    tr("Terms of their works"),
                    choices=[("", tr("None"))],
                    hint=tr("For works that have no terms of their own."),
                ),
                Field("tags", tr("Tags"), placeholder=tr("With commas between them")),
                Field("note", tr("Notes"), lines=3),
            ],
        ),
    ]


def _describe(catalog: Catalog, creators: Sequence[Creator]) -> list[Line]:
    return [
        Line(one, one.name, State(one.email or one.legal_name or tr("no address noted"), "", "muted"), "", "person")
        for one in creators
    ]


def _has(catalog: Catalog, creator: int) -> _Has:
    keys = tuple(key for key in catalog.known_keys() if key.creator == creator)
    asked = Query(creator=creator)
    return _Has(creator, catalog.count(Work, asked), catalog.count(Consent, asked), keys)
