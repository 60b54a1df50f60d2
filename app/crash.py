"""When the program itself fails: a report that can be sent, and word at the next start of what was cut off."""

from __future__ import annotations

import faulthandler
import platform
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from core import __version__
from core.errors import CatalogError

_LOCK = "window.lock"
_LAST = "last-crash.txt"
_TAIL = 20_000  # characters of the log that a report holds


def report(error: BaseException) -> str:
    """Return what the makers need to know of a fault: versions, and where it happened. It holds no secret."""
    return f"{versions()}\n\n{''.join(traceback.format_exception(error))}"


def versions() -> str:
    """Return the versions of the program and of what it runs on, in one line."""
    qt = sys.modules.get("PySide6")
    library = f", PySide6 {qt.__version__}" if qt is not None else ""
    return f"Countermark {__version__}, Python {platform.python_version()}{library}, {platform.platform()}"


def log_tail(log: Path, characters: int = _TAIL) -> str:
    """Return the end of a log file, whole lines of it; empty where there is none."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - characters))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return text if size <= characters else text.partition("\n")[2]


class Running:
    """A sign in the data folder that the window runs, which a clean end takes away.

    `last_end` is what is known of the last run where that did not end cleanly: None where it did, or another window is
    open.
    """

    def __init__(self, folder: Path) -> None:
        from core.catalog.locks import FileLock

        path = folder / "locks" / _LOCK
        self._faults = folder / "locks" / _LAST
        self._file: TextIO | None = None
        left = path.exists()
        try:
            self._lock = FileLock.take(path)
        except CatalogError:  # a disk without locks: nothing is known then
            self._lock = None
        self.last_end = log_tail(self._faults) if left and self._lock is not None else None

    def watch(self) -> None:
        """Let even a fault below Python leave a trace; call once, when the program starts."""
        if self._lock is not None:
            self._file = self._faults.open("w", encoding="utf-8")
            faulthandler.enable(self._file)

    def end(self) -> None:
        """Take the sign away: the window ends as it should."""
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None
        if self._lock is not None:
            self._faults.unlink(missing_ok=True)
            self._lock.release()
            self._lock = None


def log_uncaught(write: Callable[[str], object]) -> None:
    """Let threads that nobody watches write their faults down, in the words of a report."""
    import threading

    def caught(given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None:
            write(report(given.exc_value))

    threading.excepthook = caught
