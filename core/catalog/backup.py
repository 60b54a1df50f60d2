"""Dated backups of the catalog: whole snapshots beside it, each read back before it counts, kept ever more thinly."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.catalog import integrity
from core.catalog.database import explained
from core.catalog.locks import FileLock, turn
from core.catalog.newfile import PART, new_file
from core.errors import CancelledError, CatalogError, CountermarkError

FOLDER = "backups"
AGE = timedelta(days=1)  # of the last one when the next is due
DAYS, WEEKS, MONTHS = 7, 4, 12  # of each the newest is kept
_SHARE, _LEAST, _ALWAYS = 3, 2_000_000_000, 2  # all together so many times the newest or so many bytes; but so many
_NAME = re.compile(r"catalog (\d{4}-\d\d-\d\dT\d{6})Z\.sqlite3")
LOCK, PATIENCE = "backup.lock", 600.0  # seconds to wait for another process that makes one
_STEP = 2_000  # pages that are copied at once: 8 MB
_FORM = "%Y-%m-%dT%H%M%S"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backup:
    """One dated backup."""

    path: Path
    moment: datetime  # UTC
    bytes: int


def backups(folder: Path) -> list[Backup]:
    """Return the dated backups of a data folder, newest first."""
    found = []
    for path in (folder / FOLDER).glob("catalog *.sqlite3"):
        name = _NAME.fullmatch(path.name)
        if name:
            moment = datetime.strptime(name[1], _FORM).replace(tzinfo=UTC)
            found.append(Backup(path, moment, path.stat().st_size))
    return sorted(found, key=lambda backup: backup.moment, reverse=True)


def back_up(catalog: Path, folder: Path) -> Backup:
    """Return a new dated backup of a catalog file; older ones are thinned.

    CatalogError or WriteError: none was made.
    """
    with turn(folder / "locks" / LOCK, patience=PATIENCE):
        return _made(catalog, folder)


def _made(catalog: Path, folder: Path, stop: Callable[[], bool] = lambda: False) -> Backup:
    moment = datetime.now(UTC).replace(microsecond=0)
    for last in backups(folder)[:1]:  # always the newest, also twice in a second or after a clock was set back
        moment = max(moment, last.moment + timedelta(seconds=1))
    target = folder / FOLDER / f"catalog {moment.strftime(_FORM)}Z.sqlite3"
    _require_room(catalog, folder)
    with new_file(target) as temporary:
        snapshot(catalog, temporary, stop)
    thin(folder)
    return Backup(target, moment, target.stat().st_size)


def back_up_if_due(catalog: Path, folder: Path, *, stop: Callable[[], bool] = lambda: False) -> Backup | None:
    """Return a new backup where the last is older than a day, else None; what hinders it is logged, nothing more.

    `stop` is asked again and again whether to leave off: nothing is left behind then.
    """
    last = next(iter(backups(folder)), None)
    if last is not None and datetime.now(UTC) - last.moment < AGE:
        return None
    lock = FileLock.take(folder / "locks" / LOCK)
    if lock is None:  # another process is making it, or restores one
        return None
    try:
        for left in (folder / FOLDER).glob(f".catalog *{PART}*"):  # SQLite's journal of it as well
            left.unlink(missing_ok=True)
        return _made(catalog, folder, stop)
    except CancelledError:
        return None
    except (CountermarkError, OSError) as error:
        _log.warning("The daily backup of the catalog was not made: %s", error)
        return None
    finally:
        lock.release(remove=False)


def snapshot(catalog: Path, target: Path, stop: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Write the catalog, as it is at one moment, into an empty file, read it back and return what it holds.

    Others may go on writing meanwhile. CatalogError where the copy is not what it should be, CancelledError where
    `stop` says so between two steps.
    """

    def went_on(_: int, __: int, ___: int) -> None:
        if stop():
            raise CancelledError

    with explained(catalog), contextlib.closing(sqlite3.connect(catalog, timeout=30, isolation_level=None)) as source:
        source.execute("BEGIN")
        wanted = integrity.counts(source)
        with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy:
            source.backup(copy, pages=_STEP, progress=went_on)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without companions
        source.execute("COMMIT")
    with target.open("rb+") as file:
        os.fsync(file.fileno())
    with explained(target), contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy:
        wrong = integrity.problems(copy, quick=True)
        if wrong or integrity.counts(copy) != wanted:
            raise CatalogError(
                f"The backup of {catalog} is not whole: {' '.join(wrong) or 'rows are missing.'}",
                "Check the catalog (countermark catalog check) and the disk. The backup was not kept.",
                path=catalog,
            )
    return wanted


def sha256_of(path: Path) -> str:
    """Return the hash of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def thin(folder: Path) -> list[Path]:
    """Remove the backups that are no longer wanted and return their paths."""
    every = backups(folder)
    kept = set(_wanted(every))
    gone = [backup.path for backup in every if backup not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _wanted(newest_first: list[Backup]) -> Iterator[Backup]:
    """Yield the newest backup of each of the last days, weeks and months, as long as they are not too large together.

    The newest few are always kept.
    """
    chosen: set[Path] = set()
    for form, count in (("%Y-%m-%d", DAYS), ("%G-%V", WEEKS), ("%Y-%m", MONTHS)):
        chosen.update(_newest_of_each(newest_first, form, count))
    most = max(_LEAST, _SHARE * newest_first[0].bytes) if newest_first else 0
    for place, backup in enumerate(backup for backup in newest_first if backup.path in chosen):
        most -= backup.bytes
        if most < 0 and place >= _ALWAYS:
            return
        yield backup


def _newest_of_each(newest_first: Iterable[Backup], form: str, count: int) -> list[Path]:
    found: dict[str, Path] = {}
    for backup in newest_first:
        found.setdefault(backup.moment.strftime(form), backup.path)
    return [*found.values()][:count]


def _require_room(catalog: Path, folder: Path) -> None:
    size, free = catalog.stat().st_size, shutil.disk_usage(folder).free
    if free < size * 1.2:
        raise CatalogError(
            f"The catalog has {size / 1e6:,.0f} MB and its disk {free / 1e6:,.0f} MB of room: too little for a backup.",
            "Free some space, or export it to another disk.",
            path=catalog,
        )
