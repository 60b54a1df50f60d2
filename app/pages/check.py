"""Check: suspect files in, a verdict on each in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from app.desk import Desk, Files
from app.i18n import counted, tr
from app.jobs import Job
from app.models.checks import ChecksModel, Suspect
from app.models.rows import Role
from app.pages.page import Page
from app.previews import Preview, preview
from app.session import Session
from app.theme import Size, Space
from app.widgets.empty import EmptyState
from app.widgets.file_rows import FileRows
from app.widgets.parts import ElidedLabel, button, card, column, row
from app.widgets.verdict_view import VerdictView
from core.errors import CancelledError, CountermarkError
from core.model import Checked, Verdict
from core.progress import Progress


class Began(NamedTuple):
    """A file is being checked from now on."""

    item: Suspect


class Decided(NamedTuple):
    """A file has its verdict; None when its user took it out."""

    item: Suspect
    result: Checked | None


class CheckPage(Page):
    """Suspect files on the left, the verdict on one of them on the right."""

    show_work = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Check"), tr("Find out whether a file carries your mark, and whose copy it is."))
        self.model = ChecksModel(self)
        self.jobs: list[Job] = []
        self._stopped: set[int] = set()
        self._previews: dict[Path, Preview] = {}
        self._followed: Suspect | None = None
        self.cancel_button = button(tr("Cancel all"), self.cancel, icon="close")
        self.choose_button = button(tr("Check files"), self.choose_files, look="primary", icon="add")
        self.action_row.addWidget(self.cancel_button)
        self.action_row.addWidget(self.choose_button)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._empty())
        self.stack.addWidget(self._results())
        self.content.addWidget(self.stack, 1)
        self._refresh()

    # -- what the window asks ----------------------------------------------------------------------------------

    def add_files(self, paths: Sequence[Path]) -> None:
        if paths:
            self.desk.gather(paths, self._take, label=tr("Looking for pictures and recordings"))

    def drop_words(self, count: int) -> str:
        return counted(count, "Check {count} file or folder", "Check {count} files or folders")

    def working_on(self) -> str:
        at_work = [item for item in self.model.items() if item.working]
        if not at_work:
            return ""
        total = self.model.rowCount()
        done = at_work[0].order + 1
        return tr("Checking {done} of {total}  ·  {name}", done=done, total=total, name=at_work[0].path.name)

    def escape(self) -> bool:
        working = bool(self.jobs)
        self.cancel()
        return working

    # -- actions -----------------------------------------------------------------------------------------------

    def choose_files(self) -> None:
        """Let people choose files by the system's own dialog."""
        chosen, _ = QFileDialog.getOpenFileNames(self, tr("Check files"))
        self.add_files([Path(name) for name in chosen])

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
            "",
            self.choose_files,
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
        self.counts = ElidedLabel(look="small")
        foot = row(margins=(Space.M, Space.S, Space.S, Space.S))
        foot.addWidget(self.counts, 1)
        self.clear_button = button(tr("Clear"), self._clear, look="quiet", icon="clear")
        foot.addWidget(self.clear_button)
        stack.addLayout(foot)
        self.verdict = VerdictView()
        self.verdict.show_work.connect(self.show_work)
        self.verdict.open_folder.connect(self.desk.show_in_folder)
        whole = QWidget()
        line = row(whole, spacing=Space.L)
        line.addWidget(left)
        line.addWidget(self.verdict, 1)
        return whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < Size.COLLAPSE_BELOW - Size.RAIL_NARROW
        self._left.setFixedWidth(Size.LIST_PANE_NARROW if narrow else Size.LIST_PANE)

    # -- events ------------------------------------------------------------------------------------------------

    def _take(self, files: Files) -> None:
        fresh = self.model.add(files)
        if not fresh:
            return
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
        self.rows.setCurrentIndex(self.model.index_of(fresh[0]))

    def _happened(self, event: Began | Decided) -> None:
        item = event.item
        if isinstance(event, Began):
            self.model.start(item)
        elif event.result is None:
            self.model.cancel(item)
        else:
            self.model.finish(item, event.result)
        self._refresh()

    def _progressed(self, share: float, step: str) -> None:
        for item in self.model.items():
            if item.working:
                self.model.start(item, share)

    def _over(self, job: Job, items: Sequence[Suspect]) -> None:
        self.jobs.remove(job)
        for item in items:
            if item.result is None and not item.cancelled:
                self.model.cancel(item)
        self._refresh()

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        now = self.rows.currentIndex()
        item: Suspect | None = now.data(Role.ITEM) if now.isValid() else None
        if item is not None and first.row() <= now.row() <= last.row():
            known = self._followed
            if known is not item or item.result is not None or item.share == 0.0 or item.cancelled:
                self._select(now)

    def _select(self, index: QModelIndex) -> None:
        item: Suspect | None = index.data(Role.ITEM) if index.isValid() else None
        self._followed = item
        self.verdict.show_suspect(item)
        if item is None or item.result is None or item.result.verdict is Verdict.UNREADABLE:
            return
        if item.path in self._previews:
            self.verdict.show_preview(self._previews[item.path])
        elif item.result.kind is not None:
            # Of a film the view is that of the best finding: the picture that shows it, or the outline of the sound.
            path, times = item.path, item.result.matches[0].finding.times if item.result.matches else ()
            time = times[0][0] if times else None
            self.desk.jobs.start(
                lambda progress: iter((preview(path, time, progress),)),
                lane="reads",
                on_result=self._previewed,
                on_error=self._no_preview,
            )

    def _previewed(self, view: Preview) -> None:
        if len(self._previews) > 50:
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
        self.cancel_button.setVisible(bool(self.jobs))
        self.cancel_button.setEnabled(bool(self.jobs))
        found = sum(1 for item in self.model.items() if item.result is not None and item.result.matches)
        self.counts.show_text(
            counted(found, "{count} of {total} carries your mark", "{count} of {total} carry your mark", total=total)
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
                widely=session.copies_elsewhere,
                progress=report,
            ):
                yield Decided(item, result)
        except CancelledError:
            progress(0.0, "")  # raises again where everything is to stop
            yield Decided(item, None)
