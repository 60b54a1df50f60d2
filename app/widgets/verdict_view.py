"""The verdict on one suspect file: big words, what they rest on, the work beside it, what it says on rights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app import verdicts
from app.desk import Desk
from app.i18n import tr
from app.models.checks import Suspect
from app.previews import Preview
from app.theme import Size, Space, set_look
from app.widgets.beside_view import BesideView
from app.widgets.disclosure import Disclosure
from app.widgets.facts import Facts
from app.widgets.parts import (
    ElidedLabel,
    IconLabel,
    button,
    clear,
    column,
    icon_button,
    label,
    reading,
    row,
    rule,
)
from app.widgets.preview_view import Marked
from app.widgets.rights_view import RightsView
from app.widgets.similar_card import SimilarCard
from app.widgets.work_search import WorkSearch
from core.model import Checked, Finding, Match, Verdict, Work
from core.printable import printable

_LOOKS = {"certain": "verdict-certain", "probable": "verdict-probable", "trouble": "verdict-trouble", "": "verdict"}


class VerdictView(QFrame):
    """Shows one examined file, or how far its examination is."""

    show_work = Signal(int)
    open_folder = Signal(object)
    open_case = Signal(object)  # the suspect
    compare = Signal(object, int)  # the suspect, and the number of the work that it is to be compared with

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        set_look(self, "card")
        self._suspect: Suspect | None = None
        self._checked: Checked | None = None
        self._inside, self._left, self._views = QWidget(), QWidget(), QWidget()
        self._line = row(self._inside, margins=(Space.XL, Space.L, Space.XL, Space.L), spacing=Space.XXL)
        self._line.addWidget(self._left, 1)
        self._head, self._seen, self._body = column(), column(self._views, spacing=Space.S), column()
        self._words = column(self._left)
        self._words.addLayout(self._head)
        self._words.addWidget(self._views)
        self._words.addLayout(self._body, 1)
        self._area: QScrollArea = reading(self._inside)
        column(self, margins=Space.XS).addWidget(self._area)
        self._wide = False
        self.preview = BesideView(desk)
        self._start()

    def show_suspect(self, suspect: Suspect | None) -> None:
        """Show what is known of a file by now."""
        self._start()
        self._suspect = suspect
        self._checked = None if suspect is None else suspect.result
        if suspect is None:
            return
        if suspect.result is None:
            self._unfinished(suspect)
        else:
            self._finished(suspect, suspect.result)
        self._body.addStretch(1)
        self._area.verticalScrollBar().setValue(0)

    def show_preview(self, preview: Preview) -> None:
        """Show the file's view where its verdict is in front."""
        checked = self._checked
        if checked is None or preview.path != checked.file:
            return
        self.preview.show_suspect(preview, marks_of(checked))
        self.preview.show()
        self._views.show()
        best = _best(checked)
        said = verdicts.coverage(best, checked.kind, preview.seconds) if best else ""
        self._coverage.setText(said)
        self._coverage.setVisible(bool(said))

    def show_beside(self, file: Path, work: Work, view: Preview | None) -> None:
        """Show the work beside the file, where its verdict is in front."""
        if self._checked is not None and self._checked.file == file:
            self.preview.show_work(work, view)

    def text(self) -> str:
        """Return the verdict in front as plain text; empty where there is none."""
        return "" if self._checked is None else verdicts.text(self._checked)

    def copy_text(self) -> None:
        """Put the verdict in front into the clipboard, as plain text."""
        if text := self.text():
            QGuiApplication.clipboard().setText(text)

    def stop(self) -> None:
        """Fall silent."""
        self.preview.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the views below the first words, or beside all of them where there is room."""
        wide = self.width() >= Size.VERDICT_WIDE
        if wide == self._wide:
            return
        self._wide = wide
        if wide:
            self._line.addWidget(self._views, 1, Qt.AlignmentFlag.AlignTop)
        else:
            self._words.insertWidget(1, self._views)
        self._left.setMaximumWidth(Size.READING if wide else Size.WIDE)
        self._inside.setMaximumWidth(Size.READING + 2 * Size.WIDE if wide else Size.WIDE)
        self.preview.show_large(wide)

    # -- building ----------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self.preview.stop()
        for part in (self._head, self._seen, self._body):
            clear(part)
        self._views.hide()
        self.title = label(wrap=True, selectable=True)
        self.preview = BesideView(self._desk)
        self.preview.show_large(self._wide)
        self.preview.hide()
        self.rights = RightsView()
        self.similar: list[SimilarCard] = []
        self.search: WorkSearch | None = None
        self._coverage = label(look="muted", wrap=True, selectable=True)
        self._coverage.hide()

    def _unfinished(self, suspect: Suspect) -> None:
        text = tr("Cancelled.") if suspect.cancelled else tr("Checking…") if suspect.working else tr("Waiting…")
        set_look(self.title, "verdict")
        self.title.setText(text)
        self.title.setAccessibleName(text)
        self._head.addWidget(self.title)
        self._head.addWidget(ElidedLabel(printable(suspect.path.name), "muted"))

    def _finished(self, suspect: Suspect, checked: Checked) -> None:
        said = verdicts.words(checked)
        head = row(spacing=Space.M)
        head.addWidget(IconLabel(said.icon, said.look or "muted", Size.ICON_LARGE), 0, Qt.AlignmentFlag.AlignTop)
        set_look(self.title, _LOOKS[said.look])
        self.title.setText(said.title)
        self.title.setAccessibleName(said.title)
        head.addWidget(self.title, 1)
        self._head.addLayout(head)
        self._head.addWidget(ElidedLabel(printable(str(checked.file)), "muted"))
        best = _best(checked)
        first, rest = said.sentences[:1], said.sentences[1:]  # what was agreed, of a certain copy: it stands alone
        done = "" if best is None else verdicts.transform(best)
        for text in filter(None, (*first, " ".join(rest), done)):
            self._head.addWidget(label(text, "lead" if text is not done else "", wrap=True, selectable=True))
        self._seen.addWidget(self.preview)
        self._seen.addWidget(self._coverage)
        self._actions(suspect, checked)
        for one in checked.similar:
            card = SimilarCard(one, self.show_work.emit)
            self.similar.append(card)
            self._body.addWidget(card)
        for number, other in enumerate(checked.matches[1:], 2):
            self._other(number, other, checked)
        if checked.verdict is not Verdict.UNREADABLE:
            self._body.addWidget(rule())
            self.rights.show_rights(checked)
            self._body.addWidget(self.rights)
        self._foot(checked, best)

    def _foot(self, checked: Checked, best: Finding | None) -> None:
        if best is not None:
            self._body.addWidget(rule())
            self._body.addWidget(Disclosure(tr("Details"), Facts(verdicts.details(best))))
        if checked.verdict in (Verdict.NOTHING, Verdict.PROBABLE):
            limits = label(verdicts.what_can_be_found(checked.kind), wrap=True, selectable=True)
            self._body.addWidget(Disclosure(tr("What can be found?"), limits))

    def _actions(self, suspect: Suspect, checked: Checked) -> None:
        if checked.verdict is Verdict.UNREADABLE:
            return
        line = row(spacing=Space.S)
        certain = checked.verdict is Verdict.CERTAIN
        self.case_button = button(
            tr("Open a case"), lambda: self.open_case.emit(suspect), look="" if certain else "quiet", icon="cases"
        )
        line.addWidget(self.case_button)
        work = checked.matches[0].work if checked.matches else None
        if work is not None:
            line.addWidget(button(tr("Show the work"), self._emit_work(work.id), look="quiet", icon="catalog"))
        line.addWidget(icon_button("folder", tr("Open folder"), lambda: self.open_folder.emit(checked.file)))
        line.addWidget(icon_button("copy", tr("Copy the text of this verdict"), self.copy_text))
        line.addStretch(1)
        if certain and checked.matches[0].work is not None:
            self._body.addLayout(line)
            return
        # Where the mark alone does not settle it, the next step is a comparison with the work that its user sees in it.
        self.compare_button = button(tr("Compare with a chosen work"), self._search, icon="compare")
        first = row(spacing=Space.S)
        first.addWidget(self.compare_button)
        first.addStretch(1)
        self.search = WorkSearch(
            self._desk,
            tr("Choose the work that you see or hear in it. The file is checked again, beside the stored original."),
            tr("Compare"),
        )
        self.search.hide()
        self.search.chosen.connect(lambda work: self.compare.emit(suspect, work))
        self.search.left.connect(self._leave_search)
        self._body.addLayout(first)
        self._body.addWidget(self.search)
        self._body.addLayout(line)

    def _search(self) -> None:
        if self.search is not None:
            self.search.show()
            self.search.begin()

    def _leave_search(self) -> None:
        if self.search is not None:
            self.search.hide()
            self.compare_button.setFocus()

    def _emit_work(self, number_: int) -> Callable[[], None]:
        return lambda: self.show_work.emit(number_)

    def _other(self, number: int, match: Match, checked: Checked) -> None:
        self._body.addWidget(rule())
        self._body.addWidget(label(tr("Also found ({number})", number=number), "small"))
        self._body.addWidget(label(verdicts.headline(match), "strong", wrap=True, selectable=True))
        where = verdicts.coverage(match.finding, checked.kind, 0.0)
        for sentence in (
            verdicts.agreed(match),
            verdicts.odds(match.finding),
            where,
            verdicts.transform(match.finding),
        ):
            if sentence:
                self._body.addWidget(label(sentence, wrap=True, selectable=True))
        line = row(spacing=Space.S)
        if match.work is not None:
            made = button(tr("Show the work"), self._emit_work(match.work.id), look="quiet", icon="catalog")
            made.setAccessibleName(tr("Show the work “{title}”", title=printable(match.work.title)))
            line.addWidget(made)
        line.addStretch(1)
        self._body.addLayout(line)
        details = Disclosure(tr("Details"), Facts(verdicts.details(match.finding)))
        details.button.setAccessibleName(tr("Details ({number})", number=number))
        self._body.addWidget(details)


def _best(checked: Checked) -> Finding | None:
    if checked.verdict in (Verdict.CERTAIN, Verdict.PROBABLE) and checked.matches:
        return checked.matches[0].finding
    return None


def marks_of(checked: Checked) -> list[Marked]:
    """Return the places of all findings that lie in what is shown: of a film, one picture or the sound."""
    best = _best(checked)
    if best is None:
        return []
    found = [match.finding for match in checked.matches if bool(match.finding.times) == bool(best.times)]
    if best.times:
        found = [finding for finding in found if finding.times[:1] == best.times[:1]]
    return [Marked(one.where, "certain" if one.verdict is Verdict.CERTAIN else "probable") for one in found]
