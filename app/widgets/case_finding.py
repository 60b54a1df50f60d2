"""What a case is about: the found file as it was received, what was found in it, and what its user knows of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from app import verdicts
from app.desk import Desk
from app.dossier import Dossier
from app.i18n import tr
from app.previews import Preview
from app.theme import Size, Space
from app.widgets.beside_view import BesideView
from app.widgets.case_form import fields_of, kept_form, values_of
from app.widgets.copy_line import CopyLine
from app.widgets.disclosure import Disclosure
from app.widgets.facts import Facts
from app.widgets.parts import IconLabel, button, clear, column, label, leading, row, rule
from app.widgets.side_by_side import SideBySide
from app.widgets.similar_card import SimilarCard
from app.widgets.verdict_view import marks_of
from core.model import Case, Checked, Work


class CaseFinding(QWidget):
    """The first part of a case. `saved` tells that its fields were changed, `onward` leads to the next part."""

    saved = Signal()
    onward = Signal()
    show_work = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._dossier: Dossier | None = None
        left, right, known = QWidget(), QWidget(), QWidget()
        column(self).addWidget(SideBySide(left, right))
        right.setLayout(leading(known))
        body = column(left, spacing=Space.M)
        self._finding = column(spacing=Space.S)
        body.addLayout(self._finding)
        self.preview = BesideView(desk)
        self.preview.hide()
        body.addWidget(self.preview)
        self._rule = rule()
        body.addWidget(self._rule)
        body.addWidget(label(tr("The file as it was received"), "heading"))
        self.received = Facts()
        body.addWidget(self.received)
        self.hash = CopyLine(tr("SHA-256"))
        body.addWidget(self.hash)
        self._no_file = label(
            tr("This case was entered without its file. Open a new case with the file to make evidence of it."),
            "muted",
            wrap=True,
        )
        body.addWidget(self._no_file)
        self.folder_button = button(tr("Open folder"), self._open_folder, look="quiet", icon="folder")
        line = row()
        line.addWidget(self.folder_button)
        line.addStretch(1)
        body.addLayout(line)
        body.addStretch(1)
        known.setMaximumWidth(Size.READING)
        body = column(known, spacing=Space.M)
        body.addWidget(label(tr("What you know of it"), "heading"))
        self.form = kept_form()
        self.form.changed.connect(self._touched)
        body.addWidget(self.form)
        foot = row(spacing=Space.M)
        self.save_button = button(tr("Save"), self.save, icon="certain")
        self.undo_button = button(tr("Discard the changes"), self._discard, look="quiet")
        self._told = label(look="muted")
        for widget in (self.save_button, self.undo_button, self._told):
            foot.addWidget(widget)
        foot.addStretch(1)
        body.addLayout(foot)
        onward = button(tr("On to the evidence"), self.onward.emit, look="quiet", icon="after")
        body.addWidget(onward, 0, Qt.AlignmentFlag.AlignLeft)
        body.addStretch(1)

    @property
    def touched(self) -> bool:
        """Whether something in the fields is not saved."""
        return self.save_button.isEnabled()

    def show_dossier(self, dossier: Dossier) -> None:
        """Show a case; what is being written in the fields of the same case stays."""
        same = self._dossier is not None and self._dossier.case.id == dossier.case.id
        self._dossier = dossier
        self._show_finding(dossier.checked)
        self.received.show_facts(dossier.received)
        self.hash.show_text(dossier.sha256)
        has_file = dossier.folder is not None
        self._rule.setVisible(has_file)
        self.hash.setVisible(has_file)
        self.received.setVisible(has_file)
        self.folder_button.setVisible(has_file)
        self._no_file.setVisible(not has_file)
        if not (same and self.touched):
            self._discard()
        if not same:
            self._told.setText("")

    def show_preview(self, preview: Preview) -> None:
        """Show the found file's view."""
        checked = None if self._dossier is None else self._dossier.checked
        if checked is not None and preview.path == checked.file:
            self.preview.show_suspect(preview, marks_of(checked))
            self.preview.show()

    def show_beside(self, file: Path, work: Work, view: Preview | None) -> None:
        """Show the work beside the found file."""
        checked = None if self._dossier is None else self._dossier.checked
        if checked is not None and checked.file == file:
            self.preview.show_work(work, view)

    def stop(self) -> None:
        """Fall silent."""
        self.preview.stop()

    def save(self) -> None:
        """Keep what stands in the fields."""
        if self._dossier is None:
            return
        session, number, fields = self._desk.session, self._dossier.case.id, fields_of(self.form.values())
        self._desk.jobs.call(
            lambda: session.catalog.edit(Case, [number], **fields),
            lambda count: self._was_saved(number),
            self._desk.messages.show_error,
        )

    def _was_saved(self, number: int) -> None:
        if self._dossier is not None and self._dossier.case.id == number:
            self._rest()
            self._told.setText(tr("Saved."))
        self.saved.emit()

    def _discard(self) -> None:
        if self._dossier is not None:
            self.form.show_values(values_of(self._dossier.case))
        self._rest()

    def _rest(self) -> None:
        self.save_button.setEnabled(False)
        self.undo_button.setEnabled(False)

    def _touched(self) -> None:
        self._told.setText("")
        self.save_button.setEnabled(True)
        self.undo_button.setEnabled(True)

    def _open_folder(self) -> None:
        if self._dossier is not None and self._dossier.checked is not None:
            self._desk.show_in_folder(self._dossier.checked.file)

    def _show_finding(self, checked: Checked | None) -> None:
        clear(self._finding)
        self.preview.stop()
        self.preview.hide()
        if checked is None:
            return
        said = verdicts.words(checked)
        line = row(spacing=Space.S)
        line.addWidget(IconLabel(said.icon, said.look or "muted"))
        line.addWidget(label(said.title, "heading", wrap=True, selectable=True), 1)
        self._finding.addLayout(line)
        for text in filter(None, (*said.sentences[:1], " ".join(said.sentences[1:]))):
            self._finding.addWidget(label(text, wrap=True, selectable=True))
        for one in checked.similar:
            self._finding.addWidget(SimilarCard(one, self.show_work.emit))
        if not checked.matches:
            return
        best = checked.matches[0]
        if best.work is not None:
            number = best.work.id
            made = button(tr("Show the work"), lambda: self.show_work.emit(number), look="quiet", icon="catalog")
            self._finding.addWidget(_left(made))
        self._finding.addWidget(Disclosure(tr("Details"), Facts(verdicts.details(best.finding))))


def _left(widget: QWidget) -> QFrame:
    frame = QFrame()
    line = row(frame)
    line.addWidget(widget)
    line.addStretch(1)
    return frame
