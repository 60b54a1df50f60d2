"""Sets of terms: what copies say on rights, with a preview of what will stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from app.desk import Desk
from app.i18n import counted, shown, tr
from app.models.records import Line
from app.models.rows import State
from app.sections.record_section import RecordSection
from app.theme import Size, Space
from app.widgets.disclosure import Disclosure
from app.widgets.empty import EmptyState
from app.widgets.facts import Facts
from app.widgets.form import Field, Group
from app.widgets.menu_button import MenuButton
from app.widgets.parts import button, card, column, label
from app.widgets.record_editor import RecordEditor
from app.widgets.record_list import RecordList
from app.widgets.side_by_side import SideBySide
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.errors import CountermarkError
from core.model import Copy, DataMining, Terms, Work
from core.model.statements import SourceType
from core.rights.statements import statements_of, training_entries


class _Use(NamedTuple):
    """Who uses some terms: works that have them as their own, and copies in which they were written."""

    terms: int
    works: int
    copies: int


class TermsPart(RecordSection):
    """The sets of terms of the catalog."""

    kit_wanted = Signal(int)  # the number of the terms that a website should state

    def __init__(self, desk: Desk) -> None:
        listing = RecordList(
            desk,
            Terms,
            tr("Sets of terms"),
            _describe,
            search=tr("Search terms"),
            filters=((tr("All terms"), Query(sort="name")), (tr("In the bin"), Query(sort="name", binned=True))),
            words=lambda count: counted(count, "{count} set of terms", "{count} sets of terms"),
        )
        editor = RecordEditor(desk, _parts())
        empty = EmptyState(
            "drawing-protect",
            tr("There are no terms yet."),
            tr("Terms say what is allowed with your works. They are written into the copies that you protect."),
            tr("Add terms"),
            self.start_new,
            icon="add",
        )
        super().__init__(desk, tr("Sets of terms"), listing, editor, empty)
        self._creator = ""
        self.more = MenuButton(
            tr("More"), ((tr("Import a table…"), self.sheet.choose), (tr("Export a table…"), self.export))
        )
        self.add_button = button(tr("Add terms"), self.start_new, look="primary", icon="add")
        self.tool_row.addWidget(self.more)
        self.tool_row.addWidget(self.add_button)
        self.set_detail(self._detail())
        editor.touched.connect(self._preview)

    def shown(self) -> None:
        session = self.desk.session
        key = session.keys[0].id if session.keys else ""
        self.desk.jobs.call(
            lambda: session.catalog.creator(key) if key else "", self._name_creator, self.desk.messages.show_error
        )
        super().shown()

    def start_new(self) -> None:
        """Bring new terms to the front, with what most people choose."""
        rights = tr("© {year} {creator}. All rights reserved.", year="{year}", creator="{creator}")
        self.start(Terms(id=0, name="", rights=rights, data_mining=DataMining.SEARCH_ONLY))
        self.editor.form.go_to("name")

    def show_item(self, item: Terms) -> None:
        super().show_item(item)
        self.show_head(item)
        stored = bool(item.id)
        self.kit_button.setVisible(stored)
        self.used.setText("")
        self._preview()
        if stored:
            catalog = self.desk.session.catalog
            self.desk.jobs.call(lambda: _use(catalog, item.id), self._show_use, self.desk.messages.show_error)

    def _detail(self) -> QFrame:
        self.used = label(look="muted", wrap=True)
        self.kit_button = button(tr("For a website…"), lambda: self.kit_wanted.emit(self.editor.item.id), look="quiet")
        left = QWidget()
        left.setMaximumWidth(Size.FORM)
        form = column(left)
        form.addWidget(self.editor)
        form.addStretch(1)
        sides = SideBySide(left, self._said(), spacing=Space.L, edge=Space.S)
        return self.framed(sides, tr("New terms"), self.kit_button, below=self.used)

    def _said(self) -> QWidget:
        whole = QWidget()
        outer = column(whole)
        frame = card()
        outer.addWidget(frame)
        outer.addStretch(1)
        stack = column(frame, margins=Space.L, spacing=Space.M)
        stack.addWidget(label(tr("What a copy will say"), "heading"))
        self.facts = Facts()
        stack.addWidget(self.facts)
        self.wrong = label(look="wrong", wrap=True, selectable=True)
        stack.addWidget(self.wrong)
        self.codes = label(look="muted", wrap=True, selectable=True)
        stack.addWidget(Disclosure(tr("As machines read it"), self.codes))
        stack.addWidget(
            label(
                tr(
                    "It stands in the metadata of each copy that is protected with these terms. It is a notice and no"
                    " lock: programs can strip it, and the mark stays."
                ),
                "muted",
                wrap=True,
            )
        )
        return whole

    def _name_creator(self, name: str) -> None:
        self._creator = name
        if self.editor.item is not None:
            self._preview()

    def _preview(self) -> None:
        form, terms = self.editor.form, self.editor.current()
        form.show_field("constraints", terms.data_mining is DataMining.SEE_CONSTRAINT or bool(terms.constraints))
        name = self._creator or tr("(your name)")
        try:
            said = statements_of(terms, creator=name, year=date.today().year)
        except CountermarkError as error:
            self.facts.show_facts(())
            self.wrong.setText(str(error))
            self.wrong.show()
            return
        self.wrong.hide()
        self.facts.show_facts((shown(name), text) for name, text in said.said())
        lines = [f"plus:DataMining = {terms.data_mining.value}"]
        if said.reserved is not None:
            lines.append(f"tdm:reservation = {int(said.reserved)}")
        entries = training_entries(terms.data_mining, terms.constraints)
        lines += [f"{entry} = {use['use']}" for entry, use in entries.items()]
        self.codes.setText("\n".join(lines))

    def _show_use(self, use: _Use) -> None:
        if self.editor.item is not None and self.editor.item.id == use.terms:
            works = counted(use.works, "Own terms of {count} work", "Own terms of {count} works")
            copies = counted(use.copies, "in {count} copy", "in {count} copies")
            self.used.setText(f"{works}  ·  {copies}")


def mining_words() -> dict[DataMining, str]:
    """Return the choices on data mining and AI training, in words, the likeliest first."""
    return {
        DataMining.SEARCH_ONLY: tr("Prohibited, except for the index of search engines"),
        DataMining.PROHIBITED: tr("Prohibited"),
        DataMining.NO_TRAINING: tr("Prohibited for training of AI"),
        DataMining.NO_GENERATIVE_TRAINING: tr("Prohibited for training of generative AI"),
        DataMining.SEE_CONSTRAINT: tr("Prohibited; see the constraints below"),
        DataMining.SEE_EMBEDDED: tr("Prohibited; see the rights expression in the file"),
        DataMining.SEE_LINKED: tr("Prohibited; see the linked rights expression"),
        DataMining.ALLOWED: tr("Allowed"),
        DataMining.UNSPECIFIED: tr("Nothing is said"),
    }


def _parts() -> list[Field | Group]:
    sources = {
        SourceType.UNSPECIFIED: tr("Nothing is said"),
        SourceType.CAPTURE: tr("Captured with a camera or recorder"),
        SourceType.CREATION: tr("Made by a person with digital tools"),
        SourceType.HUMAN_EDITS: tr("Edited by a person"),
        SourceType.NEGATIVE: tr("Digitised from a negative"),
        SourceType.POSITIVE: tr("Digitised from a positive"),
        SourceType.PRINT: tr("Digitised from a print"),
        SourceType.COMPOSITE: tr("Composed of captured parts"),
    }
    mining = [(choice.value, words) for choice, words in mining_words().items()]
    return [
        Group(
            tr("What is allowed"),
            [
                Field("name", tr("Name"), hint=tr("By which you choose them: “Portfolio”, “Client proof”.")),
                Field(
                    "rights",
                    tr("Rights statement"),
                    hint=tr(
                        "{year} and {creator} stand for the year and the name.", year="{year}", creator="{creator}"
                    ),
                ),
                Field("usage", tr("Usage terms, in words"), lines=2),
                Field("data_mining", tr("Data mining and AI training"), choices=mining),
                Field("constraints", tr("Constraints"), lines=2),
                Field("licence", tr("Licence"), hint=tr("Its name, or better the address of its text.")),
            ],
        ),
        Group(
            tr("Where it is stated"),
            [
                Field("web_statement", tr("Rights statement on the web"), placeholder="https://"),
                Field("policy", tr("Policy for text and data mining"), placeholder="https://"),
            ],
        ),
        Group(
            tr("Who grants licences"),
            [
                Field("licensor", tr("Licensor"), half=True),
                Field("licensor_email", tr("Licensor's e-mail"), half=True),
                Field("licensor_url", tr("Licensor's page"), placeholder="https://"),
                Field("credit", tr("Credit line")),
                Field(
                    "source_type", tr("Origin"), choices=[(source.value, words) for source, words in sources.items()]
                ),
            ],
        ),
        Group(
            tr("Notes"),
            [
                Field("tags", tr("Tags"), placeholder=tr("With commas between them")),
                Field("note", tr("Notes"), lines=2),
            ],
        ),
    ]


def _describe(catalog: Catalog, every: Sequence[Terms]) -> list[Line]:
    words = mining_words()
    return [Line(one, one.name, State(words[one.data_mining], "", "muted"), one.rights, "terms") for one in every]


def _use(catalog: Catalog, terms: int) -> _Use:
    return _Use(terms, catalog.count(Work, Query(terms=terms)), catalog.count(Copy, Query(terms=terms)))
