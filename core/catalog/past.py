"""What was done in the catalog, an operation at a time, and what lies in its bin: for lists that people read."""

from __future__ import annotations

import sqlite3

from core.catalog import records
from core.catalog.tables import TABLES
from core.model import Edit


def edits(
    connection: sqlite3.Connection, *, thing: str | None, item: int | None, before: int | None, limit: int
) -> list[Edit]:
    """Return the operations that changed anything, newest first: all, or those of one kind of things or one of them.

    `before` leaves out the operation of this number and all later ones, for the next page.
    """
    if item is not None:  # few operations, found by the thing
        which, values = "o.id IN (SELECT operation FROM changes WHERE thing = ? AND item = ?)", [thing, item]
    else:  # many: the newest are looked through, one by one (the sign keeps SQLite from the index of things)
        only_such = "" if thing is None else " AND +c.thing = ?"
        which = f"EXISTS (SELECT 1 FROM changes c WHERE c.operation = o.id{only_such})"
        values = [] if thing is None else [thing]
    rows = connection.execute(
        f"SELECT o.* FROM operations o WHERE (?1 IS NULL OR o.id < ?1) AND {which} ORDER BY o.id DESC LIMIT ?",
        (before, *values, limit),
    ).fetchall()
    numbers = [row["id"] for row in rows]
    counts: dict[int, dict[str, int]] = {number: {} for number in numbers}
    only: dict[int, tuple[str, str]] = {}
    for some in records.at_once(numbers):
        for operation, table, count, first in connection.execute(
            "SELECT operation, thing, count(DISTINCT item), min(item) FROM changes"
            f" WHERE operation IN ({records.marks(some)}) GROUP BY operation, thing",
            some,
        ):
            counts[operation][table] = count
            only[operation] = (table, str(first))
    return [
        Edit(
            row["id"],
            row["moment"],
            row["who"],
            row["what"],
            counts[row["id"]],
            *(only[row["id"]] if sum(counts[row["id"]].values()) == 1 else ("", "")),
            undoable=bool(row["undoable"]),
            undone=bool(row["undone"]),
        )
        for row in rows
    ]


def undoable(connection: sqlite3.Connection, limit: int) -> list[int]:
    """Return the numbers of the operations that undoing takes back, in its order."""
    rows = connection.execute(
        "SELECT id FROM operations WHERE undoable = 1 AND undone = '' ORDER BY id DESC LIMIT ?", (limit,)
    )
    return [row[0] for row in rows]


def in_bin(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Return table and number of all that lies in the bin, the last that came there first."""
    parts = [
        f"SELECT '{table.name}' AS name, id, binned FROM {table.name} WHERE binned <> '' AND emptied = ''"
        for table in TABLES.values()
    ]
    rows = connection.execute(f"{' UNION ALL '.join(parts)} ORDER BY binned DESC, name, id DESC")
    return [(row["name"], row["id"]) for row in rows]


def tags(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the tags that things of a table have, by name."""
    rows = connection.execute(
        "SELECT name FROM tags g WHERE EXISTS (SELECT 1 FROM tagged x WHERE x.tag = g.id AND x.thing = ?)"
        " ORDER BY folded",
        (table,),
    )
    return [row[0] for row in rows]


def years(connection: sqlite3.Connection) -> list[str]:
    """Return the years in which copies were made, the last first, without a gap."""
    first, last = connection.execute("SELECT min(created), max(created) FROM copies").fetchone()
    return [] if first is None else [str(year) for year in range(int(last[:4]), int(first[:4]) - 1, -1)]
