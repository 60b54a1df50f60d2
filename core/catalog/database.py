"""The open catalog file: one connection for all threads, one short transaction for each change."""

from __future__ import annotations

import contextlib
import getpass
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from core.catalog import search
from core.catalog.locks import turn
from core.catalog.migrations import migrate
from core.errors import CatalogError

_PATIENCE = 30.0  # seconds to wait for another process that is writing; its transactions last milliseconds
_ADVICE = {
    sqlite3.SQLITE_BUSY: ("is in use by another program", "Try again when it has finished."),
    sqlite3.SQLITE_LOCKED: ("is in use by another program", "Try again when it has finished."),
    sqlite3.SQLITE_FULL: ("could not be written: the disk is full", "Free some space, then try again."),
    sqlite3.SQLITE_READONLY: ("may not be written", "Check the permissions of its folder."),
    sqlite3.SQLITE_PERM: ("may not be opened", "Check the permissions of its folder."),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "Check that its folder is there and may be written."),
    sqlite3.SQLITE_NOTADB: ("is damaged or is not a catalog", "Do not delete it; restore a backup beside it."),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "Do not delete it; restore a backup beside it."),
    sqlite3.SQLITE_IOERR: ("could not be read or written", "Check the disk, then try again."),
}


class Database:
    """A catalog file, open. Threads take turns; other processes wait for each other's transactions."""

    def __init__(self, path: Path, who: str = "") -> None:
        """Open the catalog, make it, or bring it to the present version. CatalogError says why it cannot be.

        `who` is the name under which changes are written down; empty for the user of this computer.
        """
        self.path = path
        self.who = who or _user()
        self._lock = threading.RLock()
        with turn(path.parent / "locks" / "opening.lock"), explained(path):
            # Made here for its permissions, which the journal files inherit.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self) -> None:
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA foreign_keys = ON")
        migrate(self._connection, self.path)
        self._connection.execute("PRAGMA journal_mode = WAL")
        search.prepare(self._connection)
        # FULL: a committed row outlives a power cut, as the file it describes does.
        self._connection.execute("PRAGMA synchronous = FULL")

    def close(self) -> None:
        """Close the file; further use is an error."""
        with self._lock:
            self._connection.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection to one thread for queries."""
        with self._lock, explained(self.path):
            yield self._connection

    @contextlib.contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection to one thread for one transaction: committed at the end, undone by any exception."""
        with self._lock, explained(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                if self._connection.in_transaction:  # not where it was abandoned
                    self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a system without names
        return "unknown"


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk say about the catalog into a CatalogError with advice."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        happened, advice = _ADVICE.get(code, (f"refused a change ({error})", "Please report this."))
        raise CatalogError(f"The catalog {path} {happened}.", advice, path=path) from error
    except OSError as error:
        raise CatalogError(
            f"The catalog {path} cannot be opened: {error.strerror}.", "Check its folder.", path=path
        ) from error
