"""The head of the signed log, to be kept elsewhere, and its time stamps by a third party, carried as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.desk import Desk
from app.i18n import date, shown, tr
from app.theme import Space
from app.widgets.copy_line import CopyLine
from app.widgets.parts import button, clear, column, label, row
from core.evidence.stamp import Stamp
from core.printable import printable


class LogSeal(QWidget):
    """Where the log ends, and the files with which that can be time-stamped. `done` tells that one was taken in."""

    done = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        body = column(self, spacing=Space.M)
        explained = tr(
            "Every copy, finding, package and notice is an entry of a log, bound to the one before and signed with "
            "your key. Keep its head elsewhere, or have it time-stamped: then nobody can cut the end off unseen."
        )
        body.addWidget(label(explained, wrap=True))
        self.head = CopyLine(tr("Head of the log"))
        body.addWidget(self.head)
        stamped = row(spacing=Space.S)
        self.ask_button = button(tr("Write a time stamp request"), self.ask_stamp, icon="file")
        self.take_button = button(tr("Take in the answer"), self.take_stamp, look="quiet", icon="add")
        stamped.addWidget(self.ask_button)
        stamped.addWidget(self.take_button)
        stamped.addStretch(1)
        body.addLayout(stamped)
        self.told = label(wrap=True, selectable=True)
        self.told.hide()
        body.addWidget(self.told)
        self._stamps = column(spacing=Space.S)
        body.addLayout(self._stamps)

    def show_log(self, head: str, stamps: Sequence[str]) -> None:
        """Show where the log ends, and what stamps it has."""
        self.head.show_text(head)
        clear(self._stamps)
        for said in stamps:
            self._stamps.addWidget(label(shown(printable(said)), "muted", wrap=True, selectable=True))

    def ask_stamp(self) -> None:
        """Write the request for a time stamp of the log to a file that its user names."""
        name, _ = QFileDialog.getSaveFileName(self, tr("Time stamp request"), str(Path.home() / "countermark.tsq"))
        if not name:
            return
        session = self._desk.session

        def work() -> Path:
            from core.stamps import ask

            ask(session.catalog, Path(name))
            return Path(name)

        self._desk.jobs.call(work, self._asked, self._desk.messages.show_error)

    def take_stamp(self) -> None:
        """Take in the answer of a time stamping authority."""
        name, _ = QFileDialog.getOpenFileName(
            self, tr("Time stamp answer"), "", tr("Time stamps (*.tsr);;All files (*)")
        )
        if not name:
            return
        session = self._desk.session

        def work() -> Stamp:
            from core.stamps import take_in

            return take_in(session.catalog, session.key, Path(name))

        self._desk.jobs.call(work, self._stamped, self._desk.messages.show_error)

    def _asked(self, path: Path) -> None:
        self._tell(
            tr(
                "The request is in {name}. Send it to a time stamping authority, and take its answer in here.",
                name=printable(path.name),
            )
        )

    def _stamped(self, stamp: Stamp) -> None:
        self._tell(tr("Stamped on {day}. It is packed with every package from now on.", day=date(stamp.moment)))
        self.done.emit()

    def _tell(self, text: str) -> None:
        self.told.setText(text)
        self.told.setAccessibleName(text)
        self.told.show()
