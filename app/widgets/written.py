"""What was just written to a file: its name, and buttons that open it or its folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame

from app.desk import Desk
from app.i18n import tr
from app.theme import Space, set_look
from app.widgets.parts import ElidedLabel, IconLabel, button, icon_button, row


class Written(QFrame):
    """A line that says where a file lies; it takes no room while there is none."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.path: Path | None = None
        set_look(self, "card")
        line = row(self, margins=(Space.M, Space.S, Space.S, Space.S), spacing=Space.S)
        line.addWidget(IconLabel("certain", "certain"))
        self.words = ElidedLabel()
        line.addWidget(self.words, 1)
        self.open_button = button(tr("Open"), self._open, look="quiet")
        self.folder_button = button(tr("Show in folder"), self._show_in_folder, look="quiet")
        for made in (self.open_button, self.folder_button, icon_button("close", tr("Dismiss"), self.hide)):
            line.addWidget(made, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def show_path(self, path: Path) -> None:
        """Tell of a file that was written."""
        self.path = path
        self.words.show_text(tr("Written: {file}", file=path.name))
        self.words.setToolTip(str(path))
        self.show()

    def _open(self) -> None:
        if self.path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.path)))

    def _show_in_folder(self) -> None:
        if self.path is not None:
            self._desk.show_in_folder(self.path)
