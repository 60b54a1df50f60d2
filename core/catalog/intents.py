"""Copies on their way: what was begun is written down first, so that a crash at any point can be put right.

An intent names the temporary and the final file before either exists, gets the hash of the finished temporary file
before it is moved, and goes in the same transaction that brings the copy's row. Whatever a dead process left:
a final file with that hash becomes a copy, else the temporary file goes, and the final name was never used.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from core.catalog import copies, recipients, works
from core.catalog.changes import Operation, operation
from core.catalog.database import Database
from core.catalog.locks import dead_owner, owners
from core.catalog.newfile import PART, sync_folder
from core.catalog.tables import TABLES
from core.catalog.text import column_path, now, path_column, plain
from core.errors import CatalogError
from core.model import Copy, Kind, Strength, Work

TEMPORARY_SUFFIX = PART  # nothing else is ever removed
_BLOBS = ("thumbnail", "signal", "fingerprint")  # of a work; columns of their own, as JSON has no bytes
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Intent:
    """A copy on its way: its serial is issued, its two file names are written down."""

    id: int
    key: str
    serial: int
    temporary: Path
    final: Path


def reserve(
    connection: sqlite3.Connection,
    *,
    owner: str,
    key: str,
    work: Work,
    recipient: str,
    strength: Strength,
    temporary: Path,
    final: Path,
    purpose: str = "",
    terms: int | None = None,
) -> Intent:
    """Return a new intent with a serial of its own. `work` describes the original (its id is not used).

    `purpose` says what the copy is for; `terms` is the number of those that are written into it.
    """
    if not temporary.name.endswith(TEMPORARY_SUFFIX) or temporary.parent != final.parent:
        raise ValueError("a temporary file lies beside the final one, under a name that is recognised")
    serial = copies.issue(connection, key)
    facts = asdict(replace(work, title=plain(work.title)))
    blobs = {name: facts.pop(name) for name in _BLOBS}
    made = connection.execute(
        "INSERT INTO intents (owner, key, serial, recipient, strength, work, temporary, final, created, thumbnail,"
        " signal, fingerprint, purpose, terms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            owner,
            key,
            serial,
            recipient,
            strength.value,
            json.dumps(facts),
            path_column(temporary),
            path_column(final),
            now(),
            *blobs.values(),
            plain(purpose),
            terms,
        ),
    )
    return Intent(int(made.lastrowid or 0), key, serial, temporary, final)


def note_written(
    connection: sqlite3.Connection,
    intent: Intent,
    *,
    final: Path,
    sha256: str,
    parameters: int,
    quality: Mapping[str, float],
    manifest: bytes = b"",
) -> Intent:
    """Write down the hash of the finished temporary file and the name it is about to get; return the intent.

    `manifest` is the signed manifest of the copy, where it has one.
    """
    connection.execute(
        "UPDATE intents SET final = ?, sha256 = ?, parameters = ?, quality = ?, manifest = ? WHERE id = ?",
        (path_column(final), sha256, parameters, json.dumps(dict(quality)), manifest, intent.id),
    )
    return replace(intent, final=final)


def complete(work: Operation, number: int) -> int:
    """Turn a written intent, whose file is in place, into rows of work, recipient and copy; return the copy's id."""
    connection = work.connection
    row = connection.execute("SELECT * FROM intents WHERE id = ?", (number,)).fetchone()
    if row is None or row["sha256"] is None:
        raise CatalogError("An unfinished copy is no longer in the catalog.", "Protect the file again.")
    facts = json.loads(row["work"])
    original = Work(
        **{
            **facts,
            "kind": Kind(facts["kind"]),
            "tags": tuple(facts.get("tags", ())),
            **{name: row[name] for name in _BLOBS},
        }
    )
    made = work.insert(
        TABLES[Copy],
        {
            "work": works.remember(work, original, key=row["key"]),
            "serial": row["serial"],
            "recipient": recipients.remember(work, row["recipient"]),
            "key": row["key"],
            "path": column_path(row["final"]),
            "sha256": row["sha256"],
            "created": row["created"],
            "strength": row["strength"],
            "parameters": row["parameters"],
            "quality": json.loads(row["quality"]),
            "purpose": row["purpose"],
            "terms": row["terms"],
        },
    )
    if row["manifest"]:
        connection.execute("INSERT INTO manifests (copy, manifest) VALUES (?, ?)", (made, row["manifest"]))
    connection.execute("DELETE FROM intents WHERE id = ?", (number,))
    return made


def close(connection: sqlite3.Connection, number: int) -> None:
    """Forget an intent whose files are gone. Its serial stays issued."""
    connection.execute("DELETE FROM intents WHERE id = ?", (number,))


def repair(database: Database, folder: Path) -> int:
    """Put right what dead processes left unfinished; return how many copies were completed or tidied up.

    Those of living processes are not touched, nor those whose folder is away (an unplugged disk).
    """
    with database.reading() as connection:
        left = {str(row[0]) for row in connection.execute("SELECT DISTINCT owner FROM intents")}
    mended = 0
    for owner in sorted(left | set(owners(folder))):
        lock = dead_owner(folder, owner)
        if lock is None:
            continue
        try:
            with database.reading() as connection:
                rows = connection.execute("SELECT * FROM intents WHERE owner = ? ORDER BY id", (owner,)).fetchall()
            mended += sum(_mend(database, row) for row in rows)
        finally:
            lock.release()
    return mended


def _mend(database: Database, row: sqlite3.Row) -> bool:
    """Complete or close one intent of a dead process; return whether that could be done now."""
    temporary, final = Path(column_path(row["temporary"])), Path(column_path(row["final"]))
    try:
        if not final.parent.is_dir():
            return False
        arrived = row["sha256"] is not None and final.is_file() and _sha256_of(final) == row["sha256"]
        if arrived:
            sync_folder(final.parent)
        if temporary.name.endswith(TEMPORARY_SUFFIX):
            temporary.unlink(missing_ok=True)
        if arrived:
            with operation(database, "completed after an interruption") as work:
                complete(work, row["id"])
        else:
            with database.changing() as connection:
                close(connection, row["id"])
    except (OSError, CatalogError) as error:
        _log.warning("An unfinished copy is put right at a later start, since now: %s", error)
        return False
    return True


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
