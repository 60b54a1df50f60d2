"""Rows of creators and recipients: names, told apart without regard to case."""

from __future__ import annotations

import sqlite3

from core.catalog.text import folded, now, plain, recipient_name
from core.model import Recipient


def everybody(connection: sqlite3.Connection) -> list[Recipient]:
    """Return all recipients by name."""
    return [_recipient(row) for row in connection.execute("SELECT id, name FROM recipients ORDER BY folded")]


def by_id(connection: sqlite3.Connection, number: int) -> Recipient | None:
    """Return one recipient, or None."""
    row = connection.execute("SELECT id, name FROM recipients WHERE id = ?", (number,)).fetchone()
    return _recipient(row) if row else None


def by_name(connection: sqlite3.Connection, name: str) -> Recipient | None:
    """Return the recipient of this name in any case, or None."""
    row = connection.execute("SELECT id, name FROM recipients WHERE folded = ?", (folded(name),)).fetchone()
    return _recipient(row) if row else None


def remember(connection: sqlite3.Connection, name: str) -> int:
    """Return the id of the recipient of this name, made now where it is new."""
    known = by_name(connection, name)
    if known:
        return known.id
    clean = recipient_name(name)
    made = connection.execute(
        "INSERT INTO recipients (name, folded, created) VALUES (?, ?, ?)", (clean, folded(clean), now())
    )
    return int(made.lastrowid or 0)


def creator(connection: sqlite3.Connection, key: str) -> str:
    """Return the name of the creator who owns the key with this public id; empty where none was given."""
    row = connection.execute("SELECT name FROM creators WHERE key = ?", (key,)).fetchone()
    return str(row["name"]) if row else ""


def name_creator(connection: sqlite3.Connection, key: str, name: str) -> None:
    """Set the name of the creator who owns this key."""
    connection.execute(
        "INSERT INTO creators (key, name, created) VALUES (?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET name = excluded.name",
        (key, " ".join(plain(name).split()), now()),
    )


def _recipient(row: sqlite3.Row) -> Recipient:
    return Recipient(row["id"], row["name"])
