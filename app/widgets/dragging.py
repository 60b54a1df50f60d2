"""Files that are dragged out of the window, to a mail program or a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QWidget

from app import icons
from app.models.works import file_data
from app.theme import Size


def drag_out(source: QWidget, files: Sequence[Path]) -> bool:
    """Let files be dragged from a widget until they are dropped; return whether there were any."""
    data = file_data(files)
    if data is None:
        return False
    drag = QDrag(source)
    drag.setMimeData(data)
    drag.setPixmap(icons.pixmap("copy", "accent", Size.ICON_LARGE, source.devicePixelRatioF()))
    drag.exec(Qt.DropAction.CopyAction)
    return True
