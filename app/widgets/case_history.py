"""What happened in a case, newest first, and its papers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from app.desk import Desk
from app.dossier import Dossier
from app.i18n import date, tr
from app.theme import Space
from app.widgets.facts import Facts
from app.widgets.parts import IconLabel, button, clear, column, label, row, rule
from core.errors import WriteError
from core.model import Case, Document
from core.printable import printable


class CaseHistory(QWidget):
    """A part of a case. `done` tells that a paper was added."""

    done = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._case: Case | None = None
        body = column(self, spacing=Space.M)
        head = row()
        head.addWidget(label(tr("Papers"), "heading"), 1)
        self.add_button = button(tr("Add a paper"), self.add_paper, icon="add")
        head.addWidget(self.add_button)
        body.addLayout(head)
        self._papers = column(spacing=Space.S)
        body.addLayout(self._papers)
        body.addWidget(rule())
        body.addWidget(label(tr("History"), "heading"))
        self.history = Facts()
        body.addWidget(self.history)
        body.addStretch(1)

    def show_dossier(self, dossier: Dossier) -> None:
        """Show the papers and the history of a case."""
        self._case = dossier.case
        clear(self._papers)
        for document in dossier.documents:
            self._papers.addWidget(self._paper(document))
        if not dossier.documents:
            nothing = tr("None yet. Notices that you write are kept here; add the answers that you get.")
            self._papers.addWidget(label(nothing, "muted", wrap=True))
        self.history.show_facts((date(moment, short=True), said) for moment, said in dossier.history)

    def add_paper(self) -> None:
        """Keep a paper with the case: an answer, a signed form."""
        case = self._case
        name, _ = QFileDialog.getOpenFileName(self, tr("Add a paper"))
        if case is None or not name:
            return
        session, path = self._desk.session, Path(name)

        def work() -> Document:
            try:
                content = path.read_bytes()
            except OSError as error:
                raise WriteError(f"{path.name} could not be read: {error.strerror}.", "Choose another file.") from error
            return session.catalog.add_document(Document(0, path.name, case=case.id, path=str(path)), content)

        self._desk.jobs.call(work, lambda document: self.done.emit(), self._desk.messages.show_error)

    def _paper(self, document: Document) -> QWidget:
        whole = QWidget()
        line = row(whole, spacing=Space.S)
        line.addWidget(IconLabel("file"), 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=0)
        name = printable(document.name)
        words.addWidget(label(name, wrap=True, selectable=True))
        words.addWidget(label(tr("kept since {day}", day=date(document.created)), "muted"))
        line.addLayout(words, 1)
        there = Path(document.path)
        made = button(tr("Open"), lambda: self._open(there), look="quiet") if document.path else None
        if made is not None:
            made.setAccessibleName(tr("Open {name}", name=name))
            line.addWidget(made)
        if document.kept:
            save = button(tr("Save a copy…"), lambda: self._save(document), look="quiet")
            save.setAccessibleName(tr("Save a copy of {name}", name=name))
            line.addWidget(save)
        return whole

    def _open(self, path: Path) -> None:
        if path.is_file():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        else:
            self._desk.messages.show_error(
                WriteError(f"{path.name} is not where it was any more.", "Save a copy of what the catalog keeps.")
            )

    def _save(self, document: Document) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Save a copy"), str(Path.home() / document.name))
        if not chosen:
            return
        session = self._desk.session

        def work() -> Path:
            from core.letters import written

            return written(Path(chosen), session.catalog.document_content(document.id))

        self._desk.jobs.call(work, self._desk.show_in_folder, self._desk.messages.show_error)
