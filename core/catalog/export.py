"""The whole catalog as one file for another disk or computer, and the way back; a drill proves that it is one.

The file is a zip: a snapshot of the catalog with all that it keeps of the works, the sealed key files, the settings,
manifests that lie beside the catalog, and a list of them all with their hashes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from core.catalog import integrity, unsigned
from core.catalog.backup import LOCK, PATIENCE, sha256_of, snapshot
from core.catalog.database import Database, explained
from core.catalog.events import head_in
from core.catalog.locks import turn
from core.catalog.migrations import steps
from core.catalog.newfile import move_new, new_file
from core.catalog.store import FILE_NAME
from core.errors import CatalogError, KeyFileError, UnreadableError
from core.key_files import read_key_file
from core.settings import keys_folder, settings_file

FORMAT = 1
_LIST = "countermark.json"
_MANIFESTS = "manifests"
_CHUNK = 1 << 20
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds: counts by table, key files; and key files left out since no passphrase seals them."""

    path: Path
    counts: dict[str, int]
    keys: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored where; `set_aside` is the catalog that was there before, None where there was none."""

    folder: Path
    counts: dict[str, int]
    keys: tuple[str, ...]
    set_aside: Path | None


@dataclass(frozen=True, slots=True)
class Drill:
    """What a backup was found to hold when it was restored for trial.

    `problems` are sentences; none means that it is good. `copy` is its oldest copy in words, empty where it has none.
    """

    counts: dict[str, int]
    problems: tuple[str, ...]
    copy: str


def export(folder: Path, target: Path, *, open_keys: bool = False) -> Exported:
    """Write a data folder's catalog, keys, settings and manifests to one new file, and return what it holds.

    The file is read back before it gets its name, and never replaces another. Key files without a passphrase go along
    only with `open_keys`: whoever gets the file could use them.
    """
    if not (folder / FILE_NAME).is_file():
        raise CatalogError(f"There is no catalog in {folder}.", "Protect a file first.", path=folder)
    keys, left_out = _key_files(folder, open_keys=open_keys)
    with new_file(target) as temporary, tempfile.TemporaryDirectory(dir=target.parent, prefix=".export-") as scratch:
        copy = Path(scratch) / FILE_NAME
        counts = snapshot(folder / FILE_NAME, copy)
        files = {FILE_NAME: copy, **{f"keys/{path.name}": path for path in keys}}
        if settings_file(folder).is_file():
            files[settings_file(folder).name] = settings_file(folder)
        beside = sorted(path for path in (folder / _MANIFESTS).rglob("*") if path.is_file())
        files |= {path.relative_to(folder).as_posix(): path for path in beside}
        _write(temporary, files, counts)
        with zipfile.ZipFile(temporary) as archive:
            _require_whole(archive, target)
    facts = {"bytes": target.stat().st_size, "sha256": sha256_of(target), "keys": [path.stem for path in keys]}
    try:
        _tell(folder / FILE_NAME, unsigned.BACKUP_MADE, {"name": "export", **facts})
    except CatalogError as error:  # the export is there all the same
        _log.warning("The signed log does not tell of the export %s: %s", target.name, error)
    return Exported(target, counts, tuple(path.stem for path in keys), tuple(path.stem for path in left_out))


def restore(source: Path, folder: Path) -> Restored:
    """Put the catalog of an export, or of a dated backup, into a data folder, and say what is there now.

    A catalog that is there is set aside in a folder of its own. Keys, settings and manifests that are there stay as
    they are; those that are missing come along. UnreadableError for a damaged file, CatalogError where the present
    catalog is in use: nothing is changed then.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restoring-") as scratch:
        staging = Path(scratch)
        _unpack(source, staging)
        counts, wrong, _ = _tried(staging)
        if wrong:
            raise CatalogError(f"{source.name} is not in order: {' '.join(wrong)}", "Use another backup.", path=source)
        before = head_in(folder / FILE_NAME)  # the log that was there may tell more than the one that comes
        told = {"sha256": sha256_of(source), "head_before": "" if before is None else f"{before[0]}:{before[1]}"}
        _tell(staging / FILE_NAME, unsigned.BACKUP_RESTORED, told)
        keys = _bring(staging, folder)
        locks = folder / "locks"
        with turn(locks / LOCK, patience=PATIENCE), turn(locks / "opening.lock"):
            set_aside = _set_aside(folder)
            for companion in ("-wal", "-shm"):  # before: SQLite would take them for the new one's
                (folder / f"{FILE_NAME}{companion}").unlink(missing_ok=True)
            (staging / FILE_NAME).replace(folder / FILE_NAME)
    return Restored(folder, counts, keys, set_aside)


def drill(source: Path, present: Path | None = None) -> Drill:
    """Restore a backup for trial, in a temporary folder, and return what it holds and what is wrong with it.

    `present` is the catalog file that it should be a backup of: copies that are older than the backup must be in it.
    """
    with tempfile.TemporaryDirectory(prefix="countermark-drill-") as scratch:
        staging = Path(scratch)
        _unpack(source, staging)
        counts, wrong, copy = _tried(staging)
        if present is not None and present.is_file():
            wrong += _missing(staging / FILE_NAME, present)
    return Drill(counts, tuple(wrong), copy)


def _key_files(folder: Path, *, open_keys: bool) -> tuple[list[Path], list[Path]]:
    taken: list[Path] = []
    left_out: list[Path] = []
    for path in sorted(keys_folder(folder).glob("*.key")):
        try:
            sealed = bool(read_key_file(path)["passphrase"])
        except KeyFileError:
            sealed = True  # a damaged file gives nobody a key, and may be all that is left of it
        (taken if sealed or open_keys else left_out).append(path)
    return taken, left_out


def _write(target: Path, files: dict[str, Path], counts: dict[str, int]) -> None:
    about = {
        "format": FORMAT,
        "catalog": len(steps()),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "counts": counts,
        "files": {},
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, path in files.items():
            digest = hashlib.sha256()
            with path.open("rb") as file, archive.open(name, "w", force_zip64=True) as entry:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    entry.write(chunk)
            about["files"][name] = digest.hexdigest()  # type: ignore[index]
        archive.writestr(_LIST, json.dumps(about, indent=1))


def _require_whole(archive: zipfile.ZipFile, shown: Path) -> dict[str, str]:
    """Return the hashes of an export's files by name, all compared. UnreadableError where one differs."""
    damaged = UnreadableError(f"{shown.name} is damaged or is not an export.", "Use another backup.", path=shown)
    try:
        about = json.loads(archive.read(_LIST))
        files: dict[str, str] = about["files"]
        newer = about["format"] > FORMAT
        names = [name for name in archive.namelist() if name != _LIST]
        if newer:
            raise UnreadableError(
                f"{shown.name} was made by a newer Countermark.", "Restore it with the newer program.", path=shown
            )
        if sorted(names) != sorted(files) or FILE_NAME not in files or not all(map(_is_inside, names)):
            raise damaged
        for name, wanted in files.items():
            with archive.open(name) as entry:
                if hashlib.file_digest(entry, "sha256").hexdigest() != wanted:  # type: ignore[arg-type]
                    raise damaged
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
    ) as error:
        raise damaged from error
    return files


def _is_inside(name: str) -> bool:
    """Return whether a name of an archive stays inside the folder that it is unpacked to."""
    path = PurePosixPath(name)
    known = name in (FILE_NAME, "settings.toml") or path.parts[0] in ("keys", _MANIFESTS)
    return known and not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def _unpack(source: Path, staging: Path) -> None:
    """Bring what a backup holds into an empty folder, hashes compared."""
    try:
        if not zipfile.is_zipfile(source):
            with source.open("rb") as file:
                if file.read(16) != b"SQLite format 3\x00":
                    raise UnreadableError(
                        f"{source.name} is neither an export nor a backup of a catalog.", "Choose another.", path=source
                    )
            shutil.copyfile(source, staging / FILE_NAME)
            return
        with zipfile.ZipFile(source) as archive:
            for name in _require_whole(archive, source):
                target = staging / name
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with archive.open(name) as entry, _private(target) as file:
                    shutil.copyfileobj(entry, file, _CHUNK)
    except (OSError, zipfile.BadZipFile) as error:
        reason = getattr(error, "strerror", None) or "it is damaged"
        raise UnreadableError(f"{source.name} could not be read: {reason}.", "Check the file.", path=source) from error


@contextlib.contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """Give a new file for its owner alone, on the disk at the end."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _tried(staging: Path) -> tuple[dict[str, int], list[str], str]:
    """Open a catalog for trial; return what it holds, what is wrong with it, and its oldest copy in words."""
    database = Database(staging / FILE_NAME)
    try:
        with database.reading() as connection:
            wrong = integrity.problems(connection)
            counts = integrity.counts(connection)
            row = connection.execute(
                "SELECT c.key, c.serial, w.title, r.name, c.created, EXISTS (SELECT 1 FROM serials s WHERE"
                " s.key = c.key AND s.serial = c.serial) AS known FROM copies c JOIN works w ON w.id = c.work"
                " JOIN recipients r ON r.id = c.recipient ORDER BY c.created, c.id LIMIT 1"
            ).fetchone()
            if counts["copies"] and (row is None or not row["known"]):
                wrong.append("Its oldest copy is not known by its serial.")
            connection.execute("PRAGMA journal_mode = DELETE")
    finally:
        database.close()
    said = f"no. {row['serial']} of “{row['title']}” for {row['name']}, {row['created'][:10]}" if row else ""
    return counts, wrong, said


def _tell(catalog: Path, what: str, facts: Mapping[str, object]) -> None:
    """Let the log of a catalog file tell of a backup."""
    database = Database(catalog)
    try:
        with database.changing() as connection:
            unsigned.remember(connection, what, facts)
    finally:
        database.close()


def _missing(restored: Path, present: Path) -> list[str]:
    """Return what of the present catalog's copies a backup lacks though they are older than its newest one."""
    with explained(present), contextlib.closing(sqlite3.connect(present, timeout=30, isolation_level=None)) as now:
        now.execute("ATTACH ? AS backup", (str(restored),))
        lacking = now.execute(
            "SELECT count(*) FROM main.copies c WHERE c.id <= (SELECT coalesce(max(id), 0) FROM backup.copies)"
            " AND NOT EXISTS (SELECT 1 FROM backup.copies b WHERE b.key = c.key AND b.serial = c.serial)"
        ).fetchone()[0]
    return [f"{lacking:,} copies of the present catalog are not in it."] if lacking else []


def _bring(staging: Path, folder: Path) -> tuple[str, ...]:
    """Move keys, settings and manifests into a data folder where it lacks them; return the keys that came."""
    came = []
    for path in sorted(path for path in staging.rglob("*") if path.is_file()):
        name = path.relative_to(staging)
        if name.parts[0] not in ("keys", _MANIFESTS, "settings.toml"):
            continue
        target = folder / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            move_new(path, target)
            if name.parts[0] == "keys":
                came.append(path.stem)
    return tuple(came)


def _set_aside(folder: Path) -> Path | None:
    """Keep the present catalog under another name and return that; CatalogError where another program uses it."""
    present = folder / FILE_NAME
    if not present.exists():
        return None
    with contextlib.closing(sqlite3.connect(present, timeout=2, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")  # refused while anybody else has it open
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise CatalogError(
                    f"The catalog {present} is in use by another program.",
                    "Close Countermark everywhere, then restore again. Nothing was changed.",
                    path=present,
                ) from error
        except sqlite3.DatabaseError:  # damaged: that may be why another is restored
            pass
    aside = folder / f"set aside {datetime.now(UTC).strftime('%Y-%m-%dT%H%M%SZ')}"
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{aside.name.split(' (')[0]} ({number})")
    aside.mkdir(mode=0o700)
    for name in _companions(folder):
        try:
            (aside / name).hardlink_to(folder / name)
        except OSError:  # a file system without hard links
            shutil.copy2(folder / name, aside / name)
    return aside / FILE_NAME


def _companions(folder: Path) -> Iterable[str]:
    return [name for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm") if (folder / name).exists()]
