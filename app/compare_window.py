"""See and hear what the mark changed: the original and its copy in a window of their own, and what would survive."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from app.comparing import AMPLIFIED, Pictures, Sounds, comparison
from app.desk import Desk
from app.i18n import number, shown, tr
from app.shortcuts import connect
from app.theme import Size, Space
from app.widgets.choice import Choice
from app.widgets.parts import ElidedLabel, card, column, icon_button, label, row
from app.widgets.picture_compare import PictureCompare
from app.widgets.sound_compare import SoundCompare
from app.widgets.trial_view import TrialView


class CompareWindow(QDialog):
    """Stays beside the main window; Escape closes it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(tr("Original and copy"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self.resize(Size.WINDOW[0] * 9 // 10, Size.WINDOW[1] * 9 // 10)
        body = column(self, margins=Space.L, spacing=Space.M)
        self.name = ElidedLabel(look="title")
        body.addWidget(self.name)
        self.stack = QStackedWidget()
        self.wait = label(tr("Reading both files …"), "muted")
        self.wait.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.wait.setWordWrap(True)
        self.pictures = self._pictures()
        self.sounds = SoundCompare(desk)
        for widget in (self.wait, self.pictures, self.sounds):
            self.stack.addWidget(widget)
        line = row(spacing=Space.L)
        line.addWidget(self.stack, 1)
        self.trial = TrialView(desk)
        self.trial.setFixedWidth(Size.INSPECTOR)
        line.addWidget(self.trial)
        body.addLayout(line, 1)
        connect(self, "compare.space", self._space)

    def show_copy(self, original: Path, copy: Path, serial: int) -> None:
        """Show a copy beside its original, and come to the front."""
        self.sounds.stop()
        self.name.show_text(copy.name)
        self.stack.setCurrentIndex(0)
        self.wait.setText(tr("Reading both files …"))
        self.trial.show_copy(copy, serial)
        self._shown = copy
        self._desk.jobs.call(lambda: comparison(original, copy), self._read, self._failed)
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._leave()
        super().closeEvent(event)

    def reject(self) -> None:
        self._leave()
        super().reject()

    def _leave(self) -> None:
        self.sounds.stop()
        self.trial.stop()

    def _pictures(self) -> QWidget:
        whole = QWidget()
        body = column(whole, spacing=Space.S)
        frame = card()
        inside = column(frame, margins=Size.LINE, spacing=0)
        self.view = PictureCompare()
        inside.addWidget(self.view)
        body.addWidget(frame, 1)
        line = row(spacing=Space.M)
        self.mode = Choice(
            tr("Shown"),
            (
                ("side", tr("Both"), tr("The original left of the edge, the copy right of it; drag the edge")),
                ("original", tr("Original"), tr("The original alone")),
                ("copy", tr("Copy"), tr("The copy alone")),
                ("difference", tr("Difference × {times}", times=AMPLIFIED), tr("What the mark changed, amplified")),
            ),
        )
        self.mode.choose("side")
        self.mode.chosen.connect(self.view.show_mode)
        self.zoom = label(look="muted")
        line.addWidget(self.mode)
        line.addStretch(1)
        line.addWidget(self.zoom)
        line.addWidget(icon_button("minus", tr("Smaller"), lambda: self.view.step_zoom(-1)))
        line.addWidget(icon_button("add", tr("Larger"), lambda: self.view.step_zoom(1)))
        self.view.zoomed.connect(lambda zoom: self.zoom.setText(tr("{zoom} %", zoom=number(100 * zoom))))
        self.hint = label(look="small")
        body.addLayout(line)
        body.addWidget(self.hint)
        return whole

    def _read(self, both: Pictures | Sounds) -> None:
        if both.name != self._shown.name:
            return
        if isinstance(both, Pictures):
            self.view.show_pictures(both)
            self.hint.setText(_shown_how(both))
            self.stack.setCurrentIndex(1)
            self.view.setFocus()
        else:
            self.sounds.show_sounds(both)
            self.stack.setCurrentIndex(2)
            self.sounds.play_button.setFocus()

    def _failed(self, error: Exception) -> None:
        self.wait.setText(shown(str(error)))
        self.wait.setAccessibleName(self.wait.text())

    def _space(self) -> None:
        """Play or pause; over pictures, change between original and copy."""
        if self.stack.currentIndex() == 2:
            self.sounds.toggle()
        elif self.stack.currentIndex() == 1:
            other = "copy" if self.mode.value() == "original" else "original"
            self.mode.choose(other)
            self.view.show_mode(other)


def _shown_how(both: Pictures) -> str:
    """Return what is to be known of how two pictures are shown, else the keys."""
    if both.scaled is not None:
        width, height = both.scaled
        return tr(
            "The original has {width} × {height} pixels; it is shown in the size of its copy.",
            width=number(width),
            height=number(height),
        )
    if both.halved:
        return tr("Both are shown at half their size, for want of memory.")
    return tr("Arrow keys move the edge, + and − the size; 0 shows all, 1 and 2 enlarge.")
