"""Opens a case: the file that was found, and what its user knows of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from app.desk import Desk
from app.i18n import tr
from app.theme import Size, Space, set_look
from app.widgets.case_form import fields_of, found_form
from app.widgets.parts import ElidedLabel, IconLabel, button, column, label, reading, row
from core.model import Case
from core.printable import printable


class NewCase(QFrame):
    """The form of a new case. `wanted` tells the file and the case; `left` that none is opened after all."""

    wanted = Signal(object, object)
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        set_look(self, "card")
        self.file: Path | None = None
        inside = QWidget()
        body = column(inside, margins=(Space.XL, Space.L, Space.XL, Space.L), spacing=Space.M)
        body.addWidget(label(tr("Open a case"), "title"))
        line = row(spacing=Space.S)
        line.addWidget(IconLabel("file"))
        self._name = ElidedLabel(look="strong")
        line.addWidget(self._name, 1)
        body.addLayout(line)
        explained = tr(
            "The file is copied into the data folder and hashed before anything opens it, and the copy is checked. "
            "What you do not know now can be filled in later."
        )
        body.addWidget(label(explained, "muted", wrap=True))
        self.form = found_form()
        self.form.setMaximumWidth(Size.READING)
        body.addWidget(self.form)
        foot = row(spacing=Space.M)
        self.open_button = button(tr("Open the case"), self._open, look="primary")
        self.leave_button = button(tr("Cancel"), self.left.emit)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(tr("How far the check of the file is"))
        foot.addWidget(self.open_button)
        foot.addWidget(self.leave_button)
        foot.addWidget(self.bar, 1)
        foot.addStretch(0)
        body.addLayout(foot)
        body.addStretch(1)
        column(self, margins=Space.XS).addWidget(reading(inside))
        self.wait(False)

    def begin(self, file: Path) -> None:
        """Ask what is known of a file."""
        self.file = file
        self._name.show_text(printable(str(file)))
        self.form.show_values({"title": printable(file.name), "found_on": _now()})
        self.wait(False)
        self.form.go_to("found_where")

    def wait(self, waiting: bool) -> None:
        """Show that the case is being opened, or that it is not."""
        self.form.setEnabled(not waiting)
        self.open_button.setEnabled(not waiting)
        self.bar.setVisible(waiting)

    def progress(self, share: float) -> None:
        """Show how far it is."""
        self.bar.setValue(round(1000 * share))

    def _open(self) -> None:
        if self.file is not None:
            self.wanted.emit(self.file, Case(0, **fields_of(self.form.values())))


def _now() -> str:
    """Return the time where its user is, with its zone."""
    return datetime.now().astimezone().isoformat(timespec="minutes")
