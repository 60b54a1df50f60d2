"""Where something is written: a folder by name, and a button that chooses another."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.i18n import tr
from app.theme import Space
from app.widgets.parts import ElidedLabel, button, label, row


class FolderLine(QWidget):
    """A chosen folder; `folder` is None before one was chosen."""

    changed = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.folder: Path | None = None
        line = row(self, spacing=Space.S)
        line.addWidget(label(title, "muted"))
        self._name = ElidedLabel(tr("no folder chosen yet"))
        line.addWidget(self._name, 1)
        self.button = button(tr("Choose…"), self.ask, icon="folder")
        self.button.setAccessibleName(f"{title} {tr('Choose…')}")
        line.addWidget(self.button)

    def choose(self, folder: Path) -> None:
        """Write into this folder from now on."""
        self.folder = folder
        self._name.show_text(str(folder))
        self.changed.emit()

    def ask(self) -> bool:
        """Let people choose a folder; return whether one is chosen now."""
        chosen = QFileDialog.getExistingDirectory(self, self._title, str(self.folder or Path.home()))
        if chosen:
            self.choose(Path(chosen))
        return self.folder is not None
