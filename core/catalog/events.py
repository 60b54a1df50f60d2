"""Rows of the signed log: appended one after another, each with the hash of the one before, and never changed."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

from core.errors import CatalogError
from core.model import Event

_COLUMNS = "number, moment, what, facts, previous, hash, key, signature"


def append(connection: sqlite3.Connection, make: Callable[[Event | None], Event]) -> Event:
    """Store what `make` makes of the last entry (None at the start) and return it.

    CatalogError where it does not follow that entry: numbers have no gaps, and it holds that entry's hash.
    """
    row = connection.execute(f"SELECT {_COLUMNS} FROM events ORDER BY number DESC LIMIT 1").fetchone()
    last = None if row is None else _event(row)
    event = make(last)
    wanted = (1, "") if last is None else (last.number + 1, last.hash)
    if (event.number, event.previous) != wanted:
        raise CatalogError(
            f"An entry of the log does not follow no. {wanted[0] - 1}.", "Nothing was changed; please report this."
        )
    connection.execute(
        f"INSERT INTO events ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.number,
            event.moment,
            event.what,
            event.facts,
            event.previous,
            event.hash,
            event.key,
            event.signature,
        ),
    )
    return event


def read(connection: sqlite3.Connection, *, after: int, limit: int | None) -> list[Event]:
    """Return the entries beyond a number, in order."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM events WHERE number > ? ORDER BY number LIMIT ?",
        (after, -1 if limit is None else limit),
    )
    return [_event(row) for row in rows]


def find(connection: sqlite3.Connection, what: str, *, key: str, part: str) -> list[Event]:
    """Return the entries of a kind, signed by a key (empty: any), whose facts hold a piece of text, in order."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM events WHERE what = ?1 AND (?2 = '' OR key = ?2) AND instr(facts, ?3) ORDER BY number",
        (what, key, part),
    )
    return [_event(row) for row in rows]


def _event(row: sqlite3.Row) -> Event:
    return Event(**dict(row))


def head_in(path: Path) -> tuple[int, str] | None:
    """Return number and hash of the last entry in a catalog file that is not open, None where it has none."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
            row = connection.execute("SELECT number, hash FROM events ORDER BY number DESC LIMIT 1").fetchone()
    except sqlite3.Error:
        return None
    return None if row is None else (int(row[0]), str(row[1]))
