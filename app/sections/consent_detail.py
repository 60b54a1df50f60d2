"""One agreement: what it is and can be done with it at the head, and below the record, checklist, links, payments."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from app.desk import Desk
from app.entered import day_words
from app.i18n import tr
from app.record_texts import texts_of
from app.sections.checklist_view import ChecklistView
from app.sections.consent_acts import ConsentActs
from app.sections.consent_links import ConsentLinks
from app.sections.consent_papers import ConsentPapers
from app.sections.consent_words import LATER, limits_of_records
from app.sections.payments import PaymentsPanel
from app.theme import Size, Space, set_look
from app.widgets.choice import Choice
from app.widgets.disclosure import Disclosure
from app.widgets.facts import Facts
from app.widgets.parts import IconLabel, card, column, label, row, scrolled
from app.widgets.record_editor import RecordEditor
from core.model import Consent

RECORD, CHECKLIST, ABOUT, PAYMENTS, PAPERS = "record", "checklist", "about", "payments", "papers"


class ConsentDetail(QFrame):
    """The right side of the section. `changed` says that the catalog was changed by one of its parts."""

    changed = Signal()

    def __init__(self, desk: Desk, editor: RecordEditor) -> None:
        super().__init__()
        self.editor = editor
        self.item = Consent(id=0, title="")
        self._next = RECORD  # the view in which the next agreement comes to the front
        set_look(self, "card")
        stack = column(self, margins=(Space.L, Space.L, Space.L, Space.M), spacing=Space.M)
        self.acts = ConsentActs(desk, editor)
        self.acts.asking.connect(self._make_room)
        stack.addWidget(self.acts)
        self.views = Choice(
            tr("What is shown"),
            (
                (RECORD, tr("Record"), tr("What was agreed")),
                (CHECKLIST, tr("Checklist"), tr("What laws on digital replicas ask for")),
                (ABOUT, tr("Works"), tr("The works, recipients and copies it is about")),
                (PAYMENTS, tr("Payments"), tr("Agreed, due, received, and uses found")),
                (PAPERS, tr("Papers"), tr("The signed paper and others")),
            ),
        )
        self.views.chosen.connect(self.turn_to)
        stack.addWidget(self.views)
        self.checklist = ChecklistView()
        self.checklist.wanted.connect(self._fill_in)
        self.links, self.payments, self.papers = ConsentLinks(desk), PaymentsPanel(desk), ConsentPapers(desk)
        for part in (self.links, self.payments, self.papers):
            part.changed.connect(self.changed)
        self.pages = QStackedWidget()
        set_look(self.pages, "clear")
        self.areas: dict[str, QScrollArea] = {}
        for name, inside in (
            (RECORD, self._record()),
            (CHECKLIST, self.checklist),
            (ABOUT, self.links),
            (PAYMENTS, self.payments),
            (PAPERS, self.papers),
        ):
            inside.setMaximumWidth(Size.FORM if name in (CHECKLIST, PAPERS) else Size.FORM_WIDE)
            self.areas[name] = scrolled(inside)
            self.pages.addWidget(self.areas[name])
        stack.addWidget(self.pages, 1)
        stack.addWidget(editor.foot)
        stack.addStretch()
        self._stack = stack
        editor.pending.connect(lambda some: self._show_foot())
        self.views.choose(RECORD)

    def show_consent(self, item: Consent) -> None:
        """Show an agreement that the editor shows, too."""
        if item.id != self.item.id or self._next != RECORD:
            self._choose(self._next)
        self._next = RECORD
        self.item = item
        self.acts.show_consent(item)
        self._make_room(self.acts.asked)
        self.signed_note.setVisible(bool(item.signed))
        self.editor.form.lock(frozenset(texts_of(item)) - LATER if item.signed else frozenset())
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
        self._fill()

    def next_in(self, view: str) -> None:
        """Let the agreement that is shown next come to the front in a view of its own."""
        self._next = view

    def escape(self) -> bool:
        """Close the panel that asks for something; return whether there was one."""
        for panel in (self.acts.signing, self.acts.revoking, self.payments.panel):
            if panel.isVisible():
                panel.close_panel()
                return True
        return False

    def turn_to(self, view: str) -> None:
        """Bring a view to the front."""
        self._choose(view)
        self._fill()

    def _choose(self, view: str) -> None:
        self.views.choose(view)
        self.pages.setCurrentWidget(self.areas[view])
        self.areas[view].verticalScrollBar().setValue(0)
        self._show_foot()

    def _fill(self) -> None:
        view = self.views.value()
        if view == CHECKLIST:
            self.checklist.show_consent(self.editor.current())
        elif view == ABOUT:
            self.links.show_consent(self.item)
        elif view == PAYMENTS:
            self.payments.show_consent(self.item)
        elif view == PAPERS:
            self.papers.show_consent(self.item)

    def _record(self) -> QWidget:
        inside = QWidget()
        stack = column(inside, margins=(0, 0, Space.S, 0), spacing=Space.L)
        self.signed_note = card("notice")
        line = row(self.signed_note, margins=Space.M)
        line.addWidget(IconLabel("lock", "probable"))
        fixed = tr(
            "It is signed: what was agreed stays as it is. Notes, tags and links can still be changed; for all else,"
            " make the next version."
        )
        line.addWidget(label(fixed, wrap=True), 1)
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

    def _show_foot(self) -> None:
        """Show what keeps or drops changes, where there are any."""
        wanted = self.editor.dirty or not self.item.id
        self.editor.foot.setVisible(wanted and self.views.value() == RECORD and not self.pages.isHidden())

    def _make_room(self, asking: bool) -> None:
        """Let a panel that asks for something have all the room."""
        self.views.setVisible(not asking and bool(self.item.id))
        self.pages.setVisible(not asking)
        self._stack.setStretch(self._stack.count() - 1, 1 if asking else 0)  # the panel is as high as it is
        self._show_foot()

    def _fill_in(self, field: str) -> None:
        """Lead to where a missing point belongs."""
        if field in self.editor.form.controls:
            self._choose(RECORD)
            self.editor.form.go_to(field)
            self.areas[RECORD].ensureWidgetVisible(self.editor.form.controls[field])
        else:
            self.acts.ask_signing()
