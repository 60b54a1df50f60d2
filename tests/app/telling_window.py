"""The program as its users start it, which also writes down where its controls lie, for `test_real_window.py`.

What is typed and clicked goes through the X server all the same; this only spares the test from reading the screen.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

import app.__main__ as program
from app.main_window import MainWindow

_EVERY = 150  # milliseconds


class TellingWindow(MainWindow):
    """The window itself, with a clock that tells."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._clock = QTimer(self)
        self._clock.timeout.connect(_tell)
        self._clock.start(_EVERY)


def _tell() -> None:
    """Write down what can be seen: name, centre on the screen, and the window that has what is typed."""
    front = QApplication.activeModalWidget() or QApplication.activeWindow()
    fronts = [front] if front else [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    seen = [_seen(widget) for top in fronts for widget in top.findChildren(QWidget) if widget.isVisible()]
    focus = QApplication.focusWidget()
    told = {
        "windows": [int(widget.winId()) for widget in QApplication.topLevelWidgets() if widget.isVisible()],
        "front": int(front.winId()) if front else 0,
        "focus": _words(focus) if focus else "",
        "seen": [each for each in seen if each["name"]],
    }
    target = Path(os.environ["COUNTERMARK_TOLD"])
    target.with_suffix(".new").write_text(json.dumps(told), "utf-8")
    target.with_suffix(".new").replace(target)


def _seen(widget: QWidget) -> dict[str, Any]:
    centre = widget.mapToGlobal(QPoint(widget.width() // 2, widget.height() // 2))
    return {
        "name": _words(widget),
        "at": [centre.x(), centre.y()],
        "enabled": widget.isEnabled(),
        "acts": bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus),
    }


def _words(widget: QWidget) -> str:
    if isinstance(widget, QAbstractButton | QLabel):
        return widget.text() or widget.accessibleName()
    return widget.accessibleName() or (widget.text() if isinstance(widget, QLineEdit) else "")


if __name__ == "__main__":
    program.MainWindow = TellingWindow  # type: ignore[misc]
    sys.exit(program.main())
