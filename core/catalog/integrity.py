"""Is the catalog in order? What SQLite says of the file, and what must hold between its rows."""

from __future__ import annotations

import sqlite3

from core.catalog import search
from core.catalog.tables import TABLES

# What must never be found: a sentence, and the query that counts it.
_INVARIANTS = (
    (
        "{} of the copies carry a serial that was never issued.",
        "SELECT count(*) FROM copies c WHERE NOT EXISTS"
        " (SELECT 1 FROM serials s WHERE s.key = c.key AND s.serial = c.serial)",
    ),
    (
        "The number of serials issued is wrong for {} of the keys.",
        "SELECT count(*) FROM keys k WHERE k.issued <> (SELECT count(*) FROM serials s WHERE s.key = k.id)",
    ),
    (
        "{} of the serials are of a key that the catalog does not know.",
        "SELECT count(*) FROM (SELECT DISTINCT key FROM serials) s WHERE NOT EXISTS"
        " (SELECT 1 FROM keys k WHERE k.id = s.key)",
    ),
    (
        "{} of the findings name a copy with another serial.",
        "SELECT count(*) FROM findings f JOIN copies c ON c.id = f.copy WHERE f.serial IS NOT c.serial",
    ),
    (
        "{} of the agreements belong to no series.",
        "SELECT count(*) FROM consents c WHERE NOT EXISTS"
        " (SELECT 1 FROM consents f WHERE f.series = c.series AND f.version = 1)",
    ),
    ("{} entries of the log are missing.", "SELECT coalesce(max(number), 0) - count(*) FROM events"),
    (
        "{} entries of the log do not follow the one before.",
        "SELECT count(*) FROM events e WHERE e.previous <> coalesce("
        "(SELECT b.hash FROM events b WHERE b.number = e.number - 1), '')",
    ),
)


def problems(connection: sqlite3.Connection, *, quick: bool = False) -> list[str]:
    """Return what is wrong with a catalog, in sentences; empty where all is in order.

    `quick` leaves out whether the indexes of the file agree with its tables, which takes longest.
    """
    check = "quick_check" if quick else "integrity_check"
    said = [str(row[0]) for row in connection.execute(f"PRAGMA {check}(20)").fetchall()]
    if said != ["ok"]:
        return [f"The file is damaged: {line}." for line in said]
    loose = connection.execute("PRAGMA foreign_key_check").fetchall()
    found = [f"{len(loose):,} rows speak of others that are not there."] if loose else []
    for sentence, query in _INVARIANTS:
        count = connection.execute(query).fetchone()[0]
        if count:
            found.append(sentence.format(f"{count:,}"))
    return found + search.wrong(connection)


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many of each thing a catalog holds, and how many serials, changes and entries of the log."""
    names = (*(table.name for table in TABLES.values()), "keys", "serials", "changes", "events")
    return {name: int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in names}
