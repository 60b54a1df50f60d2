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
from core.model import Creator, KeyState, KnownKey, Recipient, Work

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
    """Set the name of the creator who owns this key. RefusedError where no name is left.

    That is the creator of this name; else the key's own gets it, unless others of that creator's keys keep the old
    name; else a new one. Works that were made with the key and belong to nobody are that creator's from now on.
    """
    clean = " ".join(plain(name).split())
    if not clean:
        raise RefusedError("A creator needs a name.", "Say whose works these are.")
    connection = work.connection
    known = connection.execute(
        "SELECT id FROM creators WHERE folded = ? ORDER BY binned, id LIMIT 1", (folded(clean),)
    ).fetchone()
    own = connection.execute(
        "SELECT creator FROM keys k WHERE id = ?1 AND creator IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM keys o WHERE o.creator = k.creator AND o.id <> ?1)",
        (key,),
    ).fetchone()
    if known is not None:
        number = int(known["id"])
        spelt = {"name": clean} if own is not None and own["creator"] == number else {}
        work.update(_CREATORS, number, {**spelt, "binned": "", "emptied": ""})
    elif own is not None:
        number = int(own["creator"])
        work.update(_CREATORS, number, {"name": clean})
    else:
        number = work.insert(_CREATORS, {"name": clean})
    edit_key(work, key, {"creator": number})
    nobodys = connection.execute(
        "SELECT w.id FROM works w WHERE w.creator IS NULL AND EXISTS"
        " (SELECT 1 FROM copies c WHERE c.work = w.id AND c.key = ?)",
        (key,),
    ).fetchall()
    for row in nobodys:
        work.update(TABLES[Work], row["id"], {"creator": number})


def known_keys(connection: sqlite3.Connection) -> list[KnownKey]:
    """Return what is known of the keys that were used or named, the oldest first."""
    rows = connection.execute("SELECT * FROM keys ORDER BY created, id")
    return [KnownKey(**{**dict(row), "state": KeyState(row["state"])}) for row in rows]


def edit_key(work: Operation, key: str, values: Mapping[str, Any]) -> None:
    """Give a key another creator, label or state; it is made known where it was not."""
    allowed = {"creator", "label", "state", "retired"}
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
            f"The key {key} cannot be changed so: {error}.", "Choose a creator and a state that there are."
        ) from error
    work.note("keys", key, {name: row[name] for name in changed}, changed)
