"""A tour of a minute: two samples are protected, damaged and found again. Nothing of it touches the own catalog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QProgressBar, QWidget

from app.desk import Desk
from app.i18n import tr
from app.jobs import Job
from app.theme import Size, Space, set_look
from app.tour import Found, Tour
from app.widgets.parts import IconLabel, button, clear, column, label, row
from core.model import Protected, Status, Verdict
from core.progress import Progress


class TourWindow(QDialog):
    """Four steps, each with one button; Escape leaves it at any time."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tour = Tour()
        self._files: tuple[Path, Path] | None = None
        self._job: Job | None = None
        self.setWindowTitle(tr("Short tour"))
        set_look(self, "page")
        self.resize(Size.READING, Size.READING)
        body = column(self, margins=Space.XL, spacing=Space.M)
        self.step = label(look="muted")
        self.title = label(look="title", wrap=True)
        self.text = label(look="lead", wrap=True)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lines = column(spacing=Space.S)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("How far this step is"))
        for widget in (self.step, self.title, self.text, self.picture):
            body.addWidget(widget)
        body.addLayout(self._lines)
        body.addStretch(1)
        body.addWidget(self.bar)
        line = row(spacing=Space.S)
        self.skip_button = button(tr("Skip the tour"), self.reject, look="quiet")
        self.next_button = button(tr("Next"), self._next, look="primary")
        line.addWidget(self.skip_button)
        line.addStretch(1)
        line.addWidget(self.next_button)
        body.addLayout(line)
        self._then: Callable[[], object] = self.accept
        self.finished.connect(self._leave)
        self._show(1, tr("A picture and a voice"), tr("Two samples are being made …"), "")
        self._call(lambda: self._tour.prepare(), self._prepared)

    # -- the steps ---------------------------------------------------------------------------------------------

    def _prepared(self, files: tuple[Path, Path]) -> None:
        self._files = files
        self._show(
            1,
            tr("A picture and a voice"),
            tr("Say these are yours. Two studios want to see and hear them."),
            tr("Protect them for both"),
            self._protect,
        )
        self._show_picture(files[0])

    def _protect(self) -> None:
        files = self._files
        assert files is not None
        self._start(lambda progress: self._tour.protect(files, progress), self._protected, self._all_protected)

    def _protected(self, result: Protected) -> None:
        if result.status is not Status.PROTECTED or result.output is None:
            self._line("trouble", "trouble", result.message)
            return
        said = tr("{name}: copy no. {serial}", name=result.output.name, serial=result.serial)
        self._line("certain", "certain", said)

    def _all_protected(self) -> None:
        if self._tour.missing():
            self._show(2, tr("That did not work here"), tr("Why stands below."), tr("Close"), self.reject, keep=True)
            return
        self._show(
            2,
            tr("Four copies, four numbers"),
            tr("Each copy carries a number of its own that nobody sees or hears. This is what Studio B got."),
            tr("Now let them leak"),
            lambda: self._call(self._tour.damage, self._damaged),
            keep=True,
        )
        copies = sorted((self._tour.folder / "copies").glob("*.jpg"))
        self._show_picture(copies[-1])

    def _damaged(self, paths: list[Path]) -> None:
        self._show(
            3,
            tr("Somebody passed two of them on"),
            tr(
                "The picture was halved and saved badly; ten seconds were cut out of the voice and saved as MP3. The "
                "names tell nothing."
            ),
            tr("Whose copies are these?"),
            lambda: self._start(self._tour.find, self._found, self._all_found),
        )
        for path in paths:
            self._line("file", "muted", path.name)
        self._show_picture(paths[0])

    def _found(self, found: Found) -> None:
        if self.step.text() != _step(4):
            self._show(4, tr("Whose copies they are"), "", "")
            self._show_picture(found.path)
        match = next(iter(found.checked.matches), None)
        if found.checked.verdict is Verdict.CERTAIN and match is not None and match.recipient is not None:
            said = tr("{file}: certain, the copy of {name}.", file=found.path.name, name=match.recipient.name)
            self._line("certain", "certain", said)
        else:
            self._line("nothing", "muted", f"{found.path.name}: {found.checked.message}")

    def _all_found(self) -> None:
        self._show(
            4,
            tr("Whose copies they are"),
            tr("So it goes with your own files: protect them before they leave, and check what you find elsewhere."),
            tr("Done"),
            self.accept,
            keep=True,
        )
        self.skip_button.hide()

    # -- what they share ---------------------------------------------------------------------------------------

    def _show(
        self,
        number: int,
        title: str,
        text: str,
        answer: str,
        act: Callable[[], object] | None = None,
        keep: bool = False,
    ) -> None:
        self.step.setText(_step(number))
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.next_button.setVisible(bool(answer))
        if answer and act is not None:
            self.next_button.setText(answer)
            self._then = act
            self.next_button.setFocus()
        self.bar.hide()
        if not keep:
            clear(self._lines)
            self.picture.hide()

    def _show_picture(self, path: Path) -> None:
        seen = QPixmap(str(path))
        dense = self.devicePixelRatioF()
        width = round((Size.READING - 2 * Space.XL) * 0.7 * dense)
        seen = seen.scaledToWidth(min(width, seen.width()), Qt.TransformationMode.SmoothTransformation)
        seen.setDevicePixelRatio(dense)
        self.picture.setPixmap(seen)
        self.picture.setAccessibleName(tr("The picture {name}", name=path.name))
        self.picture.show()

    def _line(self, icon: str, role: str, said: str) -> None:
        line = row(spacing=Space.S)
        line.addWidget(IconLabel(icon, role))
        line.addWidget(label(said, wrap=True, selectable=True), 1)
        self._lines.addLayout(line)

    def _next(self) -> None:
        self._then()

    def _call(self, function: Callable[[], Any], then: Callable[[Any], object]) -> None:
        self._wait()
        self._watch(self._desk.jobs.call(function, then, self._failed, lane="work", label=tr("Short tour")))

    def _start(
        self,
        task: Callable[[Progress], Any],
        on_result: Callable[[Any], object],
        then: Callable[[], object],
    ) -> None:
        self._wait()
        job = self._desk.jobs.start(task, label=tr("Short tour"), on_result=on_result, on_error=self._failed)
        job.progressed.connect(lambda share, step: self.bar.setValue(round(100 * share)))
        self._watch(job)
        job.ended.connect(lambda: then() if not self._failing and self.isVisible() else None)

    def _wait(self) -> None:
        self._failing = False
        self.next_button.hide()
        self.bar.setRange(0, 100)
        self.bar.setValue(0)
        self.bar.show()

    def _watch(self, job: Job) -> None:
        self._job = job
        job.cancelled.connect(lambda: setattr(self, "_failing", True))

    def _failed(self, error: Exception) -> None:
        self._failing = True
        self._desk.messages.show_error(error)
        self.reject()

    def _leave(self) -> None:
        """Stop what is at work and take everything away, once."""
        tour, job = self._tour, self._job
        if job is not None and job.running:
            job.cancel()
            job.ended.connect(tour.close)
        else:
            tour.close()
        self._job = None


def _step(number: int) -> str:
    return tr("Step {number} of {count}", number=number, count=4)
