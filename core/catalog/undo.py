"""Undoing and redoing the last edits, and the bin: nothing that was out in the world is ever forgotten."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from core.catalog.changes import Operation
from core.catalog.tables import BY_NAME, TABLES, Table
from core.catalog.text import now
from core.errors import CatalogError

# What keeps a row: others that speak of it. Copies and what they name stay for ever, as detection asks for them.
_KEEPING: Mapping[str, tuple[str, ...]] = {
    "works": ("copies WHERE work", "consent_works WHERE work", "case_works WHERE work", "similar WHERE work"),
    "recipients": ("copies WHERE recipient", "consent_recipients WHERE recipient"),
    "creators": (*("keys WHERE creator", "works WHERE creator", "consents WHERE creator", "cases WHERE creator"),),
    "terms": ("works WHERE terms", "copies WHERE terms", "creators WHERE terms", "intents WHERE terms"),
    "consents": ("payments WHERE consent", "documents WHERE consent"),
    "checks": ('case_checks WHERE "check"', 'findings WHERE "check"', 'similar WHERE "check"'),
    "cases": ('documents WHERE "case"',),
    "payments": (),
    "documents": (),
}
# First those that keep others.
_ORDER = ("payments", "documents", "cases", "checks", "consents", "copies", "works", "recipients", "creators", "terms")


def undo(work: Operation) -> tuple[str, dict[str, int]]:
    """Undo the last operation that can be; return what it had done and to how many of which things."""
    row = work.connection.execute(
        "SELECT id, what FROM operations WHERE undoable = 1 AND undone = '' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        raise CatalogError("There is nothing to undo.", "Nothing was changed.")
    work.of(row["id"])
    for change in reversed(_changes(work.connection, row["id"])):
        table = BY_NAME[change["thing"]]
        if change["before"] is None:
            work.update(table, change["item"], {"binned": now()})
        else:
            _set(work, table, change["item"], wanted=change["before"], held=change["after"])
    work.connection.execute("UPDATE operations SET undone = ? WHERE id = ?", (now(), row["id"]))
    return row["what"], work.counts


def redo(work: Operation) -> tuple[str, dict[str, int]]:
    """Do again what was undone last; return what that is and to how many of which things."""
    row = work.connection.execute(
        "SELECT id, what FROM operations WHERE undoable = 1 AND undone <> '' AND id > coalesce("
        "(SELECT max(id) FROM operations WHERE undoable = 1 AND undone = ''), 0) ORDER BY id LIMIT 1"
    ).fetchone()
    if row is None:
        raise CatalogError("There is nothing to redo.", "Nothing was changed.")
    work.of(row["id"])
    for change in _changes(work.connection, row["id"]):
        table = BY_NAME[change["thing"]]
        if change["before"] is None:
            work.update(table, change["item"], {"binned": "", "emptied": ""})
        else:
            _set(work, table, change["item"], wanted=change["after"], held=change["before"])
    work.connection.execute("UPDATE operations SET undone = '' WHERE id = ?", (row["id"],))
    return row["what"], work.counts


def put_into_bin(work: Operation, table: Table, numbers: Iterable[int]) -> None:
    """Take things out of sight; what is in the bin already stays as it is."""
    for number in numbers:
        if not work.values(table, number, {"binned": ""})["binned"]:
            work.update(table, number, {"binned": now()})


def restore(work: Operation, table: Table, numbers: Iterable[int]) -> None:
    """Bring things back from the bin, or from where emptying it has left them."""
    for number in numbers:
        work.update(table, number, {"binned": "", "emptied": ""})


def empty(work: Operation) -> tuple[int, int]:
    """Empty the bin; return how many rows were removed, and how many stay out of sight since others need them.

    No copy goes, nor a work or recipient of a copy, nor an agreement that was signed: a file that is out can turn up.
    """
    removed = kept = 0
    for name in _ORDER:
        table = BY_NAME[name]
        rows = work.connection.execute(f"SELECT * FROM {name} WHERE binned <> '' AND emptied = ''").fetchall()
        for row in rows:
            if _is_needed(work.connection, name, row):
                work.update(table, row["id"], {"emptied": now()})
                kept += 1
                continue
            _let_go(work.connection, name, row["id"])
            work.remove(table, row["id"])
            work.connection.execute(
                "UPDATE operations SET undoable = 0 WHERE id IN"
                " (SELECT operation FROM changes WHERE thing = ? AND item = ?)",
                (name, row["id"]),
            )
            removed += 1
    return removed, kept


def _is_needed(connection: sqlite3.Connection, name: str, row: sqlite3.Row) -> bool:
    if name == "copies" or (name == "consents" and row["signed"]):
        return True
    return any(
        connection.execute(f"SELECT 1 FROM {others} = ? LIMIT 1", (row["id"],)).fetchone() for others in _KEEPING[name]
    )


def _let_go(connection: sqlite3.Connection, name: str, number: int) -> None:
    """Remove what belongs to a row alone and is no change of its own."""
    if name == "works":
        for apart in ("thumbnails", "signals", "fingerprints"):
            connection.execute(f"DELETE FROM {apart} WHERE work = ?", (number,))
    if name == "documents":
        connection.execute("DELETE FROM contents WHERE document = ?", (number,))


def _changes(connection: sqlite3.Connection, operation: int) -> list[dict[str, Any]]:
    rows = connection.execute("SELECT * FROM changes WHERE operation = ? ORDER BY id", (operation,)).fetchall()
    return [
        {
            "thing": row["thing"],
            "item": row["item"],
            "before": None if row["before"] is None else json.loads(row["before"]),
            "after": None if row["after"] is None else json.loads(row["after"]),
        }
        for row in rows
    ]


def _set(work: Operation, table: Table, number: int, *, wanted: Mapping[str, Any], held: Mapping[str, Any]) -> None:
    """Give a thing the values of another time, unless somebody changed them since."""
    if work.values(table, number, held) != held:
        raise CatalogError(
            f"The {table.word} no. {number} was changed since by something that cannot be undone.",
            "Edit it by hand. Nothing was changed.",
        )
    try:
        work.update(table, number, wanted)
    except sqlite3.IntegrityError as error:
        raise CatalogError(
            f"The {table.word} no. {number} cannot be as it was: another has its name by now, perhaps in the bin.",
            "Rename one of them by hand. Nothing was changed.",
        ) from error


WORDS = {table.name: (table.word, table.words) for table in TABLES.values()}


def counted(counts: Mapping[str, int]) -> str:
    """Return how many of which things, in words: "3 works and 1 recipient"."""
    parts = [
        f"{count:,} {WORDS.get(name, ('key', 'keys'))[count != 1]}" for name, count in sorted(counts.items()) if count
    ]
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"
