"""One case: its head, and its parts one at a time - the finding, the evidence, the notices, the history."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QStackedWidget, QWidget

from app.desk import Desk
from app.dossier import Dossier, is_due, status_word
from app.i18n import date as day_in_words
from app.i18n import tr
from app.theme import Size, Space, set_look
from app.widgets.case_evidence import CaseEvidence
from app.widgets.case_finding import CaseFinding
from app.widgets.case_history import CaseHistory
from app.widgets.case_notices import CaseNotices
from app.widgets.choice import Choice
from app.widgets.parts import IconLabel, button, column, label, reading, row
from core.model import CaseStatus
from core.printable import printable


class CaseView(QFrame):
    """The detail of the Cases page. `changed` tells that something of the case is other than before."""

    changed = Signal()
    show_work = Signal(int)
    status = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        set_look(self, "card")
        self.dossier: Dossier | None = None
        body = column(self, margins=(Space.XS, Space.L, Space.XS, Space.XS), spacing=Space.M)
        head = column(margins=(Space.XL, 0, Space.XL, 0), spacing=Space.S)
        body.addLayout(head)
        self.title = label(look="title", wrap=True, selectable=True)
        head.addWidget(self.title)
        self._status = label(look="muted", wrap=True)
        head.addWidget(self._status)
        self._due = self._due_line()
        head.addWidget(self._due)
        self.part = Choice(
            tr("Part of the case"),
            (
                (
                    "finding",
                    tr("Finding"),
                    tr("The file that was found, what was found in it, and what you know of it"),
                ),
                ("evidence", tr("Evidence"), tr("The package for others, and the signed log")),
                ("notices", tr("Notices"), tr("Letters to platforms and to those who used it")),
                ("history", tr("Papers"), tr("What was kept with it, and what happened")),
            ),
        )
        self.part.choose("finding")
        self.part.chosen.connect(self.show_part)
        head.addWidget(self.part)
        self.finding, self.evidence = CaseFinding(desk), CaseEvidence(desk)
        self.notices, self.history = CaseNotices(desk), CaseHistory(desk)
        self.parts = {
            "finding": _page(self.finding),
            "evidence": _page(self.evidence),
            "notices": _page(self.notices),
            "history": _page(self.history),
        }
        self._stack = QStackedWidget()
        set_look(self._stack, "plain")
        for page in self.parts.values():
            self._stack.addWidget(page)
        body.addWidget(self._stack, 1)
        for signal in (self.finding.saved, self.evidence.done, self.notices.done, self.history.done):
            signal.connect(self.changed)
        self.finding.show_work.connect(self.show_work)
        self.finding.onward.connect(lambda: self.show_part("evidence"))
        self.evidence.onward.connect(lambda: self.show_part("notices"))
        self.evidence.status.connect(self.status)

    def show_dossier(self, dossier: Dossier) -> None:
        """Show a case, or the same one with what has changed."""
        same = self.dossier is not None and self.dossier.case.id == dossier.case.id
        self.dossier = dossier
        case = dossier.case
        self.title.setText(printable(case.title))
        self.title.setAccessibleName(printable(case.title))
        day = day_in_words(case.follow_up)
        said = tr("Case no. {number}  ·  {status}", number=case.id, status=status_word(case.status))
        if day and case.status is not CaseStatus.CLOSED:
            said = tr("{status}  ·  to be looked at on {day}", status=said, day=day)
        self._status.setText(said)
        self._due.setVisible(is_due(case, date.today().isoformat()))
        for part in (self.finding, self.evidence, self.notices, self.history):
            part.show_dossier(dossier)
        if not same:
            for page in self.parts.values():
                page.verticalScrollBar().setValue(0)

    def show_part(self, name: str) -> None:
        """Bring one part to the front."""
        self.part.choose(name)
        self._stack.setCurrentWidget(self.parts[name])
        if name != "finding":
            self.finding.stop()

    def take_focus(self) -> None:
        """Put the keyboard where the parts are chosen."""
        for made in self.part.findChildren(QAbstractButton):
            if made.isChecked():
                made.setFocus()

    def working_on(self) -> str:
        """Return what is made of a case; empty when nothing is."""
        return self.evidence.working_on()

    def _due_line(self) -> QFrame:
        frame = QFrame()
        set_look(frame, "notice")
        line = row(frame, margins=Space.S, spacing=Space.S)
        line.addWidget(IconLabel("probable", "probable"))
        line.addWidget(
            label(tr("It is due: look whether there was an answer, then set another day or close it."), wrap=True), 1
        )
        self.date_button = button(tr("Set the day"), self._set_day, look="quiet")
        line.addWidget(self.date_button)
        return frame

    def _set_day(self) -> None:
        self.show_part("finding")
        self.finding.form.go_to("follow_up")
        self.parts["finding"].ensureWidgetVisible(self.finding.form.controls["follow_up"])


def _page(part: QWidget) -> QScrollArea:
    inside = QWidget()
    column(inside, margins=(Space.XL, Space.S, Space.XL, Space.L)).addWidget(part)
    return reading(inside, Size.WIDE + Size.READING)
