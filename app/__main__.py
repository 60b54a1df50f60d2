"""Starts the window: `python -m app`."""

from __future__ import annotations

import logging
import sys

from PySide6.QtCore import QCoreApplication, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from app import icons
from app.crash import Running, log_uncaught
from app.i18n import SYSTEM, tr, use_language
from app.main_window import MainWindow
from app.messages import last_words
from app.session import Session
from app.theme import theme
from core.errors import CountermarkError
from core.settings import Motion


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
        use_language(session.settings.language)
        theme.apply(app, session.settings.theme.value, still=session.settings.motion is Motion.REDUCED)
        running = Running(session.folder)
        running.watch()
        window = MainWindow(session, last_end=running.last_end)
    except CountermarkError as error:
        last_words(tr("Countermark cannot start"), error)
        return 2
    qInstallMessageHandler(_qt_says)
    log_uncaught(lambda said: logging.getLogger("app").error("a fault in a thread:\n%s", said))
    app.aboutToQuit.connect(running.end)  # also where the system ends its session
    window.show()
    return app.exec()


def _qt_says(kind: QtMsgType, context: QMessageLogContext, text: str | None) -> None:
    """Keep what Qt has to say in the log, where its user can find it."""
    level = logging.DEBUG if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) else logging.WARNING
    logging.getLogger("app.qt").log(level, "%s", text)


if __name__ == "__main__":
    sys.exit(main())
