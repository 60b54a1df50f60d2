"""Cases: what the creator does about files that were found - evidence, notices, and when to look again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QStackedWidget, QWidget

from app import dossier
from app.desk import Desk
from app.dossier import Dossier
from app.i18n import counted, tr
from app.jobs import Job
from app.models.cases import CasesModel
from app.models.rows import Role
from app.pages.page import Page
from app.previews import preview, preview_of_original
from app.theme import Size, Space
from app.widgets.case_view import CaseView
from app.widgets.empty import EmptyState
from app.widgets.file_rows import FileRows
from app.widgets.new_case import NewCase
from app.widgets.parts import ElidedLabel, button, card, column, row
from core.errors import CountermarkError
from core.model import Case, Verdict
from core.printable import printable
from core.progress import Progress

_PAUSE = 120  # milliseconds after the last key before the catalog is asked
_CASE, _NEW = 0, 1  # what stands on the right


class CasesPage(Page):
    """The cases on the left, one of them, or the form of a new one, on the right."""

    show_work = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Cases"), tr("What you do about files that were found: evidence, notices, answers."))
        self._asked = 0
        self._then: int | None = None
        self._works: tuple[int, ...] = ()  # with which the next new case compares its file
        self._looks: list[Job] = []
        self.job: Job | None = None  # that opens a case
        self._opening = ""
        self.model = CasesModel(self)
        self.search = QLineEdit()
        self.search.setAccessibleName(tr("Search the cases"))
        self.search.setPlaceholderText(tr("Title, address or name"))
        self.search.setAcceptDrops(False)
        self.search.setFixedWidth(Size.PREVIEW)
        self.search.setToolTip(QKeySequence(QKeySequence.StandardKey.Find).toString())
        self.new_button = button(tr("Open a case"), self.choose_file, look="primary", icon="add")
        self.action_row.addWidget(self.search)
        self.action_row.addWidget(self.new_button)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_PAUSE)
        self._typed.timeout.connect(self.load)
        self.search.textChanged.connect(lambda text: self._typed.start())
        self.stack = QStackedWidget()
        self.empty = EmptyState(
            "drawing-cases",
            tr("No case yet."),
            tr("Open one with a file that you found elsewhere: it is kept as it was, and becomes evidence."),
            tr("Open a case"),
            self.choose_file,
            icon="cases",
        )
        self.nothing = EmptyState(
            "drawing-check", tr("No case matches the search."), "", tr("Show all"), self.search.clear
        )
        for state in (self.empty, self.nothing):
            frame = card()
            column(frame).addWidget(state)
            self.stack.addWidget(frame)
        self.stack.addWidget(self._cases())
        self.stack.currentChanged.connect(lambda place: self._offer())
        self.content.addWidget(self.stack, 1)
        self._offer()

    # -- what the window asks ----------------------------------------------------------------------------------

    def shown(self) -> None:
        self.load()

    def add_files(self, paths: Sequence[Path]) -> None:
        if paths:
            self.begin(paths[0])

    def drop_words(self, count: int) -> str:
        return tr("Open a case with this file") if count == 1 else ""

    def working_on(self) -> str:
        if self._opening:
            return tr("Opening a case  ·  {name}", name=self._opening)
        return self.view.working_on()

    # -- actions -----------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Ask the catalog again, for what is searched."""
        self._asked += 1
        asked, text, session = self._asked, self.search.text().strip(), self.desk.session
        self.desk.jobs.call(
            lambda: (asked, dossier.every(session, text)),
            lambda found: self._found(*found),
            self.desk.messages.show_error,
        )

    def search_now(self) -> None:
        """Put the cursor into the search field."""
        self.search.setFocus()
        self.search.selectAll()

    def show_case(self, number: int) -> None:
        """Bring one case to the front."""
        self._then = number
        self.search.clear()
        self.load()

    def choose_file(self) -> None:
        """Let people choose the file with which a case is opened."""
        name, _ = QFileDialog.getOpenFileName(self, tr("Open a case with a file"), self.desk.memory.last_folder())
        if name:
            self.begin(Path(name))

    def begin(self, file: Path, works: Sequence[int] = ()) -> None:
        """Ask what is known of a found file; `works` are those that it is compared with."""
        if self.job is not None:
            self.desk.messages.show_error(
                CountermarkError("A case is being opened already.", "Wait until it is there, or cancel it.")
            )
            return
        self._works = tuple(works)
        self.stack.setCurrentIndex(2)
        self.right.setCurrentIndex(_NEW)
        self.form.begin(file)

    def escape(self) -> bool:
        self.cancel()
        return True

    def cancel(self) -> None:
        """Stop what is being made, or leave the form of a new case."""
        if self.job is not None:
            self.job.cancel()
        elif self.view.working_on():
            self.view.evidence.package.cancel()
        elif self.right.currentIndex() == _NEW:
            self._leave()

    # -- building ----------------------------------------------------------------------------------------------

    def _cases(self) -> QWidget:
        self.view, self.form = CaseView(self.desk), NewCase(self.desk)
        self.rows = FileRows(tr("Cases"), compact=True, titles=True)
        self.rows.setModel(self.model)
        self.rows.selectionModel().currentChanged.connect(lambda now, before: self._select(now))
        self.rows.opened.connect(lambda index: self.view.take_focus())
        left = self._left = card()
        stack = column(left, margins=Space.XS, spacing=0)
        stack.addWidget(self.rows, 1)
        self.counts = ElidedLabel(look="small")
        foot = row(margins=(Space.M, Space.S, Space.S, Space.S))
        foot.addWidget(self.counts, 1)
        stack.addLayout(foot)
        self.view.changed.connect(self.load)
        self.view.show_work.connect(self.show_work)
        self.view.status.connect(self.status)
        self.form.wanted.connect(self._open)
        self.form.left.connect(self.cancel)
        self.right = QStackedWidget()
        self.right.currentChanged.connect(lambda place: self._offer())
        self.right.addWidget(self.view)
        self.right.addWidget(self.form)
        whole = QWidget()
        line = row(whole, spacing=Space.L)
        line.addWidget(left)
        line.addWidget(self.right, 1)
        return whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_list(self._left)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.view.finding.stop()

    # -- events ------------------------------------------------------------------------------------------------

    def _found(self, asked: int, cases: Sequence[Case]) -> None:
        if asked != self._asked:
            return  # somebody has typed on since
        now = self.rows.currentIndex()
        wanted = self._then if self._then is not None else now.data(Role.ITEM).id if now.isValid() else None
        self._then = None
        self.model.show_cases(cases)
        making = self.right.currentIndex() == _NEW
        searching = bool(self.search.text().strip())
        self.stack.setCurrentIndex(2 if cases or making else 1 if searching else 0)
        self._left.setVisible(bool(cases))
        due = counted(self.model.due, "{count} is due", "{count} are due") if self.model.due else ""
        said = counted(len(cases), "{count} case", "{count} cases")
        self.counts.show_text("  ·  ".join(filter(None, (due, said))))
        place = self.model.place_of(wanted) if wanted is not None else QModelIndex()
        if not place.isValid() and cases:
            place = self.model.index(0, 0)
        self.rows.setCurrentIndex(place)
        self._select(place)

    def _select(self, index: QModelIndex) -> None:
        case: Case | None = index.data(Role.ITEM) if index.isValid() else None
        if case is None:
            return
        session, number = self.desk.session, case.id
        self.desk.jobs.call(lambda: dossier.read(session, number), self._read, self.desk.messages.show_error)

    def _read(self, read: Dossier) -> None:
        now = self.rows.currentIndex()
        if not now.isValid() or now.data(Role.ITEM).id != read.case.id:
            return  # somebody has gone on since
        same = self.view.dossier is not None and self.view.dossier.case.id == read.case.id
        self.view.show_dossier(read)
        checked = read.checked
        if checked is None or checked.verdict is Verdict.UNREADABLE:
            return
        for job in self._looks if not same else ():
            job.cancel()
        self._looks.clear()
        best = checked.matches[0] if checked.matches else None
        time = best.finding.times[0][0] if best is not None and best.finding.times else None
        finding, file = self.view.finding, checked.file
        jobs = self.desk.jobs
        self._looks.append(
            jobs.start(
                lambda progress: iter((preview(file, time, progress),)),
                lane="reads",
                on_result=finding.show_preview,
                on_error=self._no_preview,
            )
        )
        work = best.work if best is not None else checked.similar[0].work if checked.similar else None
        if work is not None:
            self._looks.append(
                jobs.start(
                    lambda progress: iter((preview_of_original(work, progress),)),
                    lane="reads",
                    on_result=lambda view: finding.show_beside(file, work, view),
                    on_error=self._no_preview,
                )
            )

    def _no_preview(self, error: Exception) -> None:
        """The case stands without its picture: a file that was moved away meanwhile has none."""
        if not isinstance(error, CountermarkError):
            self.desk.messages.show_error(error)

    def _open(self, file: Path, case: Case) -> None:
        session, works = self.desk.session, self._works

        def task(progress: Progress) -> Iterator[Case]:
            from core.cases import open_case

            yield open_case(file, case, catalog=session.catalog, keys=session.keys, works=works, progress=progress)

        self._opening = printable(file.name)
        self.form.wait(True)
        self.job = self.desk.jobs.start(
            task, label=tr("Opening a case"), on_result=self._opened, on_error=self.desk.messages.show_error
        )
        self.job.progressed.connect(lambda share, step: self.form.progress(share))
        self.job.ended.connect(self._over)
        self.status.emit()

    def _opened(self, case: Case) -> None:
        self._then = case.id
        self.search.clear()
        self.right.setCurrentIndex(_CASE)
        self.view.show_part("finding")

    def _over(self) -> None:
        self.job, self._opening = None, ""
        self.form.wait(False)
        self.load()
        self.status.emit()

    def _offer(self) -> None:
        """One button leads to a new case: that of the empty page, or the one at the head."""
        self.new_button.setVisible(self.stack.currentIndex() != 0 and self.right.currentIndex() == _CASE)
        self.search.setVisible(self.stack.currentIndex() != 0)

    def _leave(self) -> None:
        self.right.setCurrentIndex(_CASE)
        self.load()
