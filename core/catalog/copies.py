"""Rows of copies and the serials they carry: issued at random, each at most once for a key, never again."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.catalog.text import column_path, now
from core.errors import CatalogError
from core.lanes import SERIALS_EACH, Lane
from core.model import SERIALS, Copy, Strength

_SELECT = "SELECT id, work, serial, recipient, key, path, sha256, created, strength, parameters, quality FROM copies c"
_GUESSES = 64  # with half of all serials issued, all of them fail once in 2^64


def find(connection: sqlite3.Connection, *, work: int | None, recipient: int | None) -> list[Copy]:
    """Return the copies of a work, for a recipient, or all: newest first."""
    rows = connection.execute(
        f"{_SELECT} WHERE (?1 IS NULL OR work = ?1) AND (?2 IS NULL OR recipient = ?2) ORDER BY id DESC",
        (work, recipient),
    )
    return [_copy(row) for row in rows]


def by_serial(connection: sqlite3.Connection, key: str, serial: int) -> Copy | None:
    """Return the copy that carries this serial of this key, or None."""
    row = connection.execute(f"{_SELECT} WHERE key = ? AND serial = ?", (key, serial)).fetchone()
    return _copy(row) if row else None


def by_sha256(connection: sqlite3.Connection, sha256: str) -> Copy | None:
    """Return the copy whose file had this hash when it was made, or None."""
    row = connection.execute(f"{_SELECT} WHERE sha256 = ? ORDER BY id LIMIT 1", (sha256,)).fetchone()
    return _copy(row) if row else None


def by_id(connection: sqlite3.Connection, number: int) -> Copy | None:
    """Return one copy, or None."""
    row = connection.execute(f"{_SELECT} WHERE id = ?", (number,)).fetchone()
    return _copy(row) if row else None


def serials(connection: sqlite3.Connection, key: str) -> npt.NDArray[np.int64]:
    """Return all serials that were ever issued for a key, ascending, those of unfinished copies included."""
    rows = connection.execute("SELECT serial FROM serials WHERE key = ? ORDER BY serial", (key,)).fetchall()
    return np.fromiter((row[0] for row in rows), np.int64, len(rows))


def issue(connection: sqlite3.Connection, key: str, lane: Lane | None = None) -> int:
    """Return a serial that this key never issued, and note it as issued. CatalogError when all are.

    It is drawn at random: from the lane of this computer, which no other computer with the same key draws from; without
    one from all serials, where two computers seldom draw the same one.
    """
    for drawn in (range(SERIALS),) if lane is None else lane.ranges():
        for _ in range(_GUESSES):
            serial = drawn[secrets.randbelow(len(drawn))]
            if _claim(connection, key, serial):
                return serial
        free = np.setdiff1d(np.arange(drawn.start, drawn.stop), serials(connection, key), assume_unique=True)
        if free.size:
            serial = int(free[secrets.randbelow(free.size)])
            _claim(connection, key, serial)
            return serial
    if lane is not None and not lane.alone:
        raise CatalogError(
            f"All {SERIALS_EACH:,} serials that computer number {lane.number} may issue for the key {key} are used.",
            "Give it another number, which no other computer with this key has.",
        )
    raise CatalogError(f"All {SERIALS:,} serials of the key {key} are used.", "Make a new key for further copies.")


def note(connection: sqlite3.Connection, key: str, serials: Iterable[int]) -> None:
    """Note serials as issued that another computer issued: they are looked for, and never issued here."""
    for serial in serials:
        if 0 <= serial < SERIALS:
            _claim(connection, key, serial)


def insert(connection: sqlite3.Connection, copy: Copy, path: str | bytes) -> int:
    """Store a copy (its id is not used) and return its id."""
    made = connection.execute(
        "INSERT INTO copies (work, recipient, key, serial, path, sha256, created, strength, parameters, quality)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            copy.work,
            copy.recipient,
            copy.key,
            copy.serial,
            path,
            copy.sha256,
            copy.created,
            copy.strength.value,
            copy.parameters,
            json.dumps(dict(copy.quality)),
        ),
    )
    return int(made.lastrowid or 0)


def _claim(connection: sqlite3.Connection, key: str, serial: int) -> bool:
    done = connection.execute(
        "INSERT OR IGNORE INTO serials (key, serial, issued) VALUES (?, ?, ?)", (key, serial, now())
    )
    return done.rowcount == 1


def _copy(row: sqlite3.Row) -> Copy:
    return Copy(
        id=row["id"],
        work=row["work"],
        serial=row["serial"],
        recipient=row["recipient"],
        key=row["key"],
        path=column_path(row["path"]),
        sha256=row["sha256"],
        created=row["created"],
        strength=Strength(row["strength"]),
        parameters=row["parameters"],
        quality=json.loads(row["quality"]),
    )
