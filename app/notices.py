"""Word from the system when a long job is over and nobody looks at the window."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from app import icons
from app.i18n import tr

LONG = 10.0  # seconds from which on the end of a job is worth a word


class Notices(QObject):
    """Looks at what the window is working on, and tells when it has ended after a long time.

    The window's entry in the taskbar asks for attention; where the system shows messages of programs, it shows one.
    """

    def __init__(self, window: QWidget, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(window)
        self._window, self._clock = window, clock
        self._since: dict[object, float] = {}
        self._tray: QSystemTrayIcon | None = None

    def look(self, page: object, working: bool, done: Callable[[], str]) -> None:
        """Note whether a page is working; `done` says what came of it."""
        if working:
            self._since.setdefault(page, self._clock())
            return
        since = self._since.pop(page, None)
        if since is not None and self._clock() - since >= LONG and not self._window.isActiveWindow():
            self.tell(done())

    def tell(self, words: str) -> None:
        """Ask for attention, with words where the system can show them."""
        QApplication.alert(self._window)
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(icons.application_icon(), self)
            self._tray.setToolTip("Countermark")
            self._tray.messageClicked.connect(self._come)
            self._tray.activated.connect(lambda reason: self._come())
        self._tray.show()  # a message needs it; it goes when the window comes to the front
        self._tray.showMessage(tr("Countermark is done"), words, icons.application_icon())

    def seen(self) -> None:
        """Take the sign away: somebody looks at the window again."""
        if self._tray is not None:
            self._tray.hide()

    def _come(self) -> None:
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()
