"""Makes the evidence package of a case: where it goes, what is added to it, how far it is, what came out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QFrame, QProgressBar, QWidget

from app.desk import Desk
from app.i18n import joined, tr
from app.jobs import Job
from app.theme import Space, set_look
from app.widgets.copy_line import CopyLine
from app.widgets.folder_line import FolderLine
from app.widgets.parts import ElidedLabel, button, column, label, row
from core.evidence.package import Package
from core.model import Case
from core.printable import printable
from core.progress import Progress


class PackageMaker(QWidget):
    """One package at a time. `done` tells that one was written or given up, `status` that work began or ended."""

    done = Signal()
    status = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._case: Case | None = None
        self._packing: Case | None = None
        self._job: Job | None = None
        self.made: Package | None = None
        self.more: list[Path] = []
        body = column(self, spacing=Space.M)
        explained = tr(
            "A folder and a zip that others can check without this program: the file as it was received, the report, "
            "the finding in numbers, the picture or the waveforms side by side, what was agreed, the signed log, and a "
            "script that finds any change of any file."
        )
        body.addWidget(label(explained, wrap=True))
        self.folder = FolderLine(tr("Written into"))
        body.addWidget(self.folder)
        added = row(spacing=Space.S)
        self._added = ElidedLabel(look="muted")
        self.add_button = button(tr("Add screenshots or papers"), self._add, icon="add")
        self.clear_button = button(tr("Add none"), self._add_none, look="quiet")
        added.addWidget(self._added, 1)
        added.addWidget(self.clear_button)
        added.addWidget(self.add_button)
        body.addLayout(added)
        line = row(spacing=Space.M)
        self.make_button = button(tr("Make the package"), self.make, icon="protect")
        self.cancel_button = button(tr("Cancel"), self.cancel, icon="close")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(tr("How far the package is"))
        line.addWidget(self.make_button)
        line.addWidget(self.bar, 1)
        line.addWidget(self.cancel_button)
        line.addStretch(0)
        body.addLayout(line)
        body.addWidget(self._results())
        self._show_state()

    def show_case(self, case: Case) -> None:
        """Take another case; what was made of one before is out of sight then."""
        if self._case is None or self._case.id != case.id:
            self.more.clear()
            self.made = None
        self._case = case
        self._show_state()

    def working_on(self) -> str:
        """Return what is packed, for the line at the foot; empty when nothing is."""
        if self._packing is None:
            return ""
        return tr("Packing the evidence of “{title}”", title=printable(self._packing.title))

    # -- actions -----------------------------------------------------------------------------------------------

    def make(self) -> None:
        """Write the package; the folder is asked for where none is chosen."""
        case = self._case
        if case is None or (self.folder.folder is None and not self.folder.ask()):
            return
        session, out, more = self._desk.session, self.folder.folder, tuple(self.more)
        assert out is not None

        def task(progress: Progress) -> Iterator[Package]:
            from core.cases import package

            yield package(case.id, catalog=session.catalog, keys=session.keys, out=out, more=more, progress=progress)

        self.made, self._packing = None, case
        self._job = self._desk.jobs.start(
            task, label=tr("Packing the evidence"), on_result=self._packed, on_error=self._desk.messages.show_error
        )
        self._job.progressed.connect(lambda share, step: self.bar.setValue(round(1000 * share)))
        self._job.ended.connect(self._ended)
        self.bar.setValue(0)
        self._show_state()
        self.status.emit()

    def cancel(self) -> None:
        """Stop packing."""
        if self._job is not None:
            self._job.cancel()
            self.cancel_button.setEnabled(False)

    def _add(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, tr("Add screenshots or papers"))
        self.more += [Path(name) for name in names if Path(name) not in self.more]
        self._show_state()

    def _add_none(self) -> None:
        self.more.clear()
        self._show_state()
        self.add_button.setFocus()

    def _packed(self, made: Package) -> None:
        if self._packing is not None and self._case is not None and self._packing.id == self._case.id:
            self.made = made

    def _ended(self) -> None:
        self._job = self._packing = None
        self._show_state()
        self.status.emit()
        self.done.emit()

    def _open_report(self) -> None:
        if self.made is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.made.folder / "report.pdf")))

    def _show_folder(self) -> None:
        if self.made is not None:
            self._desk.show_in_folder(self.made.folder / "report.pdf")

    def _results(self) -> QFrame:
        self._result = QFrame()
        set_look(self._result, "inset")
        inside = column(self._result, margins=Space.M, spacing=Space.S)
        inside.addWidget(label(tr("The package is ready."), "strong"))
        self.where = label(wrap=True, selectable=True)
        self.hash = CopyLine(tr("SHA-256 of its manifest"))
        inside.addWidget(self.where)
        inside.addWidget(self.hash)
        line = row(spacing=Space.S)
        self.report_button = button(tr("Open the report"), self._open_report, icon="file")
        self.show_button = button(tr("Show the folder"), self._show_folder, look="quiet", icon="folder")
        line.addWidget(self.report_button)
        line.addWidget(self.show_button)
        line.addStretch(1)
        inside.addLayout(line)
        return self._result

    def _show_state(self) -> None:
        packing = self._packing is not None
        can = self._case is not None and bool(self._case.checks)
        self.make_button.setEnabled(can and not packing)
        self.bar.setVisible(packing)
        self.cancel_button.setVisible(packing)
        self.cancel_button.setEnabled(packing)
        names = joined(printable(path.name) for path in self.more)
        self._added.show_text(tr("Added: {names}", names=names) if names else tr("Nothing is added to it."))
        self.clear_button.setVisible(bool(names))
        made = self.made
        self._result.setVisible(made is not None)
        if made is not None:
            self.where.setText(printable(str(made.folder)))
            self.hash.show_text(made.sha256)
