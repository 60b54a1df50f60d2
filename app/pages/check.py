"""Check: suspect files in, a verdict on each in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from app.desk import Desk, Files
from app.i18n import counted, number, tr
from app.jobs import Job, Task
from app.models.checks import ChecksModel, Suspect
from app.models.rows import Role
from app.pages.page import Page
from app.previews import Preview, preview, preview_of_original
from app.session import Session
from app.theme import Space
from app.watching import Standing
from app.widgets.empty import EmptyState
from app.widgets.file_rows import FileRows
from app.widgets.folder_to_watch import FolderToWatch
from app.widgets.menu_button import MenuButton
from app.widgets.parts import button, card, column, label, row
from app.widgets.verdict_view import VerdictView
from core.errors import CancelledError, CountermarkError
from core.model import Checked, Verdict, Work
from core.presets import Preset
from core.printable import printable
from core.progress import Progress

_KEPT = 50  # views that are kept
_REFRESH = 60  # milliseconds between two looks at counts and progress while results arrive


class Began(NamedTuple):
    """A file is being checked from now on."""

    item: Suspect


class Decided(NamedTuple):
    """A file has its verdict; None when its user took it out."""

    item: Suspect
    result: Checked | None


class Beside(NamedTuple):
    """The work that a checked file is shown beside, with a view of its original where that is there."""

    file: Path
    work: Work
    view: Preview | None


class CheckPage(Page):
    """Suspect files on the left, the verdict on one of them on the right."""

    show_work = Signal(int)
    open_case = Signal(object)  # the Suspect that its user acts on

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Check"), tr("Whether a file carries your mark, and whose copy it is."))
        self.model = ChecksModel(self)
        self.jobs: list[Job] = []
        self._stopped: set[int] = set()
        self._previews: dict[Path, Preview] = {}
        self._originals: dict[int, Preview | None] = {}  # by work
        self._looks: list[Job] = []  # at what the verdict in front shows
        self._shown: tuple[object, ...] = ()  # the state of the file in front, as its verdict is shown
        self._at_work: Suspect | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_REFRESH)
        self._later.timeout.connect(self._refresh)
        self.cancel_button = button(tr("Cancel all"), self.cancel, icon="close")
        self.choose_button = button(tr("Check files"), self.choose_files, look="primary", icon="add")
        folders = ((tr("Check a folder"), self.choose_folder), (tr("Watch a folder…"), self.watch))
        self.folder_button = MenuButton(tr("Folder"), folders)
        self.action_row.addWidget(self.cancel_button)
        self.action_row.addWidget(self.folder_button)
        self.action_row.addWidget(self.choose_button)
        self.to_watch = FolderToWatch(desk)
        self.content.addWidget(self.to_watch)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._empty())
        self.stack.addWidget(self._results())
        self.content.addWidget(self.stack, 1)
        self._refresh()

    # -- what the window asks ----------------------------------------------------------------------------------

    def add_files(self, paths: Sequence[Path]) -> None:
        if paths:
            self.desk.gather(paths, self._take, label=tr("Looking for pictures and recordings"))

    def take_watched(self, files: Files, wanted: Preset | None) -> dict[Path, list[Suspect]]:
        """Check what came into a watched folder, and return its rows. Nothing that somebody looks at changes."""
        fresh = self.model.add(files)
        self._start(fresh)
        return {item.path: [item] for item in fresh}

    def standing(self, rows: Sequence[Suspect]) -> Standing:
        """Return how far a file of a watched folder is."""
        left = [item for item in rows if item.result is None and self.model.holds(item)]
        if any(not item.cancelled for item in left):
            return Standing.GOING
        return Standing.STOPPED if left else Standing.DONE

    def drop_words(self, count: int) -> str:
        return counted(count, "Check {count} file or folder", "Check {count} files or folders")

    def working_on(self) -> str:
        item = self._at_work
        if item is None:
            return ""
        name = printable(item.path.name)
        return tr("Checking {done} of {total}  ·  {name}", done=item.order + 1, total=self.model.rowCount(), name=name)

    def escape(self) -> bool:
        if not self.to_watch.isHidden():
            self.to_watch.leave()
            return True
        working = bool(self.jobs)
        self.cancel()
        return working

    # -- actions -----------------------------------------------------------------------------------------------

    def choose_files(self) -> None:
        """Let people choose files by the system's own dialog."""
        chosen, _ = QFileDialog.getOpenFileNames(self, tr("Check files"), self.desk.memory.last_folder())
        self.add_files([Path(name) for name in chosen])

    def choose_folder(self) -> None:
        """Let people choose a folder, all of which is checked."""
        chosen = QFileDialog.getExistingDirectory(self, tr("Check a folder"), self.desk.memory.last_folder())
        self.add_files([Path(chosen)] if chosen else [])

    def watch(self) -> None:
        """Let people choose a folder: all that comes into it is checked."""
        self.to_watch.choose(None)

    def compare(self, item: Suspect, work: int) -> None:
        """Check a file once more, beside a work that its user sees or hears in it."""
        if item.result is None or item.order >= self.model.rowCount():
            return
        self._stopped.discard(id(item))
        self.model.again(item, (work,))
        self._start([item])
        self.rows.setFocus()

    def cancel(self) -> None:
        """Stop all checks; verdicts that are there stay."""
        for job in self.jobs:
            job.cancel()
        self.cancel_button.setEnabled(False)

    def act_on(self, index: QModelIndex) -> None:
        """Cancel the check of a row, or take it off the list."""
        item: Suspect = index.data(Role.ITEM)
        if item.result is None and not item.cancelled:
            self._stopped.add(id(item))
            if not item.working:
                self.model.cancel(item)
        else:
            self.model.remove([item])
            self._select(self.rows.currentIndex())
        self._refresh()

    # -- building ----------------------------------------------------------------------------------------------

    def _empty(self) -> QWidget:
        frame = card()
        self.empty = EmptyState(
            "drawing-check",
            tr("Drop the files that you found elsewhere."),
            tr("They are only read, on this computer. Nothing is sent anywhere."),
            tr("Check files"),
            self.choose_files,
            icon="add",
        )
        column(frame).addWidget(self.empty)
        return frame

    def _results(self) -> QWidget:
        self.rows = FileRows(tr("Checked files"), compact=True)
        self.rows.setModel(self.model)
        self.rows.acted.connect(self.act_on)
        self.rows.selectionModel().currentChanged.connect(lambda now, before: self._select(now))
        self.model.dataChanged.connect(self._changed)
        left = self._left = card()
        stack = column(left, margins=Space.XS, spacing=0)
        stack.addWidget(self.rows, 1)
        self.counts = label(look="small", wrap=True)
        foot = row(margins=(Space.M, Space.S, Space.S, Space.S))
        foot.addWidget(self.counts, 1)
        self.clear_button = button(tr("Clear"), self._clear, look="quiet", icon="clear")
        foot.addWidget(self.clear_button)
        stack.addLayout(foot)
        self.verdict = VerdictView(self.desk)
        self.verdict.show_work.connect(self.show_work)
        self.verdict.open_case.connect(self.open_case)
        self.verdict.compare.connect(self.compare)
        self.verdict.open_folder.connect(self.desk.show_in_folder)
        whole = QWidget()
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), whole).activated.connect(self.verdict.copy_text)
        line = row(whole, spacing=Space.L)
        line.addWidget(left)
        line.addWidget(self.verdict, 1)
        return whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_list(self._left)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.verdict.stop()

    # -- events ------------------------------------------------------------------------------------------------

    def _take(self, files: Files) -> None:
        fresh = self.model.add(files)
        if not fresh:
            return
        first = not self.rows.currentIndex().isValid() or not self.jobs
        self._start(fresh)
        if first:  # more of the same folder leave what somebody is reading in front
            self.rows.setCurrentIndex(self.model.index_of(fresh[0]))
            self.rows.setFocus()

    def _start(self, fresh: Sequence[Suspect]) -> None:
        session = self.desk.session
        job = self.desk.jobs.start(
            lambda progress: check_each(session, fresh, self._stopped, progress),
            label=tr("Checking"),
            on_result=self._happened,
            on_error=self.desk.messages.show_error,
        )
        self.jobs.append(job)
        job.progressed.connect(self._progressed)
        job.ended.connect(lambda: self._over(job, fresh))
        self._refresh()

    def _happened(self, event: Began | Decided) -> None:
        item = event.item
        if isinstance(event, Began):
            self._at_work = item
            self.model.start(item)
        else:
            self._at_work = None if item is self._at_work else self._at_work
            if event.result is None:
                self.model.cancel(item)
            else:
                self.model.finish(item, event.result)
        if not self._later.isActive():
            self._later.start()

    def _progressed(self, share: float, step: str) -> None:
        if self._at_work is not None:
            self.model.start(self._at_work, share)

    def _over(self, job: Job, items: Sequence[Suspect]) -> None:
        self.jobs.remove(job)
        self._at_work = None
        for item in items:
            if item.result is None and not item.cancelled:
                self.model.cancel(item)
        self.model.tell()
        self._refresh()

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        now = self.rows.currentIndex()
        item: Suspect | None = now.data(Role.ITEM) if now.isValid() else None
        here = first.row() <= now.row() <= last.row()
        if item is not None and here and _state(item) != self._shown:  # not only others of the same stretch
            self._select(now)

    def _select(self, index: QModelIndex) -> None:
        item: Suspect | None = index.data(Role.ITEM) if index.isValid() else None
        self._shown = _state(item)
        for job in self._looks:
            job.cancel()
        self._looks.clear()
        self.verdict.show_suspect(item)
        if item is None or item.result is None or item.result.verdict is Verdict.UNREADABLE:
            return
        best = item.result.matches[0] if item.result.matches else None
        times = best.finding.times if best is not None else ()
        if item.path in self._previews:
            self.verdict.show_preview(self._previews[item.path])
        elif item.result.kind is not None:
            # Of a film the view is that of the best finding: the picture that shows it, or the outline of the sound.
            path, time = item.path, times[0][0] if times else None
            self._look(lambda progress: iter((preview(path, time, progress),)), self._previewed)
        work = best.work if best is not None else item.result.similar[0].work if item.result.similar else None
        if work is None:
            return
        if work.id in self._originals:
            self.verdict.show_beside(item.path, work, self._originals[work.id])
        else:
            file, shown = item.path, work
            self._look(
                lambda progress: iter((Beside(file, shown, preview_of_original(shown, progress)),)), self._laid_beside
            )

    def _look(self, task: Task, on_result: Callable[[Any], object]) -> None:
        """Look at a file beside the window, for as long as what it belongs to is in front."""
        job = self.desk.jobs.start(task, lane="reads", on_result=on_result, on_error=self._no_preview)
        self._looks.append(job)

    def _laid_beside(self, beside: Beside) -> None:
        if len(self._originals) > _KEPT:
            self._originals.clear()
        self._originals[beside.work.id] = beside.view
        self.verdict.show_beside(*beside)

    def _previewed(self, view: Preview) -> None:
        if len(self._previews) > _KEPT:
            self._previews.clear()
        self._previews[view.path] = view
        self.verdict.show_preview(view)

    def _no_preview(self, error: Exception) -> None:
        """The verdict stands without its picture: a file that was moved away meanwhile has none."""
        if not isinstance(error, CountermarkError):
            self.desk.messages.show_error(error)

    def _clear(self) -> None:
        self.model.remove([item for item in self.model.items() if item.result is not None or item.cancelled])
        self._select(self.rows.currentIndex())
        self._refresh()

    def _refresh(self) -> None:
        total = self.model.rowCount()
        self.stack.setCurrentIndex(1 if total else 0)
        self.choose_button.setVisible(bool(total))  # else the one in the middle does it
        self.cancel_button.setVisible(bool(self.jobs))
        self.cancel_button.setEnabled(bool(self.jobs))
        found = self.model.found
        self.counts.setText(
            counted(
                found, "{count} of {total} carries your mark", "{count} of {total} carry your mark", total=number(total)
            )
        )
        self.status.emit()


def check_each(
    session: Session, items: Sequence[Suspect], stopped: set[int], progress: Progress
) -> Iterator[Began | Decided]:
    """Yield what happens to each file. CancelledError when all of it is stopped."""
    from core.check import check

    for item in items:
        if id(item) in stopped:
            yield Decided(item, None)
            continue
        yield Began(item)

        def report(share: float, step: str, item: Suspect = item) -> None:
            if id(item) in stopped:
                raise CancelledError
            progress(share, step)

        try:
            for result in check(
                [item.path],
                catalog=session.catalog,
                keys=session.keys,
                works=item.works,
                widely=session.copies_elsewhere,
                progress=report,
            ):
                yield Decided(item, result)
        except CancelledError:
            progress(0.0, "")  # raises again where everything is to stop
            yield Decided(item, None)


def _state(item: Suspect | None) -> tuple[object, ...]:
    """Return what tells whether the verdict in front is still that of its file."""
    return () if item is None else (id(item), item.working, item.cancelled, id(item.result))
