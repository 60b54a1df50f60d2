"""The papers of an agreement: the signed scan and others, kept in the catalog."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.desk import Desk
from app.i18n import date, number, tr
from app.models.records import Line
from app.models.rows import State
from app.theme import Space
from app.widgets.parts import button, card, column, label, row
from app.widgets.record_rows import RecordRows
from app.widgets.written import Written
from core.catalog.newfile import new_file
from core.catalog.query import Query
from core.catalog.store import Catalog
from core.errors import UnreadableError, WriteError
from core.model import Consent, Document


class ConsentPapers(QWidget):
    """The list, and what adds to it. `changed` says that one came or went."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._consent = Consent(id=0, title="")
        stack = column(self, spacing=Space.L)
        frame = card()
        stack.addWidget(frame)
        stack.addStretch(1)
        inside = column(frame, margins=Space.L, spacing=Space.M)
        inside.addWidget(label(tr("Papers"), "heading"))
        inside.addWidget(
            label(
                tr(
                    "The catalog keeps the paper itself, and backs it up. The hash of the signed one stands in the"
                    " record, so that anybody can see that it is the same file."
                ),
                "muted",
                wrap=True,
            )
        )
        line = row(spacing=Space.S)
        self.signed_button = button(tr("Attach the signed paper…"), lambda: self._choose(signed=True))
        self.other_button = button(tr("Attach another paper…"), lambda: self._choose(signed=False), look="quiet")
        line.addWidget(self.signed_button)
        line.addWidget(self.other_button)
        line.addStretch(1)
        inside.addLayout(line)
        self.nothing = label(tr("No paper is attached."), "muted")
        inside.addWidget(self.nothing)
        self.rows = RecordRows(desk, Document, tr("Papers"), self._describe, compact=True, action="folder", fit=4)
        self.rows.loaded.connect(self._loaded)
        self.rows.act_on_item.connect(self._save)
        self.rows.open_item.connect(self._save)
        inside.addWidget(self.rows)
        self.foot = QWidget()
        below = row(self.foot, spacing=Space.S)
        self.save_button = button(tr("Save a copy…"), lambda: self._save(self.rows.current_item()))
        self.bin_button = button(tr("Move to the bin"), self._bin, look="quiet", icon="bin")
        below.addWidget(self.save_button)
        below.addWidget(self.bin_button)
        below.addStretch(1)
        inside.addWidget(self.foot)
        self.written = Written(desk)
        inside.addWidget(self.written)

    def show_consent(self, consent: Consent) -> None:
        """Show the papers of an agreement."""
        if consent.id != self._consent.id:
            self.written.hide()
        self._consent = consent
        self.load()

    def load(self) -> None:
        """Look the papers up again."""
        self.rows.ask(Query(consent=self._consent.id))

    def _loaded(self) -> None:
        some = bool(self.rows.total)
        self.nothing.setVisible(not some)
        self.rows.setVisible(some)
        self.foot.setVisible(some)
        if some and not self.rows.currentIndex().isValid():
            self.rows.setCurrentIndex(self.rows.records.index(0, 0))

    def _choose(self, *, signed: bool) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, tr("Choose a paper"))
        if chosen:
            self.attach(Path(chosen), signed=signed)

    def attach(self, path: Path, *, signed: bool) -> None:
        """Keep a paper in the catalog."""
        consent, catalog = self._consent.id, self._desk.session.catalog

        def keep() -> Document:
            try:
                content = path.read_bytes()
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise UnreadableError(
                    f"{path.name} could not be read: {reason}.", "Check the file.", path=path
                ) from error
            if not content:
                raise UnreadableError(f"{path.name} is empty.", "Choose another file.", path=path)
            return catalog.add_document(Document(0, path.name, consent=consent, path=str(path)), content, signed=signed)

        self._desk.jobs.call(keep, lambda paper: self._kept(), self._desk.messages.show_error)

    def _save(self, paper: Document | None) -> None:
        if paper is None:
            return
        if not paper.kept:
            self._desk.show_in_folder(Path(paper.path))
            return
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Save a copy"), paper.name)
        if not chosen:
            return
        target, catalog = Path(chosen), self._desk.session.catalog

        def write() -> Path:
            content = catalog.document_content(paper.id)
            if hashlib.sha256(content).hexdigest() != paper.sha256:
                raise WriteError(f"{paper.name} is not what was attached any more.", "Restore a backup of the catalog.")
            with new_file(target) as temporary:
                temporary.write_bytes(content)
            return target

        self._desk.jobs.call(write, self.written.show_path, self._desk.messages.show_error)

    def _bin(self) -> None:
        paper, catalog = self.rows.current_item(), self._desk.session.catalog
        if paper is not None:
            self.rows.setCurrentIndex(QModelIndex())
            self._desk.jobs.call(
                lambda: catalog.bin(Document, [paper.id]), lambda count: self._kept(), self._desk.messages.show_error
            )

    def _kept(self) -> None:
        self.load()
        self.changed.emit()

    def _describe(self, catalog: Catalog, papers: Sequence[Document]) -> list[Line]:
        signed = catalog.get(Consent, papers[0].consent).document_sha256 if papers and papers[0].consent else ""
        return [
            Line(
                paper,
                paper.name,
                State(_about(paper, signed=bool(signed) and paper.sha256 == signed), "", "muted"),
                paper.path,
                "paper",
                tr("Save a copy of this paper") if paper.kept else tr("Open the folder it lay in"),
            )
            for paper in papers
        ]


def _about(paper: Document, *, signed: bool) -> str:
    what = tr("the signed paper") if signed else ""
    size = (
        tr("{size} kB", size=number(max(1, round(paper.bytes / 1000))))
        if paper.kept
        else tr("its content lies elsewhere")
    )
    return "  ·  ".join(filter(None, (what, size, date(paper.created, short=True))))
