"""Where copies are saved: beside their originals, or in one folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog

from app.i18n import tr
from app.widgets.parts import ComboBox


class OutputChoice(ComboBox):
    """A choice between "beside the original", the folder of last time, and another one."""

    def __init__(self, folder: str = "") -> None:
        super().__init__(tr("Where copies are saved"))
        self.folder: Path | None = Path(folder) if folder else None
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(14)
        self._fill()
        self.activated.connect(self._picked)

    def choose(self, folder: Path | None) -> None:
        """Save into this folder from now on; None: beside the originals."""
        self.folder = folder
        self._fill()

    def _fill(self) -> None:
        self.clear()
        self.addItem(tr("Beside the original"))
        if self.folder is not None:
            self.addItem(self.folder.name or str(self.folder))
            self.setItemData(1, str(self.folder), Qt.ItemDataRole.ToolTipRole)
        self.addItem(tr("Choose a folder…"))
        self.setCurrentIndex(0 if self.folder is None else 1)
        self.setToolTip("" if self.folder is None else str(self.folder))

    def _picked(self, place: int) -> None:
        if place == self.count() - 1:
            start = str(self.folder or Path.home())
            chosen = QFileDialog.getExistingDirectory(self, tr("Save copies in"), start)
            self.choose(Path(chosen) if chosen else self.folder)
        elif place == 0:
            self.choose(None)
