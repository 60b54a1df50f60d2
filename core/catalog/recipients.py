"""Rows of recipients, creators and their keys: names, told apart without regard to case."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from core.catalog import records
from core.catalog.changes import Operation
from core.catalog.tables import TABLES
from core.catalog.text import folded, now, plain, recipient_name
from core.errors import CatalogError, RefusedError
from core.model import Creator, KeyState, KnownKey, Recipient

_RECIPIENTS, _CREATORS = TABLES[Recipient], TABLES[Creator]


def everybody(connection: sqlite3.Connection) -> list[Recipient]:
    """Return all recipients by name, those in the bin left out."""
    rows = connection.execute(f"{records.select(_RECIPIENTS)} WHERE t.binned = '' ORDER BY t.folded").fetchall()
    return records.things(connection, Recipient, rows)


def by_name(connection: sqlite3.Connection, name: str) -> Recipient | None:
    """Return the recipient of this name in any case, or None."""
    rows = connection.execute(f"{records.select(_RECIPIENTS)} WHERE t.folded = ?", (folded(name),)).fetchall()
    found = records.things(connection, Recipient, rows)
    return found[0] if found else None


def remember(work: Operation, name: str) -> int:
    """Return the id of the recipient of this name, made now where it is new, and out of the bin."""
    known = by_name(work.connection, name)
    if known is None:
        return work.insert(_RECIPIENTS, {"name": recipient_name(name)})
    if known.binned:
        work.update(_RECIPIENTS, known.id, {"binned": "", "emptied": ""})
    return known.id


def creator_name(connection: sqlite3.Connection, key: str) -> str:
    """Return the name of the creator who owns the key with this public id; empty where none was given."""
    row = connection.execute(
        "SELECT c.name FROM keys k JOIN creators c ON c.id = k.creator WHERE k.id = ?", (key,)
    ).fetchone()
    return str(row["name"]) if row else ""


def name_creator(work: Operation, key: str, name: str) -> None:
    """Set the name of the creator who owns this key: the one of that name, else the key's own renamed, else a new one.

    RefusedError where no name is left.
    """
    clean = " ".join(plain(name).split())
    if not clean:
        raise RefusedError("A creator needs a name.", "Say whose works these are.")
    known = work.connection.execute(
        "SELECT id, binned FROM creators WHERE folded = ? ORDER BY binned, id LIMIT 1", (folded(clean),)
    ).fetchone()
    row = work.connection.execute("SELECT creator FROM keys WHERE id = ?", (key,)).fetchone()
    own = row["creator"] if row else None
    if known is not None and known["id"] != own:
        number = int(known["id"])
        work.update(_CREATORS, number, {"binned": "", "emptied": ""})
    elif own is not None:
        number = own
        work.update(_CREATORS, number, {"name": clean})
    else:
        number = work.insert(_CREATORS, {"name": clean})
    edit_key(work, key, {"creator": number})


def known_keys(connection: sqlite3.Connection) -> list[KnownKey]:
    """Return what is known of the keys that were used or named, the oldest first."""
    rows = connection.execute("SELECT * FROM keys ORDER BY created, id")
    return [KnownKey(**{**dict(row), "state": KeyState(row["state"])}) for row in rows]


def edit_key(work: Operation, key: str, values: Mapping[str, Any]) -> None:
    """Give a key another creator, label, state or lane; it is made known where it was not."""
    allowed = {"creator", "label", "state", "retired", "lane", "lanes"}
    if set(values) - allowed:
        raise RefusedError(
            f"A key has no field {min(set(values) - allowed)!r} to be changed.",
            f"There are: {', '.join(sorted(allowed))}.",
        )
    connection = work.connection
    new = {name: str(value) if isinstance(value, str) else value for name, value in values.items()}
    connection.execute("INSERT OR IGNORE INTO keys (id, created) VALUES (?, ?)", (key, now()))
    row = connection.execute("SELECT * FROM keys WHERE id = ?", (key,)).fetchone()
    changed = {name: value for name, value in new.items() if row[name] != value}
    if not changed:
        return
    sets = ", ".join(f"{name} = ?" for name in changed)
    try:
        connection.execute(f"UPDATE keys SET {sets} WHERE id = ?", [*changed.values(), key])
    except sqlite3.IntegrityError as error:
        raise CatalogError(
            f"The key {key} cannot be changed so: {error}.", "A lane lies below the number of lanes."
        ) from error
    work.note("keys", key, {name: row[name] for name in changed}, changed)
