"""Would it survive? What a check says of the copy after each kind of damage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from app.desk import Desk
from app.i18n import powers, shown, tr
from app.jobs import Job
from app.theme import Space, set_look
from app.trials import damage_words
from app.widgets.parts import IconLabel, button, clear, column, label, scrolled
from core.decide import in_words
from core.model import Verdict
from core.progress import Progress
from core.trial import Tried

_LOOKS = {Verdict.CERTAIN: ("certain", "certain"), Verdict.PROBABLE: ("probable", "probable")}


class TrialView(QFrame):
    """A button that starts the trial, and a line for each kind of damage as it is tried."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._copy: tuple[Path, int] | None = None
        self._job: Job | None = None
        self.results: list[Tried] = []
        set_look(self, "card")
        inside = QWidget()
        body = column(inside, margins=Space.L, spacing=Space.M)
        body.addWidget(label(tr("Would it survive?"), "heading"))
        self.state = label(look="muted", wrap=True)
        body.addWidget(self.state)
        self.start_button = button(tr("Try it"), self.start)
        body.addWidget(self.start_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(Space.S)
        self._lines.setVerticalSpacing(Space.S)
        self._lines.setColumnStretch(1, 1)
        body.addLayout(self._lines)
        body.addStretch(1)
        column(self, margins=Space.XS).addWidget(scrolled(inside))

    def show_copy(self, path: Path, serial: int) -> None:
        """Take another copy; nothing is tried yet."""
        self.stop()
        self._copy = (path, serial)
        self._empty()

    def start(self) -> None:
        """Damage the copy in memory, again and again, and say each time what a check finds."""
        if self._copy is None or self._job is not None:
            return
        self._empty()
        path, serial = self._copy
        session = self._desk.session

        def task(progress: Progress) -> Iterator[Tried]:
            from core.trial import trial

            copy = session.catalog.copy_by_serial(session.key.id, serial)
            key = next((key for key in session.keys if copy is not None and key.id == copy.key), session.key)
            yield from trial(path, serial=serial, key=key, serials=session.catalog.serials(key.id), progress=progress)

        self._job = self._desk.jobs.start(
            task, label=tr("Trying"), on_result=self._tried, on_error=self._desk.messages.show_error
        )
        self._job.ended.connect(self._over)
        self.start_button.setEnabled(False)
        self.state.setText(tr("Damaging copies of it in memory …"))

    def stop(self) -> None:
        """Leave off what is being tried."""
        if self._job is not None:
            self._job.cancel()

    def _tried(self, tried: Tried) -> None:
        line = len(self.results)
        self.results.append(tried)
        icon, role = _LOOKS.get(tried.verdict, ("nothing", "muted"))
        said = {
            Verdict.CERTAIN: tr("still certain: {odds}", odds=powers(shown(in_words(tried.probability)))),
            Verdict.PROBABLE: tr("only probable"),
        }.get(tried.verdict, tr("not found by the file alone"))
        self._lines.addWidget(IconLabel(icon, role), line, 0, Qt.AlignmentFlag.AlignTop)
        cell = column(spacing=0)
        cell.addWidget(label(damage_words(tried.damage), wrap=True))
        verdict = label(said, "small", wrap=True, selectable=True)
        verdict.setAccessibleName(f"{damage_words(tried.damage)}: {said}")
        cell.addWidget(verdict)
        self._lines.addLayout(cell, line, 1)

    def _over(self) -> None:
        self._job = None
        self.start_button.setEnabled(True)
        held = sum(tried.verdict is Verdict.CERTAIN for tried in self.results)
        done = tr("{held} of {total} still certain", held=held, total=len(self.results)) if self.results else ""
        self.state.setText(done)

    def _empty(self) -> None:
        self.results = []
        clear(self._lines)
        self.state.setText(tr("What happens to files elsewhere is tried in memory; nothing is saved."))
