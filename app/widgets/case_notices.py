"""The notices of a case: each element that the law asks for filled in or missing, the letter as it will read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from app.desk import Desk
from app.dossier import Dossier, notice_word
from app.i18n import date as day_in_words
from app.i18n import joined, shown, tr
from app.theme import Size, Space, set_look
from app.widgets.disclosure import Disclosure
from app.widgets.folder_line import FolderLine
from app.widgets.form import Field, Form
from app.widgets.parts import ComboBox, button, clear, column, label, row
from app.widgets.side_by_side import SideBySide
from core.evidence.notices import ELEMENTS, Notice, NoticeKind, needs, notice
from core.model import Case
from core.paper.plain import text_of
from core.printable import printable
from core.progress import Progress

_PAUSE = 250  # milliseconds after the last key before the letter is set anew
_LONG = {"work", "urls", "place", "evidence", "agreed", "reason", "consent", "address", "fee"}
_OURS = {"date"}  # filled in on the day of writing


class _Filled(NamedTuple):
    case: int
    kind: NoticeKind
    elements: dict[str, str]


class Written(NamedTuple):
    """A notice of a case that was written, and its files: the letter as PDF, as text, and what to know before."""

    case: int
    notice: Notice
    paths: tuple[Path, ...]


class CaseNotices(QWidget):
    """A part of a case. `done` tells that a notice was written."""

    done = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._case: Case | None = None
        self._shown: tuple[int, NoticeKind] | None = None
        self.written: Written | None = None
        self.form = Form(())
        left, right = QWidget(), QWidget()
        left.setMaximumWidth(Size.READING)
        column(self).addWidget(SideBySide(left, right))
        body = column(left, spacing=Space.M)
        self.kind = ComboBox(tr("Which notice"))
        for kind in NoticeKind:
            self.kind.addItem(notice_word(kind), kind.value)
        self.kind.currentIndexChanged.connect(lambda place: self._fill())
        body.addWidget(self.kind)
        self.law = label(look="muted", wrap=True)
        body.addWidget(self.law)
        self._form_room = column()
        body.addLayout(self._form_room)
        self._form_room.addWidget(self.form)
        body.addStretch(1)
        body = column(right, spacing=Space.M)
        body.addWidget(label(tr("The letter"), "heading"))
        self.missing = label(wrap=True)
        body.addWidget(self.missing)
        self.next_button = button(tr("Go to what is missing"), self._go_to_missing, look="quiet")
        line = row()
        line.addWidget(self.next_button)
        line.addStretch(1)
        body.addLayout(line)
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        self.preview.setAccessibleName(tr("The letter as it will read"))
        self.preview.setMinimumHeight(Size.PREVIEW * 2)
        body.addWidget(self.preview, 1)
        self.guide = label(wrap=True, selectable=True)
        body.addWidget(Disclosure(tr("Know before you send it"), self.guide))
        self.folder = FolderLine(tr("Written into"))
        body.addWidget(self.folder)
        foot = row(spacing=Space.M)
        self.write_button = button(tr("Write the notice"), self.write, icon="file")
        foot.addWidget(self.write_button)
        foot.addStretch(1)
        body.addLayout(foot)
        body.addWidget(self._results())
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_PAUSE)
        self._typed.timeout.connect(self._set)

    def show_dossier(self, dossier: Dossier) -> None:
        """Show the notices of a case; what is being written in the fields of the same case stays."""
        self._case = dossier.case
        if self._shown is None or self._shown[0] != dossier.case.id:
            self.written = None
            self._show_written()
            self._fill()

    def elements(self) -> dict[str, str]:
        """Return what stands in the fields, by the names of the elements."""
        return self.form.values()

    def write(self) -> None:
        """Write the letter and its guide as files; the folder is asked for where none is chosen."""
        case = self._case
        if case is None or (self.folder.folder is None and not self.folder.ask()):
            return
        session, out, kind, elements = self._desk.session, self.folder.folder, self._kind(), self.elements()
        assert out is not None

        def task(progress: Progress) -> Iterator[Written]:
            from core.letters import write_notice

            made, paths = write_notice(
                case.id, kind, catalog=session.catalog, key=session.key, out=out, elements=elements
            )
            yield Written(case.id, made, paths)

        self.write_button.setEnabled(False)
        job = self._desk.jobs.start(
            task,
            label=tr("Writing the notice"),
            lane="reads",
            on_result=self._was_written,
            on_error=self._desk.messages.show_error,
        )
        job.ended.connect(lambda: self.write_button.setEnabled(True))

    # -- events ------------------------------------------------------------------------------------------------

    def _kind(self) -> NoticeKind:
        return NoticeKind(self.kind.currentData())

    def _fill(self) -> None:
        """Ask the catalog what it knows for the chosen notice."""
        case = self._case
        if case is None:
            return
        session, kind = self._desk.session, self._kind()

        def work() -> _Filled:
            from core.letters import known_elements

            return _Filled(case.id, kind, known_elements(session.catalog, case, session.key, kind))

        self._desk.jobs.call(work, self._filled, self._desk.messages.show_error)

    def _filled(self, filled: _Filled) -> None:
        if self._case is None or (filled.case, filled.kind) != (self._case.id, self._kind()):
            return
        clear(self._form_room)
        must = set(needs(filled.kind))
        self.form = Form(
            [_field(name, name in must) for name in needs(filled.kind, optional=True) if name not in _OURS]
        )
        self.form.changed.connect(self._typed.start)
        self._form_room.addWidget(self.form)
        self.form.show_values(filled.elements)
        self._shown = filled.case, filled.kind
        self._set()

    def _set(self) -> None:
        """Set the letter anew from what stands in the fields."""
        if self._shown is None:
            return
        made = _composed(self._shown[1], self.elements())
        self.law.setText(tr("{law}  ·  template of {day}", law=made.letter.below, day=day_in_words(made.as_of)))
        self.preview.setPlainText(text_of(made.letter))
        self.guide.setText(text_of(made.guide))
        said = joined(shown(name) for name in made.missing)
        self.missing.setText(
            tr("Missing: {elements}.", elements=said) if said else tr("Every element that it needs is filled in.")
        )
        self.missing.setAccessibleName(self.missing.text())
        set_look(self.missing, "trouble" if said else "strong")
        self.next_button.setVisible(bool(said))
        self.write_button.setText(tr("Write a draft") if said else tr("Write the notice"))

    def _go_to_missing(self) -> None:
        if self._shown is None:
            return
        must = set(needs(self._shown[1]))
        values = self.elements()
        first = next((name for name in values if name in must and not values[name].strip()), None)
        if first is not None:
            self.form.go_to(first)

    def _was_written(self, written: Written) -> None:
        if self._case is not None and self._case.id == written.case:
            self.written = written
            self._show_written()
        self.done.emit()

    # -- what came out -----------------------------------------------------------------------------------------

    def _results(self) -> QFrame:
        self._result = QFrame()
        set_look(self._result, "inset")
        inside = column(self._result, margins=Space.M, spacing=Space.S)
        self.told = label(look="strong", wrap=True)
        self.where = label(wrap=True, selectable=True)
        inside.addWidget(self.told)
        inside.addWidget(self.where)
        line = row(spacing=Space.S)
        self.open_button = button(tr("Open the letter"), self._open, icon="file")
        self.show_button = button(tr("Show the folder"), self._show_folder, look="quiet", icon="folder")
        line.addWidget(self.open_button)
        line.addWidget(self.show_button)
        line.addStretch(1)
        inside.addLayout(line)
        self._result.hide()
        return self._result

    def _show_written(self) -> None:
        written = self.written
        self._result.setVisible(written is not None)
        if written is None:
            return
        day = day_in_words(written.notice.follow_up)
        if written.notice.missing:
            self.told.setText(tr("The draft is written and kept with the case. It is not fit to be sent yet."))
        else:
            self.told.setText(tr("The notice is written and kept with the case. Look on {day} for an answer.", day=day))
        self.where.setText("\n".join(printable(str(path)) for path in written.paths))

    def _open(self) -> None:
        if self.written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.written.paths[0])))

    def _show_folder(self) -> None:
        if self.written is not None:
            self._desk.show_in_folder(self.written.paths[0])


def _composed(kind: NoticeKind, elements: Mapping[str, str]) -> Notice:
    return notice(kind, elements, today=date.today())


def _field(name: str, must: bool) -> Field:
    words = shown(ELEMENTS[name])
    return Field(
        name,
        words[:1].upper() + words[1:],
        lines=3 if name in _LONG else 1,
        placeholder=tr("Missing") if must and name != "deadline" else tr("May be left out"),
        hint=_hints().get(name, ""),
    )


def _hints() -> dict[str, str]:
    return {
        "signature": tr("A typed one does, as /s/ and your name. By it you state what the letter says."),
        "urls": tr("One exact address on each line."),
        "deadline": tr("Left empty, it is the day on which the case is looked at again."),
    }
