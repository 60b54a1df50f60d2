"""Starts the window: `python -m app`."""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from app import icons
from app.i18n import SYSTEM, tr, use_language
from app.main_window import MainWindow
from app.messages import last_words
from app.session import Session
from app.theme import theme
from core.errors import CountermarkError


def main() -> int:
    """Return the exit code of the window: 0, or 2 where the data folder cannot be opened."""
    QCoreApplication.setApplicationName("Countermark")
    app = QApplication(sys.argv)
    app.setApplicationDisplayName("Countermark")
    app.setDesktopFileName("countermark")
    app.setWindowIcon(icons.application_icon())
    use_language(SYSTEM)
    theme.apply(app)
    try:
        session = Session.open()
        theme.apply(app, session.settings.theme.value)
        window = MainWindow(session)
    except CountermarkError as error:
        last_words(tr("Countermark cannot start"), error)
        return 2
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
