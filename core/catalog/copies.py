"""Rows of copies and the serials they carry: issued at random, each at most once for a key, never again."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.catalog import records
from core.catalog.tables import TABLES
from core.catalog.text import column_path, now, path_column
from core.errors import CatalogError
from core.lanes import SERIALS_EACH, Lane
from core.model import SERIALS, Copy

_TABLE = TABLES[Copy]
_PATHS = 500  # in one statement, which goes through all copies once
_GUESSES = 64  # with half of all serials issued, all of them fail once in 2^64


def find(connection: sqlite3.Connection, *, work: int | None, recipient: int | None) -> list[Copy]:
    """Return the copies of a work, for a recipient, or all: newest first, those in the bin left out."""
    conditions = {"t.work = ?": work, "t.recipient = ?": recipient}
    given = {sql: value for sql, value in conditions.items() if value is not None}
    rows = connection.execute(
        f"{records.select(_TABLE)} WHERE {' AND '.join(['t.binned = ?', *given])} ORDER BY t.id DESC",
        ["", *given.values()],
    ).fetchall()
    return records.things(connection, Copy, rows)


def by_serial(connection: sqlite3.Connection, key: str, serial: int) -> Copy | None:
    """Return the copy that carries this serial of this key, or None; wherever it is, also in the bin."""
    return _one(connection, "t.key = ? AND t.serial = ?", key, serial)


def by_sha256(connection: sqlite3.Connection, sha256: str) -> Copy | None:
    """Return the copy whose file had this hash when it was made, or None; also from the bin."""
    return _one(connection, "t.sha256 = ?", sha256)


def at(connection: sqlite3.Connection, paths: Iterable[str]) -> set[str]:
    """Return those of these paths under which a copy was saved; also from the bin."""
    every = list(dict.fromkeys(paths))
    some = (every[start : start + _PATHS] for start in range(0, len(every), _PATHS))
    return {
        column_path(row[0])
        for several in some
        for row in connection.execute(
            f"SELECT path FROM copies WHERE path IN ({records.marks(several)})", [path_column(path) for path in several]
        )
    }


def counts(connection: sqlite3.Connection, works: Iterable[int]) -> dict[int, int]:
    """Return how many copies these works have, those in the bin left out; works without any are not in it."""
    return {
        row[0]: row[1]
        for some in records.at_once(works)
        for row in connection.execute(
            f"SELECT work, count(*) FROM copies WHERE work IN ({records.marks(some)}) AND binned = '' GROUP BY work",
            some,
        )
    }


def issued(connection: sqlite3.Connection, key: str) -> int:
    """Return how many serials were ever issued for a key."""
    row = connection.execute("SELECT issued FROM keys WHERE id = ?", (key,)).fetchone()
    return 0 if row is None else int(row[0])


def serials(connection: sqlite3.Connection, key: str) -> npt.NDArray[np.int64]:
    """Return all serials that were ever issued for a key, ascending, those of unfinished copies included."""
    # One long text: a row for each of a million serials takes three times as long.
    text = connection.execute("SELECT group_concat(serial) FROM serials WHERE key = ?", (key,)).fetchone()[0]
    return np.sort(np.fromstring(text, np.int64, sep=",")) if text else np.empty(0, np.int64)


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


def _claim(connection: sqlite3.Connection, key: str, serial: int) -> bool:
    done = connection.execute(
        "INSERT OR IGNORE INTO serials (key, serial, issued) VALUES (?, ?, ?)", (key, serial, now())
    )
    return done.rowcount == 1


def _one(connection: sqlite3.Connection, condition: str, *values: object) -> Copy | None:
    rows = connection.execute(f"{records.select(_TABLE)} WHERE {condition} ORDER BY t.id LIMIT 1", values).fetchall()
    found = records.things(connection, Copy, rows)
    return found[0] if found else None
