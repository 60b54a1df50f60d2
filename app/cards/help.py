"""Help: the tour and the shortcuts again; the log and a report for those who make the program."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit

from app.cards.card import Card
from app.crash import log_tail
from app.desk import Desk
from app.i18n import tr
from app.session import LOG_NAME
from app.theme import Size
from app.widgets.parts import button
from core.progress import Progress

_LOG = 200_000  # characters of the log that are shown


class HelpCard(Card):
    """`tour` and `shortcuts` ask the window for them."""

    tour = Signal()
    shortcuts = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Help"), tr("A report holds versions, folders and a self-test, and no secret."))
        self.tour_button = button(tr("Short tour"), self.tour.emit)
        self.shortcuts_button = button(tr("Shortcuts"), self.shortcuts.emit)
        self.log_button = button(tr("Show the log"), self.show_log)
        self.report_button = button(tr("Make a report"), self.make_report)
        self.add_buttons(self.tour_button, self.shortcuts_button, self.log_button, self.report_button)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("The log, or the report"))
        self.text.setTabChangesFocus(True)
        self.text.setAcceptDrops(False)
        self.text.setFixedHeight(Size.INSPECTOR)
        self.text.hide()
        self.content.addWidget(self.text)
        self.copy_button = button(tr("Copy"), self.copy, icon="copy")
        self.close_button = button(tr("Close"), self.close_text, look="quiet")
        self.add_buttons(self.copy_button, self.close_button)
        self.close_text()

    def escape(self) -> bool:
        showing = not self.text.isHidden()
        self.close_text()
        return showing

    def show_log(self) -> None:
        """Show the end of the log, the newest lines in sight."""
        said = log_tail(self.desk.session.folder / LOG_NAME, _LOG)
        self._show(tr("The log"), said or tr("The log is empty: nothing unexpected has happened."))
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.maximum())

    def make_report(self) -> None:
        """Look at everything beside the window, as the doctor of the command line does, and show what it says."""
        from app.doctor import examine

        session = self.desk.session

        def task(progress: Progress) -> Iterator[str]:
            said: list[str] = []

            def say(line: str) -> None:
                progress(0.0, "")
                said.append(line)

            examine(say, session)
            yield "\n".join(said)

        self.report_button.setEnabled(False)
        self._show(tr("The report"), tr("Looking at everything: some seconds …"))
        job = self.desk.jobs.start(
            task,
            label=tr("Making a report"),
            on_result=lambda said: self._show(tr("The report"), said),
            on_error=self.desk.messages.show_error,
        )
        job.ended.connect(lambda: self.report_button.setEnabled(True))

    def copy(self) -> None:
        """Put what is shown on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def close_text(self) -> None:
        """Show neither log nor report."""
        for widget in (self.text, self.copy_button, self.close_button):
            widget.hide()

    def _show(self, name: str, said: str) -> None:
        self.text.setAccessibleName(name)
        self.text.setPlainText(said)
        for widget in (self.text, self.copy_button, self.close_button):
            widget.show()
